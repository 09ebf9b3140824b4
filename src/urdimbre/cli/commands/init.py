"""``urdimbre init``: make a circuit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command
from urdimbre.cli.speaking import Speaker
from urdimbre.core.agreements import PRESETS
from urdimbre.core.refusals import gettext_noop

_FOUNDER = gettext_noop("Founder")
_CIRCUIT = gettext_noop("Circuit {name} is founded. Enter with this code, once:")


def init(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="New or empty folder.")
    ],
    *,
    name: Annotated[str, typer.Option(help="What the circuit is called.")],
    preset: Annotated[str, typer.Option(help=", ".join(PRESETS))],
    unit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE:NAME:DECIMALS[:REGIME]",
            help="Value sign, or CODE:NAME:time; may be repeated. "
            "REGIME: mutual, granted, backed.",
        ),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="ISO", help="National currency.")
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(metavar="es|pt|en", help="Language of the circuit."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the folder, the keys and the genesis; print the founder's code."""
    from urdimbre.cli.beginning import Begun, begin, wish_of

    voice: Speaker = context.obj
    wish = wish_of(
        name=name, preset=preset, units=unit or (), currency=currency, language=lang
    )
    begun: Begun = begin(directory, wish, founder_name=voice.translate(_FOUNDER))
    _say(voice, {"directory": str(directory), **begun._asdict()}, name)


def _say(voice: Speaker, told: dict[str, str], name: str) -> None:
    if voice.as_json:
        voice.json(told)
        return
    voice.note(_CIRCUIT, name=name)
    for key in ("entry_code", "directory", "genesis", "founder"):
        voice.line(f"{key:<10}  {told[key]}")


INIT = Command(
    name="init",
    run=init,
    summary="Make a circuit in a new folder and print the founder's one-time code.",
    examples=(
        'urdimbre init club --name "Trueque Sur" --preset barter-club --lang es',
        "urdimbre init club --name Sur --preset campesina --unit SOL:Soles:2",
        "urdimbre init horas --name Horas --preset gift-circle --unit H:Horas:time",
    ),
)
