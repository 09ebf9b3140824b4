"""What the core may never use, so that two nodes compute the same bytes.

The list is that of the registry's design, "Never in the core": floats, unordered
collections, clocks, chance, locale, texts of exceptions, input and output.
"""

import ast
from collections import Counter

import pytest

from tests.house.exactness import divisions, inexact_nodes
from tests.house.tree import CORE, parsed, place, python_files
from tests.house.unordered import Sets, unordered

ROUNDED = {
    "chain/slip.py to_text": (1, "none: the rest is the digit, of base 45"),
    "circulation/dues.py _refusals": (1, "down: the day that a second is of"),
    "circulation/dues.py days_of": (1, "up: every day begun counts"),
    "circulation/issue.py covered": (1, "down: no sign without its backing"),
    "circulation/roster.py _refusals": (1, "down: the day that a second is of"),
    "exchange/alike.py add": (2, "none: by the greatest common divisor"),
    "exchange/alike.py told": (2, "up or down as asked; only for a sentence"),
    "exchange/conversion.py _least": (2, "none: by the greatest common divisor"),
    "exchange/exchange.py _refusals": (1, "down: the day that a second is of"),
    "membership/rows.py period": (1, "down: the period that a second is of"),
    "units.py money_needed": (1, "up: the reserve covers all that is issued"),
}
"""The functions that divide, each with how often, and what becomes of the rest."""


def test_the_core_is_exact():
    files = python_files(CORE)
    known = Sets.of(map(parsed, files))
    found = [
        f"{place(path, node)} {why}"
        for path in files
        for node, why in inexact(parsed(path), known)
    ]

    assert found == []


def inexact(tree, known=None):
    """Everything in a file of the core that another node might compute otherwise."""
    yield from inexact_nodes(tree)
    yield from unordered(tree, known or Sets.of([tree]))


def test_no_remainder_is_left_without_a_rule():
    found = Counter(
        f"{path.relative_to(CORE).as_posix()} {function}"
        for path in python_files(CORE)
        for function, _ in divisions(parsed(path))
    )

    assert found == {name: count for name, (count, _) in ROUNDED.items()}


@pytest.mark.parametrize(
    "source",
    [
        "x = 1.5",
        "x = a / b",
        "x /= 2",
        "x = 2 ** -1",
        "round(x)",
        "key = hash",
        "print(x)",
        "x = f'{y!r}'",
        "import time",
        "import random, json",
        "from datetime import datetime",
        "from math import sqrt",
        "from nacl.signing import VerifyKey",
        "from urdimbre import recording",
        "import urdimbre.recording",
        "x = date.today()",
        "for x in {1, 2}: f(x)",
        "s = set(y)\nfor x in s: f(x)",
        "def f(s: frozenset[int]):\n    return [x for x in s]",
        "class A:\n  s: frozenset[int]\n  def f(self):\n    return list(self.s)",
        "x = ','.join({a, b})",
        "x = [*set(y)]",
        "x = {k: 1 for k in a_set}\na_set = {1}",
        "x = pow(2, -1)",
        "from operator import truediv",
        "x = a.__truediv__(b)",
        "x = '{!r}'.format(y)",
        "x = '%r' % y",
        "x = f'{y:n}'",
        "x = f'{y!a}'",
        "x = s.upper()",
        "x = sorted(s, key=str.casefold)",
        "x = s.isdigit()",
        "x = ascii(y)",
        "x = vars()",
        "x = y.__repr__()",
        "import datetime",
        "from datetime import datetime as d",
        'x = re.compile("[a-z]\\\\w+")',
        "x = text('\\\\d+')",
        "try:\n  f()\nexcept E as error:\n  x = str(error)",
        "try:\n  f()\nexcept E as error:\n  x = error.args",
        "try:\n  f()\nexcept UnicodeDecodeError as e:\n  x = e.reason",
        "try:\n  f()\nexcept (E, ValueError) as e:\n  return e",
        "K = {1, 2}\ndef f():\n  for x in K: g(x)",
        "def f():\n  s = set(y)\n  return s.pop()",
        "a, b = {1, 2}",
        "def f():\n  yield from {1, 2}",
        "for x in d.keys() - e.keys(): f(x)",
        "for x in s.union(t): f(x)",
        "def s() -> set[int]: ...\nfor x in s(): f(x)",
        "x = dict.fromkeys({1, 2})",
        "x = sorted({1, 2}, key=f)",
        "x = max({1, 2}, key=f)",
        "for x in (a if b else set()): f(x)",
        "for x in (a or set()): f(x)",
        "for x in (s := {1}): f(x)",
        "s |= {1}\nfor x in s: f(x)",
        'def f(*, s: "set[int] | None"):\n  for x in s: g(x)',
        "class A:\n  def f(self):\n    self.s = set()\n    for x in self.s: g(x)",
        "def f():\n  s = set(y)\n  def g():\n    for x in s: h(x)",
        "def f(s: set[int]):\n  return lambda: [x for x in s]",
        "async def f(s: set[int]):\n  for x in s: g(x)",
        "def f(d: dict[str, set[int]]): ...",
        "x = f(*{1, 2})",
    ],
)
def test_what_is_not_exact_is_found(source):
    assert list(inexact(ast.parse(source))) != []


@pytest.mark.parametrize(
    "source",
    [
        "x = a // b",
        "from math import isqrt",
        "from datetime import date",
        "from urdimbre.core.units import Quantity",
        "from .units import Quantity",
        "class A:\n    id: bytes",
        "x = A(id=3).id",
        "for x in sorted({1, 2}): f(x)",
        "x = all(f(y) for y in {1, 2})",
        "x = sorted(f(y) for y in {1, 2})",
        "x = {f(y) for y in {1, 2}}",
        "x = 3 in {1, 2}",
        "x = b % 5",
        "for x in K: f(x)\ndef g(K: set[int]): ...",
        "x = max({1, 2})",
        "x = len(s.union(t))",
        "x = {a for a in {1}} | {2}",
        "d = {}\nfor x in d.keys(): f(x)",
        "a, b = (1, 2)",
        "try:\n  f()\nexcept E as error:\n  raise G(error.reason) from error",
        "try:\n  f()\nexcept ValueError as e:\n  x = e.start",
        'x = text("[a-z]+")',
        "x = s.strip()",
        'x = "%d of %s" % y',
        'x = f"{y:02d}"',
    ],
)
def test_what_is_exact_is_let_through(source):
    assert list(inexact(ast.parse(source))) == []
