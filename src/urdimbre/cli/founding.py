"""A new circuit: what its genesis agrees, by preset, and the founder's key."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from urdimbre.adapters.folder import Founding
from urdimbre.cli.failures import BadChoice, BadUnit
from urdimbre.core import drafting
from urdimbre.core.agreements import PARAMETERS, PRESETS
from urdimbre.core.chain.entry import ZERO32, signed_entry
from urdimbre.core.founding.genesis import RULES
from urdimbre.core.units import CURRENCIES, Regime, standard_unit

DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
DECIMALS = ("0", "1", "2", "3", "4", "5", "6")
NAME_MAX = 120
REGIMES = ("mutual", "granted", "backed", "time")
SEEDS = {"en": "SEED:Seeds:2", "es": "SEMILLA:Semillas:2", "pt": "SEMENTE:Sementes:2"}
HOURS = {"en": "HOUR:Hours:time", "es": "HORA:Horas:time", "pt": "HORA:Horas:time"}
CODE_MAX = 12
SMALL = ("person", "household", "initiative")
WIDE = ("emporio", "fund", "circuit", "common")
WIDER = 10
"""How much wider the limits of shops, funds and the common are than a member's."""


class Span(NamedTuple):
    """Limits either way of zero that a preset begins with, in whole signs."""

    limit: int
    warn: int


SPANS = {
    "barter-club": Span(200, 150),
    "gift-circle": Span(50, 40),
    "consumer-group": Span(100, 75),
    "co-op-network": Span(2_000, 1_500),
    "campesina": Span(300, 225),
    "rotating-fund": Span(100, 75),
    "community-shop": Span(100, 75),
}
assert tuple(SPANS) == PRESETS


class NewUnit(NamedTuple):
    """A sign as asked for on the command line."""

    code: str
    name: str
    decimals: int
    regime: str


class Wish(NamedTuple):
    """What somebody wants a new circuit to be.

    Attributes:
        demo: for trying things out, with a clock of its own.
    """

    preset: str
    units: tuple[NewUnit, ...]
    currency: str
    demo: bool = False


class Founded(NamedTuple):
    """Who the founder is, and the signed genesis entry."""

    founder: str
    entry: bytes


def units_of(texts: Sequence[str], preset: str, language: str) -> tuple[NewUnit, ...]:
    """Read the units asked for; without any, the one that the preset suggests."""
    suggested = HOURS if preset == "gift-circle" else SEEDS
    return tuple(unit_of(text) for text in texts or (suggested[language],))


def unit_of(text: str) -> NewUnit:
    """Read ``CODE:NAME:DECIMALS[:REGIME]`` or ``CODE:NAME:time``.

    Raises:
        BadUnit: it is not written so.
    """
    parts = text.split(":")
    if len(parts) not in (3, 4) or not _is_name(parts[1]):
        raise BadUnit(text=text, reason="CODE:NAME:DECIMALS[:REGIME]")
    code, name, decimals = (part.strip() for part in parts[:3])
    regime = parts[3].strip() if parts[3:] else "mutual"
    if decimals == "time" or regime == "time":
        decimals, regime = "0", "time"
    if not (code.isascii() and code.isalnum() and code.isupper()) or (
        len(code) > CODE_MAX
    ):
        raise BadUnit(text=text, reason=f"CODE: 1-{CODE_MAX} A-Z 0-9")
    if standard_unit(code) is not None:
        raise BadUnit(text=text, reason=f"{code}: ISO 4217 / UN/ECE")
    if decimals not in DECIMALS:
        raise BadUnit(text=text, reason=f"DECIMALS: 0-{DECIMALS[-1]}")
    if regime not in REGIMES:
        raise BadUnit(text=text, reason="REGIME: " + ", ".join(REGIMES))
    return NewUnit(code, name, int(decimals), regime)


def _is_name(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= NAME_MAX


def currency_of(code: str) -> str:
    """Check a currency.

    Raises:
        BadChoice: it is none of ISO 4217.
    """
    if code.upper() not in CURRENCIES:
        raise BadChoice(option="--currency", text=code, choices="ISO 4217: BOB, BRL, …")
    return code.upper()


def found(founding: Founding, wish: Wish, *, now: int) -> Founded:
    """Make the founder, her server key and the genesis entry that she signs."""
    founder, node = secrets.token_hex(16), secrets.token_hex(16)
    public = founding.keys.create(founder)
    body: dict[str, Any] = {
        "agreement": _agreement(wish),
        "blind": secrets.token_hex(16),
        "day": now // DAY_SECONDS,
        "founders": [
            {
                "blind": secrets.token_hex(16),
                "key": drafting.key(public, "server"),
                "member": founder,
            }
        ],
        "limits": [one for unit in wish.units for one in _limits(unit, wish.preset)],
        "need": 1,
        "node": {
            "key": drafting.key(founding.keys.node.key.hex(), "server"),
            "member": node,
        },
        "policy": secrets.token_hex(16),
        "rules": RULES,
        "units": [_unit(unit, wish.currency) for unit in wish.units],
    }
    if wish.demo:
        body["demo"] = True
    act = drafting.draft(
        "genesis",
        body,
        by=founder,
        id_=secrets.token_hex(16),
        valid_until=now + DAY_SECONDS,
    )
    slots = [
        founding.keys.slot(act, ZERO32, member=founder),
        founding.keys.node_slot(act, ZERO32, node),
    ]
    return Founded(founder, signed_entry(act, slots).encode())


def _agreement(wish: Wish) -> dict[str, Any]:
    values = {one.name: one.for_preset(wish.preset) for one in PARAMETERS}
    return values | {"currency": wish.currency}


def _whole(unit: NewUnit) -> int:
    return HOUR_SECONDS if unit.regime == "time" else 10**unit.decimals


def _limits(unit: NewUnit, preset: str) -> list[dict[str, Any]]:
    span, whole = SPANS[preset], _whole(unit)
    # What only the common brings out is had before it is spent.
    issued = unit.regime in (Regime.BACKED, Regime.GRANTED)
    if unit.regime == "time":
        # A sign of about ten to the hour keeps the two kinds of limits comparable.
        span = Span(-(-span.limit // 10), -(-span.warn // 10))
    return [
        {
            "unit": unit.code,
            "whom": whom,
            "low": 0 if issued else -span.limit * whole * times,
            "high": span.limit * whole * times,
            "warn": span.warn * whole * times,
        }
        for kinds, times in ((SMALL, 1), (WIDE, WIDER))
        for whom in kinds
    ]


def _unit(unit: NewUnit, currency: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": unit.code,
        "kind": "sign",
        "regime": unit.regime,
        "scale": unit.decimals,
        "scope": "local",
    }
    if unit.regime == "backed":
        # At par; the assembly may decide otherwise with a new unit.
        found["backing"] = {
            "unit": currency,
            "signs": 10**unit.decimals,
            "money": 10 ** CURRENCIES[currency],
        }
    return found
