"""Refusals in the member's words: what happened, and the way out."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.membership.answers import BeyondMandate
from urdimbre.core.refusals import Reason, Refusal
from urdimbre.core.units import Quantity, UnitKind
from urdimbre.web import names, opened, wording
from urdimbre.web.own_words.words import PARTIES, called
from urdimbre.web.units import UnitMissing, measure

TIMES = ("until", "most", "now", "since")
DAYS = ("day", "today", "last")
SECONDS_MIN = 10**8
"""Whole numbers above it are seconds, not days or counts."""
MEMBER = re.compile("[0-9a-f]{32}")
# Codes of the rules that may stand inside a sentence.
WORDS = {
    "sale": gettext_noop("sale"),
    "barter": gettext_noop("barter"),
    "gift": gettext_noop("gift"),
    "lend": gettext_noop("loan"),
    "settle": gettext_noop("settling"),
    "dues": gettext_noop("dues"),
    "roster": gettext_noop("roster"),
    "goods": gettext_noop("goods"),
    "work": gettext_noop("work"),
    "money": gettext_noop("money"),
    "signs": gettext_noop("signs"),
    "promise": gettext_noop("promise"),
    "promise of money": gettext_noop("promise of money"),
    "promise of signs": gettext_noop("promise of signs"),
    "promise of work": gettext_noop("promise of work"),
    "release": gettext_noop("release"),
    "custody": gettext_noop("things in custody"),
    "return": gettext_noop("return"),
    "till": gettext_noop("till"),
    "bank": gettext_noop("bank account"),
    "reserve": gettext_noop("reserve"),
    "balance": gettext_noop("balance"),
    "obligation": gettext_noop("obligation"),
    "person": gettext_noop("person"),
    "household": gettext_noop("household"),
    "initiative": gettext_noop("initiative"),
    "emporio": gettext_noop("emporio"),
    "fund": gettext_noop("liberation fund"),
    "circuit": gettext_noop("circuit"),
    "common": gettext_noop("the common"),
    "key": gettext_noop("key"),
    "guardians": gettext_noop("guardians"),
    "policy": gettext_noop("signing policy"),
    "deposit": gettext_noop("deposit"),
    "use_price": gettext_noop("use price"),
    "damage": gettext_noop("damage"),
    "sell": gettext_noop("sell"),
    "use": gettext_noop("use"),
    "fulfilled": gettext_noop("fulfilled"),
    "loss": gettext_noop("loss"),
    "passed_on": gettext_noop("passed on"),
    "replaced": gettext_noop("replaced"),
    "forgiven": gettext_noop("forgiven"),
}
# Beside which field of a form a refusal stands; else above the form.
FIELDS = {
    "over_credit_limit": "signs",
    "over_high_limit": "signs",
    "owes_too_much": "signs",
    "gift_from_debt": "signs",
    "sale_without_price": "price",
    "not_enough_cash": "price",
    "amount_too_large": "quantity",
    "more_than_owed": "quantity",
    "more_than_held": "quantity",
    "more_than_released": "quantity",
    "day_ahead": "day",
    "work_day_out_of_reach": "day",
    "more_days_than_agreed": "members",
    "unknown_member": "with",
    "member_has_left": "with",
    "same_party": "with",
    "key_taken": "public",
    "key_not_admissible": "public",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal as a page shows it.

    Attributes:
        code: stable.
        sentence: what happened.
        hint: the way out.
        field: of the form that it stands beside; empty if beside none.
    """

    code: str
    sentence: str
    hint: str
    field: str


def said(refusal: Refusal) -> Said:
    """Put a refusal into the language of the page."""
    if isinstance(refusal, BeyondMandate):
        return _beyond(refusal)
    members = [
        value
        for value in refusal.values().values()
        if isinstance(value, str) and MEMBER.fullmatch(value)
    ]
    known = names.by_id(members)
    values = {
        name: _shown(name, value, known) for name, value in refusal.values().items()
    }
    return Said(
        code=refusal.code,
        sentence=gettext(refusal.says).format_map(values),
        hint=gettext(refusal.way_out).format_map(values),
        field=FIELDS.get(refusal.code, ""),
    )


def _beyond(refusal: BeyondMandate) -> Said:
    """Say whose mandate it is and what is left of it, not by which number it goes."""
    row = opened.circuit().registry.state.get(f"mandate/{refusal.mandate}")
    principal = row.principal if row else ""
    values = {
        "name": names.by_id([principal])[principal] if row else refusal.mandate,
        "what": _shown("", refusal.what, {}),
        "left": wording.quantity(refusal.available) if refusal.available else "-",
    }
    if refusal.available is None:
        sentence = gettext("{name} has not agreed to this beforehand: {what}.")
        hint = gettext("Stay within what she has agreed to, or let her sign herself.")
        field = ""
    else:
        sentence = gettext(
            "This is more than {name} has agreed to beforehand: {left} are left."
        )
        hint = gettext("Write at most {left}, or let her sign herself.")
        field = (
            "signs"
            if measure(refusal.available.unit).kind == UnitKind.SIGN
            else "price"
        )
    return Said(
        code=refusal.code,
        sentence=sentence.format_map(values),
        hint=hint.format_map(values),
        field=field,
    )


def told_reason(reason: Reason) -> str:
    """Put a reason into the language of the page."""
    return _shown("", reason, {})


def _shown(name: str, value: object, known: dict[str, str]) -> str:
    if isinstance(value, Reason):
        return value.told(gettext, lambda name, one: _shown(name, one, known))
    if isinstance(value, Quantity):
        return wording.quantity(value)
    if isinstance(value, tuple):
        return ", ".join(_shown(name, one, known) for one in value)
    if isinstance(value, int):
        return _whole(name, value)
    if not isinstance(value, str):
        return "-" if value is None else str(value)
    if value in known:
        return known[value]
    return word(value) if value in WORDS else _unit_or_itself(value)


def word(code: str) -> str:
    """Put a code into a word of the page's language, or into the circuit's own."""
    return called(code) if code in PARTIES else gettext(WORDS.get(code, code))


def _whole(name: str, value: int) -> str:
    if name in TIMES and value > SECONDS_MIN:
        return wording.moment(value)
    return wording.day(value) if name in DAYS else wording.count(value)


def _unit_or_itself(text: str) -> str:
    if not re.fullmatch("[A-Z0-9]{1,12}", text):
        return text
    try:
        return measure(text).name
    except UnitMissing:
        return text
