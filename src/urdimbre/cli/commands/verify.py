"""``urdimbre verify``: everything again from nothing."""

from __future__ import annotations

import os
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urdimbre.cli.commands.anchor import Certificate, FromBlock
from urdimbre.cli.options import AsJson, Command, Lang
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

if TYPE_CHECKING:
    from urdimbre.adapters.verification import Difference

_GOOD = gettext_noop(
    "Everything is as the community signed it: acts {acts}, blocks {blocks}, "
    "signatures {signatures}."
)
_BAD = gettext_noop("First difference: table {where}: {reason}.")
_NO_DESK = gettext_noop(
    "The folder has lost its {file}, with the names, the private texts and the keys on "
    "the server: only the log was verified. Put the file back from a copy."
)
Nodes = Annotated[
    list[str] | None,
    typer.Option(
        metavar="URL", envvar="URDIMBRE_RPC", help="Node of a chain; repeatable."
    ),
]
_CPUS = 2
"""From here on signatures are verified by a process of their own."""


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
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Replay the log and compare every stored value; exit 3 at a difference."""
    from urdimbre.adapters import traces
    from urdimbre.adapters.bundle import is_bundle, verify_bundle
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.folder import DESK_FILE, holds_a_log
    from urdimbre.adapters.verification import verify_folder
    from urdimbre.adapters.verifying import OtherProcess
    from urdimbre.cli import comparing
    from urdimbre.cli.failures import OK, VERIFICATION_FAILED, NothingToVerify
    from urdimbre.projections.project import Projection

    voice: Speaker = context.obj
    folder = holds_a_log(path)
    if not folder and not is_bundle(path):
        raise NothingToVerify(path=path)
    asked = comparing.ask(path, rpc or (), tsa_cert, from_block) if anchors else None
    several = (os.cpu_count() or 1) >= _CPUS
    with closing(OtherProcess()) if several else nullcontext() as verdicts:
        if folder:
            found = verify_folder(path, projector=Projection(), verdicts=verdicts)
        else:
            found = verify_bundle(path, verdicts=verdicts)
    if folder and found.ok:
        traces.keep(path, "verify", {"at": wall_clock(), "acts": found.acts})
    told = found.told()
    compared = None
    if asked is not None and found.ok:
        size = found.acts + found.blocks
        compared = comparing.compare(
            path, asked, tsa_cert, size=size, log_root=found.log_root
        )
        told |= {"ok": compared.ok, "anchors": compared.told()}
    if as_json:
        voice.json(told)
    else:
        for name in ("acts", "blocks", "signatures", "log_root", "state_root"):
            voice.line(f"{name:<10}  {told[name]}")
        voice.line(f"covered     {', '.join(found.covered)}")
    if folder and not (path / DESK_FILE).is_file():
        voice.note(_NO_DESK, file=DESK_FILE)
    if found.first_error is not None:
        _tell_difference(voice, found.first_error)
        return VERIFICATION_FAILED
    voice.note(_GOOD, **told)
    return OK if compared is None else comparing.tell(voice, compared)


def _tell_difference(voice: Speaker, wrong: Difference) -> None:
    place = {**wrong.key, "entry": wrong.entry, "column": wrong.column}
    told_place = [
        f"{name} {one}" for name, one in place.items() if one not in ("", None)
    ]
    where = ", ".join([wrong.table, *told_place])
    voice.note(_BAD, where=where, reason=wrong.reason)


VERIFY = Command(
    name="verify",
    run=verify,
    summary="Replay the whole log and compare every value; exit 3 names the first "
    "difference.",
    examples=(
        "urdimbre verify club",
        "urdimbre verify club.tar --json",
        "urdimbre verify club --anchors --rpc https://rpc.example.org",
    ),
)
