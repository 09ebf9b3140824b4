"""A person's keys as the registry knows them, and who keeps what signs with them."""

import time
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from urdimbre.core.acts import Act
from urdimbre.core.chain.entry import Slot
from urdimbre.core.membership.rows import HOSTED, Frozen, Key, Mandate, Policy
from urdimbre.core.state import Row
from urdimbre.web import names, opened

CUSTODIES = {
    "server": _("key kept by this server"),
    "device": _("key on her own device"),
    "app": _("key in an app"),
    "hardware": _("key in a device made for it"),
    "import": _("imported, not confirmed by the member"),
    "link": _("key of another circuit"),
}


APART = ("app", "hardware")
"""Custodies of keys that lie neither here nor in a browser: signed with elsewhere."""


def now() -> int:
    """Return the time that a block sealed at this moment would carry."""
    return max(int(time.time()), opened.circuit().registry.state.time)


def keys_of(person: str) -> list[Key]:
    """Return all keys that a person has ever had, the oldest first."""
    registry = opened.circuit().registry
    with registry.lock:
        rows = list(registry.state.of("key", person))
    return [row for row in rows if isinstance(row, Key) and row.member == person]


def in_force(person: str) -> list[Key]:
    """Return the keys with which a person can sign now."""
    return [row for row in keys_of(person) if row.in_force(now())]


def coming(person: str) -> list[Key]:
    """Return keys that guardians have given her and that are not in force yet."""
    if policy_of(person) is None:
        return []  # whoever has named guardians once has a policy ever after
    at = now()
    return [row for row in keys_of(person) if row.since > at and row.until is None]


def brake_of(person: str) -> Frozen | None:
    """Return the brake on a person's keys, if it is on."""
    row: Frozen | None = opened.circuit().registry.state.get(f"frozen/{person}")
    return row if row is not None and row.on else None


def policy_of(member: str) -> Policy | None:
    """Return the policy by which a member consents, if she has one."""
    state = opened.circuit().registry.state
    row = state.get(f"member/{member}")
    return state.get(f"policy/{row.policy}") if row and row.policy else None


def serves_still(under: str) -> bool:
    """Tell whether a policy or mandate is in force; zeros stand for her own name."""
    state = opened.circuit().registry.state
    policy: Policy | None = state.get(f"policy/{under}")
    if policy is not None:
        return policy_of(policy.principal) == policy
    mandate: Mandate | None = state.get(f"mandate/{under}")
    return mandate is None or mandate.in_force(now())


def reach(persons: Sequence[str]) -> int:
    """Count the signatures that persons can give where the server's keys are one.

    See ``core/membership/consent.py``: acts on keys, mandates and policies, and all
    that a fund does.
    """
    own = hosted = 0
    for person in persons:
        custodies = {row.custody for row in in_force(person)}
        own += bool(custodies - set(HOSTED))
        hosted += bool(custodies) and custodies <= set(HOSTED)
    return own + min(hosted, 1)


def guarded_by(person: str) -> list[str]:
    """Return the persons who have named her as a guardian of their keys."""
    return [
        row.principal
        for row in _rows("policy")
        if isinstance(row, Policy)
        and row.guardians is not None
        and person in row.guardians.of
        and policy_of(row.principal) == row
    ]


def mandate_to_mediate(person: str, kind: str) -> str | None:
    """Return the mandate under which she mediates in acts of that kind, if any."""
    return next((row.id for row in _mandates("mediate", kind, person)), None)


def mandate_to_attest(person: str, kind: str) -> str | None:
    """Return the mandate under which she is a witness to acts of that kind, if any."""
    return next((row.id for row in _mandates("attest", kind, person)), None)


def mandates_to_attest() -> list[Mandate]:
    """Return the circuit's lists of witnesses that are in force."""
    rows = [row for row in _rows("mandate") if isinstance(row, Mandate)]
    return [row for row in rows if row.purpose == "attest" and row.in_force(now())]


def is_to_attest(under: str) -> bool:
    """Tell whether something signed under is a mandate to attest."""
    row = opened.circuit().registry.state.get(f"mandate/{under}")
    return isinstance(row, Mandate) and row.purpose == "attest"


def witnesses_to(kind: str) -> list[str]:
    """Return the persons on the agreed lists of witnesses to acts of that kind."""
    found = [one for row in _mandates("attest", kind) for one in row.agents]
    return list(dict.fromkeys(found))


def _mandates(purpose: str, kind: str, person: str = "") -> Iterator[Mandate]:
    """Give the mandates in force that serve for a kind, of one person or of all."""
    for row in _rows("mandate"):
        if not isinstance(row, Mandate) or row.purpose != purpose:
            continue
        serves = kind in row.kinds and row.in_force(now())
        if serves and (not person or person in row.agents):
            yield row


def _rows(sort: str) -> list[Row]:
    """Return the rows of a sort of which a circuit has few."""
    registry = opened.circuit().registry
    with registry.lock:
        return list(registry.state.starting(f"{sort}/"))


def brought_by(act: Act) -> dict[str, str]:
    """Return the keys that an act itself brings: who keeps each, by short id.

    Their signatures prove that somebody holds them; they say nothing for the member.
    """
    body = act.body
    recover = getattr(body, "recover", None)
    found = [getattr(body, "add", None), recover and recover.key]
    if act.kind == "admit":
        found.append(body.key)
    return {one.key_id: one.custody for one in found if one is not None}


def signatures(act: Act, slots: tuple[Slot, ...]) -> list[tuple[str, str]]:
    """Tell who has signed, and with what kind of key."""
    state = opened.circuit().registry.state
    known = names.by_id({slot.member for slot in slots})
    new = brought_by(act)
    found = []
    for slot in slots:
        row = state.get(f"key/{slot.key_id}")
        custody = CUSTODIES[row.custody] if row else _("key of the node")
        if slot.key_id in new:
            custody = _("the new key itself, to prove that somebody holds it")
        found.append((known[slot.member], str(custody)))
    return found
