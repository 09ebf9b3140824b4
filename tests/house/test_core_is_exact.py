"""What the core may never use, so that two nodes compute the same bytes.

The list is that of the registry's design, "Never in the core": floats, unordered
collections, clocks, chance, locale, input and output.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import CORE, parsed, place, python_files

# The core imports itself and these; a new one is a decision, not a convenience.
MODULES = {
    "__future__",
    "abc",
    "base64",
    "binascii",
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "enum",
    "functools",
    "hashlib",
    "heapq",
    "itertools",
    "json",
    "operator",
    "re",
    "string",
    "struct",
    "types",
    "typing",
}
# Of modules that also hold a clock or floats, these names only.
PARTS = {
    "contextlib": {"contextmanager", "suppress"},
    "datetime": {"date", "timedelta"},
    "math": {"comb", "gcd", "isqrt", "lcm"},
}
NAMES = {
    "__import__",
    "breakpoint",
    "complex",
    "eval",
    "exec",
    "float",
    "globals",
    "hash",
    "id",
    "input",
    "open",
    "print",
    "repr",
    "round",
}
# Of dates; `datetime` itself, which has now(), cannot be imported.
METHODS = {"fromtimestamp", "strftime", "today"}
ORDERLESS = {"all", "any", "frozenset", "len", "max", "min", "set", "sorted", "sum"}
IN_ORDER = {"enumerate", "iter", "join", "list", "map", "reversed", "tuple", "zip"}
SETS = {"AbstractSet", "MutableSet", "Set", "frozenset", "set"}


def test_the_core_is_exact():
    found = [
        f"{place(path, node)} {why}"
        for path in python_files(CORE)
        for node, why in inexact(parsed(path))
    ]

    assert found == []


def inexact(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Everything in a file of the core that another node might compute otherwise."""
    for node in ast.walk(tree):
        for rule in (_number, _name, _module, _part):
            if why := rule(node):
                yield node, why
    for scope in ast.walk(tree):
        if isinstance(scope, ast.Module | ast.FunctionDef):
            yield from unordered(scope, sets_of(tree))


def _number(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=float() | complex()):
            return f"holds the float {node.value}"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return "divides with /; // is exact"
        case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp(op=ast.USub())):
            return "raises to a negative power, which gives a float"
    return None


def _name(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            return f"uses {name}"
        case ast.Attribute(attr=name) if name in METHODS:
            return f"uses .{name}"
        case ast.FormattedValue(conversion=114):
            return "uses !r, a repr"
    return None


def _module(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Import):
        return None
    foreign = [each.name for each in node.names if not _known(each.name)]
    return f"imports {', '.join(foreign)}" if foreign else None


def _part(node: ast.AST) -> str | None:
    if not isinstance(node, ast.ImportFrom) or node.level:
        return None
    module = node.module or ""
    names = {each.name for each in node.names}
    if module in PARTS:
        foreign = sorted(names - PARTS[module])
    elif module == "urdimbre":
        foreign = sorted(names - {"core"})
    else:
        foreign = [] if _known(module) else sorted(names)
    return f"imports {', '.join(foreign)} from {module}" if foreign else None


def _known(module: str) -> bool:
    return module in MODULES or f"{module}.".startswith("urdimbre.core.")


def sets_of(tree: ast.Module) -> set[str]:
    """Fields that the classes of a file declare as sets."""
    return {
        field.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if _is_set_type(field.annotation)
    }


def _is_set_type(annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    name = ast.unparse(annotation).strip("'\"").split("[")[0].split(".")[-1]
    return name in SETS


def unordered(
    scope: ast.Module | ast.FunctionDef, fields: set[str]
) -> Iterator[tuple[ast.AST, str]]:
    """Places where the order of a set would decide something."""
    nodes = list(_inside(scope))
    names = {name for node in nodes for name in _named_sets(node)}
    if isinstance(scope, ast.FunctionDef):
        parameters = [*scope.args.args, *scope.args.kwonlyargs]
        names |= {each.arg for each in parameters if _is_set_type(each.annotation)}
    free = {
        id(argument)
        for node in nodes
        if isinstance(node, ast.Call) and _called(node) in ORDERLESS
        for argument in node.args
    }
    for node in nodes:
        for source in _read_in_order(node, free):
            if _is_set(source, names, fields):
                yield node, f"reads the set {ast.unparse(source)} in its order"


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a scope without those of the functions within it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _inside(node)


def _named_sets(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            if _is_set(value, set(), set()):
                yield name
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
            if _is_set_type(annotation):
                yield name


def _read_in_order(node: ast.AST, free: set[int]) -> Iterator[ast.expr]:
    match node:
        case ast.For():
            yield node.iter
        case ast.ListComp() | ast.DictComp() | ast.GeneratorExp():
            if id(node) not in free:
                yield from (each.iter for each in node.generators)
        case ast.Call() if _called(node) in IN_ORDER and id(node) not in free:
            yield from node.args
        case ast.Starred():
            yield node.value


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).split(".")[-1]


def _is_set(node: ast.expr, names: set[str], fields: set[str]) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.BinOp(
            op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(),
            left=left,
            right=right,
        ):
            return _is_set(left, names, fields) or _is_set(right, names, fields)
        case ast.Name(id=name):
            return name in names
        case ast.Attribute(attr=name):
            return name in fields
    return False


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
    ],
)
def test_what_is_exact_is_let_through(source):
    assert list(inexact(ast.parse(source))) == []
