"""The work of ``urdimbre import``: from a file to rows, acts and an account of both."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.folder import Reading, read_only
from urdimbre.adapters.interchange import LAYOUTS
from urdimbre.adapters.interchange.answers import UNREADABLE
from urdimbre.adapters.interchange.bringing import Brought, NotAgreed, Office, bring
from urdimbre.adapters.interchange.history import (
    Name,
    Place,
    Plan,
    Recorded,
    differing,
    plan,
)
from urdimbre.adapters.interchange.layout import Gathered, Layout, Wrong
from urdimbre.adapters.interchange.pieces import PiecesTooLarge, pieces_in, unpacked
from urdimbre.adapters.interchange.rehearsal import Rehearsal
from urdimbre.adapters.interchange.sheet import SHEET_BYTES_MAX
from urdimbre.adapters.interchange.signing import HeldKeys
from urdimbre.adapters.keys.server import KEK_FILE, KeyEncryptionKey
from urdimbre.cli.failures import (
    OK,
    REFUSED,
    USAGE,
    BadChoice,
    BadMap,
    FileMissing,
    FileTooLarge,
    NoSignUnit,
    RefusedByRule,
)
from urdimbre.cli.language import ngettext_noop
from urdimbre.cli.opening import know_units, state_of, to_record
from urdimbre.cli.speaking import Speaker
from urdimbre.cli.telling import decimal_text, sentence_and_hint
from urdimbre.core.catalogue.unit import UnitRow
from urdimbre.core.chain.entry import decode
from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.state import View
from urdimbre.core.units import Regime, Unit

DAY_SECONDS = 86_400
NAMES_AT_ONCE = 200
DIFFERING_SHOWN = 20
_UNIT = "unit"
_RECORDING = gettext_noop("Recording")
_UNREADABLE = gettext_noop("The file cannot be read whole; nothing was recorded.")
_DONE = ngettext_noop(
    "{count} row: {recorded} recorded, {refused} refused, {skipped} there already.",
    "{count} rows: {recorded} recorded, {refused} refused, {skipped} there already.",
)
_REHEARSED = ngettext_noop(
    "{count} row: {recorded} would be recorded, {refused} refused, {skipped} there "
    "already. Nothing was written.",
    "{count} rows: {recorded} would be recorded, {refused} refused, {skipped} there "
    "already. Nothing was written.",
)
_DIFFERING = ngettext_noop(
    "{count} account stands elsewhere in the other program than its rows lead to; a "
    "part of the history is missing: {accounts}.",
    "{count} accounts stand elsewhere in the other program than their rows lead to; a "
    "part of the history is missing: {accounts}.",
)
_ADMITTED = ngettext_noop(
    "{count} account became a member, not confirmed by its holder.",
    "{count} accounts became members, not confirmed by their holders.",
)
_ROUNDED = ngettext_noop(
    "{count} amount was rounded to {step} {unit}, by {added}; the exact text is sealed "
    "on the desk.",
    "{count} amounts were rounded to {step} {unit}: {added} in all; the exact texts "
    "are sealed on the desk.",
)


class Wanted(NamedTuple):
    """What the command line asks for."""

    layout: str
    maps: tuple[str, ...]
    exact: bool
    dry_run: bool


class _Job(NamedTuple):
    """An import that has read its file."""

    layout: Layout
    maps: dict[str, str]
    told: Gathered
    wanted: Wanted
    voice: Speaker


class _Outcome(NamedTuple):
    plan: Plan
    brought: Brought
    place: Place


def bring_file(directory: Path, file: str, wanted: Wanted, *, voice: Speaker) -> int:
    """Import a file; returns the exit code."""
    layout = _layout(wanted.layout)
    maps = _maps(wanted.maps, layout)
    # A folder that is no circuit is told before a long file is read.
    read_only(directory).close()
    told = _gathered(file, layout, maps)
    wrong = [row for row in told.rows if isinstance(row, Wrong)]
    unread = [row for row in wrong if isinstance(row.why, UNREADABLE)]
    if unread:
        _account(voice, len(told.rows), Brought(0, unread, 0), skipped=0)
        voice.note(_UNREADABLE)
        return USAGE
    job = _Job(layout, maps, told, wanted, voice)
    done = _rehearse(directory, job) if wanted.dry_run else _record(directory, job)
    return _tell(job, done)


def _layout(name: str) -> Layout:
    for one in LAYOUTS:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in LAYOUTS)
    raise BadChoice(option="--layout", text=name, choices=names)


def _maps(texts: Sequence[str], layout: Layout) -> dict[str, str]:
    known = (_UNIT, *layout.maps)
    maps: dict[str, str] = {}
    for text in texts:
        name, equals, column = text.partition("=")
        if not equals or not column or name not in known or name in maps:
            raise BadMap(text=text, names=", ".join(known))
        maps[name] = column
    if maps.get("decimal") not in (None, "point", "comma"):
        raise BadChoice(
            option="--map decimal", text=maps["decimal"], choices="point, comma"
        )
    return maps


def _gathered(file: str, layout: Layout, maps: Mapping[str, str]) -> Gathered:
    """Read a file, the files of a folder, or those of an archive."""
    try:
        path = Path(file)
        if file != "-" and path.is_dir():
            return layout.gather(pieces_in(path), maps)
        pieces = unpacked(_bytes_of(file))
    except PiecesTooLarge:
        raise FileTooLarge(
            path=file, bytes=SHEET_BYTES_MAX + 1, allowed=SHEET_BYTES_MAX
        ) from None
    if isinstance(pieces, Refusal):
        return Gathered([Wrong(1, pieces)])
    return layout.gather(pieces, maps)


def _bytes_of(file: str) -> bytes:
    if file == "-":
        raw = sys.stdin.buffer.read(SHEET_BYTES_MAX + 1)
    else:
        path = Path(file)
        if not path.exists():
            raise FileMissing(path=file)
        with path.open("rb") as stream:
            raw = stream.read(SHEET_BYTES_MAX + 1)
    if len(raw) > SHEET_BYTES_MAX:
        raise FileTooLarge(path=file, bytes=len(raw), allowed=SHEET_BYTES_MAX)
    return raw


def _record(directory: Path, job: _Job) -> _Outcome:
    circuit = to_record(directory)
    try:
        registry = circuit.registry
        know_units(registry.state)
        kek = KeyEncryptionKey.read(directory / KEK_FILE)
        office = Office(
            way=registry,
            keys=HeldKeys(registry.state, circuit.desk, kek),
            desk=circuit.desk,
            keep=circuit.keys.keep_many,
            now=max(wall_clock(), registry.state.time),
        )
        return _bring(directory, job, registry.state, office)
    finally:
        circuit.close()


def _rehearse(directory: Path, job: _Job) -> _Outcome:
    reading = read_only(directory)
    try:
        rehearsal = Rehearsal(state_of(reading), wall_clock())
        know_units(rehearsal.view)
        office = Office(
            way=rehearsal,
            keys=HeldKeys(rehearsal.view, reading.desk, None),
            desk=None,
            keep=None,
            now=rehearsal.view.time,
        )
        return _bring(directory, job, rehearsal.view, office)
    finally:
        reading.close()


def _bring(directory: Path, job: _Job, state: View, office: Office) -> _Outcome:
    place = Place(
        genesis=state.genesis,
        layout=job.layout.name,
        unit=_unit(state, job.maps.get(_UNIT), in_time=job.layout.in_time),
        state=state,
        today=office.now // DAY_SECONDS,
        issues=job.layout.issues,
    )
    reading = read_only(directory)
    try:
        made = plan(job.told, place, _finder(reading), exact=job.wanted.exact)
    finally:
        reading.close()
    try:
        with job.voice.progress(_RECORDING, len(made.acts)) as bar:
            brought = bring(made, place, office, step=bar.step)
    except NotAgreed as refused:
        raise RefusedByRule(refused.refusal) from None
    return _Outcome(made, brought, place)


def _finder(reading: Reading) -> Recorded:
    """Return what finds acts by their makers' numbers."""
    store = reading.store

    def find(names: Sequence[Name]) -> dict[Name, bytes]:
        found: dict[Name, bytes] = {}
        for start in range(0, len(names), NAMES_AT_ONCE):
            some = names[start : start + NAMES_AT_ONCE]
            raw = [(bytes.fromhex(by), bytes.fromhex(id_)) for by, id_ in some]
            for row in store.acts_named(raw):
                entry = store.entry(row.position)
                assert entry is not None  # written with the act
                found[row.by.hex(), row.id.hex()] = decode(entry).act
        return found

    return find


def _unit(state: View, code: str | None, *, in_time: bool) -> Unit:
    """Return the sign of that code; without one the first that members exchange."""
    wanted = (Regime.TIME,) if in_time else (Regime.MUTUAL, Regime.GRANTED)
    signs = {
        row.code: row.unit
        for row in state.starting("unit/")
        if isinstance(row, UnitRow)
        and row.unit.regime is not None
        and (not in_time or row.unit.regime is Regime.TIME)
    }
    if code is not None:
        if code not in signs:
            raise NoSignUnit(text=code, units=", ".join(signs) or "-")
        return signs[code]
    for unit in signs.values():
        if unit.regime in wanted:
            return unit
    raise NoSignUnit(text="-", units=", ".join(signs) or "-")


def _tell(job: _Job, done: _Outcome) -> int:
    made, brought, unit = done.plan, done.brought, done.place.unit
    brought.refused = sorted(
        (*made.refused, *brought.refused), key=lambda wrong: (wrong.file, wrong.line)
    )
    rows, voice = len(job.told.rows), job.voice
    _account(voice, rows, brought, skipped=len(made.skipped))
    if brought.admitted and not job.wanted.dry_run:
        voice.count(_ADMITTED, brought.admitted)
    if made.rounded:
        step = decimal_text(1, unit.scale)
        voice.count(
            _ROUNDED,
            made.rounded,
            step=step,
            unit=unit.code,
            added=f"{made.added:+f}",
        )
    _tell_differing(job, done)
    voice.count(
        _REHEARSED if job.wanted.dry_run else _DONE,
        rows,
        recorded=brought.recorded,
        refused=len(brought.refused),
        skipped=len(made.skipped),
    )
    return REFUSED if brought.refused else OK


def _tell_differing(job: _Job, done: _Outcome) -> None:
    """Say whose history does not lead where the other program says she stands."""
    refused = {(one.file, one.line) for one in done.brought.refused}
    found = differing(done.plan, done.place.unit, refused)
    if found:
        accounts = ", ".join(sorted(found)[:DIFFERING_SHOWN])
        job.voice.count(_DIFFERING, len(found), accounts=accounts)


def _account(voice: Speaker, rows: int, brought: Brought, *, skipped: int) -> None:
    """Print what has become of the rows: numbers, and every line that went wrong."""
    errors = [_told(wrong, voice) for wrong in brought.refused]
    if voice.as_json:
        voice.json(
            {
                "rows": rows,
                "recorded": brought.recorded,
                "refused": len(errors),
                "skipped": skipped,
                "errors": errors,
            }
        )
    elif errors:
        voice.table(list(errors[0]), errors)
    for hint in dict.fromkeys(_hint(wrong, voice) for wrong in brought.refused):
        voice.note("{hint}", hint=hint)


def _hint(wrong: Wrong, voice: Speaker) -> str:
    return sentence_and_hint(wrong.why, voice.translate)[1]


def _told(wrong: Wrong, voice: Speaker) -> Mapping[str, object]:
    message, _ = sentence_and_hint(wrong.why, voice.translate)
    where = {"file": wrong.file} if wrong.file else {}
    return {**where, "line": wrong.line, "code": wrong.why.code, "message": message}
