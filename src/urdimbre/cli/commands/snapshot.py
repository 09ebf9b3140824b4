"""``urdimbre snapshot``: the state after one block, with the proof of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Lang, Yes
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_WRITTEN = gettext_noop("The snapshot is written to {path}.")
_HOLDS = gettext_noop(
    "The snapshot holds: {rows} rows stand under block {height}, entry {size} of the "
    "log."
)
_OPEN = gettext_noop(
    "Not proven by this file alone: that the circuit's node has signed it. Give its "
    "key with --log-key."
)
_HEX = re.compile("[0-9a-f]{64}")


def snapshot(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(metavar="DIR|SNAPSHOT", help="Circuit, or snapshot to check."),
    ],
    *,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="File.")
    ] = None,
    genesis: Annotated[
        str | None, typer.Option(metavar="HEX", help="Number of the circuit.")
    ] = None,
    log_key: Annotated[
        str | None, typer.Option(metavar="HEX", help="Public key of the log's node.")
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the snapshot of a circuit, or check one."""
    from urdimbre.adapters.folder import is_circuit
    from urdimbre.adapters.folder_answers import NotACircuit
    from urdimbre.adapters.snapshot import check_snapshot, is_snapshot, snapshot_of
    from urdimbre.cli.exporting import written
    from urdimbre.cli.failures import BadChoice

    voice: Speaker = context.obj
    for option, value in (("--genesis", genesis), ("--log-key", log_key)):
        if value is not None and _HEX.fullmatch(value) is None:
            raise BadChoice(option=option, text=value, choices="64 hex")
    if is_circuit(path):
        if output is None or output == "-":
            raise BadChoice(option="-o", text=output or "", choices="FILE")
        with written(output, replace=yes) as draft:
            held = snapshot_of(path, draft)
        voice.note(_WRITTEN, path=output)
    elif is_snapshot(path):
        key = None if log_key is None else bytes.fromhex(log_key)
        held = check_snapshot(path, genesis=genesis, log_key=key)
    else:
        raise NotACircuit(path)
    told = held.told()
    if as_json:
        voice.json(told)
    else:
        for name in ("genesis", "height", "size", "rows", "state_root", "log_root"):
            voice.line(f"{name:<10}  {told[name]}")
    voice.note(_HOLDS, **told)
    if held.unproven:
        voice.note(_OPEN)


SNAPSHOT = Command(
    name="snapshot",
    run=snapshot,
    summary="Write the state after the last block with its proof, or check such a "
    "file.",
    examples=(
        "urdimbre snapshot club -o club.snapshot",
        "urdimbre snapshot club.snapshot --log-key KEY",
    ),
)
