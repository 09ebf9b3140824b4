"""``urdimbre verify``: everything again from nothing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.commands.anchor import Certificate, FromBlock
from urdimbre.cli.options import AsJson, Command, Lang
from urdimbre.cli.speaking import Speaker

Nodes = Annotated[
    list[str] | None,
    typer.Option(
        metavar="URL", envvar="URDIMBRE_RPC", help="Node of a chain; repeatable."
    ),
]
Follow = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", min=0.1, help="Go on: verify what comes, too."),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="CHECKPOINT|SNAPSHOT", help="Verify only what follows it."
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, max=64, help="All but one verify signatures; 1: one alone."
    ),
]


def verify(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="DIR|BUNDLE", help="Folder, or exported bundle.")
    ],
    *,
    anchors: Annotated[
        bool, typer.Option("--anchors", help="Compare with what others keep, too.")
    ] = False,
    rpc: Nodes = None,
    from_block: FromBlock = 0,
    tsa_cert: Certificate = None,
    follow: Follow = None,
    from_: From = None,
    processes: Processes = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Replay the log and compare every stored value; exit 3 at a difference."""
    from urdimbre.adapters.bundle import is_bundle
    from urdimbre.adapters.folder import holds_a_log
    from urdimbre.adapters.verifying import Spread, useful_processes
    from urdimbre.cli import verifying
    from urdimbre.cli.failures import NothingToVerify

    voice: Speaker = context.obj
    folder = holds_a_log(path)
    if not folder and not is_bundle(path):
        raise NothingToVerify(path=path)
    _fit_together(path, follow=follow, from_=from_, folder=folder, anchors=anchors)
    with closing(Spread(processes or useful_processes())) as verdicts:
        if follow is not None:
            return verifying.follow(voice, path, follow, verdicts)
        if from_ is not None:
            return verifying.since(voice, path, from_, verdicts, folder=folder)
        sources = (tuple(rpc or ()), tsa_cert, from_block) if anchors else None
        return verifying.once(voice, path, verdicts, sources, folder=folder)


def _fit_together(
    path: Path,
    *,
    follow: float | None,
    from_: Path | None,
    folder: bool,
    anchors: bool,
) -> None:
    """Refuse options that do not go together."""
    from urdimbre.cli.failures import BadChoice

    chosen = {"--follow": follow, "--from": from_, "--anchors": anchors or None}
    given = [name for name, value in chosen.items() if value is not None]
    if len(given) > 1:
        raise BadChoice(option=given[1], text=given[0], choices=", ".join(chosen))
    if follow is not None and not folder:
        raise BadChoice(option="--follow", text=path, choices="DIR")


VERIFY = Command(
    name="verify",
    run=verify,
    summary="Replay the whole log and compare every value; exit 3 names the first "
    "difference.",
    examples=(
        "urdimbre verify club",
        "urdimbre verify club.tar --json",
        "urdimbre verify club --follow 60",
        "urdimbre verify club --from club.snapshot --processes 2",
        "urdimbre verify club.tar --from checkpoint",
        "urdimbre verify club --anchors --rpc https://rpc.example.org",
    ),
)
