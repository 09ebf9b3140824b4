"""``receipt``, ``state-proof``, ``verify-receipt``: proofs that their holder keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang, Yes
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

if TYPE_CHECKING:
    from urdimbre.cli.receipts import Known

_WRITTEN = gettext_noop("The receipt is written to {path}.")
_ROWS_WRITTEN = gettext_noop(
    "The proof is written to {path}. It is for the owner and for who reads the log."
)
_HOLDS = gettext_noop("The receipt holds: entry {index} of the log {origin}.")
_ROWS_HOLD = gettext_noop(
    "The proof holds: so these rows stood after block {height}, {time}."
)
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
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Receipt or state proof; - is stdin.")
    ],
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
    from urdimbre.adapters.state_proofs import is_state_proof
    from urdimbre.cli.receipts import bytes_of, check, known_of

    voice: Speaker = context.obj
    raw = bytes_of(file)
    known = known_of(circuit, genesis, log_key, witness or ())
    if is_state_proof(raw):
        _tell_rows(voice, raw, known, as_json=as_json)
        return
    proven, signers = check(raw, known)
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


def _tell_rows(voice: Speaker, raw: bytes, known: Known, *, as_json: bool) -> None:
    """Check a proof of rows of the state and tell what it proves."""
    from urdimbre.adapters import receipts, state_proofs
    from urdimbre.cli.receipts import check_rows
    from urdimbre.cli.telling import moment

    proven = check_rows(raw, known)
    if as_json:
        voice.json(proven.told())
        return
    for name in ("height", "time", "index", "size", "origin"):
        voice.line(f"{name:<7}  {getattr(proven, name)}")
    for row in proven.rows:
        voice.line(f"row      {row.key}  {json.dumps(row.value)}")
    voice.line(f"witness  {', '.join(proven.cosigners)}")
    voice.note(_ROWS_HOLD, height=proven.height, time=moment(proven.time))
    voice.note(_OPEN)
    open_ = receipts.UNPROVEN | state_proofs.UNPROVEN
    for code in proven.unproven:
        sentence = voice.translate(open_[code])
        voice.note("- " + sentence, witnesses=", ".join(proven.other_lines))


def state_proof(
    context: typer.Context,
    directory: Directory,
    row: Annotated[
        str, typer.Argument(metavar="KEY|MEMBER", help="A row, or whose balances.")
    ],
    *,
    output: Annotated[
        str, typer.Option("-o", "--output", help="File; - is stdout.")
    ] = "-",
    yes: Yes = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the proof of a row of the state, for its owner or who reads the log."""
    from urdimbre.cli.exporting import write_text
    from urdimbre.cli.opening import looking
    from urdimbre.cli.receipts import rows_proof

    voice: Speaker = context.obj
    with looking(directory) as reading:
        text = rows_proof(reading, row)
    write_text(output, text, replace=yes)
    if output != "-":
        if as_json:
            voice.json({"row": row, "path": output})
        voice.note(_ROWS_WRITTEN, path=output)


RECEIPT = Command(
    name="receipt",
    run=receipt,
    summary="Write the proof that an act is in the log.",
    examples=(
        "urdimbre receipt club 5b0c9d3e7f11a2b4c6d8e0f123456789 -o act.tlog-proof",
        "urdimbre receipt club ACT_HASH -o -",
    ),
)
STATE_PROOF = Command(
    name="state-proof",
    run=state_proof,
    summary="Write the proof of somebody's balances, or of another row of the state.",
    examples=(
        "urdimbre state-proof club Rosa -o balance.tlog-proof",
        "urdimbre state-proof club supply/TALENTO -o -",
    ),
)
VERIFY_RECEIPT = Command(
    name="verify-receipt",
    run=verify_receipt,
    summary="Check a receipt without the registry and say what it leaves open.",
    examples=(
        "urdimbre verify-receipt act.tlog-proof",
        "urdimbre verify-receipt act.tlog-proof --circuit club",
        "urdimbre verify-receipt balance.tlog-proof --circuit club",
    ),
)
