"""What can be taken along of a statement: a table, a workbook, sheets of paper."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from tests.web.acting import ANA, BARTER, BETO, CARLA, DELIA, GOODS, exchanged, text
from tests.web.sheets import words_on

ENDINGS = ("csv", "xlsx", "pdf")
HOSTILE = "=HYPERLINK(1)"


@pytest.fixture
def ana(as_member, number_of):
    """Ana, who has given and received."""
    client = as_member(ANA)
    exchanged(client, as_member(BETO), "gift", number_of(BETO), GOODS)
    exchanged(client, as_member(DELIA), "barter", number_of(DELIA), BARTER)
    return client


def table(answer):
    rows = csv.reader(io.StringIO(answer.getvalue().decode()))
    return [row for row in rows if not row[0].startswith("#")]


def comments(answer):
    rows = csv.reader(io.StringIO(answer.getvalue().decode()))
    return [row for row in rows if row[0].startswith("#")]


def workbook(answer):
    return load_workbook(io.BytesIO(answer.getvalue()))


def paper(answer):
    return words_on(answer.getvalue())


@pytest.mark.parametrize("wanted", ["direction=gave&mode=gift", "unit=TOTAI", ""])
def test_the_three_files_hold_the_lines_of_the_page(ana, wanted):
    page = ana.get(f"/statement?{wanted}")
    numbers = re.findall(r'class="line" href="/receipts/(\d+)"', page.content.decode())
    lines, *_ = workbook(ana.get(f"/statement.xlsx?{wanted}")).worksheets

    in_table = [row[0] for row in table(ana.get(f"/statement.csv?{wanted}"))[1:]]
    in_book = [str(row[0].value) for row in lines.iter_rows(min_row=2)]
    on_paper = paper(ana.get(f"/statement.pdf?{wanted}"))

    assert in_table[: len(numbers)] == numbers
    assert in_book == in_table
    assert {one for one in in_table if f"\n{one}\n" not in on_paper} == set()


def test_amounts_are_exact_and_numbers_where_a_spreadsheet_can_count_them(ana):
    rows = table(ana.get("/statement.csv?unit=TOTAI&direction=received"))
    lines, *_ = workbook(
        ana.get("/statement.xlsx?unit=TOTAI&direction=received")
    ).worksheets

    named = dict(zip(rows[0], rows[1], strict=True))
    assert (named["amount"], named["unit"], named["minor steps"]) == (
        "4.50",
        "TOTAI",
        "450",
    )
    titles = [one.value for one in lines[1]]
    amount = lines[2][titles.index("amount")]
    assert (amount.value, amount.data_type) == (4.5, "n")


@pytest.mark.parametrize("minor", [1, -1, 450, 2**53 - 1, -(2**53) + 1, 3_599, 86_401])
def test_no_step_is_lost_on_the_way_out(place, minor):
    from urdimbre.web.exchanges.layouts.workbook import DIGITS_MAX
    from urdimbre.web.exchanges.report import amount

    told = amount(minor, "TOTAI")
    hours = amount(minor, "HORA")

    assert told * 100 == minor
    sign, *parts = (1, *hours.split(":")) if minor > 0 else (-1, *hours[1:].split(":"))
    whole, minutes, seconds = map(int, parts)
    assert sign * (whole * 3600 + minutes * 60 + seconds) == minor
    assert DIGITS_MAX == 15


def test_cells_that_a_spreadsheet_would_run_are_plain_text(ana, as_member, number_of):
    called = {**GOODS, "what": HOSTILE}
    exchanged(ana, as_member(BETO), "gift", number_of(BETO), called)

    rows = table(ana.get("/statement.csv?text=hyperlink"))
    lines, *_ = workbook(ana.get("/statement.xlsx?text=hyperlink")).worksheets

    place = rows[0].index("description")
    assert rows[1][place] == f"'{HOSTILE}"
    cell = lines[2][place]
    assert (cell.value, cell.data_type) == (f"'{HOSTILE}", "s")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_each_beginning_of_a_formula_is_made_text(sign):
    from urdimbre.web.tabling import as_text

    assert as_text(f"{sign}1+1").startswith(f"'{sign}")
    assert as_text("1+1") == "1+1"


def test_a_sign_that_no_workbook_can_hold_is_left_out():
    from urdimbre.web.tabling import as_text

    assert as_text("\x0b=1\x00") == "'=1"
    assert as_text("línea\nlínea") == "línea\nlínea"


@pytest.mark.parametrize(
    ("language", "dictionary"),
    [
        ("es", "Número del acto en el cuaderno común"),
        ("pt", "Número do ato no caderno comum"),
        ("en", "Number of the act in the common notebook"),
    ],
)
def test_each_file_says_what_its_words_mean_in_three_languages(
    ana, as_member, language, dictionary
):
    client = as_member(ANA, language)

    *_, last = workbook(client.get("/statement.xlsx")).worksheets
    sheet = " ".join(str(one.value) for row in last.iter_rows() for one in row)
    told = " ".join(" ".join(row) for row in comments(client.get("/statement.csv")))
    drawn = paper(client.get("/statement.pdf"))

    assert dictionary in sheet
    assert dictionary in told
    assert dictionary in drawn


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_accounts_are_in_it_whatever_the_filter(ana, ending):
    from urdimbre.projections.models import Balance, Member
    from urdimbre.web.circuit.models import Person
    from urdimbre.web.units import measure

    no = Member.objects.get(id=Person.objects.get(name=ANA).member).no
    codes = set(Balance.objects.filter(owner=no).values_list("unit", flat=True))
    # On paper a unit stands as the circuit calls it.
    units = {measure(one).name for one in codes} if ending == "pdf" else codes
    answer = ana.get(f"/statement.{ending}?person=nobody-at-all")

    shown = {
        "csv": lambda: " ".join(" ".join(row) for row in comments(answer)),
        "xlsx": lambda: " ".join(
            str(cell.value)
            for row in workbook(answer).worksheets[2].iter_rows()
            for cell in row
        ),
        "pdf": lambda: paper(answer),
    }[ending]()

    assert units
    assert {one for one in units if one not in shown} == set()
    assert "open" in shown


def test_accounts_at_zero_and_below_are_told_too(as_member, number_of):
    from urdimbre.projections.models import Balance
    from urdimbre.web.exchanges.report import accounts

    carla, delia = as_member(CARLA), as_member(DELIA)
    exchanged(carla, delia, "barter", number_of(DELIA), BARTER)
    exchanged(delia, carla, "barter", number_of(CARLA), BARTER)
    rows = {row[1]: row[3] for row in accounts(who(number_of(CARLA))).rows}

    assert rows["TOTAI"] == 0
    for no in Balance.objects.values_list("owner", flat=True).distinct():
        told = list(accounts(who(no)).rows)
        assert len(told) == Balance.objects.filter(owner=no).count()


def who(no):
    """Somebody of whom only the number matters."""
    from types import SimpleNamespace

    return SimpleNamespace(no=no)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_has_a_size_it_does_not_pass(ana, ending, monkeypatch):
    from urdimbre.web.exchanges.layouts import BY_ENDING

    rows = len(table(ana.get("/statement.csv"))) - 1
    monkeypatch.setattr(BY_ENDING[ending], "LINES_MAX", rows)
    allowed = ana.get(f"/statement.{ending}")
    monkeypatch.setattr(BY_ENDING[ending], "LINES_MAX", rows - 1)
    refused = ana.get(f"/statement.{ending}")

    assert allowed.status_code == 200
    assert refused.status_code == 422
    assert "Choose a shorter period" in text(refused)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_filter_that_cannot_be_read_gives_no_file(ana, ending):
    answer = ana.get(f"/statement.{ending}?start=yesterday&period=days")

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")


def test_no_other_kind_of_file_is_known(ana):
    assert ana.get("/statement.exe").status_code == 404


def test_the_libraries_are_loaded_only_when_somebody_asks(place):
    """The serving process stays small: one that has answered pages has none."""
    import subprocess
    import sys

    asked = (
        "import os, sys; os.environ['URDIMBRE_DIR'] = sys.argv[1]\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'urdimbre.web.settings'\n"
        "import django; django.setup(); import urdimbre.web.urls\n"
        "from urdimbre.web.notices import posting; posting.post_once(0)\n"
        "heavy = {'PIL', 'fpdf', 'icalendar', 'openpyxl', 'zxingcpp'}\n"
        "heavy |= {'cryptography.hazmat'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", asked, str(place)],
        check=True,
        capture_output=True,
        text=True,
    )

    assert ran.stdout.strip() == "[]"
