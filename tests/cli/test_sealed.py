"""Gifts to somebody who stays sealed: who may be it, and what is kept of it."""

import json
import secrets
import time

import pytest

from tests.cli.club import id_of, new_id, refused, seed_of, urdimbre
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.keys import ed25519
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, commitment, key_id, signature_input

CARE = id_of("care")
KINDS = ("household", "initiative", "emporio", "fund", "circuit")


@pytest.fixture
def town(club):
    """The club, with somebody of every kind, and two who bear care."""
    now = int(time.time())
    care = {
        "id": CARE,
        "principal": COMMON,
        "agents": sorted([id_of("beto"), id_of("carla")]),
        "purpose": "care",
        "kinds": ["exchange"],
        "from": now - 1,
        "until": now + 86_400,
    }
    lines = [club.by_common("mandate", care)]
    for kind in KINDS:
        rules = [{"kinds": ["any"], "need": 1, "of": [id_of("ana")]}]
        body = {
            "member": id_of(kind),
            "kind": kind,
            "sponsors": [],
            "blind": id_of("blind"),
            "policy": {"id": id_of(f"policy of {kind}"), "rules": rules},
        }
        act = club.draft("admit", body, COMMON)
        lines.append(club.signed(act, "ana", sign_with=(f"{club.founder}:common",)))
    ran = club.record(*lines)
    assert ran.code == 0, ran
    return club


def gift_to(club, member):
    """A line: Ana gives a soup to whom only its opening tells."""
    salt, payload = secrets.token_bytes(16), bytes.fromhex(member)
    sealed = commitment(salt, "party", payload)
    soup = drafting.goods(
        id_of("ana"), drafting.sealed(sealed), category="food.soup", quantity=1
    )
    today = int(time.time()) // 86_400
    body = drafting.exchange(today, drafting.deal("gift", soup))
    act = club.draft("exchange", body, "ana", id_=new_id(), private=[sealed])
    opening = {"field": "party", "salt": salt.hex(), "payload_hex": payload.hex()}
    signers = (("ana", ZERO16), ("beto", CARE), ("carla", CARE))
    signatures = [_signature(club, act, *one) for one in signers]
    return {"act": json.loads(act), "signatures": signatures, "private": [opening]}


def _signature(club, act, name, mandate):
    text = signature_input(club.genesis, id_of(name), mandate, act)
    public = ed25519.public_key(seed_of(name)).hex()
    return {
        "member": id_of(name),
        "key_id": key_id(public),
        "mandate": mandate,
        "signature": ed25519.sign(seed_of(name), text).hex(),
    }


@pytest.mark.parametrize("who", ["beto", "household", "initiative"])
def test_somebody_who_needs_it_may_stay_sealed(town, who):
    line = gift_to(town, id_of(who))
    (sealed,) = line["act"]["private"]

    ran = town.record(line)

    kept = Desk(town.path / "desk.db").payloads([sealed])[sealed]
    assert ran.code == 0, ran
    assert kept.payload.hex() == id_of(who)
    exported = urdimbre(
        "export", town.path, "--what", "acts", "--format", "jsonl", "-o", "-"
    )
    *_, last = exported.lines
    assert id_of(who) not in json.dumps(last["act"]["body"])


@pytest.mark.parametrize("who", ["emporio", "fund", "circuit", "common", "nobody"])
def test_who_keeps_cash_or_is_no_member_is_never_sealed(town, who):
    answer = refused(town, gift_to(town, id_of(who)))

    assert answer["code"] == "malformed"
    assert "private.0" in answer["message"]
