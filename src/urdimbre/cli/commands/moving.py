"""``urdimbre hand-over``, ``reopen`` and ``take-over``: the circuit on another host."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.commands.backup import NothingLater, Seen, tell_standing
from urdimbre.cli.options import AsJson, Command, Directory, Lang, Yes
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_LINE = gettext_noop(
    "The act is written to {path}. Those who act for the common sign it; then record "
    "it where the circuit runs now: urdimbre record DIR {path}."
)
_REOPENED = gettext_noop("The circuit is reopened in {path}: {size} entries.")
_SAME_KEY = gettext_noop("The node's key in force is here: it can go on.")
_SIGN = gettext_noop(
    "The old node's key is not here. Let those who act for the common sign the act in "
    "{path}, and record it: urdimbre take-over {directory} {path}."
)
_TAKEN = gettext_noop(
    "This host keeps the log from entry {index} on. No checkpoint of the old key names "
    "the new one: tell the members, and show them this act."
)


def hand_over(
    context: typer.Context,
    directory: Directory,
    *,
    keys: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Keys of the new host; made if missing."),
    ],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE")],
    sign_with: Annotated[
        list[str] | None,
        typer.Option(metavar="MEMBER:common", help="Whose server key is to sign."),
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make the new host's keys and the act that gives it the log."""
    import json

    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.handing_over import make_keys, node_act
    from urdimbre.adapters.keys.server import NODE_FILE, node_key
    from urdimbre.cli.exporting import write_text
    from urdimbre.cli.opening import looking, state_of

    voice: Speaker = context.obj
    with looking(directory) as reading:
        state = state_of(reading)
    make_keys(keys)
    line = node_act(state, node_key(keys / NODE_FILE.name), now=wall_clock())
    line |= {"sign_with": sign_with} if sign_with else {}
    write_text(output, json.dumps(line, sort_keys=True) + "\n", replace=yes)
    if as_json and output != "-":
        voice.json({"path": output, "act": line["act"]})
    voice.note(_LINE, path=output)


def reopen(
    context: typer.Context,
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The whole log.")],
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="New folder, or an empty one.")
    ],
    *,
    keys: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder with kek and node; else made anew."),
    ] = None,
    checkpoint: Seen = None,
    nothing_later: NothingLater = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make a circuit's folder from a bundle, with an empty desk."""
    from urdimbre.adapters.checkpoints import fetched
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.handing_over import reopen as reopened
    from urdimbre.projections.project import Projection

    voice: Speaker = context.obj
    found = reopened(
        bundle,
        directory,
        now=wall_clock(),
        projector=Projection(),
        keys=keys,
        seen=[fetched(one) for one in checkpoint or ()],
        nothing_later=nothing_later,
    )
    if as_json:
        voice.json(found.told())
    voice.note(_REOPENED, path=directory, size=found.size)
    if found.line:
        voice.note(_SIGN, path=directory / found.line, directory=directory)
    else:
        voice.note(_SAME_KEY)
    tell_standing(voice, is_open=found.open, seen=found.seen)


def take_over(
    context: typer.Context,
    directory: Directory,
    line: Annotated[
        Path, typer.Argument(metavar="FILE", help="The act with its signatures.")
    ],
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Record the act that gives the log to this host, without the old key."""
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.handing_over import take_over as taken_over
    from urdimbre.cli.failures import BadLine, FileMissing, RefusedByRule
    from urdimbre.core.refusals import Refusal
    from urdimbre.projections.project import Projection

    voice: Speaker = context.obj
    if not line.is_file():
        raise FileMissing(path=line)
    try:
        answer = taken_over(
            directory, line.read_bytes(), projector=Projection(), clock=wall_clock
        )
    except ValueError as wrong:
        raise BadLine(path=line, reason=wrong) from None
    if isinstance(answer, Refusal):
        raise RefusedByRule(answer)
    if as_json:
        voice.json({"act": answer.act, "height": answer.height, "index": answer.index})
    voice.note(_TAKEN, index=answer.index)


HAND_OVER = Command(
    name="hand-over",
    run=hand_over,
    summary="Make the new host's keys and the act that gives it the log.",
    examples=(
        "urdimbre hand-over club --keys new-host/keys -o node-act.jsonl",
        "urdimbre hand-over club --keys new/keys -o act.jsonl --sign-with ID:common",
    ),
)
REOPEN = Command(
    name="reopen",
    run=reopen,
    summary="Make a circuit's folder from a bundle, with an empty desk.",
    examples=(
        "urdimbre reopen club.tar club --checkpoint seen.txt",
        "urdimbre reopen club.tar club --keys stick/keys --nothing-later",
    ),
)
TAKE_OVER = Command(
    name="take-over",
    run=take_over,
    summary="Record the act that gives the log to this host, without the old key.",
    examples=("urdimbre take-over club club/node-act.jsonl",),
)
