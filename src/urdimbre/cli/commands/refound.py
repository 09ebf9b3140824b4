"""``urdimbre refound`` and ``found``: a genesis that its founders sign elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang, Yes
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_LINE = gettext_noop(
    "The genesis is written to {path}. Let all founders sign it, then: urdimbre found "
    "{path} DIR --keys {keys}."
)
_FOUNDED = gettext_noop("The circuit {genesis} is founded in {path}.")


def refound(
    context: typer.Context,
    directory: Directory,
    *,
    founder: Annotated[
        list[str], typer.Option(metavar="MEMBER", help="Who founds it; two or more.")
    ],
    keys: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Keys of the new host; made if missing."),
    ],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE")],
    yes: Yes = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the genesis of a circuit that takes the place of one that was lost."""
    import json

    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.handing_over import make_keys
    from urdimbre.adapters.keys.server import NODE_FILE, node_key
    from urdimbre.adapters.refounding import refounding
    from urdimbre.adapters.standing import remembered
    from urdimbre.cli.exporting import write_text
    from urdimbre.cli.opening import looking, state_of

    voice: Speaker = context.obj
    with looking(directory) as reading:
        state = state_of(reading)
        checkpoint = reading.store.mark("checkpoint") or ""
    make_keys(keys)
    line = refounding(
        state,
        founder,
        node_key(keys / NODE_FILE.name),
        now=wall_clock(),
        checkpoint=checkpoint,
        seen=remembered(directory),
    )
    text = json.dumps(line, ensure_ascii=False, sort_keys=True)
    write_text(output, text + "\n", replace=yes)
    if as_json and output != "-":
        voice.json({"path": output, "act": line["act"]})
    voice.note(_LINE, path=output, keys=keys)


def found(
    context: typer.Context,
    line: Annotated[
        Path, typer.Argument(metavar="FILE", help="The genesis with its signatures.")
    ],
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="New folder, or an empty one.")
    ],
    *,
    keys: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder with the files kek and node.")
    ],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make a circuit from a genesis that its founders have signed."""
    from urdimbre.cli.beginning import begin_with
    from urdimbre.cli.failures import FileMissing

    voice: Speaker = context.obj
    if not line.is_file():
        raise FileMissing(path=line)
    genesis = begin_with(line, directory, keys)
    if as_json:
        voice.json({"genesis": genesis, "path": str(directory)})
    voice.note(_FOUNDED, genesis=genesis, path=directory)


REFOUND = Command(
    name="refound",
    run=refound,
    summary="Write the genesis of a circuit that takes the place of one that was lost.",
    examples=(
        "urdimbre refound saved --founder ID --founder ID --keys new/keys -o g.jsonl",
    ),
    more="It names the old circuit and the last checkpoints, in a private field that "
    "anybody may be shown. Members are admitted anew, and balances are agreed upon.",
)
FOUND = Command(
    name="found",
    run=found,
    summary="Make a circuit from a genesis that its founders have signed.",
    examples=("urdimbre found genesis.jsonl club --keys new/keys",),
)
