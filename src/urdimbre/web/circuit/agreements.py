"""What the circuit has agreed: read-only, since only a decision changes it."""

import time
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import BY_NAME
from urdimbre.projections.models import Limits, Parameter, Unit
from urdimbre.web import refusing, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.minutes.decided import Decided, by_version, decisions
from urdimbre.web.minutes.telling import value as in_words
from urdimbre.web.own_words.words import WORDS, own
from urdimbre.web.units import measure, signs

DECISIONS_SHOWN = 20
REGIMES = {
    "mutual": _("comes into being when members exchange; all balances sum to zero"),
    "granted": _("the common brings it out, up to a voted ceiling"),
    "backed": _("the common brings it out against a reserve of money"),
    "time": _("counts hours; an hour is worth an hour"),
}
KINDS = (
    "person",
    "household",
    "initiative",
    "emporio",
    "fund",
    "circuit",
    "common",
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A parameter as members read it.

    Attributes:
        meaning: one sentence.
        value: in force now, in words.
        since: when a decision changed it last; empty: as founded.
        by: that decision, if it is found.
        coming: value that a decision has set for later; may be empty.
        comes: when it will be in force.
    """

    meaning: str
    value: str
    since: str
    coming: str = ""
    comes: str = ""
    by: Decided | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far balances of one kind of member may go in one sign."""

    whom: str
    low: str
    high: str
    warn: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A value sign with its rule of issue and its bounds."""

    name: str
    code: str
    rule: str
    bounds: tuple[Bounds, ...]


@require_safe
def agreements(request: Any) -> HttpResponse:
    """Show parameters, signs with their limits, and the decisions."""
    now = int(time.time())
    page = {
        "own_words": [(own(name), gettext(WORDS[name])) for name in WORDS if own(name)],
        "may_name": may_act(request.here.person, COMMON),
        "parameters": _parameters(now),
        "signs": _signs(),
        "decisions": [
            (one, wording.moment(one.time))
            for one in reversed(decisions()[-DECISIONS_SHOWN:])
        ],
    }
    return render(request, "circuit/agreements.html", page)


def _parameters(now: int) -> list[Agreed]:
    kept = {row.name: row for row in Parameter.objects.all()}
    decided = by_version()
    found = []
    for name in BY_NAME:
        row = kept.get(name)
        by = decided.get(row.version) if row is not None and row.version else None
        found.append(replace(_agreed(name, row, now), by=by))
    return found


def _agreed(name: str, row: Parameter | None, now: int) -> Agreed:
    meaning = gettext(BY_NAME[name].meaning)
    if row is None:
        return Agreed(meaning, in_words(name, str(BY_NAME[name].default)), "")
    coming = row.since > now
    value = in_words(name, row.before if coming else row.value)
    when = wording.moment(row.since) if row.version else ""
    if coming:
        return Agreed(meaning, value, "", in_words(name, row.value), when)
    return Agreed(meaning, value, when)


def _signs() -> list[Sign]:
    regimes = dict(Unit.objects.values_list("code", "regime"))
    rows: dict[str, dict[str, Limits]] = {}
    for row in Limits.objects.filter(whom__in=KINDS):
        rows.setdefault(row.unit, {})[row.whom] = row
    return [
        Sign(
            one.name,
            one.code,
            str(REGIMES[regimes[one.code]]),
            tuple(
                _bounds(rows[one.code][kind])
                for kind in KINDS
                if kind in rows.get(one.code, {})
            ),
        )
        for one in signs()
    ]


def _bounds(row: Limits) -> Bounds:
    low, high, warn = (
        "" if minor is None else _bare(minor, row.unit)
        for minor in (row.low, row.high, row.warn)
    )
    return Bounds(refusing.word(row.whom), low, high, warn)


def _bare(minor: int, unit: str) -> str:
    """An amount of a sign whose name stands above the table."""
    found = measure(unit)
    if found.is_time:
        return wording.hours(minor)
    whole, rest = divmod(minor, 10**found.scale)
    return wording.number(minor, found.scale) if rest else wording.number(whole, 0)
