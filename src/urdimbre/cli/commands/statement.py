"""``urdimbre statement``: the acts of one member and what they did."""

from __future__ import annotations

from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker


def statement(
    context: typer.Context,
    directory: Directory,
    member: Annotated[
        str,
        typer.Argument(
            metavar="MEMBER",
            help="Number, code or name, or how it begins; `common` is the common.",
        ),
    ],
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Print the acts that a member takes part in, oldest first."""
    from urdimbre.cli.opening import looking
    from urdimbre.cli.reading import find_member
    from urdimbre.cli.statements import STATEMENT_COLUMNS, flat, statement_of

    voice: Speaker = context.obj
    with looking(directory) as reading:
        acts = statement_of(reading, find_member(reading, member).id)
    if as_json:
        voice.json(acts)
    else:
        voice.table(STATEMENT_COLUMNS, flat(acts))


STATEMENT = Command(
    name="statement",
    run=statement,
    summary="Print the acts of one member, oldest first, with her balance after each.",
    examples=(
        "urdimbre statement club Rosa",
        "urdimbre statement club 3f2a --json",
        "urdimbre statement club common",
    ),
)
