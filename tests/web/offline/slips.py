"""Devices that promise without a connection, as the script of the pages would."""

import json
import secrets
import time
from base64 import b64encode

from urdimbre.adapters.keys import ed25519
from urdimbre.core import drafting
from urdimbre.core.chain.entry import ZERO16, signature_input
from urdimbre.core.chain.slip import Opening, Signature, Slip, write

EGGS = "Huevos de campo"


def book_of(client):
    """What a device takes along."""
    answer = client.get("/offline/book")
    assert answer.status_code == 200
    return json.loads(answer.content)


def promise(book, other, *, amount=450, eggs=EGGS, field="goods", words=b"", **more):
    """Eggs for signs that the owner of the book gives."""
    me, until = book["me"]["id"], int(time.time()) + 86_400
    moves = [drafting.goods(other, me, category="food.animal", quantity=2, unit="DZN")]
    if amount:
        moves.append(drafting.signs(me, other, amount, "TOTAI", **more))
    words = words or json.dumps({"0.0": eggs}, ensure_ascii=False).encode()
    opening = Opening(secrets.token_bytes(16), field, words)
    act = drafting.draft(
        "exchange",
        drafting.exchange(
            until // 86_400 - 1, drafting.deal("barter" if amount else "gift", *moves)
        ),
        by=me,
        id_=secrets.token_hex(16),
        valid_until=until,
        agreement=book["agreement"],
        private=[opening.commitment],
    )
    return Slip(act, (opening,), ())


def signed(slip, book, *devices, member=None):
    """Add signatures of devices."""
    who = member or book["me"]["id"]
    message = signature_input(book["genesis"], who, ZERO16, slip.act)
    more = tuple(
        Signature(who, one.public, ed25519.sign(one.seed, message)) for one in devices
    )
    return Slip(slip.act, slip.openings, slip.signatures + more)


def send(client, slip, book, changed=()):
    """Empty the outbox of one slip; returns status and answer."""
    posted = {
        "slip": b64encode(write(slip, book["genesis"])).decode(),
        "known": book["known"],
        "made": str(int(time.time())),
    }
    answer = client.post("/offline/outbox", posted | dict(changed))
    return answer.status_code, json.loads(answer.content)
