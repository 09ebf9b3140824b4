"""``urdimbre receipt`` and ``verify-receipt``: proofs that their holder keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang, Yes
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_WRITTEN = gettext_noop("The receipt is written to {path}.")
_HOLDS = gettext_noop("The receipt holds: entry {index} of the log {origin}.")
_OPEN = gettext_noop("Not proven by this file alone:")


def receipt(
    context: typer.Context,
    directory: Directory,
    act: Annotated[str, typer.Argument(metavar="ACT_ID", help="Number or hash.")],
    *,
    output: Annotated[
        str, typer.Option("-o", "--output", help="File; - is stdout.")
    ] = "-",
    yes: Yes = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the proof that an act is in the log, with its holder's openings."""
    from urdimbre.cli.exporting import write_text
    from urdimbre.cli.opening import looking
    from urdimbre.cli.receipts import receipt_of

    voice: Speaker = context.obj
    with looking(directory) as reading:
        text = receipt_of(reading, act)
    write_text(output, text, replace=yes)
    if output != "-":
        if as_json:
            voice.json({"act": act, "path": output})
        voice.note(_WRITTEN, path=output)


def verify_receipt(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Receipt; - is stdin.")],
    *,
    circuit: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Take number and keys from this circuit."),
    ] = None,
    genesis: Annotated[
        str | None, typer.Option(metavar="HEX", help="Number of the circuit.")
    ] = None,
    log_key: Annotated[
        str | None, typer.Option(metavar="HEX", help="Public key of the log's node.")
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option(metavar="VKEY", help="Key of a witness, name+id+key; repeatable."),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Check a receipt without the registry; exit 3 if it does not hold."""
    from urdimbre.adapters.receipts import UNPROVEN
    from urdimbre.cli.receipts import check

    voice: Speaker = context.obj
    proven, signers = check(file, circuit, genesis, log_key, witness or ())
    if as_json:
        voice.json(proven.told())
        return
    for name in ("act", "id", "kind", "index", "size", "origin"):
        voice.line(f"{name:<7}  {getattr(proven, name)}")
    voice.line(f"signers  {', '.join(proven.signers)}")
    voice.line(f"opened   {', '.join(proven.openings)}")
    voice.line(f"witness  {', '.join(proven.cosigners)}")
    voice.note(_HOLDS, index=proven.index, origin=proven.origin)
    if proven.unproven:
        voice.note(_OPEN)
    told = {
        "members": ", ".join(signers),
        "witnesses": ", ".join(proven.other_lines),
    }
    for code in proven.unproven:
        voice.note("- " + voice.translate(UNPROVEN[code]), **told)


RECEIPT = Command(
    name="receipt",
    run=receipt,
    summary="Write the proof that an act is in the log.",
    examples=(
        "urdimbre receipt club 5b0c9d3e7f11a2b4c6d8e0f123456789 -o act.tlog-proof",
        "urdimbre receipt club ACT_HASH -o -",
    ),
)
VERIFY_RECEIPT = Command(
    name="verify-receipt",
    run=verify_receipt,
    summary="Check a receipt without the registry and say what it leaves open.",
    examples=(
        "urdimbre verify-receipt act.tlog-proof",
        "urdimbre verify-receipt act.tlog-proof --circuit club",
    ),
)
