"""No screen ranks people by what they give or receive."""

import ast
import re

import pytest

from tests.house.tree import ROOT
from tests.web.acting import ANA, BARTER, BETO, DELIA, GOODS, exchanged

WEB = ROOT / "src" / "urdimbre" / "web"
GIVING = {
    "balance",
    "delta",
    "after",
    "gave",
    "took",
    "given",
    "received",
    "held",
    "quantity",
    "original",
    "moves",
}
"""Columns and names that tell how much somebody gives or receives."""
ORDERS = {"order_by", "sorted", "sort", "max", "min", "nlargest", "nsmallest"}
# The widest bar and the greatest count of a mode or kind; nobody's own.
COUNTS_OF_THE_CIRCUIT = {("circuit/board.py", "max(moves.values(), default=1)")}


def orders_by_giving(source):
    """The calls that put something in order by what was given or received."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in ORDERS:
            continue
        found = {
            getattr(one, "attr", getattr(one, "id", ""))
            or str(getattr(one, "value", "")).lstrip("-")
            for part in (*node.args, *node.keywords)
            for one in ast.walk(part)
        }
        if found & GIVING:
            yield ast.unparse(node)


@pytest.mark.parametrize(
    "source",
    [
        "rows.order_by('-balance')",
        "sorted(members, key=lambda one: one.given)",
        "heapq.nlargest(3, rows, key=lambda one: one.gave)",
        "members.sort(key=lambda one: -moves[one])",
    ],
)
def test_an_order_by_giving_would_be_seen(source):
    assert list(orders_by_giving(source)) == [source]


def test_no_page_puts_anything_in_order_by_giving_or_receiving():
    found = {
        (str(path.relative_to(WEB)), call)
        for path in WEB.rglob("*.py")
        for call in orders_by_giving(path.read_text(encoding="utf-8"))
    }

    assert found - COUNTS_OF_THE_CIRCUIT - numbers_alone(found) == set()


def numbers_alone(found):
    """Calls of min and max on two numbers: no order of people comes of them."""
    return {
        (path, call)
        for path, call in found
        if re.fullmatch(r"(min|max)\((?!.*\bfor\b)[^=]*\)", call)
    }


@pytest.mark.parametrize("path", ["/members", "/exchange?direction=give", "/board"])
def test_lists_of_people_stay_as_they_are_whatever_they_give(
    as_member, number_of, path
):
    delia = as_member(DELIA)
    before = people(delia, path)
    for _ in range(2):
        exchanged(as_member(BETO), as_member(ANA), "gift", number_of(ANA), GOODS)
    exchanged(as_member(ANA), as_member(BETO), "barter", number_of(BETO), BARTER)

    assert people(delia, path) == before


def people(client, path):
    """The names on a page, in their order."""
    content = client.get(path).content.decode()
    return re.findall("Ana Quispe|Beto Mamani|Carla Núñez|Delia Rojas", content)


def test_the_board_tells_no_amounts_of_anybody(as_member, number_of):
    """Names stand in the ring alone, beside kinds of things."""
    exchanged(as_member(ANA), as_member(BETO), "barter", number_of(BETO), BARTER)
    content = as_member(DELIA).get("/board").content.decode()

    lines = re.findall(r"<li>(?:(?!</li>).)*</li>", content, re.DOTALL)
    named = [one for one in lines if "Ana Quispe" in one or "Beto Mamani" in one]

    assert not [one for one in named if re.search(r"\d", re.sub(r"<[^>]+>", "", one))]
