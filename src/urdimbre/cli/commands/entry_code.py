"""``urdimbre entry-code``: a way in for a member whose login is lost."""

from __future__ import annotations

from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

_CODE = gettext_noop("{member} enters once with this code, within 14 days.")


def entry_code(
    context: typer.Context,
    directory: Directory,
    member: Annotated[
        str, typer.Argument(metavar="MEMBER", help="Number, code or name.")
    ],
    *,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Print a one-time code with which a member enters."""
    from urdimbre.adapters.clock import wall_clock
    from urdimbre.adapters.desk import Desk
    from urdimbre.adapters.folder import DESK_FILE
    from urdimbre.cli.opening import looking
    from urdimbre.cli.reading import find_member

    voice: Speaker = context.obj
    with looking(directory) as reading:
        found = find_member(reading, member).id
    code = Desk(directory / DESK_FILE).new_code(found, now=wall_clock())
    if as_json:
        voice.json({"member": found, "entry_code": code})
    else:
        voice.line(code)
    voice.note(_CODE, member=found)


ENTRY_CODE = Command(
    name="entry-code",
    run=entry_code,
    summary="Print a one-time code with which a member enters.",
    examples=("urdimbre entry-code club Rosa",),
    more="For whom the desk has no login any more: after a restore without its private "
    "part, or on a new host. Whoever gives out codes can enter as the member.",
)
