"""Keys in the tests of the web: a device that signs as a member's browser would."""

import re
import secrets
from html import unescape

from tests.web.acting import GOODS, propose
from tests.web.place import PASSWORD
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain.entry import key_id, signature_input

BAKERY = "Panadería La Espiga"
FUND = "Fondo de Liberación"


class Device:
    """A browser with a key of its own; it signs what a page gives it, nothing else."""

    def __init__(self):
        self.seed = secrets.token_bytes(32)
        self.public = ed25519.public_key(self.seed).hex()
        self.id = key_id(self.public)

    def signatures(self, page, *, spoil=False):
        """What the script of a page would send for the key of this device."""
        given = dict(re.findall(r'data-(\w+)="([^"]*)"', page.content.decode()))
        act = unescape(given["act"]).encode()
        fresh = self.id in given["new"].split()
        if not fresh and self.id not in given["own"].split():
            return ""
        mandate = "0" * 32 if fresh else given["mandate"]
        message = signature_input(given["genesis"], given["member"], mandate, act)
        signature = ed25519.sign(self.seed, message + b"!" * spoil)
        return f"{self.id}:{signature.hex()}"


def confirm(client, draft, *devices, by="server", **typed):
    """Sign a draft by the server or by devices; returns the answer."""
    page = client.get(draft)
    sent = " ".join(one.signatures(page) for one in devices)
    posted = {"with": by, "signatures": sent, "password": PASSWORD, **typed}
    return client.post(f"{draft}/confirm", posted)


def with_device(client, **typed):
    """Register a key on a new device of hers; returns the device."""
    device = Device()
    draft = client.post("/keys/device", {"public": device.public})["Location"]
    answer = confirm(client, draft, device, **typed)
    assert answer["Location"].startswith("/receipts/"), answer.content.decode()
    return device


def key_ids(client):
    """Short ids of the keys that her page shows, in its order."""
    page = client.get("/keys").content.decode()
    return re.findall(r"<code>([0-9a-f]{16})</code>", page)


def exchange(one, other, number, *devices, by="server", **typed):
    """Ana gives something to Delia; the first signs by what is named."""
    draft = propose(one, "gift", number, GOODS)
    confirm(one, draft, *devices, by=by, **typed)
    return confirm(other, draft)


def member_of(name):
    from urdimbre.web.circuit.models import Person

    return Person.objects.get(name=name).member
