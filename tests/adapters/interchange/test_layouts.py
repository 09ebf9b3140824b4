"""Files of other programs as rows: what is read, and every way of being unreadable."""

from decimal import Decimal

import pytest

from tests.adapters.interchange.generated import (
    HEADER,
    issued,
    paid,
    sarafu,
    table,
    taken_back,
)
from urdimbre.adapters.interchange import LAYOUTS
from urdimbre.adapters.interchange.amounts import in_steps, read_either, read_point
from urdimbre.adapters.interchange.answers import (
    AmbiguousAmount,
    BrokenQuotes,
    CellEmpty,
    ColumnsMissing,
    CutShort,
    NotADate,
    NotANumber,
    NotUtf8,
    OtherToken,
    SubtypeNotImported,
)
from urdimbre.adapters.interchange.layout import Row, Wrong, day_of
from urdimbre.adapters.interchange.pieces import Piece
from urdimbre.adapters.interchange.sheet import read_sheet

BY_NAME = {layout.name: layout for layout in LAYOUTS}


def read(name, text, **maps):
    """Read a text in a layout."""
    raw = text if isinstance(text, bytes) else text.encode()
    rows = BY_NAME[name].gather([Piece("", raw)], maps).rows
    broken = read_sheet(raw).broken
    return rows[: len(broken)] if broken else rows


def test_the_layouts_are_these():
    assert list(BY_NAME) == ["sarafu", "generic", "komunitin", "timeoverflow", "ces"]


def test_who_issues_is_told_by_the_subtype():
    rows = read(
        "sarafu", sarafu(issued("a", 400), paid("a", "b", 0.5), taken_back("b", 1))
    )

    assert [(row.giver, row.taker, row.amount) for row in rows] == [
        (None, "a", Decimal(400)),
        ("a", "b", Decimal("0.5")),
        ("b", None, Decimal(1)),
    ]
    assert [(row.line, row.id) for row in rows] == [(2, "1"), (3, "2"), (4, "3")]
    assert rows[0].day == 18688  # the second of March 2021
    assert rows[0].cells["timeset"] == "2021-03-02 10:00:00.000001"


def test_an_issuer_may_also_be_a_member():
    (row,) = read("sarafu", sarafu(paid("0xIssuer", "b", 1)))

    assert row.giver == "0xIssuer"


def test_other_subtypes_are_known_and_not_imported():
    (wrong,) = read("sarafu", sarafu(("AGENT_OUT", "a", "b", 1)))

    assert wrong == Wrong(2, SubtypeNotImported("AGENT_OUT"))


def test_a_second_currency_in_the_file_is_not_mixed_in():
    text = sarafu(issued("a", 1), issued("a", 1)).replace(
        "000002,DISBURSEMENT,0xIssuer,a,1,Invented,0xToken",
        "000002,DISBURSEMENT,0xIssuer,a,1,Other,0xOther",
    )

    assert read("sarafu", text)[1] == Wrong(3, OtherToken("0xOther", "0xToken"))


@pytest.mark.parametrize(
    ("column", "text", "why"),
    [
        ("weight", "", CellEmpty("weight")),
        ("weight", "many", NotANumber("weight", "many")),
        ("weight", "1,5", NotANumber("weight", "1,5")),
        ("weight", "NaN", NotANumber("weight", "NaN")),
        ("weight", "Infinity", NotANumber("weight", "Infinity")),
        ("weight", "1e999", NotANumber("weight", "1e999")),
        ("weight", "0x10", NotANumber("weight", "0x10")),
        ("weight", "\u0661", NotANumber("weight", "\u0661")),
        ("timeset", "", CellEmpty("timeset")),
        ("timeset", "yesterday", NotADate("timeset", "yesterday")),
        ("timeset", "2021-02-30", NotADate("timeset", "2021-02-30")),
        ("timeset", "20210203", NotADate("timeset", "20210203")),
        ("timeset", "1969-12-31", NotADate("timeset", "1969-12-31")),
        ("timeset", "2021-02-03x", NotADate("timeset", "2021-02-03x")),
        ("source", "", CellEmpty("source")),
        ("target", "", CellEmpty("target")),
        ("id", "", CellEmpty("id")),
        ("transfer_subtype", "", CellEmpty("transfer_subtype")),
    ],
)
def test_a_cell_that_cannot_be_read_names_itself(column, text, why):
    values = ["7", "2021-02-03 10:00:00", "STANDARD", "a", "b", "1.5", "T", "0x"]
    values[HEADER.index(column)] = text

    assert read("sarafu", table(HEADER, values)) == [Wrong(2, why)]


def test_a_row_cut_short_as_in_a_half_written_file():
    text = sarafu(issued("a", 400), issued("b", 400))

    assert read("sarafu", text[: text.rindex(",") - 10])[-1] == Wrong(3, CutShort(6, 8))


def test_a_quotation_that_never_closes():
    (wrong,) = read("sarafu", sarafu(issued("a", 1)) + '2,"2021-03-02')

    assert wrong.line == 3
    assert isinstance(wrong.why, BrokenQuotes)


def test_lines_in_another_encoding_are_all_listed():
    raw = sarafu(issued("año", 1), issued("b", 1), issued("ñandú", 1)).encode("latin-1")

    assert read("sarafu", raw) == [Wrong(2, NotUtf8()), Wrong(4, NotUtf8())]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le"])
def test_a_whole_file_in_another_encoding(encoding):
    wrongs = read("sarafu", sarafu(issued("a", 1)).encode(encoding))

    assert {type(wrong.why) for wrong in wrongs} == {NotUtf8}


def test_a_byte_order_mark_and_windows_lines_are_taken():
    text = "\ufeff" + sarafu(issued("a", 1)).replace("\n", "\r\n")

    (row,) = read("sarafu", text)

    assert isinstance(row, Row)


def test_lines_are_counted_as_in_an_editor():
    values = ["7", "2021-02-03", "STANDARD", "a", 'two\n"lines"', "x", "T", "0x"]
    text = table(HEADER, values) + "\n\n" + table(values)

    assert [wrong.line for wrong in read("sarafu", text)] == [2, 6]


@pytest.mark.parametrize("text", ["", "\n\n", "id,timeset\n1,2\n", "a;b\n"])
def test_a_file_without_the_columns(text):
    (wrong,) = read("sarafu", text)

    assert isinstance(wrong.why, ColumnsMissing)


def test_generic_reads_komunitin_with_and_without_its_header():
    header = ("Payer", "Payee", "Description", "Amount")
    rows = (("ana", "beto", "pan", "1.5"), ("beto", "ana", "té, caliente", "2"))

    with_header = read("generic", table(header, *rows))
    without = read("generic", table(*rows))

    assert [(row.giver, row.taker, row.amount) for row in with_header] == [
        ("ana", "beto", Decimal("1.5")),
        ("beto", "ana", Decimal(2)),
    ]
    assert [row.id for row in with_header] == [row.id for row in without]
    assert [row.line for row in with_header] == [2, 3]
    assert [row.line for row in without] == [1, 2]
    assert {row.day for row in without} == {None}


def test_generic_takes_columns_by_the_names_they_have():
    text = table(
        ("No.", "When", "From", "To", "Sum"), ("7", "2024-05-01", "a", "b", "3,50")
    )

    (row,) = read(
        "generic", text, id="No.", date="When", payer="From", payee="To", amount="Sum"
    )

    assert (row.id, row.giver, row.taker) == ("7", "a", "b")
    assert (row.amount, row.day) == (Decimal("3.50"), 19_844)


def test_generic_reads_semicolons():
    (row,) = read("generic", "payer;payee;amount\na;b;3,50\n")

    assert row.amount == Decimal("3.50")


def test_a_column_that_was_named_and_is_not_there():
    (wrong,) = read("generic", "payer,payee,amount\na,b,1\n", date="When")

    assert wrong == Wrong(1, ColumnsMissing(("When",)))


def test_the_same_row_twice_is_two_rows_with_numbers_of_their_own():
    text = "payer,payee,amount\na,b,1\na,b,1\n"

    first, second = read("generic", text)

    assert first.id != second.id
    assert [row.id for row in read("generic", text + "b,a,1\n")][:2] == [
        first.id,
        second.id,
    ]


def test_an_amount_that_two_countries_read_differently_is_asked_about():
    text = 'payer,payee,amount\na,b,"1,234"\n'

    assert read("generic", text) == [Wrong(2, AmbiguousAmount("1,234"))]
    assert read("generic", text, decimal="comma")[0].amount == Decimal("1.234")
    assert read("generic", text, decimal="point")[0].amount == Decimal(1234)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5", Decimal(5)),
        ("5.0", Decimal(5)),
        ("-5.25", Decimal("-5.25")),
        ("1e-05", Decimal("0.00001")),
        ("0.1234567890123456789", Decimal("0.1234567890123456789")),
    ],
)
def test_amounts_of_programs_are_read_exactly(text, amount):
    assert read_point("x", text) == amount


@pytest.mark.parametrize("text", ["1.234.567", "1 000", "$5", "5.", ".5", "5,1,2"])
def test_amounts_of_people_that_are_none(text):
    assert read_either("x", text) == NotANumber("x", text)


@pytest.mark.parametrize(
    ("text", "scale", "minor", "added"),
    [
        ("1.23", 2, 123, "0"),
        ("1.225", 2, 122, "-0.005"),
        ("1.235", 2, 124, "0.005"),
        ("1.2350000000000000000001", 2, 124, "0.0049999999999999999999"),
        ("0.5", 0, 0, "-0.5"),
        ("1.5", 0, 2, "0.5"),
        ("-1.225", 2, -122, "0.005"),
        ("9047.660892016263", 2, 904_766, "-0.000892016263"),
    ],
)
def test_amounts_are_rounded_half_even_and_what_that_adds_is_kept(
    text, scale, minor, added
):
    assert in_steps(Decimal(text), scale) == (minor, Decimal(added))


@pytest.mark.parametrize(
    ("text", "day"),
    [("1970-01-01", 0), ("1970-01-02T00:00:00Z", 1), ("2021-03-02 10:00", 18_688)],
)
def test_dates_are_days_since_1970(text, day):
    assert day_of("x", text) == day
