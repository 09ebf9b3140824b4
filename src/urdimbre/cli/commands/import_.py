"""``urdimbre import``: bring a history that another program has kept."""

from __future__ import annotations

from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang


def import_(
    context: typer.Context,
    directory: Directory,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="File, folder or zip; - is stdin.")
    ],
    *,
    layout: Annotated[
        str, typer.Option(metavar="sarafu|generic|komunitin|timeoverflow|ces")
    ],
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="NAME=COLUMN",
            help="unit=CODE; generic: payer, payee, amount, date, description, id; "
            "decimal=point|comma; komunitin: scale=DIGITS. May be repeated.",
        ),
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Refuse amounts that need rounding.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Judge everything, record nothing.")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Admit the accounts of a file and record its rows."""
    from urdimbre.cli.importing import Wanted, bring_file

    return bring_file(
        directory,
        file,
        Wanted(layout, tuple(maps or ()), exact, dry_run),
        voice=context.obj,
    )


IMPORT = Command(
    name="import",
    run=import_,
    summary="Bring transactions that another program has kept, row by row.",
    examples=(
        "urdimbre import club history.csv --layout sarafu --dry-run",
        "urdimbre import club history.csv --layout sarafu --map unit=SOL",
        "urdimbre import club trades.csv --layout generic",
        "urdimbre import club trades.csv --layout generic --map amount=Sum",
        "urdimbre import club komunitin/ --layout komunitin --dry-run",
        "urdimbre import bank timeoverflow.zip --layout timeoverflow",
    ),
    more="A file that cannot be read whole records nothing (exit 2). Rows that a rule "
    "refuses are told line by line (exit 4). Importing twice skips what is there.",
)
