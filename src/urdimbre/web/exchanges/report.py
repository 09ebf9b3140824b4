"""A statement to take along: lines, sums, all accounts, and what each word means."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from urdimbre.projections.models import Balance, Move
from urdimbre.web import exact, wording
from urdimbre.web.circuit.balances import PURSES
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.members import has_left
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.exchanges import described
from urdimbre.web.exchanges.statement import (
    TYPES,
    StatementLine,
    filter_words,
    lines,
)
from urdimbre.web.exchanges.sums import SumLine, sums
from urdimbre.web.membership.keys import CUSTODIES
from urdimbre.web.tabling import Cell, Column, Report, Table
from urdimbre.web.units import measure

GROUP = 500
MARKS = {
    "adjusted": gettext_noop("adjusted later"),
    "contested": gettext_noop("objected"),
}
ACCOUNTS = {
    "own": gettext_noop("account"),
    "issue": gettext_noop("signs issued"),
    **PURSES,
}


def report(rows: QuerySet[Move], here: Here, typed: Mapping[str, Any]) -> Report:
    """Make the report of the lines that a filter has left."""
    title = gettext("Statement of %(name)s") % {"name": here.name}
    circuit = display("name", "Urdimbre")
    asked = {"period": "all"} | {name: one for name, one in typed.items() if one}
    about = (
        f"{circuit} · {wording.day(wording.today())}",
        gettext("Lines: %(filter)s") % {"filter": filter_words(asked)},
    )
    return Report(title, about, (_lines(rows, here), _sums(rows, here), accounts(here)))


def _lines(rows: QuerySet[Move], here: Here) -> Table:
    columns = (
        Column(
            gettext("number"),
            gettext("Number of the act in the common notebook; its receipt has it."),
            16,
            right=True,
        ),
        Column(gettext("day"), gettext("When it happened: year-month-day."), 22),
        Column(gettext("modality"), gettext("Sale, barter, gift, loan, settling."), 20),
        Column(gettext("direction"), gettext("Whether you gave or received."), 18),
        Column(gettext("with whom"), gettext("The other side."), 36),
        Column(gettext("what"), gettext("Kind of goods or work, or of value."), 38),
        Column(
            gettext("description"),
            gettext("Your words for it. They lie outside the notebook; erased: empty."),
        ),
        Column(
            gettext("amount"),
            gettext("Exact, as adjustments have left it. Hours as h:mm:ss."),
            28,
            right=True,
        ),
        *_unit_columns(),
        Column(
            gettext("minor steps"),
            gettext("The same amount in its smallest steps, such as cents or seconds."),
        ),
        Column(
            gettext("balance after"),
            gettext("Where your account of that sign stood after the act."),
            26,
            right=True,
        ),
        Column(
            gettext("acted"),
            gettext("Who signed for you, or attested it, if you did not sign."),
            27,
        ),
        Column(
            gettext("mark"),
            gettext("Whether it was adjusted later, or somebody objects to it."),
            20,
        ),
    )
    return Table(gettext("Lines"), columns, _rows(rows, here))


def _rows(rows: QuerySet[Move], here: Here) -> Iterator[tuple[Cell, ...]]:
    each = rows.iterator(chunk_size=GROUP)
    while group := list(islice(each, GROUP)):
        texts = described.texts_of(list({row.position for row in group}))
        for row, line in zip(group, lines(group, here), strict=True):
            called = texts.get((row.position, f"{row.deal}.{row.move}"), "")
            yield _row(row, line, called)


def _row(row: Move, line: StatementLine, called: str) -> tuple[Cell, ...]:
    return (
        row.position,
        wording.to_date(line.day_number).isoformat(),
        line.mode_name,
        gettext("given") if line.gave else gettext("received"),
        line.other,
        line.what,
        called,
        amount(row.quantity, row.unit),
        *_unit(row.unit),
        row.quantity,
        "" if line.after_minor is None else amount(line.after_minor, row.unit),
        line.acted or (str(CUSTODIES["import"]) if line.imported else ""),
        gettext(MARKS[row.mark]) if row.mark else "",
    )


def _unit_columns() -> tuple[Column, Column]:
    return (
        Column(gettext("counted in"), gettext("Unit, as the circuit calls it."), 24),
        Column(gettext("unit"), gettext("Code of that unit, as acts have it.")),
    )


def _unit(code: str) -> tuple[str, str]:
    return wording.unit_label(measure(code)), code


def amount(minor: int, unit: str) -> Cell:
    """Write an exact amount: a number, but hours as text."""
    counted = measure(unit)
    told = exact.plain(minor, counted)
    return told if counted.is_time else Decimal(told)


def _sums(rows: QuerySet[Move], here: Here) -> Table:
    columns = (
        Column(gettext("what"), gettext("What passed from hand to hand."), 46),
        *_unit_columns(),
        Column(gettext("given"), gettext("Sum of what you gave."), 34, right=True),
        Column(
            gettext("received"), gettext("Sum of what you received."), 34, right=True
        ),
        Column(gettext("lines"), gettext("How many lines it sums."), 20, right=True),
    )
    return Table(gettext("Sums"), columns, _sum_rows(sums(rows, here.no)))


def _sum_rows(found: Sequence[SumLine]) -> Iterator[tuple[Cell, ...]]:
    for one in found:
        yield (
            gettext(TYPES[one.type]),
            *_unit(one.unit),
            "" if one.gave is None else amount(one.gave, one.unit),
            "" if one.took is None else amount(one.took, one.unit),
            one.moves,
        )


def accounts(here: Here) -> Table:
    """Give every account of a member: those at zero and those closed are among them."""
    columns = (
        *_unit_columns(),
        Column(gettext("purse"), gettext("Your own account, a till, a reserve."), 46),
        Column(gettext("balance"), gettext("What it stands at now."), 34, right=True),
        Column(
            gettext("held"),
            gettext("Part that does not count while somebody objects."),
            34,
            right=True,
        ),
        Column(
            gettext("state"), gettext("Open, or closed since a member has left."), 34
        ),
    )
    return Table(gettext("Accounts, all of them"), columns, _account_rows(here))


def _account_rows(here: Here) -> Iterator[tuple[Cell, ...]]:
    left = has_left(here.no)
    for row in Balance.objects.filter(owner=here.no).order_by("unit", "purse"):
        yield (
            *_unit(row.unit),
            gettext(ACCOUNTS[row.purse]) if row.purse in ACCOUNTS else row.purse,
            amount(row.balance, row.unit),
            amount(row.held, row.unit),
            gettext("closed") if left else gettext("open"),
        )
