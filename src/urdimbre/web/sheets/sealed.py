"""Of which sheet a line came: sealed in its act, told to who may open it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from urdimbre.web import names
from urdimbre.web.sheets.models import Sheet, SheetPhoto

FIELD = "sheet"
"""Name of the private field."""
ODD = (ValueError, TypeError, KeyError, OverflowError, RecursionError)
"""What reading raises where another program has sealed something else."""


@dataclass(frozen=True, slots=True)
class FromSheet:
    """What an act tells of the sheet it came from.

    Attributes:
        line: number of the line.
        by: name of who typed it.
        photo: fingerprint of the photo, hex; empty if there was none.
    """

    line: int
    by: str
    photo: str


def payload(sheet: Sheet, number: int) -> bytes:
    """Write what an act seals: which sheet and line, who typed it, which photo."""
    photo = SheetPhoto.objects.filter(sheet=sheet).values_list("digest", flat=True)
    told = {"by": sheet.clerk, "line": number, "sheet": sheet.pk}
    if photo:
        told["photo"] = photo[0]
    return json.dumps(told, sort_keys=True).encode()


def told(openings: Iterable[Any]) -> FromSheet | None:
    """Read it again; what other programs have sealed under that name is left alone."""
    for one in openings:
        if one.field != FIELD:
            continue
        try:
            found = json.loads(bytes(one.payload))
            by, line = str(found["by"]), int(found["line"])
            photo = str(found.get("photo", ""))
            (by + photo).encode()  # JSON lets surrogates in, which nobody can send
        except ODD:
            return None
        return FromSheet(line, names.by_id([by])[by], photo)
    return None
