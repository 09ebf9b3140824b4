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
    from urdimbre.adapters import folder
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.desk import Person
    from urdimbre.cli import founding
    from urdimbre.cli.failures import BadChoice, RefusedByRule
    from urdimbre.cli.language import LANGUAGES, language_of
    from urdimbre.core.agreements import BY_NAME
    from urdimbre.projections.project import Projection

    voice: Speaker = context.obj
    if preset not in PRESETS:
        raise BadChoice(option="--preset", text=preset, choices=", ".join(PRESETS))
    if lang is not None and lang not in LANGUAGES:
        raise BadChoice(option="--lang", text=lang, choices=", ".join(LANGUAGES))
    if not name.strip():
        raise BadChoice(option="--name", text=repr(name), choices="…")
    language = language_of(lang)
    money = str(currency or BY_NAME["currency"].for_preset(preset))
    wish = founding.Wish(
        preset,
        founding.units_of(unit or [], preset, language),
        founding.currency_of(money),
    )
    told: dict[str, str] = {}

    def genesis(begun: folder.Founding) -> bytes:
        now = wall_clock()
        made = founding.found(begun, wish, now=now)
        shown = {"name": name, "language": language, "currency": wish.currency}
        units = {f"unit.{one.code}": one.name for one in wish.units}
        begun.desk.set_shown(shown | units)
        person = Person(made.founder, voice.translate(_FOUNDER), language=language)
        begun.desk.add_persons([person])
        told["founder"] = made.founder
        told["entry_code"] = begun.desk.new_code(made.founder, now=now)
        return made.entry

    try:
        circuit = folder.create(directory, genesis, projector=Projection())
    except folder.GenesisRefused as refused:
        raise RefusedByRule(refused.refusal) from None
    told["genesis"] = circuit.registry.genesis
    circuit.close()
    _say(voice, {"directory": str(directory), **told}, name)


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
