"""The reference pages tell of the acts what the code tells."""

import importlib.util
import json
import re
import sys

import pytest

from tests.house.tree import ROOT
from urdimbre.core import circuit
from urdimbre.core.acts import ENVELOPE
from urdimbre.core.reading import Record

PAGES = ROOT / "docs" / "acts"
EXAMPLE = re.compile(r"```json\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"<!-- table: ([a-z ]+) -->\n(.*?)<!-- end of table -->", re.DOTALL)


def _tool():
    spec = importlib.util.spec_from_file_location(
        "act_pages", ROOT / "tools" / "act_pages.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


act_pages = _tool()
WRITTEN = [
    (path, name, text)
    for path in act_pages.pages()
    for name, text in BLOCK.findall(path.read_text(encoding="utf-8"))
]


def test_every_table_stands_on_one_page():
    placed = sorted(name for _, name, _ in WRITTEN)

    assert placed == sorted(act_pages.tables())


@pytest.mark.parametrize(
    ("name", "text"), [pytest.param(name, text, id=name) for _, name, text in WRITTEN]
)
def test_a_table_is_what_the_code_says(name, text):
    assert text == act_pages.tables()[name], "run: python tools/act_pages.py --write"


@pytest.mark.parametrize("kind", circuit.KINDS)
def test_every_kind_has_a_page_that_says_who_signs(kind):
    page = (PAGES / f"{kind}.md").read_text(encoding="utf-8")

    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)

    assert headings[0] == kind
    assert {"Who signs", "What it does", "Fields of the body", "Example"} <= {*headings}


@pytest.mark.parametrize("kind", circuit.KINDS)
def test_the_example_of_a_page_can_be_read(kind):
    page = (PAGES / f"{kind}.md").read_text(encoding="utf-8")

    examples = EXAMPLE.findall(page)

    assert examples
    for example in examples:
        circuit.KINDS[kind].body.read(json.loads(example))


def test_every_field_has_a_meaning():
    records = [
        record
        for body in (*(kind.body for kind in circuit.KINDS.values()), ENVELOPE)
        for record in act_pages.nested(body)
        if isinstance(record, Record) and record is not ENVELOPE
    ]
    silent = [
        f"{record.name}.{name}"
        for record in records
        for name in record.fields
        if not (act_pages.meanings(record).get(name) or act_pages.SHARED.get(name))
    ]

    assert silent == []
