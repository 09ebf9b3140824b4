"""Agreements: what the community decides, as typed parameters with their history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from urdimbre.core.reading import Reader, Unreadable, choice, integer
from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.state import View
from urdimbre.core.units import CURRENCIES, MINOR_MAX

Value = int | str

PRESETS = (
    "barter-club",
    "gift-circle",
    "consumer-group",
    "co-op-network",
    "campesina",
    "rotating-fund",
    "community-shop",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something that a community can decide.

    Attributes:
        name: as written in genesis and decisions.
        value: reader of its type and range.
        default: where no preset says otherwise.
        presets: other defaults, by preset.
        meaning: one sentence, a key of the catalogues.
        later: it came after wire format v1 was settled, so a genesis may lack it; the
            default is then in force until a decision says otherwise.
    """

    name: str
    value: Reader[int] | Reader[str]
    default: Value
    meaning: str
    presets: tuple[tuple[str, Value], ...] = ()
    later: bool = False

    def for_preset(self, preset: str) -> Value:
        """Return the value that a new circuit of that preset begins with."""
        return dict(self.presets).get(preset, self.default)


def _read_currency(value: object) -> str:
    if type(value) is not str or value not in CURRENCIES:
        raise Unreadable("an active currency of ISO 4217 is needed")
    return value


PARAMETERS = (
    Parameter(
        name="acts_per_hour",
        value=integer(10, 100_000),
        default=600,
        meaning=gettext_noop("Acts that one member may send in an hour."),
        later=True,
    ),
    Parameter(
        name="contest_days",
        value=integer(1, 90),
        default=14,
        meaning=gettext_noop(
            "Days in which a member may contest an entry that she did not sign herself."
        ),
    ),
    Parameter(
        name="currency",
        value=Reader(_read_currency, "an active currency of ISO 4217"),
        default="USD",
        meaning=gettext_noop("National currency that sales are made in."),
    ),
    Parameter(
        name="draft_days",
        value=integer(1, 90),
        default=14,
        meaning=gettext_noop("Days that a proposed exchange waits for confirmation."),
    ),
    Parameter(
        name="founders_days",
        value=integer(1, 90),
        default=90,
        meaning=gettext_noop(
            "Days that the founders may act for the common before a first meeting."
        ),
    ),
    Parameter(
        name="log_readers",
        value=choice("all", "own"),
        default="all",
        meaning=gettext_noop(
            "Who reads the common notebook: all members, or each her own acts."
        ),
        presets=(("consumer-group", "own"), ("community-shop", "own")),
    ),
    Parameter(
        name="offer_days",
        value=integer(7, 366),
        default=90,
        meaning=gettext_noop("Days that an offer or a need stays in the catalogue."),
    ),
    Parameter(
        name="offline_max",
        value=integer(0, MINOR_MAX),
        default=5000,
        meaning=gettext_noop(
            "Most that a member may promise in one sign without a connection, until it "
            "is recorded, in minor steps."
        ),
        presets=(("gift-circle", 0),),
        later=True,
    ),
    Parameter(
        name="owe_max",
        value=integer(0, MINOR_MAX),
        default=5000,
        meaning=gettext_noop(
            "Most that an exchange may leave owing in signs, in minor steps."
        ),
        presets=(("gift-circle", 0),),
    ),
    Parameter(
        name="sponsors",
        value=integer(0, 5),
        default=1,
        meaning=gettext_noop("Members who must vouch for somebody who is admitted."),
        presets=(("barter-club", 0),),
    ),
    Parameter(
        name="witnesses_needed",
        value=integer(0, 16),
        default=0,
        meaning=gettext_noop(
            "Witnesses on different hosts whose cosignatures a receipt should carry."
        ),
        later=True,
    ),
    Parameter(
        name="work_days",
        value=integer(0, 104),
        default=0,
        meaning=gettext_noop(
            "Days in a year on which the common may call a member to common work."
        ),
        presets=(("campesina", 12), ("consumer-group", 4), ("community-shop", 4)),
        later=True,
    ),
)

BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The value of a parameter in this circuit.

    Attributes:
        name: of the parameter.
        value: agreed value, in force once block time reaches ``since``.
        before: value in force until then.
        since: block time, seconds.
        version: of the agreement that changed it last.
    """

    PREFIX: ClassVar[str] = "agreement"
    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    value: Value
    before: Value
    since: int
    version: int

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"agreement/{self.name}"

    def at(self, time: int) -> Value:
        """Return the value in force at a block time."""
        return self.value if time >= self.since else self.before


@dataclass(frozen=True, slots=True)
class Anchor:
    """Who may anchor the log's checkpoints on an EVM chain, and with which contract.

    Attributes:
        chain: the chain's id (EIP-155).
        contract: address, 20 bytes, whose events count.
        sender: address, 20 bytes, whose events count; all zeros: nobody's.
        version: of the agreement that set it.
    """

    PREFIX: ClassVar[str] = "agreement/anchor"
    KEY: ClassVar[tuple[str, ...]] = ("chain",)

    chain: int
    contract: str
    sender: str
    version: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"agreement/anchor/{self.chain}"


@dataclass(frozen=True, slots=True)
class Version:
    """How many times the agreement has been changed by a decision."""

    PREFIX: ClassVar[str] = "agreement"
    KEY: ClassVar[tuple[str, ...]] = ()

    version: int

    @property
    def key(self) -> str:
        """Return the row's key."""
        return "agreement"


def setting(state: View, name: str) -> Setting:
    """Return a parameter's row; one that came later may have none yet."""
    row: Setting | None = state.get(f"agreement/{name}")
    if row is not None:
        return row
    value = BY_NAME[name].default
    return Setting(name=name, value=value, before=value, since=0, version=0)


def number(state: View, name: str) -> int:
    """Return a whole-number parameter in force now."""
    value = setting(state, name).at(state.time)
    assert isinstance(value, int)
    return value


def version(state: View) -> int:
    """Return the agreement's present version."""
    row: Version = state.get("agreement")
    return row.version


@dataclass(frozen=True, slots=True)
class AgreementChanged(Refusal):
    """What the signers saw has been changed by a decision since."""

    code = "agreement_changed"
    says = gettext_noop(
        "The agreement on {parameter} was changed after this act was signed "
        "(version {seen}, now {now})."
    )
    way_out = gettext_noop("Look at the new agreement and sign the act anew.")
    parameter: str
    seen: int
    now: int


@dataclass(frozen=True, slots=True)
class AgreementAhead(Refusal):
    """An act names a version of the agreement that does not exist yet."""

    code = "agreement_ahead"
    says = gettext_noop("The agreement has version {now}; the act names {seen}.")
    way_out = gettext_noop("Make the act again with the present version.")
    seen: int
    now: int


def changed_since(state: View, seen: int, reads: tuple[str, ...]) -> Iterator[Refusal]:
    """Refuse an act whose signers saw another agreement than the one in force."""
    now = version(state)
    if seen > now:
        yield AgreementAhead(seen, now)
        return
    if seen == now:
        return
    for name in reads:
        changed = setting(state, name).version
        if changed > seen:
            yield AgreementChanged(name, seen, changed)
