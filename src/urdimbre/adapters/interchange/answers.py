"""What can be wrong with a file that somebody brings, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from urdimbre.core.refusals import Refusal, gettext_noop


@dataclass(frozen=True, slots=True)
class NotUtf8(Refusal):
    """A line in another encoding, or no text at all."""

    code = "not_utf8"
    says = gettext_noop("This line is not UTF-8 text.")
    way_out = gettext_noop("Save the file as UTF-8 and try again.")


@dataclass(frozen=True, slots=True)
class BrokenQuotes(Refusal):
    """Quotation marks that do not close, as in a half-written file."""

    code = "broken_quotes"
    says = gettext_noop("The quotation marks of this line do not fit: {reason}.")
    way_out = gettext_noop("Look whether the file is complete, and write it again.")
    reason: str


@dataclass(frozen=True, slots=True)
class ColumnsMissing(Refusal):
    """The header lacks columns that the layout needs."""

    code = "columns_missing"
    says = gettext_noop("These columns are missing: {columns}.")
    way_out = gettext_noop("Choose another layout, or name the columns with --map.")
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CutShort(Refusal):
    """A row with more or fewer cells than the header."""

    code = "cut_short"
    says = gettext_noop("Cells in this row: {have}; the header has {need}.")
    way_out = gettext_noop("Look whether the file is complete, and write it again.")
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class CellEmpty(Refusal):
    """A cell without which the row says nothing."""

    code = "cell_empty"
    says = gettext_noop("The cell {column} is empty.")
    way_out = gettext_noop("Fill it in, or take the row out.")
    column: str


@dataclass(frozen=True, slots=True)
class NotANumber(Refusal):
    """An amount that is none."""

    code = "not_a_number"
    says = gettext_noop("{column} is not an amount: {text}.")
    way_out = gettext_noop("Write digits, with one decimal sign at most.")
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class AmbiguousAmount(Refusal):
    """An amount such as 1.234, which two countries read differently."""

    code = "ambiguous_amount"
    says = gettext_noop("{text} can be read in two ways.")
    way_out = gettext_noop(
        "Say which sign begins the decimals: --map decimal=point or comma."
    )
    text: str


@dataclass(frozen=True, slots=True)
class NotADate(Refusal):
    """A date that is none."""

    code = "not_a_date"
    says = gettext_noop("{column} is not a date: {text}.")
    way_out = gettext_noop("Write it as year-month-day, such as 2026-03-31.")
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class OneFileOnly(Refusal):
    """A folder or archive where the layout reads one table."""

    code = "one_file_only"
    says = gettext_noop("This layout reads one file; here are {count}.")
    way_out = gettext_noop("Name the file itself.")
    count: int


@dataclass(frozen=True, slots=True)
class BrokenArchive(Refusal):
    """A zip file that does not open."""

    code = "broken_archive"
    says = gettext_noop("The archive does not open.")
    way_out = gettext_noop("Unpack it yourself, and name the folder.")


@dataclass(frozen=True, slots=True)
class UnknownTable(Refusal):
    """A file among several that is none of those the layout reads."""

    code = "unknown_table"
    says = gettext_noop("This file is none of those that the layout {layout} reads.")
    way_out = gettext_noop("Take it out of the folder, or export it again.")
    layout: str


@dataclass(frozen=True, slots=True)
class NotJson(Refusal):
    """A file that begins as JSON and is none."""

    code = "not_json"
    says = gettext_noop("This is not JSON: {reason}.")
    way_out = gettext_noop("Look whether the file is complete, and write it again.")
    reason: str


@dataclass(frozen=True, slots=True)
class ScaleMissing(Refusal):
    """Whole amounts of which nobody tells how many decimals they hide."""

    code = "scale_missing"
    says = gettext_noop("Nothing tells how many decimals the amounts have.")
    way_out = gettext_noop(
        "Add the answer of the currency, or say it: --map scale=2, for example."
    )


UNREADABLE = (
    NotUtf8,
    BrokenQuotes,
    ColumnsMissing,
    CutShort,
    CellEmpty,
    NotANumber,
    AmbiguousAmount,
    NotADate,
    OneFileOnly,
    BrokenArchive,
    UnknownTable,
    NotJson,
    ScaleMissing,
)
"""One of these, and nothing of the file is recorded."""


@dataclass(frozen=True, slots=True)
class SubtypeNotImported(Refusal):
    """A kind of transaction that the layout knows no act for."""

    code = "subtype_not_imported"
    says = gettext_noop("Rows of the kind {subtype} are not imported.")
    way_out = gettext_noop("Record what it stands for by hand, if it matters.")
    subtype: str


@dataclass(frozen=True, slots=True)
class NotCommitted(Refusal):
    """A transfer that was only asked for, rejected, or taken back."""

    code = "not_committed"
    says = gettext_noop("The transfer is {state}: nothing was paid by it.")
    way_out = gettext_noop("Nothing needs to be done, unless it was paid after all.")
    state: str


@dataclass(frozen=True, slots=True)
class OtherToken(Refusal):
    """A row in another currency than those before it."""

    code = "other_token"
    says = gettext_noop("The row counts in {token}, the file began with {first}.")
    way_out = gettext_noop("Import each currency from a file of its own.")
    token: str
    first: str


@dataclass(frozen=True, slots=True)
class NothingMoved(Refusal):
    """An amount that is not above zero in the steps of the unit."""

    code = "nothing_moved"
    says = gettext_noop("The amount {text} is not above zero in {unit}.")
    way_out = gettext_noop("Take the row out, or use a unit with more decimals.")
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class TooManyDecimals(Refusal):
    """An amount that the unit cannot hold exactly, when exactness was asked for."""

    code = "too_many_decimals"
    says = gettext_noop("{text} has more decimals than {unit}, which has {scale}.")
    way_out = gettext_noop(
        "Import without --exact to round it, or use a unit with more decimals."
    )
    text: str
    unit: str
    scale: int


@dataclass(frozen=True, slots=True)
class RowTaken(Refusal):
    """A row whose number has been imported with other content."""

    code = "row_taken"
    says = gettext_noop("The row {id} has been imported before with other content.")
    way_out = gettext_noop("Record the difference by an adjustment.")
    id: str
