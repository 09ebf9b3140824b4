"""The documentation names everything that a member or operator can meet."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests.house.tree import ROOT, committed
from urdimbre.adapters.anchor.answers import AnchorFailed
from urdimbre.cli import failures
from urdimbre.cli.commands import COMMANDS
from urdimbre.core import circuit
from urdimbre.core.agreements import PARAMETERS, PRESETS
from urdimbre.core.catalogue.unit import UnitRow
from urdimbre.core.refusals import Refusal
from urdimbre.recording import answers

DOCS = ROOT / "docs"
LANGUAGES = ("es", "pt", "en")
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
PAGES = [path for path in committed() if path.suffix == ".md"]
CODES = re.compile(r"`([a-z0-9_]+)`")


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def everything():
    return "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))
    )


def below(parent):
    for child in parent.__subclasses__():
        yield child
        yield from below(child)


def codes(parent):
    ours = [one for one in below(parent) if one.__module__.startswith("urdimbre.")]
    return {one.code for one in ours if isinstance(one.__dict__.get("code"), str)}


def test_every_kind_of_act_has_its_page_and_its_place_in_the_list():
    listed = page("acts/README.md")

    assert [kind for kind in circuit.KINDS if f"({kind}.md)" not in listed] == []


def test_every_refusal_is_told():
    told = set(CODES.findall(everything()))

    assert sorted(codes(Refusal) - told) == []


@pytest.mark.parametrize(
    "parent", [failures.Failure, AnchorFailed, answers.RecordingFailed]
)
def test_every_failure_is_told(parent):
    told = set(CODES.findall(page("commands.md")))

    assert sorted(codes(parent) - told) == []


def test_every_parameter_and_preset_of_the_agreement_is_told():
    told = page("rules/agreements.md")

    names = [one.name for one in PARAMETERS] + list(PRESETS)

    assert [name for name in names if f"`{name}`" not in told] == []


def test_every_command_is_told():
    told = page("commands.md")

    assert [one.name for one in COMMANDS if f"`urdimbre {one.name}`" not in told] == []


def test_every_mode_has_its_section():
    told = page("acts/exchange.md")

    modes = ("sale", "barter", "gift", "lend", "settle")

    assert [mode for mode in modes if f"\n### {mode}\n" not in told] == []


def test_the_handbook_speaks_three_languages():
    pages = {
        language: sorted(path.name for path in (DOCS / "handbook" / language).iterdir())
        for language in LANGUAGES
    }

    assert pages["es"] == pages["pt"] == pages["en"]
    assert len(pages["en"]) >= 3


@pytest.mark.parametrize(
    "path", sorted((DOCS / "rules").glob("*.md")), ids=lambda path: path.name
)
def test_a_page_of_rules_has_all_its_parts(path):
    if path.name in ("README.md", "agreements.md"):
        return
    parts = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)

    assert parts == ["Cases", "Guarantees", "Rounding", "Worked table"]


@pytest.mark.parametrize(
    "path", sorted((DOCS / "adr").glob("*.md")), ids=lambda path: path.name
)
def test_a_decision_record_has_all_its_parts(path):
    parts = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)

    assert parts == ["Status", "Context", "Alternatives", "Decision", "Consequences"]


def test_every_link_leads_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {target}{anchor or ''}"
        for path in PAGES
        for target, anchor in LINK.findall(path.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target)
        if not leads_somewhere(path, target, anchor)
    ]

    assert broken == []


def leads_somewhere(path: Path, target: str, anchor: str) -> bool:
    file = (path.parent / target).resolve() if target else path
    if not file.exists():
        return False
    return not anchor or anchor[1:] in anchors(file)


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in words}


def test_the_format_lists_every_row_of_the_state():
    listed = dict(re.findall(r"^\| `([^`]*)` \| (.*) \|$", FORMAT, re.MULTILINE))
    under = {f"agreement/{name}": row for name, row in circuit._UNDER_AGREEMENT.items()}
    rows = {**circuit._ROWS, **under, "unit": UnitRow}
    for prefix, row in rows.items():
        parts = 2 if prefix == "unit" else 1 + prefix.count("/") + len(row.KEY)
        told = [
            text
            for key, text in listed.items()
            if key.startswith(prefix) and len(key.split("/")) == parts
        ]
        names = [one.name for one in fields(row) if one.name not in row.KEY]

        assert len(told) == 1, prefix
        missing = [name for name in names if f"`{name}`" not in told[0]]
        assert prefix == "mandate" or missing == [], prefix


def test_the_format_lists_every_domain():
    domains = set(re.findall(r'b"(urdimbre/[a-z]+/v1)', sources("core")))

    assert sorted(one for one in domains if f'"{one}\\0"' not in FORMAT) == []


def test_each_domain_is_written_once_so_nothing_signed_or_hashed_is_another():
    """Of what the program itself hashes and signs; the core's are in the format."""
    found = re.findall(r'b"(urdimbre/[a-z]+/v[0-9]+)', sources("."))

    assert len(found) == len(set(found))
    assert {f"urdimbre/{one}/v1" for one in ("act", "genesis", "private")} <= {*found}


@pytest.mark.parametrize(
    ("language", "quantities", "signatures"),
    [
        ("en", "Quantities", "her signatures"),
        ("es", "Las cantidades", "sus firmas"),
        ("pt", "As quantidades", "as suas assinaturas"),
    ],
)
def test_the_handbook_says_what_erasing_leaves(language, quantities, signatures):
    told = page(f"handbook/{language}/erasure.md")
    *_, remains = told.split("\n## ")

    assert quantities in remains
    assert signatures in remains


FORMAT = page("adr/0001-wire-format-v1.md")


def sources(room):
    paths = sorted((ROOT / "src" / "urdimbre" / room).rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
