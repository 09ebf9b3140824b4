"""``urdimbre balances``: who stands where."""

from __future__ import annotations

from typing import Any

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker


def balances(
    context: typer.Context,
    directory: Directory,
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Print every sign and cash account, those of the system included."""
    from urdimbre.cli.opening import looking
    from urdimbre.cli.reading import BALANCE_COLUMNS, balance_rows

    voice: Speaker = context.obj
    with looking(directory) as reading:
        rows: list[dict[str, Any]] = balance_rows(reading)
    columns = ("member", "unit", "purse", "minor") if as_json else BALANCE_COLUMNS
    voice.table(columns, rows)


BALANCES = Command(
    name="balances",
    run=balances,
    summary="Print the balances in signs and in kept cash; each unit sums to zero.",
    examples=("urdimbre balances club", "urdimbre balances club --json"),
)
