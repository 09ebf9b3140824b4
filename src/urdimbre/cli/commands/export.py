"""``urdimbre export``: tables for other programs, or everything for a check."""

from __future__ import annotations

from typing import Annotated

import typer

from urdimbre.cli.language import ngettext_noop
from urdimbre.cli.options import AsJson, Command, Directory, Lang, Yes
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_WRITTEN = ngettext_noop(
    "{count} row written to {path}.", "{count} rows written to {path}."
)
_BUNDLED = gettext_noop("The bundle is written to {path}; check it: urdimbre verify.")


def export(
    context: typer.Context,
    directory: Directory,
    *,
    what: Annotated[str, typer.Option(metavar="acts|balances|members|obligations|all")],
    output: Annotated[str, typer.Option("-o", "--output", help="File; - is stdout.")],
    form: Annotated[str, typer.Option("--format", metavar="csv|jsonl")] = "csv",
    yes: Yes = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write a table as CSV or JSON lines, or the whole log as a bundle."""
    from urdimbre.adapters.interchange.writing import FORMATS
    from urdimbre.cli.exporting import SOURCES, export_table, write_all
    from urdimbre.cli.failures import BadChoice
    from urdimbre.cli.opening import looking

    voice: Speaker = context.obj
    known = (*SOURCES, "all")
    if what not in known:
        raise BadChoice(option="--what", text=what, choices=", ".join(known))
    if form not in FORMATS:
        raise BadChoice(option="--format", text=form, choices=", ".join(FORMATS))
    with looking(directory) as reading:
        if what == "all":
            count = write_all(reading, output, replace=yes)
        else:
            count = export_table(reading, output, SOURCES[what], form, replace=yes)
    if as_json and output != "-":
        voice.json({"what": what, "rows": count, "path": output})
    if what == "all":
        voice.note(_BUNDLED, path=output)
    else:
        voice.count(_WRITTEN, count, path=output)


EXPORT = Command(
    name="export",
    run=export,
    summary="Write a table for other programs, or a bundle that can be verified.",
    examples=(
        "urdimbre export club --what balances --format csv -o balances.csv",
        "urdimbre export club --what acts --format jsonl -o - | gzip > acts.gz",
        "urdimbre export club --what all -o club.tar && urdimbre verify club.tar",
    ),
)
