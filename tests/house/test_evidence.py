"""What is promised of the notebook names tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.core.fixed_history import SCENES
from tests.house.tree import ROOT, parsed

EVIDENCE = ROOT / "docs" / "evidence"
PAGES = sorted(path for path in EVIDENCE.glob("*.md") if path.name != "README.md")
NAMED = re.compile(r"`([^`\s]+\.py)::([\w:]+)`")
RULE = re.compile(r"\|[\s:|-]+\|")
ROWS_MIN = 5


def rows(path: Path) -> list[str]:
    """The rows of the page's tables, without headings and the lines below them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    table = [one for one in lines if one.startswith("|") and not RULE.fullmatch(one)]
    return [one for one in table if not one.startswith("| what is promised |")]


@cache
def named_in(file: str) -> frozenset[str]:
    """What can be named of a file: tests, tests of classes, scenes that a test runs."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    if path.parent.name == "refused":
        module = file.removesuffix(".py").replace("/", ".")
        return frozenset(one.__name__ for one in SCENES if one.__module__ == module)
    if not path.name.startswith("test_"):
        return frozenset()
    return frozenset(_tests(parsed(path)))


def _tests(tree: ast.Module | ast.ClassDef, before: str = ""):
    yield from _scenes(tree)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests(node, f"{before}{node.name}::")
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield before + node.name


def _scenes(tree: ast.Module | ast.ClassDef):
    """Functions that a tuple of the module lists, for a test to run each of them."""
    tuples = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
    ]
    listed = {
        one.id for found in tuples for one in ast.walk(found) if type(one) is ast.Name
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in listed:
            yield node.name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
class TestEachPage:
    """What holds of every page of evidence."""

    def test_it_has_rows_of_two_cells(self, path):
        found = rows(path)

        assert len(found) >= ROWS_MIN
        assert [one for one in found if not re.fullmatch(r"\| .+ \| .+ \|", one)] == []

    def test_every_row_names_a_test(self, path):
        assert [one for one in rows(path) if not NAMED.search(_last(one))] == []

    def test_every_named_test_exists(self, path):
        named = NAMED.findall(path.read_text(encoding="utf-8"))

        assert [
            f"{file}::{name}" for file, name in named if name not in named_in(file)
        ] == []

    def test_no_test_is_named_in_another_shape(self, path):
        text = path.read_text(encoding="utf-8")

        assert text.count("::") == sum(
            1 + name.count("::") for _, name in NAMED.findall(text)
        )

    def test_the_readme_lists_it(self, path):
        assert f"({path.name})" in (EVIDENCE / "README.md").read_text("utf-8")


def _last(row: str) -> str:
    """The cell of the tests."""
    return row.rstrip("| ").rsplit(" | ", 1)[-1]


def test_names_are_found_in_classes_and_among_scenes():
    own = named_in("tests/house/test_evidence.py")
    scenes = named_in("tests/core/refused/consenting.py")

    assert "TestEachPage::test_every_named_test_exists" in own
    assert "named_in" not in own
    assert "a_key_of_somebody_else" in scenes
    assert "within_each" in named_in("tests/core/test_consent.py")
    assert "errand" not in named_in("tests/core/test_consent.py")
    assert named_in("tests/house/test_nowhere.py") == frozenset()
