"""For whom a person may act: herself, and whose signing policy names her."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.db import connections

from urdimbre.core.accounts import COMMON
from urdimbre.core.membership.rows import Mandate
from urdimbre.web import opened
from urdimbre.web.circuit.models import Login
from urdimbre.web.membership.keys import now

if TYPE_CHECKING:  # who has entered is asked, in turn, whether she may act so
    from urdimbre.web.circuit.entering import Here

KEPT = ("fund", "emporio")
_POLICIES = "SELECT value FROM state WHERE key >= 'policy/' AND key < 'policy0'"


def principals(person: str) -> list[str]:
    """Return the members, the common among them, that a person may act for."""
    return [one for one in who_acts_for([person]) if one != person]


def who_acts_for(persons: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return which of these persons act for each member, themselves included.

    Policies of before stay in the state: whether one is in force is asked of each.
    """
    found: dict[str, dict[str, None]] = {one: {one: None} for one in persons}
    asked = set(found)
    for principal, named in _policies():
        for person in sorted(named & asked):
            if person != principal and may_act(person, principal):
                found.setdefault(principal, {})[person] = None
    return {member: tuple(acting) for member, acting in found.items()}


def _policies() -> Iterator[tuple[str, set[str]]]:
    with connections["registry"].cursor() as cursor:
        cursor.execute(_POLICIES)
        for (value,) in cursor.fetchall():
            policy = json.loads(value)
            named = {one for rule in policy["rules"] for one in rule.get("of", ())}
            yield policy["principal"], named


def keepers() -> frozenset[str]:
    """Return who acts for the common, a fund or an emporio: what is not hers alone."""
    registry = opened.circuit().registry
    found = {
        person
        for principal, named in _policies()
        if principal == COMMON or _kind(registry.state, principal) in KEPT
        for person in named
        if may_act(person, principal)
    }
    return frozenset(found)


def _kind(state: Any, member: str) -> str:
    row = state.get(f"member/{member}")
    return row.kind if row else ""


def may_act(person: str, member: str) -> bool:
    """Tell whether a person may act for a member now."""
    if person == member:
        return True
    state = opened.circuit().registry.state
    row = state.get(f"member/{member}")
    policy = state.get(f"policy/{row.policy}") if row and row.policy else None
    return policy is not None and any(person in rule.of for rule in policy.rules)


def office_mandate(person: str, id_: str) -> Mandate | None:
    """Return a mandate by which a person writes for another member now, if it is one.

    It lets her make exchanges within its caps, and opens nothing else of that member.
    """
    row: Mandate | None = opened.circuit().registry.state.get(f"mandate/{id_}")
    if row is None or row.purpose != "act" or person not in row.agents:
        return None
    return row if row.principal != COMMON and row.in_force(now()) else None


def may_give_code(here: Here, member: str) -> bool:
    """Tell whether a code may be made: a code for who has entered would be hers."""
    has_login = Login.objects.filter(member=member).exists()
    return not has_login and may_act(here.person, COMMON)
