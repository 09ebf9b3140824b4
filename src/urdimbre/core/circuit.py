"""The circuit: one state machine, the same for writer, replay, verify and preview."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from urdimbre.core import encoding
from urdimbre.core.accounts import COMMON, Account, Conversion, Limits, Supply
from urdimbre.core.acts import Act, ActKind, Cited, Effects, Required, read_act
from urdimbre.core.agreements import (
    AgreementAhead,
    AgreementChanged,
    Anchor,
    Setting,
    Version,
    changed_since,
)
from urdimbre.core.assembly.decision import DECISION
from urdimbre.core.catalogue.unit import UnitRow, build_unit
from urdimbre.core.chain.entry import Slot
from urdimbre.core.circulation.dues import DUES, Called
from urdimbre.core.circulation.issue import ISSUE
from urdimbre.core.circulation.roster import ROSTER
from urdimbre.core.exchange.adjust import ADJUST, Adjusted
from urdimbre.core.exchange.contest import CONTEST, Contest
from urdimbre.core.exchange.exchange import EXCHANGE
from urdimbre.core.exchange.thanks import THANKS, Thanked
from urdimbre.core.federation.witness import Witness
from urdimbre.core.founding.genesis import GENESIS, RULES
from urdimbre.core.founding.keeping import CLOCK, NODE, RULES_KIND, VOID
from urdimbre.core.founding.rows import ClockRow, RulesRow, Void
from urdimbre.core.membership import caps, consent
from urdimbre.core.membership.freeze import FREEZE
from urdimbre.core.membership.key import KEY
from urdimbre.core.membership.mandate import MANDATE
from urdimbre.core.membership.member import ADMIT, LEAVE
from urdimbre.core.membership.policy import POLICY
from urdimbre.core.membership.rows import (
    Frozen,
    Guardians,
    Key,
    Mandate,
    Member,
    Most,
    Policy,
    Rule,
    Use,
)
from urdimbre.core.obligations import Alternative, Custody, Debt, Due, Owed
from urdimbre.core.reading import ReaderOf, as_tabled
from urdimbre.core.refusals import Malformed, Refusal, UnknownAct, gettext_noop
from urdimbre.core.state import Overlay, Row, View
from urdimbre.core.units import Backing, Equivalent

__all__ = [
    "KINDS",
    "RULES",
    "apply",
    "decode_row",
    "key_for",
    "read",
    "refusals",
    "required",
]

VALID_DAYS_MAX = 90

_KINDS = (
    GENESIS,
    ADMIT,
    LEAVE,
    KEY,
    POLICY,
    MANDATE,
    FREEZE,
    DECISION,
    ISSUE,
    DUES,
    ROSTER,
    EXCHANGE,
    THANKS,
    ADJUST,
    CONTEST,
    VOID,
    RULES_KIND,
    NODE,
    CLOCK,
)
KINDS: dict[str, ActKind] = {kind.name: kind for kind in _KINDS}
_FIRST = {GENESIS.name: GENESIS}
_LATER = {kind.name: kind for kind in _KINDS if kind is not GENESIS}

key_for = consent.key_for


@dataclass(frozen=True, slots=True)
class Expired(Refusal):
    """The act was not recorded in its time."""

    code = "expired"
    says = gettext_noop("The act was valid until {until}; it is {now}.")
    way_out = gettext_noop("Make and sign it again.")
    until: int
    now: int


@dataclass(frozen=True, slots=True)
class ValidTooLong(Refusal):
    """The act would stay open longer than the format allows."""

    code = "valid_too_long"
    says = gettext_noop("The act is valid until {until}; at most {most} is allowed.")
    way_out = gettext_noop("Choose an earlier end.")
    until: int
    most: int


@dataclass(frozen=True, slots=True)
class Voided(Refusal):
    """A required signer has withdrawn this draft."""

    code = "voided"
    says = gettext_noop("{member} has withdrawn this act.")
    way_out = gettext_noop("Talk to her and make a new one.")
    member: str


@dataclass(frozen=True, slots=True)
class AuthorMissing(Refusal):
    """The author of an act is none of those who sign it."""

    code = "author_missing"
    says = gettext_noop("{member} is named as the author and has not signed.")
    way_out = gettext_noop("Name one of the signers as the author.")
    member: str


ENVELOPE_REFUSES = (
    Expired,
    ValidTooLong,
    UnknownAct,
    AgreementAhead,
    AgreementChanged,
    Voided,
    AuthorMissing,
)
"""Every refusal that an act of any kind can meet, consents apart."""


def read(
    data: bytes,
    genesis: str,
    *,
    loads: encoding.Loads = json.loads,
    dump: encoding.Dumps = encoding.dumps,
    reader_of: ReaderOf = as_tabled,
) -> Act | Malformed:
    """Read an act; with an empty ``genesis`` only a genesis act is one."""
    kinds = _LATER if genesis else _FIRST
    return read_act(data, kinds, genesis, loads=loads, dump=dump, reader_of=reader_of)


def required(state: View, act: Act, cited: Cited) -> Required:
    """Return who must sign an act."""
    return KINDS[act.kind].required(state, act, cited)


def refusals(
    state: View, act: Act, slots: Sequence[Slot], cited: Cited
) -> Iterator[Refusal]:
    """Give everything that speaks against an act, gravest first, but bad signatures.

    First the envelope, then the kind's own rules, then the consents.

    Args:
        state: the rows before the act; its time is that of the block.
        act: as read.
        slots: who has signed; the signatures themselves are checked elsewhere.
        cited: the acts recorded so far.
    """
    kind = KINDS[act.kind]
    yield from _envelope(state, act, cited)
    if act.kind != GENESIS.name:
        yield from changed_since(state, act.agreement, kind.reads)
    own = tuple(kind.refusals(state, act, cited))
    yield from own
    needs = kind.required(state, act, cited)
    voided = _voided(state, act, slots, needs)
    if voided is not None:
        yield voided
    missing = tuple(consent.refusals(state, act, slots, needs))
    yield from missing
    if not missing and not own:
        missing_author = _author(state, act, slots, needs)
        if missing_author is not None:
            yield missing_author


def _envelope(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    if act.valid_until < state.time:
        yield Expired(act.valid_until, state.time)
    most = state.time + VALID_DAYS_MAX * 86_400
    if act.valid_until > most:
        yield ValidTooLong(act.valid_until, most)
    for ref in act.refs:
        if ref.act not in cited:
            yield UnknownAct(ref.act)
            return


def _voided(
    state: View, act: Act, slots: Sequence[Slot], needs: Required
) -> Voided | None:
    """Refuse what a party, or anybody whose signature it carries, has withdrawn.

    A signature without a role is refused, so whoever signs is needed: an agent, a
    witness, a bearer of care as much as the parties.
    """
    parties = [need.party for need in needs.needs]
    signers = [slot.member for slot in slots]
    for party in dict.fromkeys((*parties, act.by, *signers)):
        if state.get(f"void/{act.hash}/{party}") is not None:
            return Voided(party)
    return None


def _author(
    state: View, act: Act, slots: Sequence[Slot], needs: Required
) -> AuthorMissing | None:
    """Refuse an author who has neither signed nor consented.

    Where a mediator speaks for all parties, none of them has: the common then stands
    for its mediator.
    """
    for slot in slots:
        if slot.member == act.by:
            return None
    if needs.mediated and consent.is_mediated(state, act, slots, needs):
        return None if act.by == COMMON else AuthorMissing(act.by)
    if any(need.party == act.by for need in needs.needs):
        return None
    return AuthorMissing(act.by)


def apply(overlay: Overlay, act: Act, slots: Sequence[Slot], cited: Cited) -> Effects:
    """Write what an act changes; it must not have been refused on this state."""
    kind = KINDS[act.kind]
    if caps.rests_on_mandates(act, slots):
        needs = kind.required(overlay, act, cited)
        caps.apply(overlay, act, slots, needs)
    return kind.apply(overlay, act, cited)


_ROWS: dict[str, Any] = {
    "account": Account,
    "adjusted": Adjusted,
    "agreement": Setting,
    "called": Called,
    "clock": ClockRow,
    "contest": Contest,
    "custody": Custody,
    "debt": Debt,
    "frozen": Frozen,
    "key": Key,
    "mandate": Mandate,
    "member": Member,
    "owed": Owed,
    "policy": Policy,
    "rules": RulesRow,
    "supply": Supply,
    "thanked": Thanked,
    "use": Use,
    "void": Void,
}
_UNDER_AGREEMENT: dict[str, Any] = {
    "anchor": Anchor,
    "conversion": Conversion,
    "limits": Limits,
    "witness": Witness,
}
_NUMBERS = ("chain", "deal", "move", "period", "year")
_INSIDE: dict[str, Any] = {
    "alternative": Alternative,
    "backing": Backing,
    "due": Due,
    "equivalent": Equivalent,
    "guardians": Guardians,
    "max": Most,
}


_OF_ITS_OWN = frozenset(["blind", "public"])
"""Fields whose texts stand in one row only."""


def decode_row(
    key: str,
    value: bytes,
    *,
    loads: encoding.Loads = json.loads,
    once: Callable[[str], str] = str,
) -> Row:
    """Read a row of the state from its key and canonical JSON.

    Args:
        key: of the row.
        value: canonical JSON of the other fields.
        loads: reads JSON.
        once: gives a text that is equal and kept already: ids stand in many rows.
    """
    prefix, *parts = map(once, key.split("/"))
    told: Any = loads(value)
    content: dict[str, Any] = {
        name: once(raw)
        if isinstance(raw, str) and name not in _OF_ITS_OWN
        else _inside(name, raw)
        for name, raw in dict(told).items()
    }
    if prefix == "unit":
        inner: dict[str, Any] = dict(content["unit"])
        inside = {name: _inside(name, raw) for name, raw in inner.items()}
        return UnitRow(build_unit(**inside))
    kind = _ROWS[prefix]
    if prefix == "agreement" and not parts:
        kind = Version
    elif prefix == "agreement" and len(parts) > 1:
        kind, parts = _UNDER_AGREEMENT[parts[0]], parts[1:]
    named: dict[str, Any] = dict(zip(kind.KEY, parts, strict=True))
    for name in _NUMBERS:
        if name in named:
            named[name] = int(named[name])
    row: Row = kind(**named, **content)
    return row


def _inside(name: str, raw: Any) -> Any:
    if isinstance(raw, list):
        return tuple(_inside(name, one) for one in raw)
    if name == "rules" and isinstance(raw, dict):
        return Rule(**{key: _inside(key, one) for key, one in raw.items()})
    if name in _INSIDE and isinstance(raw, dict):
        inner = {key: _inside(key, one) for key, one in raw.items()}
        return _INSIDE[name](**inner)
    return raw
