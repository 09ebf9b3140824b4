"""The act ``roster``: who was at common work, who sent somebody, who was excused.

Who does not stand on it still owes: that somebody stayed away is recorded nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import (
    ATTESTED,
    MANDATE,
    OWN,
    THE_COMMON,
    Act,
    ActKind,
    Cited,
    Effects,
    Given,
    MoveId,
    Need,
    Party,
    Required,
    day_number,
    hash32,
    hex16,
    minor,
    unit_code,
)
from urdimbre.core.circulation.dues import Dues
from urdimbre.core.exchange.answers import (
    DayAhead,
    MoreThanOwed,
    RefMissing,
    UnknownObligation,
)
from urdimbre.core.exchange.moves import (
    ROSTER_MODE,
    Deal,
    Goods,
    Move,
    Release,
    category,
)
from urdimbre.core.obligations import Owed, owed, write_owed
from urdimbre.core.reading import Record, Unreadable, choice, integer, list_of
from urdimbre.core.refusals import (
    MemberHasLeft,
    Refusal,
    UnknownAct,
    UnknownMember,
    gettext_noop,
)
from urdimbre.core.state import Overlay, View
from urdimbre.core.units import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """What is counted for one of those who were called.

    Attributes:
        deal: her place among those called by the dues, from 0.
        member: who was called.
        how: she was ``there``, has ``sent`` somebody, or is ``exempt``.
        quantity: minor steps of the unit that she owes no longer.
        by: of ``sent``: the member who worked; absent: somebody who is no member, or
            whom nobody names.
        why: of ``exempt``: commitment of the sealed reason; several may share one.
    """

    deal: int
    member: str
    how: str
    quantity: int
    by: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The common says what of its dues is done; contested or added to later.

    Attributes:
        day: of the work, or of excusing; days since 1970, as the signers say.
        dues: the act by which the members were called.
        category: code of the kind of work, as in the dues.
        unit: as in the dues.
        lines: who was there, has sent somebody or is excused.
    """

    day: int
    dues: str
    category: str
    unit: str
    lines: tuple[RosterLine, ...]

    @property
    def deals(self) -> tuple[Deal, ...]:
        """Return what each line does, as a deal of its own."""
        return tuple(
            Deal(mode=ROSTER_MODE, moves=tuple(self._moves(line)))
            for line in self.lines
        )

    def _moves(self, line: RosterLine) -> Iterator[Move]:
        worked = line.how != "exempt"
        if worked:
            yield Goods(
                giver=Party("member", line.by or line.member),
                taker=THE_COMMON,
                category=self.category,
                quantity=line.quantity,
                unit=self.unit,
                measure="counted",
                title="transfer",
                use="common",
            )
        yield Release(
            giver=THE_COMMON,
            taker=Party("member", line.member),
            owed=MoveId(self.dues, line.deal, 0),
            quantity=line.quantity,
            reason="fulfilled" if worked else "forgiven",
        )


@dataclass(frozen=True, slots=True)
class ReasonNotSealed(Refusal):
    """The reason of an exemption is not among the act's private fields."""

    code = "reason_not_sealed"
    says = gettext_noop(
        "The reason {why} why {member} is excused is not among the private fields."
    )
    way_out = gettext_noop("Seal the reason and add its commitment.")
    member: str
    why: str


def _build_line(**values: object) -> RosterLine:
    line = RosterLine(**values)  # type: ignore[arg-type]
    if line.by is not None and line.how != "sent":
        raise Unreadable("goes with sent").within("by")
    if line.by == line.member:
        raise Unreadable("is another than who was called").within("by")
    if (line.why is not None) != (line.how == "exempt"):
        raise Unreadable("goes with exempt").within("why")
    return line


def _build(**values: object) -> Roster:
    body = Roster(**values)  # type: ignore[arg-type]
    if any(a.deal >= b.deal for a, b in pairwise(body.lines)):
        raise Unreadable("must be sorted by deal, each once").within("lines")
    return body


def _required(state: View, act: Act, cited: Cited) -> Required:
    """Let the common sign, or two witnesses for it; who is called is bound already.

    Witnesses tell what they have seen: they excuse nobody. A substitute is bound by
    nothing: she signs, or is attested likewise.
    """
    body: Roster = act.body
    freed = tuple(Given(body.unit, line.quantity, line.member) for line in body.lines)
    sent = dict.fromkeys(line.by for line in body.lines if line.by is not None)
    seen = all(line.how != "exempt" for line in body.lines)
    any_of = OWN | MANDATE | ATTESTED
    return Required(
        (
            Need(COMMON, any_of if seen else OWN | MANDATE, freed),
            *(Need(one, any_of, gives_goods=True) for one in sent),
        ),
        interested=tuple(line.member for line in body.lines),
    )


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: Roster = act.body
    today = state.time // 86_400
    if body.day > today + 1:
        yield DayAhead(body.day, today)
    if not any(ref.act == body.dues and ref.rel == "releases" for ref in act.refs):
        yield RefMissing(body.dues, "releases")
        return
    recorded = cited.get(body.dues)
    if recorded is None or not isinstance(recorded.act.body, Dues):
        yield UnknownAct(body.dues)
        return
    for line in body.lines:
        refused = _line(state, act, line)
        if refused is not None:
            yield refused
            return


def _line(state: View, act: Act, line: RosterLine) -> Refusal | None:
    body: Roster = act.body
    row = owed(state, body.dues, line.deal, 0)
    told = (line.member, body.category, body.unit)
    if row is None or (row.debtor, row.category, row.unit) != told:
        return UnknownObligation(f"{body.dues}/{line.deal}/0")
    if line.quantity > row.open:
        return MoreThanOwed(
            Quantity(line.quantity, row.unit), Quantity(row.open, row.unit)
        )
    if line.why is not None and line.why not in act.private:
        return ReasonNotSealed(line.member, line.why)
    return None if line.by is None else _substitute(state, line.by)


def _substitute(state: View, id_: str) -> Refusal | None:
    row = state.get(f"member/{id_}")
    if row is None or row.kind in ("node", "common"):
        return UnknownMember(id_)
    return None if row.left is None else MemberHasLeft(id_)


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: Roster = act.body
    rows: list[Owed] = []
    for line in body.lines:
        row = owed(overlay, body.dues, line.deal, 0)
        assert row is not None
        row = replace(row, released=row.released + line.quantity)
        write_owed(overlay, row)
        rows.append(row)
    return Effects(rows=tuple(rows))


_LINE = Record(
    _build_line,
    {
        "deal": integer(0, 63),
        "member": hex16,
        "how": choice("there", "sent", "exempt"),
        "quantity": minor,
    },
    {"by": hex16, "why": hash32},
    name="RosterLine",
)

ROSTER = ActKind(
    name="roster",
    body=Record(
        _build,
        {
            "day": day_number,
            "dues": hash32,
            "category": category,
            "unit": unit_code,
            "lines": list_of(_LINE, low=1),
        },
        name="Roster",
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        DayAhead,
        RefMissing,
        UnknownAct,
        UnknownObligation,
        MoreThanOwed,
        ReasonNotSealed,
        UnknownMember,
        MemberHasLeft,
    ),
)
