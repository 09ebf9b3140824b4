"""A stolen key, the brake and the veto: who can stop a recovery, in rules version 1.

What a later version should do better stands in docs/adr/0014.
"""

import pytest

from tests.little_circuit import (
    BETO,
    CARO,
    GINA,
    MEDIATE,
    allowed,
    new_key,
    number,
    policy_rules,
    public,
    slot,
    town,
)
from urdimbre.core.chain.entry import key_id
from urdimbre.core.membership.answers import KeyRevoked, KeysFrozen, NotYours

STOLEN, KEPT, GIVEN = "caro", "caro 2", "caro 3"
DELAY = 72 * 3600


def circuit(*, second=True):
    """Caro has a guardian, the key that is stolen and, perhaps, one at home."""
    c = town()
    if second:
        c.ok("key", {"add": new_key(KEPT)}, slot(CARO), slot(CARO, key=KEPT))
    guardians = {"of": [BETO], "need": 1}
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    c.ok("policy", body | {"guardians": guardians}, slot(CARO))
    return c


def recovered(c):
    body = {"recover": {"member": CARO, "key": new_key(GIVEN)}}
    c.ok("key", body, slot(BETO), slot(CARO, key=GIVEN))


def brake(c, key, *, on=True):
    """Set or release the brake; without a key: by the mediator."""
    body = {"member": CARO, "on": on}
    if key is None:
        return c.record("freeze", body, slot(GINA, MEDIATE))
    named = body | {"by_key": key_id(public(key))}
    return c.record("freeze", named, slot(CARO, key=key))


def veto(c, key):
    return c.record("key", {"veto": key_id(public(GIVEN))}, slot(CARO, key=key))


def test_a_stolen_key_that_has_ended_stops_nothing_and_the_other_keeps_its_veto():
    c = circuit()
    c.ok("key", {"revoke": key_id(public(STOLEN))}, slot(CARO, key=KEPT))
    recovered(c)

    by_the_thief = veto(c.copy(), STOLEN)
    by_her = veto(c.copy(), KEPT)

    assert list(by_the_thief) == [KeyRevoked(CARO, key_id(public(STOLEN)))]
    assert allowed(by_her)


def test_who_stole_the_only_key_stops_no_recovery_under_the_brake_of_a_mediator():
    c = circuit(second=False)
    assert allowed(brake(c, None))
    recovered(c)

    assert list(veto(c, STOLEN)) == [KeysFrozen(CARO)]
    assert list(brake(c, STOLEN, on=False)) == [NotYours(CARO, "freeze")]
    c.later(seconds=DELAY)
    assert allowed(brake(c, None, on=False))
    c.ok("key", {"revoke": key_id(public(STOLEN))}, slot(CARO, key=GIVEN))


@pytest.mark.parametrize("key", [STOLEN, KEPT])
def test_under_a_brake_no_key_stops_a_recovery_not_even_the_one_that_set_it(key):
    c = circuit()
    assert allowed(brake(c, KEPT))
    recovered(c)

    assert list(veto(c, key)) == [KeysFrozen(CARO)]


@pytest.mark.parametrize("released_by", [STOLEN, None])
def test_once_the_brake_is_released_she_stops_it_with_any_key(released_by):
    c = circuit()
    assert allowed(brake(c, KEPT))
    recovered(c)

    assert allowed(brake(c, released_by, on=False))

    assert allowed(veto(c, KEPT))
