"""The work of ``urdimbre init``: a folder with keys, desk, genesis and entry code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from urdimbre.adapters import folder
from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.desk import Person
from urdimbre.adapters.folder_answers import GenesisRefused
from urdimbre.adapters.handing_over import entry_of, openings_of
from urdimbre.cli import founding
from urdimbre.cli.failures import BadChoice, BadLine, NameMissing, RefusedByRule
from urdimbre.cli.first_words import words_of
from urdimbre.cli.language import LANGUAGES, language_of
from urdimbre.core.agreements import BY_NAME, PRESETS
from urdimbre.core.chain.entry import decode, genesis_id
from urdimbre.projections.project import Projection


class Wished(NamedTuple):
    """What a new circuit is to be, and what it is called."""

    wish: founding.Wish
    name: str
    language: str


class Begun(NamedTuple):
    """A circuit that has been made.

    Attributes:
        entry_code: with which the founder enters, once.
    """

    genesis: str
    founder: str
    entry_code: str


def wish_of(
    *,
    name: str,
    preset: str,
    units: Sequence[str],
    currency: str | None,
    language: str | None,
) -> Wished:
    """Check what the command line asks for.

    Raises:
        NameMissing, BadChoice, BadUnit: something that cannot be.
    """
    if preset not in PRESETS:
        raise BadChoice(option="--preset", text=preset, choices=", ".join(PRESETS))
    if language is not None and language not in LANGUAGES:
        raise BadChoice(option="--lang", text=language, choices=", ".join(LANGUAGES))
    if not name.strip() or len(name) > founding.NAME_MAX or not name.isprintable():
        raise NameMissing(longest=founding.NAME_MAX)
    spoken = language_of(language)
    money = str(currency or BY_NAME["currency"].for_preset(preset))
    wish = founding.Wish(
        preset,
        founding.units_of(units, preset, spoken),
        founding.currency_of(money),
    )
    return Wished(wish, name, spoken)


def begin_with(line: Path, directory: Path, keys: Path) -> str:
    """Make a circuit with a genesis that is signed; returns its number.

    Raises:
        BadLine: the file holds no act with its signatures.
        FolderNotEmpty: there is something in the folder.
        RefusedByRule: the genesis was refused.
    """
    raw = line.read_bytes()
    try:
        entry, texts = entry_of(raw), openings_of(raw)
    except ValueError as wrong:
        raise BadLine(path=line, reason=wrong) from None

    def genesis(begun: folder.Founding) -> bytes:
        act = genesis_id(decode(entry).act)
        begun.desk.add_payloads(text._replace(act=act) for text in texts)
        return entry

    try:
        circuit = folder.create(directory, genesis, projector=Projection(), keys=keys)
    except GenesisRefused as refused:
        raise RefusedByRule(refused.refusal) from None
    try:
        return circuit.registry.genesis
    finally:
        circuit.close()


def begin(
    directory: Path, wished: Wished, *, founder_name: str, place: str = ""
) -> Begun:
    """Make the circuit, whole or not at all; ``place`` is its town or quarter.

    Raises:
        FolderNotEmpty: there is something in the folder.
        RefusedByRule: the genesis was refused.
    """
    made: dict[str, str] = {}
    wish, name, language = wished

    def genesis(begun: folder.Founding) -> bytes:
        now = wall_clock()
        founded = founding.found(begun, wish, now=now)
        shown = {"name": name, "language": language, "currency": wish.currency}
        shown |= {"place": place} if place else {}
        shown |= words_of(wish.preset, wish.currency, language)
        units = {f"unit.{one.code}": one.name for one in wish.units}
        begun.desk.set_shown(shown | units)
        begun.desk.add_persons(
            [Person(founded.founder, founder_name, language=language)]
        )
        made["founder"] = founded.founder
        made["entry_code"] = begun.desk.new_code(founded.founder, now=now)
        return founded.entry

    try:
        circuit = folder.create(directory, genesis, projector=Projection())
    except GenesisRefused as refused:
        raise RefusedByRule(refused.refusal) from None
    try:
        return Begun(genesis=circuit.registry.genesis, **made)
    finally:
        circuit.close()
