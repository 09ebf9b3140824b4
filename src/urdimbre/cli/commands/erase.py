"""``urdimbre erase``: what the desk knows of a member, erased for good."""

from __future__ import annotations

from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_GONE = gettext_noop(
    "Erased. Acts under her number that stay in the notebook: {acts}, with quantities, "
    "dates, codes and signatures."
)
_WOULD = gettext_noop("Nothing was erased: this was a rehearsal.")
_KEPT = gettext_noop(
    "Texts that wait: {kept}. Something in those acts is still owed, held for another, "
    "contested, or kept for a time by a hold. Erase again when it is settled."
)
_HELD = gettext_noop(
    "Texts and name are held until {until}: {reason} The hold ends by itself."
)
_COPIES = gettext_noop(
    "Backups and receipts that others keep still hold it. Restore an older backup "
    "with --erased {path}."
)
_COUNTED = ("texts", "drafts", "offers", "person", "login", "keys")


def erase(
    context: typer.Context,
    directory: Directory,
    member: Annotated[
        str, typer.Argument(metavar="MEMBER", help="Number, code or name.")
    ],
    *,
    what: Annotated[
        list[str] | None,
        typer.Option(
            "--what",
            metavar="texts|offers|person|login|keys",
            help="Only this; may be given several times. Keys go only if named.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be erased.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Erase it; there is no way back.")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Erase what the desk knows of a member; her acts stay."""
    from urdimbre.adapters import erasing
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.desk import Desk
    from urdimbre.adapters.folder import DESK_FILE
    from urdimbre.cli.erasing import ErasingUnconfirmed, day_of, parts_of, told
    from urdimbre.cli.opening import looking
    from urdimbre.cli.reading import find_member

    voice: Speaker = context.obj
    parts = parts_of(what)
    with looking(directory) as reading:
        found = erasing.erasable(
            reading.desk,
            find_member(reading, member).id,
            query=reading.store.query,
            entry=reading.store.entry,
            now=wall_clock(),
        )
    if not dry_run and not yes:
        raise ErasingUnconfirmed
    if not dry_run:
        erasing.erase(Desk(directory / DESK_FILE), found, parts)
    counted = told(found, parts, erased=not dry_run)
    if as_json:
        voice.json(counted)
    else:
        rows = [{"what": one, "erased": int(counted[one])} for one in _COUNTED]
        voice.table(("what", "erased"), rows)
    voice.note(_WOULD if dry_run else _GONE, acts=found.acts)
    if found.kept and "texts" in parts:
        voice.note(_KEPT, kept=found.kept)
    for one in found.holds:
        voice.note(_HELD, until=day_of(one.until), reason=one.reason)
    if not dry_run:
        voice.note(_COPIES, path=directory)


ERASE = Command(
    name="erase",
    run=erase,
    summary="Erase what the desk knows of a member; her acts stay.",
    examples=(
        "urdimbre erase club Rosa --dry-run",
        "urdimbre erase club Rosa --yes",
        "urdimbre erase club Rosa --what texts --what offers --yes",
    ),
    more="Private texts with their salts, offers, name and contact, login, and, if "
    "named, keys that the server keeps. Members do the same on a page of their own. "
    "It works while the circuit runs.",
)
