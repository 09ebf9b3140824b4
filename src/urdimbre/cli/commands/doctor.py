"""``urdimbre doctor`` and ``upgrade``: what an installation needs."""

from __future__ import annotations

from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_WELL = gettext_noop("Nothing has to be mended.")
_ILL = gettext_noop("To be mended now: {count}.")
_NOTHING = gettext_noop("Nothing has to be upgraded.")
_WOULD = gettext_noop("This would be done; nothing was written.")
_DONE = gettext_noop("It is done.")


def doctor(
    context: typer.Context,
    directory: Directory,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Look at an installation; exit 3 if something has to be mended."""
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.doctor import examine
    from urdimbre.adapters.finding import BAD
    from urdimbre.adapters.folder import look_whether_whole
    from urdimbre.cli.failures import OK, VERIFICATION_FAILED
    from urdimbre.cli.telling import fill
    from urdimbre.projections.project import Projection

    voice: Speaker = context.obj
    look_whether_whole(directory)
    found = examine(
        directory,
        now=wall_clock(),
        program=str(Projection.version),
        schema=tuple(Projection.schema),
    )
    bad = sum(one.level == BAD for one in found)
    told = [
        {
            "code": one.code,
            "level": one.level,
            "message": fill(voice.translate(one.says), one.values),
            "hint": fill(voice.translate(one.way_out), one.values),
        }
        for one in found
    ]
    if as_json:
        voice.json({"ok": not bad, "findings": told})
    else:
        for one in told:
            voice.line(f"{one['level']:<4}  {one['code']}: {one['message']}")
            voice.line(f"      {one['hint']}")
    if bad:
        voice.note(_ILL, count=bad)
        return VERIFICATION_FAILED
    voice.note(_WELL)
    return OK


def upgrade(
    context: typer.Context,
    directory: Directory,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    rules: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Record that the circuit takes rules N."),
    ] = None,
    start: Annotated[
        int | None,
        typer.Option("--from", metavar="SECONDS", help="Block time of those rules."),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Bring a folder up to this version of the program."""
    from urdimbre.cli.upgrading import Wanted, upgrade_folder

    voice: Speaker = context.obj
    wanted = None if rules is None else Wanted(rules, start)
    done = upgrade_folder(directory, wanted, dry_run=dry_run)
    if as_json:
        voice.json(done.told())
    else:
        for name, value in done.told().items():
            voice.line(f"{name:<12}  {value}")
    if not done.anything:
        voice.note(_NOTHING)
    else:
        voice.note(_WOULD if dry_run else _DONE)


DOCTOR = Command(
    name="doctor",
    run=doctor,
    summary="Look at an installation; exit 3 if something has to be mended.",
    examples=("urdimbre doctor club", "urdimbre doctor club --json"),
)
UPGRADE = Command(
    name="upgrade",
    run=upgrade,
    summary="Bring a folder up to this version of the program.",
    examples=(
        "urdimbre upgrade club --dry-run",
        "urdimbre upgrade club",
        "urdimbre upgrade club --rules 2 --from 1790000000",
    ),
    more="Take a backup before. What pages read is rebuilt behind the old tables and "
    "swapped; the desk's own tables are migrated; the log is never touched.",
)
