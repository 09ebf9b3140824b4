"""``urdimbre backup``, ``restore`` and ``catch-up``: copies, and what they lack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang, Yes
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_BACKED_UP = gettext_noop(
    "The backup is written to {path}: {size} entries. The files of keys/ are not in "
    "it: keep a copy of them elsewhere."
)
_UNTIL = gettext_noop("Its private part expires on {day}; delete the file by then.")
_RESTORED = gettext_noop("The circuit is restored to {path}: {size} entries.")
_EXPIRED = gettext_noop(
    "The private part has expired and stays out: names, texts and logins are not "
    "restored. Members enter with new codes."
)
_ABSENT = gettext_noop(
    "The backup has no private part: names, texts and logins are not restored. "
    "Members enter with new codes."
)
_ERASED = gettext_noop("{erased} erasures made after the backup were made again.")
_NO_KEYS = gettext_noop(
    "Put the files kek and node into {path}/keys; until then it can only be read."
)
_MAY_RECORD = gettext_noop("It may record: nobody asked has seen more.")
_NOT_YET = gettext_noop(
    "It does not record yet: others have seen {seen} entries. Bring it up to date: "
    "urdimbre catch-up."
)
_SILENT = gettext_noop(
    "Its key as a witness of others cosigns nothing yet: see urdimbre witness {path}."
)
_UNASKED = gettext_noop(
    "It does not record yet: nobody was asked whether it is the latest. See urdimbre "
    "catch-up --help."
)
_CAUGHT_UP = gettext_noop("{count} entries were added; the log has {size}.")

Seen = Annotated[
    list[str] | None,
    typer.Option(
        "--checkpoint",
        metavar="FILE|URL",
        help="What a witness, a peer or a member has seen; may be repeated.",
    ),
]
NothingLater = Annotated[
    bool,
    typer.Option(
        "--nothing-later", help="You answer for it: nothing was recorded afterwards."
    ),
]


def backup(
    context: typer.Context,
    directory: Directory,
    *,
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE")],
    private_days: Annotated[
        int,
        typer.Option(
            min=0,
            max=3650,
            help="Days of its private part; 0: leave it out.",
        ),
    ] = 90,
    yes: Yes = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write a backup, while the circuit runs or not."""
    from urdimbre.adapters import traces
    from urdimbre.adapters.backup import write_backup
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.folder import look_whether_whole
    from urdimbre.cli.exporting import written
    from urdimbre.cli.failures import BadChoice
    from urdimbre.cli.telling import day
    from urdimbre.projections.project import Projection

    voice: Speaker = context.obj
    look_whether_whole(directory)
    if output == "-":
        raise BadChoice(option="-o", text="-", choices="FILE")
    with written(output, replace=yes) as draft:
        made = write_backup(
            directory,
            draft,
            now=wall_clock(),
            private_days=private_days or None,
            projector=Projection(),
        )
    traces.keep(directory, "backup", {"at": made.made, "size": made.size})
    if as_json:
        voice.json(made.told() | {"path": output})
    voice.note(_BACKED_UP, path=output, size=made.size)
    if made.private_until is not None:
        voice.note(_UNTIL, day=day(made.private_until // 86_400))


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="BACKUP", help="File.")],
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="New folder, or an empty one.")
    ],
    *,
    keys: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder with the files kek and node, and witness if the old key is to "
            "witness again.",
        ),
    ] = None,
    erased: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR|FILE",
            help="What was erased since: the old folder, a later backup, or a list.",
        ),
    ] = None,
    checkpoint: Seen = None,
    nothing_later: NothingLater = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make a circuit's folder from a backup, whole or not at all."""
    from urdimbre.adapters.checkpoints import fetched
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.restoring import erasures_from
    from urdimbre.adapters.restoring import restore as restored
    from urdimbre.cli.failures import FileMissing

    voice: Speaker = context.obj
    if not file.is_file():
        raise FileMissing(path=file)
    found = restored(
        file,
        directory,
        now=wall_clock(),
        seen=[fetched(one) for one in checkpoint or ()],
        nothing_later=nothing_later,
        erased=[one for path in erased or () for one in erasures_from(path)],
        keys=keys,
    )
    if as_json:
        voice.json(found.told())
    voice.note(_RESTORED, path=directory, size=found.size)
    if found.private != "restored":
        voice.note(_EXPIRED if found.private == "expired" else _ABSENT)
    if found.erased:
        voice.note(_ERASED, erased=found.erased)
    if not found.keys:
        voice.note(_NO_KEYS, path=directory)
    if found.silent:
        voice.note(_SILENT, path=directory)
    tell_standing(voice, is_open=found.open, seen=found.seen)


def catch_up(
    context: typer.Context,
    directory: Directory,
    *,
    source: Annotated[
        list[Path] | None,
        typer.Option(
            "--from", metavar="FILE", help="Bundle or receipt; may be repeated."
        ),
    ] = None,
    checkpoint: Seen = None,
    nothing_later: NothingLater = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Add to a restored circuit what it lacks, byte for byte."""
    from urdimbre.adapters.catching_up import catch_up as caught_up
    from urdimbre.adapters.checkpoints import fetched
    from urdimbre.cli.failures import CONFLICT, OK
    from urdimbre.projections.project import Projection

    voice: Speaker = context.obj
    found = caught_up(
        directory,
        source or (),
        projector=Projection(),
        seen=[fetched(one) for one in checkpoint or ()],
        nothing_later=nothing_later,
    )
    if as_json:
        voice.json(found.told())
    voice.note(_CAUGHT_UP, count=found.size - found.before, size=found.size)
    tell_standing(voice, is_open=found.open, seen=found.seen)
    return OK if found.open else CONFLICT


def tell_standing(voice: Speaker, *, is_open: bool, seen: int | None) -> None:
    """Say whether a copy may record, and why not."""
    if is_open:
        voice.note(_MAY_RECORD)
    elif seen is None:
        voice.note(_UNASKED)
    else:
        voice.note(_NOT_YET, seen=seen)


BACKUP = Command(
    name="backup",
    run=backup,
    summary="Write a backup, while the circuit runs or not.",
    examples=(
        "urdimbre backup club -o club.backup",
        "urdimbre backup club -o club.backup --private-days 30 --yes",
    ),
)
RESTORE = Command(
    name="restore",
    run=restore,
    summary="Make a circuit's folder from a backup, whole or not at all.",
    examples=(
        "urdimbre restore club.backup club --keys stick/keys --checkpoint seen.txt",
        "urdimbre restore club.backup club --erased old-club --nothing-later",
    ),
    more="It does not record before somebody was asked what was seen last: a copy "
    "that goes on where others have seen more would be a second history.",
)
CATCH_UP = Command(
    name="catch-up",
    run=catch_up,
    summary="Add to a restored circuit what it lacks, byte for byte.",
    examples=(
        "urdimbre catch-up club --from club.tar",
        "urdimbre catch-up club --from ana.tlog-proof --from beto.tlog-proof",
        "urdimbre catch-up club --nothing-later",
    ),
)
