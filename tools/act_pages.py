"""Tables of the reference pages, made from the code: acts, refusals, commands.

``python tools/act_pages.py`` prints them; with ``--write`` it puts them into the pages
under ``docs``, between ``<!-- table: NAME -->`` and ``<!-- end of table -->``. Prose
around the tables is written by hand and left alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from urdimbre.adapters import (
    backup,
    bundle,
    catching_up,
    checkpoints,
    engines,
    folder_answers,
    moving,
    post,
    refounding,
    snapshot,
    standing,
)
from urdimbre.adapters.anchor import answers as anchoring
from urdimbre.adapters.interchange import answers as layouts
from urdimbre.adapters.keys import ed25519, server
from urdimbre.adapters.storage import sessions
from urdimbre.cli import erasing, receipts, sharing, starting
from urdimbre.cli import failures as failing
from urdimbre.cli.commands import COMMANDS
from urdimbre.core import circuit
from urdimbre.core.acts import ENVELOPE, Act
from urdimbre.core.agreements import PARAMETERS, Parameter
from urdimbre.core.membership.answers import BadSignature, KeyNotAdmissible
from urdimbre.core.membership.consent import CONSENT_REFUSES
from urdimbre.core.reading import Reader, Record
from urdimbre.core.refusals import Malformed, Refusal
from urdimbre.core.units import MINOR_MAX
from urdimbre.recording import answers as recording
from urdimbre.recording import succession
from urdimbre.recording.answers import AlreadyFounded, BrokenBytes, IdTaken, TooManyActs

DOCS = Path(__file__).resolve().parents[1] / "docs"
FIELDS = ("field", "", "allowed", "meaning")
REFUSALS = ("code", "sentence", "way out")
PARAMETER = ("parameter", "allowed", "default", "other defaults", "meaning")
COMMAND = ("command", "what it does", "for example")
FAILURES = ("code", "exit", "what happened", "way out")
FAIL = (
    failing,
    folder_answers,
    backup,
    bundle,
    catching_up,
    checkpoints,
    ed25519,
    refounding,
    snapshot,
    standing,
    server,
    anchoring,
    recording,
    succession,
    engines,
    moving,
    post,
    sessions,
    erasing,
    sharing,
    receipts,
    starting,
)
"""Modules with failures of the machine, the command or a file."""
RECORDING_REFUSES = (
    TooManyActs,
    BrokenBytes,
    IdTaken,
    BadSignature,
    KeyNotAdmissible,
    AlreadyFounded,
)
SHARED = {
    "act": "hash of an act; absent: this very act",
    "blind": "16 bytes of chance, from which the blinds of the accounts come",
    "category": "code of the kind of goods or work",
    "deal": "place of a deal in its act, from 0",
    "delta": "the difference, minor steps, not 0",
    "from": "block time, seconds, from which it is in force",
    "giver": "who gives",
    "guardians": "who may give a person a new key",
    "high": "highest balance, at least 0",
    "id": "16 bytes of chance",
    "key": "the key",
    "low": "lowest balance, at most 0",
    "mandate": "the mandate, or its id",
    "member": "whose it is",
    "move": "place of a move in its deal, from 0",
    "name": "of the parameter",
    "need": "how many of them must sign",
    "of": "the persons",
    "party": "who consents",
    "product": "id of the description on the desk",
    "quantity": "minor steps of `unit`",
    "regime": "how its signs come into being from now on",
    "rel": "how the other act is referred to",
    "rules": "the first that fits decides",
    "taker": "who takes",
    "type": "what it is",
    "unit": "code of a unit",
    "value": "its value, within the range of the parameter",
    "warn": "distance from zero at which the owner and the board are told",
    "whom": "a member, or all members of a kind",
}
"""Meanings that several records share and do not repeat."""
_ATTRIBUTE = re.compile(r"^ {8}(\w+): (.+(?:\n {12}.+)*)", re.MULTILINE)
_WRITTEN = re.compile(r" \(`(\w+)` in the act\)")
_TABLE = re.compile(
    r"(<!-- table: (?P<name>[a-z ]+) -->\n).*?(<!-- end of table -->)", re.DOTALL
)


def tables() -> dict[str, str]:
    """Return every table by its name, ready for a page."""
    found = {
        "fields of every act": table(FIELDS, _envelope()),
        "refusals of every act": refusals((Malformed, *circuit.ENVELOPE_REFUSES)),
        "refusals of consent": refusals(CONSENT_REFUSES),
        "refusals of recording": refusals(RECORDING_REFUSES),
        "agreement parameters": table(PARAMETER, map(_parameter, PARAMETERS)),
    }
    found["commands"] = table(COMMAND, _commands())
    found["failures"] = table(FAILURES, _failures())
    found["refusals of imports"] = refusals(_defined(layouts, Refusal))
    for name, kind in circuit.KINDS.items():
        found[f"fields of {name}"] = fields(kind.body)
        found[f"refusals of {name}"] = refusals(kind.refuses_with)
    return found


def fields(body: Record[Any]) -> str:
    """Return the table of a record, then those of the records within it."""
    return "\n".join(
        part
        for record in nested(body)
        for part in (_heading(record, body), table(FIELDS, _fields(record)))
    )


def nested(record: Record[Any]) -> tuple[Record[Any], ...]:
    """Return a record and all that it is made of, each once, from the outside in."""
    return tuple(dict.fromkeys(_walk(record)))


def _walk(reader: Reader[Any]) -> Iterator[Record[Any]]:
    if isinstance(reader, Record):
        yield reader
    for part in reader.parts:
        yield from _walk(part)


def _heading(record: Record[Any], body: Record[Any]) -> str:
    return "" if record is body else f"\n*{record.name}*\n"


def _fields(record: Record[Any]) -> Iterator[tuple[str, ...]]:
    told = meanings(record)
    for name, reader in record.fields.items():
        needed = "" if name in record.required else "optional"
        meaning = told.get(name) or SHARED.get(name, "")
        yield f"`{name}`", needed, reader.shape, meaning


def meanings(record: Record[Any]) -> dict[str, str]:
    """Return what each field means, from the docstring of what the record builds."""
    built = record.build
    if not isinstance(built, type):
        built = get_type_hints(built)["return"]
    told = _told(built)
    written = {attribute: name for name, attribute in record.names.items()}
    return {written.get(name, name): text for name, text in told.items()}


def _told(built: type) -> dict[str, str]:
    _, _, told = (built.__doc__ or "").partition("Attributes:")
    found = {}
    for name, text in _ATTRIBUTE.findall(told):
        meaning = " ".join(text.split()).replace("``", "`").removesuffix(".")
        written = _WRITTEN.search(meaning)
        found[written[1] if written else name] = _WRITTEN.sub("", meaning)
    return found


def _envelope() -> list[tuple[str, ...]]:
    rows = [
        ("`v`", "", "`1`", "version of the format"),
        ("`kind`", "", " | ".join(f"`{name}`" for name in circuit.KINDS), "what it is"),
        ("`body`", "", "the table of that kind", "what it says"),
    ]
    told = _told(Act)
    for name, reader in ENVELOPE.fields.items():
        rows.append((f"`{name}`", "", reader.shape, told[name]))
    for record in nested(ENVELOPE)[1:]:
        for name, *row in _fields(record):
            rows.append((f"`refs[].{name.strip('`')}`", *row))
    return sorted(rows)


def refusals(classes: Iterable[type[Refusal]]) -> str:
    """Return the table of refusals, in the order in which they are met."""
    return table(
        REFUSALS,
        ((f"`{one.code}`", one.says, one.way_out) for one in dict.fromkeys(classes)),
    )


def _parameter(one: Parameter) -> tuple[str, ...]:
    others = ", ".join(f"{preset}: {value}" for preset, value in one.presets)
    return f"`{one.name}`", one.value.shape, str(one.default), others, one.meaning


def _commands() -> Iterator[tuple[str, ...]]:
    for one in COMMANDS:
        example = f"`{one.examples[0]}`" if one.examples else ""
        yield f"`urdimbre {one.name}`", one.summary, example


def _failures() -> list[tuple[str, ...]]:
    found = {}
    for one in (failed for module in FAIL for failed in _defined(module, Exception)):
        code = one.__dict__.get("code")
        if not isinstance(code, str):
            continue
        happened, *_ = (one.__doc__ or "").partition("\n")
        way_out = getattr(one, "way_out", "") or getattr(one, "hint", "")
        found[code] = (
            str(vars(failing)["_EXIT"].get(code, one.exit_code)),
            happened,
            way_out,
        )
    return [(f"`{code}`", *rest) for code, rest in sorted(found.items())]


def _defined(module: ModuleType, sort: type) -> list[Any]:
    """Return the classes of a sort that a module defines, in its order."""
    return [
        one
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, sort)
        and one.__module__ == module.__name__
    ]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    most = f"-{MINOR_MAX}", "-(2^53-1)"
    return text.replace("|", "\\|").replace(*most).replace(str(MINOR_MAX), "2^53-1")


def filled(page: str, found: dict[str, str]) -> str:
    """Return a page with its tables as the code would write them today."""
    return _TABLE.sub(lambda one: one[1] + found[one["name"]] + one[3], page)


def pages() -> Iterator[Path]:
    """Give every page of the documentation."""
    yield from sorted(DOCS.rglob("*.md"))


def main(arguments: list[str]) -> int:
    """Print the tables, or write them into the pages."""
    found = tables()
    if arguments == ["--write"]:
        for path in pages():
            text = path.read_text(encoding="utf-8")
            path.write_text(filled(text, found), encoding="utf-8")
        return 0
    for name, text in found.items():
        print(f"<!-- table: {name} -->\n{text}<!-- end of table -->\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
