"""What is refused of keys and of the brake on them."""

from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    CASA,
    DORA,
    EVA,
    GINA,
    MEDIATE,
    NODE,
    THE_COMMON,
    admit,
    decide,
    new_key,
    number,
    policy_rules,
    public,
    slot,
)
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import key_id
from urdimbre.core.membership.answers import (
    ConsentMissing,
    KeyTaken,
    LastKey,
    NoRuleFor,
    NotAPerson,
    NothingToChange,
    NotYours,
    OwnCase,
    SignatureWithoutRole,
    UnknownKey,
)


def _policy(name, principal, rules, **more):
    return {"id": number(name), "principal": principal, "rules": rules, **more}


def _guarded(c):
    """Caro names three guardians, of whom two can give her a new key."""
    guardians = {"of": sorted([BETO, DORA, EVA]), "need": 2}
    body = _policy("caro's", CARO, policy_rules(1), guardians=guardians)
    c.ok("policy", body, slot(CARO))


def _recover(c, name="caro 2"):
    body = {"recover": {"member": CARO, "key": new_key(name)}}
    slots = (slot(BETO), slot(DORA), slot(CARO, key=name))
    return c.record("key", body, *slots, by=BETO)


# ------------------------------------------------------------------------------ keys
def key_of_a_household(c):
    slots = (slot(CARO, number("policy of casa")), slot(CASA, key="caro 2"))

    answer = c.record("key", {"add": new_key("caro 2")}, *slots, by=CASA)

    return answer, [NotAPerson(CASA)]


def key_that_was_used_before(c):
    slots = (slot(CARO), slot(CARO, key="beto"))

    answer = c.record("key", {"add": new_key("beto")}, *slots)

    return answer, [KeyTaken(public("beto"))]


def _witness(c, name):
    """The circuit names a witness, whose key has that name."""
    effect = {"effect": "witness", "key": public(name), "name": "w", "host": "w"}
    decide(c, effect)


def key_of_a_witness(c):
    _witness(c, "north")
    slots = (slot(CARO), slot(CARO, key="north"))

    answer = c.record("key", {"add": new_key("north")}, *slots)

    return answer, [KeyTaken(public("north"))]


def key_of_a_witness_whose_time_is_over(c):
    """What has been used once is never anybody's again."""
    effect = {"effect": "witness", "key": public("north"), "name": "w", "host": "w"}
    decide(c, effect | {"until": c.time})
    slots = (slot(CARO), slot(CARO, key="north"))

    answer = c.record("key", {"add": new_key("north")}, *slots)

    return answer, [KeyTaken(public("north"))]


def admit_with_the_key_of_a_witness(c):
    _witness(c, "ines")
    body, slots = admit(c, "ines")

    answer = c.record("admit", body, *slots, by=ANA)

    return answer, [KeyTaken(public("ines"))]


def node_with_the_key_of_a_witness(c):
    """Cosigner keys are others than the node's."""
    _witness(c, "north")
    body = {"old": key_id(public("node")), "new": new_key("north", "server")}
    slots = (THE_COMMON, slot(NODE, key="north"))

    answer = c.record("node", body, *slots, by=COMMON)

    return answer, [KeyTaken(public("north"))]


def key_that_no_present_key_adds(c):
    answer = c.record("key", {"add": new_key("caro 2")}, slot(CARO, key="caro 2"))

    return answer, [ConsentMissing(CARO)]


def key_by_guardians_who_were_never_named(c):
    return _recover(c), [NoRuleFor(CARO, "recover"), _no_role(c, BETO, DORA)]


def _no_role(c, *persons):
    return SignatureWithoutRole(min(persons))


def revoke_a_key_of_somebody_else(c):
    key = key_id(public("beto"))

    return c.record("key", {"revoke": key}, slot(CARO)), [UnknownKey(CARO, key)]


def revoke_a_key_twice(c):
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    key = key_id(public("caro 2"))
    c.ok("key", {"revoke": key}, slot(CARO))

    answer = c.record("key", {"revoke": key}, slot(CARO))

    return answer, [NothingToChange(f"key {key}")]


def revoke_the_only_key(c):
    key = key_id(public("caro"))

    return c.record("key", {"revoke": key}, slot(CARO)), [LastKey(CARO)]


def veto_of_a_key_that_is_in_force(c):
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    key = key_id(public("caro 2"))

    answer = c.record("key", {"veto": key}, slot(CARO))

    return answer, [NothingToChange(f"key {key}")]


def veto_after_the_delay(c):
    _guarded(c)
    _recover(c)
    c.later(seconds=72 * 3600)
    key = key_id(public("caro 2"))

    answer = c.record("key", {"veto": key}, slot(CARO))

    return answer, [NothingToChange(f"key {key}")]


def revoke_the_only_key_while_another_is_to_come(c):
    _guarded(c)
    _recover(c)

    answer = c.record("key", {"revoke": key_id(public("caro"))}, slot(CARO))

    return answer, [LastKey(CARO)]


# ------------------------------------------------------------------------- the brake
def _freeze(c, who=CARO, *, on=True, key="caro", slots=()):
    body = {"member": who, "on": on}
    if key is not None:
        body["by_key"] = key_id(public(key))
    return c.record("freeze", body, *(slots or (slot(who, key=key),)))


def freeze_of_a_household(c):
    slots = (slot(GINA, MEDIATE),)

    return _freeze(c, CASA, key=None, slots=slots), [NotAPerson(CASA)]


def freeze_of_what_is_frozen(c):
    _freeze(c)

    return _freeze(c), [NothingToChange(f"freeze {CARO}")]


def lifting_what_was_never_frozen(c):
    """An act that changes nothing would be a line in the notebook for nothing."""
    return _freeze(c, on=False), [NothingToChange(f"freeze {CARO}")]


def lifting_by_the_key_that_froze(c):
    _freeze(c)

    return _freeze(c, on=False), [NotYours(CARO, "freeze")]


def lifting_by_the_key_that_froze_under_the_name_of_another(c):
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    _freeze(c)

    answer = _freeze(c, on=False, key="caro 2", slots=(slot(CARO, key="caro"),))

    return answer, [ConsentMissing(CARO)]


def lifting_by_herself_what_a_mediator_has_frozen(c):
    _freeze(c, key=None, slots=(slot(GINA, MEDIATE),))

    return _freeze(c, on=False), [NotYours(CARO, "freeze")]


def a_mediator_who_lifts_the_brake_on_herself(c):
    _freeze(c, GINA, key="gina")

    answer = _freeze(c, GINA, on=False, key=None, slots=(slot(GINA, MEDIATE),))

    return answer, [OwnCase(GINA)]


def lifting_as_if_by_a_mediator(c):
    _freeze(c)

    answer = _freeze(c, on=False, key=None, slots=(slot(CARO),))

    # Without a key it is the mediator's to lift, or the common's who named her.
    return answer, [ConsentMissing(COMMON), SignatureWithoutRole(CARO)]
