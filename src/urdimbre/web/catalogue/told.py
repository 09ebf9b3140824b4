"""Offers, needs and capacities as pages tell them."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.units import Quantity
from urdimbre.projections.models import Member, Unit
from urdimbre.web import names, telling, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.catalogue.models import Listing, Photo, Voice

SECONDS_PER_DAY = 86_400
SOON_DAYS = 14
KINDS = {
    "offer": gettext_noop("Offer"),
    "need": gettext_noop("Need"),
    "give": gettext_noop("Can give"),
    "receive": gettext_noop("Can receive"),
}
EVERY = {
    "week": gettext_noop("each week"),
    "month": gettext_noop("each month"),
    "season": gettext_noop("each season"),
}
_AMOUNT_EVERY = {
    "week": gettext_noop("%(amount)s each week"),
    "month": gettext_noop("%(amount)s each month"),
    "season": gettext_noop("%(amount)s each season"),
}
SIGN_SHARES = {
    0: gettext_noop("nothing in signs"),
    25: gettext_noop("a quarter in signs"),
    50: gettext_noop("half in signs"),
    75: gettext_noop("three quarters in signs"),
    100: gettext_noop("all in signs"),
}
DISTANCES = {
    "here": gettext_noop("to be fetched here"),
    "walk": gettext_noop("a walk away"),
    "ride": gettext_noop("a ride away"),
    "brought": gettext_noop("brought to you"),
}

ANSWERED = {
    "receive": {"sale": gettext_noop("Buy"), "lend": gettext_noop("Borrow")},
    "give": {"sale": gettext_noop("Sell"), "lend": gettext_noop("Lend")},
}
"""What the modes are called for who takes an offer, or fills a need."""


@dataclass(frozen=True, slots=True)
class ListingLine:
    """An offer, a need or a capacity as pages show it.

    Attributes:
        amount: how much of it, and how often; empty if it is not said.
        has_photo: whether it has one.
        has_voice: likewise, a voice note.
        same_as: what a local measure is in a standard one.
        soon: whether it ends soon.
        live: whether it is shown to others.
    """

    id: str
    kind: str
    kind_name: str
    title: str
    text: str
    category: str
    icon: str
    amount: str
    same_as: str
    has_photo: bool
    has_voice: bool
    modes: tuple[tuple[str, str], ...]
    sign_share: str
    place: str
    distance: str
    name: str
    no: int
    until: str
    is_mine: bool
    soon: bool
    live: bool

    @property
    def picks(self) -> list[tuple[str, str]]:
        """The modes to answer it in: those it names, else barter and gift."""
        named = [mode for mode, _ in self.modes] or ["barter", "gift"]
        hers = ANSWERED[self.direction]
        return [(mode, gettext(hers.get(mode, telling.MODES[mode]))) for mode in named]

    @property
    def direction(self) -> str:
        """Which way it goes for who answers: what is offered is received."""
        return "receive" if self.kind in ("offer", "give") else "give"


def told(rows: Iterable[Listing], viewer: str) -> list[ListingLine]:
    """Tell listings as lines, with a constant number of queries."""
    found = list(rows)
    members = {row.member for row in found}
    known = names.by_id(members)
    numbers = dict(Member.objects.filter(id__in=members).values_list("id", "no"))
    equivalents = _equivalents({row.unit for row in found if row.quantity})
    pictured, spoken = _with(Photo, found), _with(Voice, found)
    now = int(time.time())
    return [
        ListingLine(
            id=row.id,
            kind=row.kind,
            kind_name=gettext(KINDS[row.kind]),
            title=row.title,
            text=row.text,
            category=categories.label(row.category),
            icon=categories.icon(row.category),
            amount=_amount(row),
            same_as=_same_as(row, equivalents),
            has_photo=row.id in pictured,
            has_voice=row.id in spoken,
            modes=tuple(
                (mode, gettext(telling.MODES[mode])) for mode in row.modes.split()
            ),
            sign_share=_word(SIGN_SHARES, row.sign_share),
            place=row.place,
            distance=_word(DISTANCES, row.distance),
            name=known[row.member],
            no=numbers.get(row.member, 0),
            until=wording.day(row.until // SECONDS_PER_DAY),
            is_mine=row.member == viewer,
            soon=row.until - now < SOON_DAYS * SECONDS_PER_DAY,
            live=not row.withdrawn and row.until >= now,
        )
        for row in found
    ]


def _with(kind: Any, rows: list[Listing]) -> set[str]:
    """Return which of these have a photo, or a voice note."""
    ids = [row.id for row in rows]
    found = kind.objects.filter(listing__in=ids).values_list("listing_id", flat=True)
    return set(found)


def _word(words: dict, key: object) -> str:
    return gettext(words[key]) if key in words else ""


def _amount(row: Listing) -> str:
    if not row.quantity:
        return _word(EVERY, row.every)
    amount = wording.quantity(Quantity(row.quantity, row.unit))
    if row.every not in _AMOUNT_EVERY:
        return amount
    return gettext(_AMOUNT_EVERY[row.every]) % {"amount": amount}


def _equivalents(units: set[str]) -> dict[str, dict]:
    """Return what local measures are in standard ones, as the circuit has agreed."""
    rows = Unit.objects.filter(code__in=units).values_list("code", "equivalent")
    return {code: json.loads(text) for code, text in rows if text}


def _same_as(row: Listing, equivalents: dict[str, dict]) -> str:
    one = equivalents.get(row.unit)
    if not one or not row.quantity:
        return ""
    # Rounded to the step, half up: what is shown informs and binds nobody.
    twice = 2 * row.quantity * one["standard"] + one["measure"]
    return wording.quantity(Quantity(twice // (2 * one["measure"]), one["unit"]))


def lines_of(member: str) -> list[ListingLine]:
    """Return what a member offers and needs now."""
    rows = Listing.objects.live().filter(member=member).order_by("-created")[:50]
    return told(rows, "")
