"""``urdimbre sequence``: record for several workers."""

from __future__ import annotations

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang


def sequence(
    context: typer.Context,
    directory: Directory,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Record what workers hand over until told to stop."""
    from urdimbre.cli.sequencing import sequence as work

    work(directory, voice=context.obj)


SEQUENCE = Command(
    name="sequence",
    run=sequence,
    summary="Record what several workers hand over; only with PostgreSQL.",
    examples=("urdimbre sequence club",),
    more="`urdimbre run` starts one by itself. A second one takes over from the first, "
    "which then ends (exit 6).",
)
