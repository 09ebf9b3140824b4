"""``urdimbre witness``: others cosign this log, and this circuit cosigns theirs."""

from __future__ import annotations

from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_WITNESS_KEY = gettext_noop("Our key as a witness of others:")
_LOG_KEY = gettext_noop("The key of our log, for those who witness it:")
_SILENT = gettext_noop(
    "Our key as a witness cosigns nothing: this folder was restored, and the key may "
    "have signed more than is remembered here. Show what others have with --signed; "
    "when you can answer for it that there is nothing else: --nothing-later."
)
_FORK = gettext_noop("{origin}: two checkpoints that do not go together are kept.")

Signed = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE|URL",
        help="Receipt or checkpoint of another circuit with our signature, after a "
        "restore; may be repeated.",
    ),
]
NothingLater = Annotated[
    bool,
    typer.Option(
        "--nothing-later",
        help="You answer for it: our key has cosigned nothing that is not known here. "
        "It cosigns again.",
    ),
]


def witness(
    context: typer.Context,
    directory: Directory,
    *,
    watch: Annotated[
        list[str] | None,
        typer.Option(metavar="LOG_KEY", help="Cosign the log with this key."),
    ] = None,
    peer: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=URL", help="Where a witness of ours is asked."),
    ] = None,
    signed: Signed = None,
    nothing_later: NothingLater = False,
    now: Annotated[
        bool, typer.Option("--now", help="Ask our witnesses about the checkpoint.")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show and change who witnesses whom; exit 7 if no witness signs."""
    from urdimbre.cli import witnessing
    from urdimbre.cli.opening import looking

    voice: Speaker = context.obj
    with looking(directory) as reading:
        for one in watch or ():
            witnessing.watch(directory, one)
        for one in peer or ():
            witnessing.ask_at(directory, one)
        for one in signed or ():
            witnessing.remember(reading, one)
        if nothing_later:
            witnessing.answer_for(reading)
        if now:
            witnessing.ask(reading)
        told = witnessing.told(reading)
    if as_json:
        voice.json(told)
        return
    voice.note(_WITNESS_KEY)
    voice.line(told["witness_key"])
    voice.note(_LOG_KEY)
    voice.line(told["log_key"])
    voice.table(("name", "host", "url", "outcome", "size"), told["witnesses"])
    voice.table(("origin", "size"), told["watched"])
    if told["silent"]:
        voice.note(_SILENT)
    for one in told["evidence"]:
        voice.note(_FORK, origin=one["origin"])


WITNESS = Command(
    name="witness",
    run=witness,
    summary="Show and change who witnesses this log, and whose logs it witnesses.",
    examples=(
        "urdimbre witness club",
        "urdimbre witness club --watch LOG_KEY",
        "urdimbre witness club --peer KEY=https://norte.example/witness --now",
        "urdimbre witness club --signed rosa.tlog-proof --nothing-later",
    ),
)
