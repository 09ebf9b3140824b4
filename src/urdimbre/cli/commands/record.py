"""``urdimbre record``: acts from a file or a pipe into the notebook."""

from __future__ import annotations

from itertools import chain
from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_DONE = gettext_noop("{recorded} recorded, {refused} refused.")


def record(
    context: typer.Context,
    directory: Directory,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="One JSON per line; - is stdin.")
    ],
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Record acts; print one line of JSON for each line read."""
    from urdimbre.cli.failures import OK, REFUSED
    from urdimbre.cli.lines import opened
    from urdimbre.cli.opening import recording
    from urdimbre.cli.recording import Recorder

    voice: Speaker = context.obj
    recorded = refused = 0
    with opened(file) as batches, recording(directory) as circuit:
        recorder = Recorder(circuit, voice.translate)
        for answers in chain.from_iterable(map(recorder.record, batches)):
            told = [answer.json() for answer in answers]
            voice.jsons(told)
            recorded += sum(one["ok"] for one in told)
            refused += sum(not one["ok"] for one in told)
    voice.note(_DONE, recorded=recorded, refused=refused)
    return REFUSED if refused else OK


RECORD = Command(
    name="record",
    run=record,
    summary="Record acts, one JSON per line, and answer each line.",
    examples=(
        "urdimbre record club acts.jsonl",
        "make-acts | urdimbre record club - > receipts.jsonl",
    ),
    more='A line: {"act": {...}, "signatures": [{"member", "key_id", "signature"}], '
    '"sign_with": ["MEMBER", "MEMBER:common"], "private": [{"field", "salt", '
    '"payload"}]}. docs/cli.md tells all of it.',
)
