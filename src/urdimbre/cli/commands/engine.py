"""``urdimbre engine``: what keeps a circuit's registry, and moving it."""

from __future__ import annotations

from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker


def engine(
    context: typer.Context,
    directory: Directory,
    *,
    to: Annotated[
        str | None, typer.Option(metavar="embedded|postgres", help="Move it there.")
    ] = None,
    dsn: Annotated[
        str | None,
        typer.Option(
            metavar="DSN",
            help="postgresql://user@host/database, without a password.",
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say which engine keeps the registry, or move it to another."""
    from urdimbre.cli.moving import moved, present

    voice: Speaker = context.obj
    told = present(directory) if to is None else moved(directory, to, dsn)
    if as_json:
        voice.json(told)
        return
    for name, value in told.items():
        voice.line(f"{name:<10}  {value}")


ENGINE = Command(
    name="engine",
    run=engine,
    summary="Say which engine keeps the registry, or move it to another, whole or not "
    "at all.",
    examples=(
        "urdimbre engine club",
        "urdimbre engine club --to postgres --dsn postgresql://urdimbre@/circuits",
        "urdimbre engine club --to embedded",
    ),
    more="Nobody may have the circuit open meanwhile. The password, if there is one, "
    "belongs into ~/.pgpass.",
)
