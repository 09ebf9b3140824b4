"""The limits of the house style, over everything we write."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import (
    ROOT,
    SOURCE,
    Function,
    functions,
    parsed,
    place,
    python_files,
)

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
NESTING_MAX = 3
POSITIONAL_MAX = 5
BLOCKS = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.TryStar,
    ast.Match,
)
GRAB_BAGS = {
    "base",
    "data",
    "handler",
    "helper",
    "info",
    "manager",
    "misc",
    "processor",
    "service",
    "util",
}
# Names that others have given: each with whom.
GIVEN_NAMES = {
    "get_context_data": "Django's class views",
    "receive_data_chunk": "Django's upload handlers",
    "service_worker": "the browser's own word",
}
OURS = (SOURCE, ROOT / "tests", ROOT / "bench", ROOT / "tools", ROOT / "hatch_build.py")


def test_no_file_is_longer_than_agreed():
    long = [
        f"{place(path)} has {lines} lines"
        for path in python_files(*OURS)
        if (lines := len(path.read_text("utf-8").splitlines())) > FILE_LINES_MAX
    ]

    assert long == []


def test_no_function_is_longer_than_agreed():
    long = [
        f"{place(path, node)} {node.name} has {lines} lines"
        for path in python_files(*OURS)
        for node, _ in functions(parsed(path))
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]

    assert long == []


def test_blocks_are_not_nested_deeper_than_agreed():
    deep = [
        f"{place(path, node)} {node.name} nests {depth} blocks"
        for path in python_files(*OURS)
        for node, _ in functions(parsed(path))
        if (depth := nesting(node.body)) > NESTING_MAX
    ]

    assert deep == []


def nesting(body: list[ast.stmt]) -> int:
    return max((_depth(statement) for statement in body), default=0)


def _depth(statement: ast.stmt) -> int:
    if not isinstance(statement, BLOCKS):
        return 0
    return max(1 + nesting(statement.__dict__.get("body", [])), *_arms(statement))


def _arms(statement: ast.stmt) -> Iterator[int]:
    yield 1
    for case in getattr(statement, "cases", []) + getattr(statement, "handlers", []):
        yield 1 + nesting(case.body)
    yield 1 + nesting(getattr(statement, "finalbody", []))
    other = getattr(statement, "orelse", [])
    # `elif` is an if inside an else for Python, not for a reader.
    is_elif = isinstance(statement, ast.If) and len(other) == 1
    if is_elif and isinstance(other[0], ast.If):
        yield nesting(other)
    else:
        yield 1 + nesting(other)


def test_functions_take_few_positional_parameters():
    many = [
        f"{place(path, node)} {node.name} takes {count}"
        for path in python_files(*OURS)
        for node, is_method in functions(parsed(path))
        if not filled_by_pytest(node)
        if (count := positional(node, is_method=is_method)) > POSITIONAL_MAX
    ]

    assert many == []


def positional(node: Function, *, is_method: bool) -> int:
    names = [*node.args.posonlyargs, *node.args.args]
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    bound = is_method and "staticmethod" not in decorators
    return len(names) - bound


def filled_by_pytest(node: Function) -> bool:
    """Tests and fixtures get their parameters by name; typer's commands do too."""
    decorators = " ".join(ast.unparse(each) for each in node.decorator_list)
    return node.name.startswith("test_") or bool(
        re.search(r"fixture|\bgiven\(|\.command\(|\.callback\(", decorators)
    )


def test_no_name_is_a_grab_bag():
    bags = [
        f"{where}: {name}"
        for path in python_files(*OURS)
        for where, name in names_given(path)
        if name not in GIVEN_NAMES and words(name) & GRAB_BAGS
    ]

    assert bags == []


def names_given(path: Path) -> Iterator[tuple[str, str]]:
    tree = parsed(path)
    for name in (path.stem, path.parent.name):
        yield place(path), name
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield place(path, node), node.name
    for node, _ in functions(tree):
        # The name of a test is a sentence of members' words.
        if not node.name.startswith("test_"):
            yield place(path, node), node.name


def words(name: str) -> set[str]:
    """``OrderHandlers`` and ``order_handlers`` both hold *order* and *handler*."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    found = set(snake.split("_"))
    return found | {word.removesuffix("s") for word in found}


def test_inheritance_is_one_level_and_only_where_agreed():
    classes = [
        (path, node, own_names(parsed(path)))
        for path in python_files(SOURCE)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    ]
    ours = {node.name: (node, own) for _, node, own in classes}

    wrong = [
        f"{place(path, node)} {node.name} inherits from {base}"
        for path, node, own in classes
        for base in parents_of_ours(node, own)
        if not may_be_inherited(base, ours)
    ]

    assert wrong == []


def own_names(tree: ast.Module) -> set[str]:
    """Names that mean something of ours in this file."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            own |= {
                (alias.asname or alias.name).split(".")[0]
                for alias in node.names
                if alias.name.split(".")[0] == "urdimbre"
            }
        elif isinstance(node, ast.ImportFrom):
            is_ours = node.level or (node.module or "").split(".")[0] == "urdimbre"
            own |= {alias.asname or alias.name for alias in node.names if is_ours}
    return own


def parents_of_ours(node: ast.ClassDef, own: set[str]) -> list[str]:
    bases = [ast.unparse(base).split("[")[0] for base in node.bases]
    return [base.split(".")[-1] for base in bases if base.split(".")[0] in own]


def may_be_inherited(name: str, ours: dict[str, tuple[ast.ClassDef, set[str]]]) -> bool:
    """Refusal itself, and one level under an exception or a class of a framework."""
    if name == "Refusal" or name not in ours:
        return True
    node, own = ours[name]
    return bool(node.bases) and not parents_of_ours(node, own)


@pytest.mark.parametrize(
    ("source", "depth"),
    [
        ("x = 1", 0),
        ("if a:\n  b\nelif c:\n  d\nelse:\n  e", 1),
        ("for a in b:\n  if c:\n    with d:\n      e", 3),
        (
            "try:\n  a\nexcept E:\n  if b:\n    for c in d:\n      while e:\n        f",
            4,
        ),
        ("match a:\n  case 1:\n    if b:\n      c", 2),
    ],
)
def test_nesting_is_counted_as_a_reader_does(source, depth):
    assert nesting(ast.parse(source).body) == depth
