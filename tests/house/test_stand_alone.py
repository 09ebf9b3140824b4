"""The stand-alone programs stay short enough to be read, and need nothing of ours."""

import ast
import sys
import tomllib

import pytest

from tests.house.tree import ROOT

NAMES = ("verify_receipt.py", "verify_bundle.py", "verify_state.py", "sign_act.py")
LINES_MAX = 200
ALLOWED = {"nacl.signing", "verify_receipt"}


@pytest.mark.parametrize("name", NAMES)
def test_they_are_short_and_stand_alone(name):
    text = (ROOT / "tools" / name).read_text("utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    named = [
        one for node in nodes if isinstance(node, ast.Import) for one in node.names
    ]
    imported = {one.name for one in named}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}

    assert len(text.splitlines()) <= LINES_MAX
    foreign = {
        one for one in imported if one.split(".")[0] not in sys.stdlib_module_names
    }
    assert foreign <= ALLOWED


def test_they_come_with_every_installation():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    targets = told["tool"]["hatch"]["build"]["targets"]

    assert targets["wheel"]["shared-data"] == {
        f"tools/{name}": f"share/urdimbre/{name}" for name in sorted(NAMES)
    }
    assert "tools" in targets["sdist"]["include"]
