"""The act ``exchange``: rules that all modes share, who must consent, what it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from urdimbre.core.accounts import (
    COMMON,
    AccountKey,
    Net,
    NotEnoughCash,
    OverCreditLimit,
    OverHighLimit,
    account,
    add,
    counts,
    over_limits,
    post,
    warned,
)
from urdimbre.core.acts import Act, ActKind, Cited, Effects, Required
from urdimbre.core.agreements import number
from urdimbre.core.catalogue.unit import reserve_needed
from urdimbre.core.exchange import answers
from urdimbre.core.exchange.barter import BARTER
from urdimbre.core.exchange.gift import GIFT
from urdimbre.core.exchange.in_custody import Lent, deals_of, left_behind
from urdimbre.core.exchange.lend import LEND
from urdimbre.core.exchange.looks import LOOKS_REFUSE, look
from urdimbre.core.exchange.mode import out_of_place
from urdimbre.core.exchange.moves import EXCHANGE_BODY, Exchange, Promise, Signs
from urdimbre.core.exchange.outcome import (
    Outcome,
    gone_rows,
    outcome,
    placed,
    released_rows,
)
from urdimbre.core.exchange.sale import SALE
from urdimbre.core.exchange.settle import SETTLE
from urdimbre.core.exchange.sides import required
from urdimbre.core.obligations import Owed, debt, owed, write_owed
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import Overlay, Row, View
from urdimbre.core.units import MINOR_MAX, Quantity

MODES = (SALE, BARTER, GIFT, LEND, SETTLE)
MODE = {mode.name: mode for mode in MODES}


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    """Refuse, gravest first: who, what, mode by mode, then the sums."""
    body: Exchange = act.body
    today = state.time // 86_400
    if body.day > today + 1:
        yield answers.DayAhead(body.day, today)
    looked = look(state, act)
    if looked is not None:
        yield looked
        return
    for place, deal in enumerate(body.deals, start=1):
        mode = MODE[deal.mode]
        misplaced = out_of_place(mode, deal, place)
        if misplaced is not None:
            yield misplaced
        else:
            yield from mode.refusals(state, deal, place)
    result = outcome(state, act)
    yield from _left_behind(state, act, result)
    yield from _beyond(state, act, result)


def _left_behind(state: View, act: Act, result: Outcome) -> Iterator[Refusal]:
    """Refuse to release lent things that neither come back nor are left to anybody."""
    freed = tuple(released_rows(state, result))
    deals = deals_of(freed)
    if not deals:
        return
    anew: dict[Lent, int] = {}
    for _, _, move in placed(act.body):
        if isinstance(move, Promise):
            what = move.what
            lent = Lent(move.taker.id, move.giver.id, what.category, what.unit)
            anew[lent] = anew.get(lent, 0) + what.quantity
    yield from left_behind(state, (*freed, *gone_rows(state, result)), deals, anew)


def _beyond(state: View, act: Act, result: Outcome) -> Iterator[Refusal]:
    """Refuse what the sums of all moves would pass: limits, cash, reserve, owing."""
    yield from too_large(
        state, result.net, (*result.promises.values(), *released_rows(state, result))
    )
    yield from over_limits(state, result.net)
    yield from reserve_refusals(state, result.net)
    if any(deal.mode == "gift" for deal in act.body.deals):
        yield from _gifts_from_debt(state, act, result)
    if result.owed:
        yield from _owes_too_much(state, act, result)


def _owes_too_much(state: View, act: Act, result: Outcome) -> Iterator[Refusal]:
    """Refuse what one giver would leave owing in one sign beyond the agreed most."""
    most = number(state, "owe_max")
    owing: Net = {}
    asked: Net = {}
    for place, _, move in placed(act.body):
        if isinstance(move, Signs):
            where = AccountKey(move.giver.id, move.unit)
            add(owing, where, result.owed.get(place, 0))
            add(asked, where, move.quantity)
    for where, excess in owing.items():
        if excess > most:
            yield answers.OwesTooMuch(
                where.owner,
                Quantity(excess, where.unit),
                Quantity(most, where.unit),
                Quantity(asked[where] - excess + most, where.unit),
            )
            return


def too_large(
    state: View, net: Mapping[AccountKey, int], rows: Iterable[Owed]
) -> Iterator[Refusal]:
    """Refuse balances, and sums of debts, that the format cannot keep exactly."""
    for where, delta in net.items():
        if abs(counts(state, where) + delta) > MINOR_MAX:
            yield answers.AmountTooLarge(where.unit)
            return
    debts: dict[tuple[str, str, str], int] = {}
    for row in rows:
        before = owed(state, row.act, row.deal, row.move)
        between = (row.debtor, row.creditor, row.unit)
        more = row.open - (0 if before is None else before.open)
        debts[between] = debts.get(between, 0) + more
    for between, more in debts.items():
        if more > 0 and debt(state, *between) + more > MINOR_MAX:
            yield answers.AmountTooLarge(between[2])
            return


def reserve_refusals(state: View, net: Mapping[AccountKey, int]) -> Iterator[Refusal]:
    """Refuse money out of a reserve that backs signs in circulation."""
    for where, delta in net.items():
        if where.purse != "reserve" or where.owner != COMMON or delta >= 0:
            continue
        needed = reserve_needed(state, where.unit)
        after = counts(state, where) + delta
        if after < needed:
            yield answers.ReserveNeeded(
                Quantity(needed, where.unit), Quantity(after, where.unit)
            )


def _gifts_from_debt(state: View, act: Act, result: Outcome) -> Iterator[Refusal]:
    """Refuse signs given away by somebody who would stand below zero after it."""
    seen: set[AccountKey] = set()
    for _, deal, move in placed(act.body):
        if deal.mode != "gift" or not isinstance(move, Signs):
            continue
        where = AccountKey(move.giver.id, move.unit)
        row = account(state, where)
        # What a contest takes from counting is not there to be given, nor is what it
        # keeps from counting against her: only what she really has.
        before = 0 if row is None else row.balance - max(0, row.held)
        if where not in seen and before + result.net[where] < 0:
            yield answers.GiftFromDebt(
                move.giver.id, Quantity(max(0, before), move.unit)
            )
        seen.add(where)


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    result = outcome(overlay, act)
    rows: list[Row] = []
    for obligation in (*result.promises.values(), *released_rows(overlay, result)):
        write_owed(overlay, obligation)
        rows.append(obligation)
    for custody in (*result.custodies.values(), *gone_rows(overlay, result)):
        overlay.put(custody)
        rows.append(custody)
    postings = post(overlay, result.net)
    return Effects(
        postings=postings,
        rows=tuple(rows),
        warned=warned(overlay, postings),
        owed=tuple((d, m, minor) for (d, m), minor in result.owed.items()),
    )


def _required(state: View, act: Act, cited: Cited) -> Required:
    return required(state, act)


EXCHANGE = ActKind(
    name="exchange",
    body=EXCHANGE_BODY,
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        answers.DayAhead,
        *LOOKS_REFUSE,
        answers.MoveNotInMode,
        answers.PurposeOutOfPlace,
        *(one for mode in MODES for one in mode.refuses_with),
        answers.StillInCustody,
        answers.AmountTooLarge,
        OverCreditLimit,
        OverHighLimit,
        NotEnoughCash,
        answers.ReserveNeeded,
        answers.GiftFromDebt,
        answers.OwesTooMuch,
    ),
    reads=("owe_max",),
)
