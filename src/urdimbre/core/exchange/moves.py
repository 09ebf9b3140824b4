"""Moves: what passes from whom to whom. Deals group them, acts hold deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from urdimbre.core.acts import (
    MoveId,
    Party,
    day_number,
    hex16,
    minor,
    move_id,
    party,
    unit_code,
)
from urdimbre.core.obligations import Alternative, Due, due
from urdimbre.core.reading import (
    Record,
    Unreadable,
    choice,
    integer,
    list_of,
    one_of,
    text,
)
from urdimbre.core.units import MINOR_MAX

MOVES_MAX = 96
UNKNOWN = "unknown"
"""Category of goods that nobody remembers; the only one with quantity 0."""
DUES_MODE, ROSTER_MODE = "dues", "roster"
"""Modes of what the common calls to, and of what it counts of that: no exchange."""
THANKED = ("gift", ROSTER_MODE)
"""Modes of deals that whoever received in them may thank for."""

category = text(r"[a-z0-9.]{1,40}")
_purse = choice("till", "bank", "reserve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Things, services or work that pass from ``giver`` to ``taker``.

    Attributes:
        giver: who gives; the holder, when she sells or returns what is another's.
        taker: who takes.
        category: code of the kind of goods.
        quantity: minor steps of ``unit``.
        unit: a volume.
        measure: ``counted``, ``weighed`` or ``estimated``.
        title: ``transfer``, ``custody`` (owner stays) or ``return``.
        use: by the taker; ``consumption``, ``production``, ``circulation``, ``resale``
            or ``common``; from it the sector is derived.
        product: id of the description on the desk.
        of: custody that these goods come out of.
        on_behalf: whose goods they are (``for`` in the act).
        may: of custody: the holder may ``use`` or ``sell``.
    """

    giver: Party
    taker: Party
    category: str
    quantity: int
    unit: str
    measure: str
    title: str
    use: str
    product: str | None = None
    of: MoveId | None = None
    on_behalf: Party | None = None
    may: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """National currency, attested as paid.

    Attributes:
        purse: of a giver (or else taker) that keeps cash; the till if absent.
        into: purse of a taker that keeps cash; the same as ``purse`` if absent.
        purpose: ``deposit``, ``use_price``, ``damage`` or ``dues``.
    """

    giver: Party
    taker: Party
    quantity: int
    unit: str
    purse: str | None = None
    into: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Value signs that pass from ``giver`` to ``taker``.

    Attributes:
        on_limit: past the giver's hard limit, ``refuse`` or ``owe`` the excess.
        purpose: as of money.
    """

    giver: Party
    taker: Party
    quantity: int
    unit: str
    on_limit: str
    purpose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What a promise is about."""

    type: str
    quantity: int
    unit: str
    category: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Opens an obligation of ``giver`` to ``taker``.

    Attributes:
        what: goods, work, money or signs.
        due: when.
        risk: who bears a loss that nobody caused; the debtor if absent.
        alternative: another way to fulfil it (``or`` in the act).
    """

    giver: Party
    taker: Party
    what: Promised
    due: Due
    risk: str | None = None
    alternative: Alternative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Closes an obligation in part or whole; giver: the creditor, taker: the debtor.

    Attributes:
        owed: the obligation.
        quantity: minor steps released.
        reason: ``fulfilled``, ``loss``, ``passed_on``, ``replaced`` or ``forgiven``.
    """

    giver: Party
    taker: Party
    owed: MoveId
    quantity: int
    reason: str


Move = Goods | Money | Signs | Promise | Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """Moves under one mode.

    Attributes:
        mode: ``sale``, ``barter``, ``gift``, ``lend`` or ``settle``; of the acts by
            which the common calls to work, ``dues`` or ``roster``.
        moves: at least one.
        need: id of the need that a gift answers.
    """

    mode: str
    moves: tuple[Move, ...]
    need: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingConsent:
    """A party that consents by a mandate to accept."""

    party: Party
    mandate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Deals that are recorded together or not at all.

    Attributes:
        day: days since 1970, as the signers say.
        deals: one or several.
        consents: standing consents it rests on.
    """

    day: int
    deals: tuple[Deal, ...]
    consents: tuple[StandingConsent, ...] = ()


def _build_goods(**values: Any) -> Goods:
    goods = Goods(**values)
    if (goods.quantity == 0) != (goods.category == UNKNOWN):
        raise Unreadable("is 0 for unknown goods, and for them only").within("quantity")
    if goods.may is not None and goods.title != "custody":
        raise Unreadable("goes with custody").within("may")
    if goods.on_behalf is not None and goods.title == "custody":
        raise Unreadable("is the giver: things in custody are hers").within("for")
    if goods.title == "return" and goods.of is None:
        raise Unreadable("is missing: what is returned").within("of")
    return goods


def _build_promised(**values: Any) -> Promised:
    promised = Promised(**values)
    if (promised.type in ("goods", "work")) != (promised.category is not None):
        raise Unreadable("goes with goods and work").within("category")
    if promised.product is not None and promised.type != "goods":
        raise Unreadable("goes with goods").within("product")
    return promised


_between = {"giver": party, "taker": party}
_purpose = choice("deposit", "use_price", "damage", "dues")
_what = choice("goods", "work", "money", "signs")

GOODS = Record(
    _build_goods,
    {
        **_between,
        "category": category,
        "quantity": integer(0, MINOR_MAX),
        "unit": unit_code,
        "measure": choice("counted", "weighed", "estimated"),
        "title": choice("transfer", "custody", "return"),
        "use": choice("consumption", "production", "circulation", "resale", "common"),
    },
    {
        "product": hex16,
        "of": move_id,
        "for": party,
        "may": choice("use", "sell"),
    },
    name="Goods",
    tag="type",
    names={"for": "on_behalf"},
)
MONEY = Record(
    Money,
    {**_between, "quantity": minor, "unit": unit_code},
    {"purse": _purse, "into": _purse, "purpose": _purpose},
    name="Money",
    tag="type",
)
SIGNS = Record(
    Signs,
    {
        **_between,
        "quantity": minor,
        "unit": unit_code,
        "on_limit": choice("refuse", "owe"),
    },
    {"purpose": _purpose},
    name="Signs",
    tag="type",
)
PROMISED = Record(
    _build_promised,
    {"type": _what, "quantity": minor, "unit": unit_code},
    {"category": category, "product": hex16},
    name="Promised",
)
ALTERNATIVE = Record(
    Alternative,
    {"type": _what, "quantity": minor, "unit": unit_code},
    {"category": category},
    name="Alternative",
    names={"type": "what"},
)
PROMISE = Record(
    Promise,
    {**_between, "what": PROMISED, "due": due},
    {"risk": choice("debtor", "shared", "creditor"), "or": ALTERNATIVE},
    name="Promise",
    tag="type",
    names={"or": "alternative"},
)
RELEASE = Record(
    Release,
    {
        **_between,
        "owed": move_id,
        "quantity": minor,
        "reason": choice("fulfilled", "loss", "passed_on", "replaced", "forgiven"),
    },
    name="Release",
    tag="type",
)
MOVE_TYPES: dict[str, Record[Any]] = {
    "goods": GOODS,
    "money": MONEY,
    "signs": SIGNS,
    "promise": PROMISE,
    "release": RELEASE,
}
TYPE_OF = {
    Goods: "goods",
    Money: "money",
    Signs: "signs",
    Promise: "promise",
    Release: "release",
}

DEAL = Record(
    Deal,
    {
        "mode": choice("sale", "barter", "gift", "lend", "settle"),
        "moves": list_of(one_of(MOVE_TYPES, tag="type"), low=1),
    },
    {"need": hex16},
    name="Deal",
)
CONSENT = Record(
    StandingConsent, {"party": party, "mandate": hex16}, name="StandingConsent"
)


def _build_exchange(**values: Any) -> Exchange:
    exchange = Exchange(**values)
    count = sum([len(deal.moves) for deal in exchange.deals])
    if count > MOVES_MAX:
        raise Unreadable(
            "hold {count} moves, {allowed} are allowed", count=count, allowed=MOVES_MAX
        ).within("deals")
    consents = exchange.consents
    if consents and len({one.party for one in consents}) < len(consents):
        raise Unreadable("name each party once").within("consents")
    return exchange


EXCHANGE_BODY = Record(
    _build_exchange,
    {"day": day_number, "deals": list_of(DEAL, low=1)},
    {"consents": list_of(CONSENT, low=1)},
    name="Exchange",
)
