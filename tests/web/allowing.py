"""A standing consent given as by her own key, for the tests of the web."""

import secrets
import time

from urdimbre.core import drafting
from urdimbre.core.chain.entry import ZERO16, signed_entry
from urdimbre.recording import Receipt

DAY = 86_400


def member_of(name):
    """The id of a member by her name."""
    from urdimbre.web.circuit.models import Person

    return Person.objects.get(name=name).member


def allow(name, creditor, *, most=100_000, until=30 * DAY, **more):
    """Let a creditor write what a person takes on account."""
    from urdimbre.web import opened
    from urdimbre.web.membership import keys

    member, now = member_of(name), int(time.time())
    body = {
        "id": secrets.token_hex(16),
        "principal": member,
        "agents": [],
        "purpose": "accept_debit",
        "kinds": ["exchange"],
        "modes": ["sale"],
        "unit": "BOB",
        "max_each": most,
        "max_balance": most,
        "creditor": creditor,
        "contest_days": 14,
        "from": now - 5,
        "until": now + until,
        **more,
    }
    circuit = opened.circuit()
    act = drafting.draft(
        "mandate", body, by=member, id_=secrets.token_hex(16), valid_until=now + DAY
    )
    # Other tests may have ended a key of hers: take one that is in force.
    serving = {row.key_id for row in keys.in_force(member)}
    held = [one.key_id for one in circuit.desk.keys_of(member)]
    slot = circuit.keys.slot(
        act,
        circuit.registry.genesis,
        member=member,
        mandate=ZERO16,
        key=next(one for one in held if one in serving),
    )
    answer = circuit.registry.submit(signed_entry(act, [slot]).encode())
    assert isinstance(answer, Receipt), answer
    return body["id"]
