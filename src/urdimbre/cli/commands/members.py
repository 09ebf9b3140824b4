"""``urdimbre members``: who belongs."""

from __future__ import annotations

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker


def members(
    context: typer.Context,
    directory: Directory,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Print the members, with the names that the desk knows."""
    from urdimbre.cli.opening import looking
    from urdimbre.cli.reading import MEMBER_COLUMNS, member_rows

    voice: Speaker = context.obj
    with looking(directory) as reading:
        voice.table(MEMBER_COLUMNS, member_rows(reading))


MEMBERS = Command(
    name="members",
    run=members,
    summary="Print the members, with the names that the desk knows.",
    examples=("urdimbre members club", "urdimbre members club --json"),
)
