"""``urdimbre consistency``: is it still the log that somebody has seen before?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Lang
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_HOLDS = gettext_noop(
    "The log has only grown: the {kept} entries that were seen are the first of {size}."
)
_UNSIGNED = gettext_noop(
    "Not proven: that this is the circuit's log; its key was not given."
)
_KEY = re.compile("[0-9a-f]{64}")


def consistency(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="DIR|URL", help="Folder, or address of a server.")
    ],
    *,
    since: Annotated[
        Path, typer.Option(metavar="FILE", help="Checkpoint that was kept earlier.")
    ],
    log_key: Annotated[
        str | None, typer.Option(metavar="HEX", help="Public key of the log's node.")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Check that a log goes on from a checkpoint; exit 3 if it does not."""
    from urdimbre.cli.consistency import compare
    from urdimbre.cli.failures import BadChoice

    voice: Speaker = context.obj
    if log_key is not None and _KEY.fullmatch(log_key) is None:
        raise BadChoice(option="--log-key", text=log_key, choices="64 hex")
    key = None if log_key is None else bytes.fromhex(log_key)
    found, now = compare(source, since, key)
    if as_json:
        voice.json({"ok": True} | found._asdict())
    else:
        voice.line(now.removesuffix("\n"))
    voice.note(_HOLDS, kept=found.kept, size=found.size)
    if not found.signed:
        voice.note(_UNSIGNED)


CONSISTENCY = Command(
    name="consistency",
    run=consistency,
    summary="Check that a log has only grown since a checkpoint was kept.",
    examples=(
        "urdimbre consistency club --since seen.checkpoint",
        "urdimbre consistency https://club.example --since seen.checkpoint",
    ),
    more="Prints the present checkpoint, to be kept for the next time.",
)
