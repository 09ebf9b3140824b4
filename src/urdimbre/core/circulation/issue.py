"""The act ``issue``: the common brings granted or backed signs into circulation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from urdimbre.core.accounts import (
    COMMON,
    AccountKey,
    Net,
    OverCreditLimit,
    OverHighLimit,
    Supply,
    counts,
    over_limits,
    post,
    warned,
)
from urdimbre.core.acts import (
    Act,
    ActKind,
    Cited,
    Effects,
    Given,
    Need,
    Required,
    hex16,
    unit_code,
)
from urdimbre.core.catalogue.unit import reserve_needed
from urdimbre.core.reading import Record, Unreadable, integer
from urdimbre.core.refusals import (
    MemberHasLeft,
    Refusal,
    UnknownMember,
    UnknownUnit,
    gettext_noop,
)
from urdimbre.core.state import Overlay, View
from urdimbre.core.units import MINOR_MAX, Quantity, Regime, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Signs pass from the common's issue purse to a member, or back.

    Attributes:
        member: who receives them; the common itself may.
        quantity: minor steps; below zero: taken back, which the holder signs too.
        unit: a granted or backed sign.
    """

    member: str
    quantity: int
    unit: str


@dataclass(frozen=True, slots=True)
class NotIssued(Refusal):
    """A sign that members bring into being themselves."""

    code = "not_issued"
    says = gettext_noop("Signs of {unit} are not issued by the common.")
    way_out = gettext_noop("They come into being when members exchange.")
    unit: str


@dataclass(frozen=True, slots=True)
class OverCeiling(Refusal):
    """More signs than voted, or than the reserve covers."""

    code = "over_ceiling"
    says = gettext_noop("{after} would be in circulation; {ceiling} are covered.")
    way_out = gettext_noop("Issue at most {available}, or propose a higher ceiling.")
    after: Quantity
    ceiling: Quantity
    available: Quantity


def _build(**values: object) -> Issue:
    body = Issue(**values)  # type: ignore[arg-type]
    if body.quantity == 0:
        raise Unreadable("must not be 0").within("quantity")
    return body


def _required(state: View, act: Act, cited: Cited) -> Required:
    body: Issue = act.body
    given = (Given(body.unit, abs(body.quantity), to=body.member),)
    needs: tuple[Need, ...] = (Need(COMMON, gives=given),)
    if body.quantity < 0 and body.member != COMMON:
        back = (Given(body.unit, -body.quantity, to=COMMON),)
        needs = (*needs, Need(body.member, gives=back))
    return Required(needs)


def _net(body: Issue) -> Net:
    return {
        AccountKey(COMMON, body.unit, "issue"): -body.quantity,
        AccountKey(body.member, body.unit): body.quantity,
    }


def covered(state: View, unit: Unit) -> int:
    """Return the most minor steps that may be in circulation."""
    supply: Supply | None = state.get(f"supply/{unit.code}")
    if unit.regime is Regime.GRANTED or unit.backing is None:
        return 0 if supply is None else supply.ceiling
    currency = unit.backing.unit
    reserve = counts(state, AccountKey(COMMON, currency, "reserve"))
    # Each peso backs one sort of sign only.
    left = max(0, reserve - reserve_needed(state, currency, but=unit.code))
    return min(MINOR_MAX, left * unit.backing.signs // unit.backing.money)


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: Issue = act.body
    row = state.get(f"member/{body.member}")
    if row is None or row.kind == "node":
        yield UnknownMember(body.member)
        return
    if row.left is not None:
        yield MemberHasLeft(body.member)
        return
    defined = state.get(f"unit/{body.unit}")
    unit: Unit | None = None if defined is None else defined.unit
    if unit is None:
        yield UnknownUnit(body.unit, "issue")
        return
    if not unit.issued_by_common:
        yield NotIssued(body.unit)
        return
    supply: Supply | None = state.get(f"supply/{body.unit}")
    issued = 0 if supply is None else supply.issued
    after = issued + body.quantity
    ceiling = covered(state, unit)
    if after < 0 or (body.quantity > 0 and after > ceiling):
        yield OverCeiling(
            Quantity(after, body.unit),
            Quantity(ceiling, body.unit),
            Quantity(max(0, ceiling - issued), body.unit),
        )
    yield from over_limits(state, _net(body))


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: Issue = act.body
    supply: Supply = overlay.get(f"supply/{body.unit}") or Supply(body.unit)
    after = replace(supply, issued=supply.issued + body.quantity)
    overlay.put(after)
    postings = post(overlay, _net(body))
    return Effects(postings=postings, rows=(after,), warned=warned(overlay, postings))


ISSUE = ActKind(
    name="issue",
    body=Record(
        _build,
        {"member": hex16, "quantity": integer(), "unit": unit_code},
        name="Issue",
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        UnknownMember,
        MemberHasLeft,
        UnknownUnit,
        NotIssued,
        OverCeiling,
        OverCreditLimit,
        OverHighLimit,
    ),
)
