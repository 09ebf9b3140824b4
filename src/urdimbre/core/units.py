"""Units and quantities: whole numbers of minor steps, never a bare number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MINOR_MAX = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact (RFC 7493)."""


class UnitKind(StrEnum):
    """What a unit measures."""

    CURRENCY = "currency"
    SIGN = "sign"
    VOLUME = "volume"


class Regime(StrEnum):
    """How signs of a unit come into being."""

    MUTUAL = "mutual"
    BACKED = "backed"
    GRANTED = "granted"
    TIME = "time"


class DifferentUnits(Exception):
    """Quantities of different units were added or compared: a bug, never input."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"cannot combine {one} and {other}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number of minor steps of one unit.

    Attributes:
        minor: minor steps, ``abs(minor) <= MINOR_MAX``; cents of a currency, grams of
            ``KGM``, seconds of a time sign.
        unit: the unit's code.
    """

    minor: int
    unit: str

    def __add__(self, other: Quantity) -> Quantity:
        """Sum; both in the same unit."""
        if self.unit != other.unit:
            raise DifferentUnits(self.unit, other.unit)
        return Quantity(self.minor + other.minor, self.unit)

    def __neg__(self) -> Quantity:
        """Return the same quantity on the other side."""
        return Quantity(-self.minor, self.unit)


def _table(text: str) -> dict[str, int]:
    rows = (line.split() for line in text.strip().splitlines())
    return {code: int(row[0]) for row in rows for code in row[1:]}


# ISO 4217:2015, active codes with a minor unit; funds, metals and test codes left out.
CURRENCIES = _table(
    """
0 BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
2 AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP
2 BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
2 GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT
2 LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
2 NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
2 SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES
2 WST XCD YER ZAR ZMW
3 BHD IQD JOD KWD LYD OMR TND
"""
)

# UN/ECE Recommendations 20 and 21: the volumes every circuit has without a decision.
# The scale is ours: grams of KGM, millilitres of LTR, hundredths of an hour or day.
VOLUMES = _table(
    """
0 C62 EA PR DZN GRM MLT MIN BX BG SA PK BO JR CR CT TU BE BJ NMP SET
2 HUR DAY MTR KMT MTK
3 KGM LTR TNE MTQ KWH
4 HAR
"""
)


# What is weighed, filled, measured or counted alike: in minor steps, so many of the
# unit (first) are so many of the one they are all told in. Days, boxes, bags and the
# like are left out: how much is in one is for people to say.
_ALIKE = {
    "GRM": (1, 1, "KGM"),
    "TNE": (1, 1000, "KGM"),
    "MLT": (1, 1, "LTR"),
    "MTQ": (1, 1000, "LTR"),
    "KMT": (1, 1000, "MTR"),
    "HAR": (1, 100, "MTK"),
    "MIN": (3, 5, "HUR"),
    "EA": (1, 1, "C62"),
    "PR": (1, 2, "C62"),
    "DZN": (1, 12, "C62"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """What a backed sign rests on: ``signs`` minor steps for ``money`` minor steps.

    Attributes:
        unit: the currency held in the common's reserve.
        signs: minor steps of the sign that ``money`` minor steps cover.
        money: minor steps of the currency.
    """

    unit: str
    signs: int
    money: int

    def money_needed(self, issued: int) -> int:
        """Reserve in minor steps that ``issued`` signs require, rounded up."""
        return -(-issued * self.money // self.signs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """A local measure told in a standard one: ``measure`` steps are ``standard`` steps.

    Attributes:
        unit: the standard unit, such as ``KGM``.
        measure: minor steps of the local measure.
        standard: minor steps of the standard unit.
    """

    unit: str
    measure: int
    standard: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of the circuit; code, kind and scale never change.

    Attributes:
        code: ASCII code, unique in the circuit.
        kind: currency, sign or volume.
        scale: decimals of one whole; 0 for time, whose minor step is one second.
        regime: issue regime of a sign.
        scope: ``local`` or ``network``, of a sign.
        home: genesis hash of the circuit that defined it, if not this one.
        home_code: its code there.
        backing: what a backed sign rests on.
        equivalent: a local measure in standard units.
    """

    code: str
    kind: UnitKind
    scale: int
    regime: Regime | None = None
    scope: str | None = None
    home: str | None = None
    home_code: str | None = None
    backing: Backing | None = None
    equivalent: Equivalent | None = None

    @property
    def issued_by_common(self) -> bool:
        """Whether only the common brings these signs into being."""
        return self.regime in (Regime.BACKED, Regime.GRANTED)

    @property
    def alike(self) -> tuple[int, int, str]:
        """Return how many minor steps of it are how many of what, told as one kind."""
        if self.equivalent is None:
            return _ALIKE.get(self.code, (1, 1, self.code))
        standard = self.equivalent
        here, there, code = _ALIKE.get(standard.unit, (1, 1, standard.unit))
        return standard.measure * here, standard.standard * there, code


_STANDARD = {
    code: Unit(code=code, kind=kind, scale=scale)
    for kind, table in ((UnitKind.CURRENCY, CURRENCIES), (UnitKind.VOLUME, VOLUMES))
    for code, scale in table.items()
}


def standard_unit(code: str) -> Unit | None:
    """Return the unit of the rules' own tables that has this code."""
    return _STANDARD.get(code)
