"""What mandates and standing consents reach to, and how much of them is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from urdimbre.core.accounts import AccountKey, counts
from urdimbre.core.acts import Act, Need, Required
from urdimbre.core.chain.entry import ZERO16, Slot
from urdimbre.core.membership.answers import BeyondMandate, MandateNotInForce
from urdimbre.core.membership.rows import Mandate, Use
from urdimbre.core.obligations import debt
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import Overlay, View
from urdimbre.core.units import Quantity

COUNTED = ("act", "accept_credit", "accept_debit")
"""Purposes whose use is counted against the most per period."""


def uses(
    state: View, act: Act, slots: Sequence[Slot], required: Required
) -> tuple[Use, ...]:
    """Count what the act takes of each mandate it rests on, per period."""
    under = {slot.mandate for slot in slots if slot.mandate != ZERO16}
    named = under | {id_ for _, id_ in required.standing}
    counted: dict[str, list[Mandate]] = {}
    for id_ in sorted(named):
        mandate: Mandate | None = state.get(f"mandate/{id_}")
        if mandate is None or mandate.purpose not in COUNTED:
            continue
        if mandate.max_per_period is not None:
            counted.setdefault(mandate.principal, []).append(mandate)
    rows: list[Use] = []
    for need in required.needs:
        for mandate in counted.get(need.party, ()):
            amount = _amount(mandate, need)
            row = _use(state, mandate)
            if amount:
                rows.append(replace(row, used=row.used + amount))
    return tuple(rows)


def apply(
    overlay: Overlay, act: Act, slots: Sequence[Slot], required: Required
) -> None:
    """Write what the act has used of its mandates."""
    for row in uses(overlay, act, slots, required):
        overlay.put(row)


def rests_on_mandates(act: Act, slots: Sequence[Slot]) -> bool:
    """Tell whether a mandate, policy or standing consent has a part in an entry."""
    if getattr(act.body, "consents", ()):
        return True
    return any(slot.mandate != ZERO16 for slot in slots)


def serves(state: View, act: Act, mandate: Mandate, need: Need) -> Iterator[Refusal]:
    """Refuse a mandate out of its time, or for another kind or mode."""
    if not mandate.in_force(state.time):
        yield MandateNotInForce(mandate.id)
    elif act.kind not in mandate.kinds:
        yield BeyondMandate(mandate.id, act.kind, None)
    elif mandate.modes is not None:
        for mode in need.modes:
            if mode not in mandate.modes:
                yield BeyondMandate(mandate.id, mode, None)
                return


def within_caps(state: View, mandate: Mandate, need: Need) -> Iterator[Refusal]:
    """Refuse more than a mandate allows in one act, in its period, or to stand at."""
    unit = mandate.unit or ""
    amount = _amount(mandate, need)
    left = [mandate.max_each]
    if mandate.max_per_period is not None:
        left.append(mandate.max_per_period - _use(state, mandate).used)
    if mandate.max_balance is not None:
        left.append(mandate.max_balance - _standing_at(state, mandate))
    caps = [cap for cap in left if cap is not None]
    if caps and amount > min(caps):
        yield BeyondMandate(mandate.id, str(amount), Quantity(max(0, min(caps)), unit))


def _amount(mandate: Mandate, need: Need) -> int:
    values = need.takes if mandate.purpose == "accept_credit" else need.gives
    return sum(one.minor for one in values if one.unit == mandate.unit)


def _use(state: View, mandate: Mandate) -> Use:
    period = mandate.period(state.time)
    row: Use | None = state.get(f"use/{mandate.id}/{period}")
    return row or Use(mandate=mandate.id, period=period)


def _standing_at(state: View, mandate: Mandate) -> int:
    """Return the balance, or the open debt to the creditor, that a cap is held to."""
    unit = mandate.unit or ""
    if mandate.purpose != "accept_debit":
        return counts(state, AccountKey(mandate.principal, unit))
    return debt(state, mandate.principal, mandate.creditor or "", unit)
