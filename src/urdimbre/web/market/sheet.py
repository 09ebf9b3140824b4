"""The closing sheet: each line in a sentence, sums by member and unit, who attests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.market.models import Line, Market


@dataclass(frozen=True, slots=True)
class Sum:
    """What a member has given and taken in one unit at a market; empty: nothing."""

    member: str
    gave: str
    took: str

    @property
    def aloud(self) -> str:
        """The sum in a sentence."""
        told = {"member": self.member, "gave": self.gave, "took": self.took}
        if not self.took:
            return gettext("{member}: gave {gave}.").format(**told)
        if not self.gave:
            return gettext("{member}: received {took}.").format(**told)
        return gettext("{member}: gave {gave}, received {took}.").format(**told)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of the sheet.

    Attributes:
        pk: of the line.
        text: in a sentence.
        state: what has become of it, in words; empty while the sheet is open.
        position: of its entry, once recorded.
        refused: why it cannot be recorded; may be empty.
    """

    pk: int
    text: str
    state: str
    position: int | None
    refused: str


def sentence(line: Line, known: Mapping[str, str]) -> str:
    """Tell a line, for the eye and for the ear."""
    told = {
        "giver": known[line.giver],
        "taker": known[line.taker],
        "amount": wording.quantity(Quantity(line.quantity, line.unit)),
        "what": line.what,
    }
    if line.value is None:
        return gettext("{giver} gives {taker} {amount} of {what}.").format(**told)
    value = wording.quantity(Quantity(line.value, line.value_unit))
    return gettext("{giver} hands {taker} {amount} of {what}, for {value}.").format(
        value=value, **told
    )


def lines_of(market: Market, refused: Mapping[int, str]) -> list[SheetLine]:
    """Give the lines of a sheet in the order in which they were written."""
    rows = list(market.lines.order_by("pk"))
    known = names.by_id(one for row in rows for one in (row.giver, row.taker))
    drafts = Draft.objects.prefetch_related("signers").in_bulk(
        [row.draft for row in rows if row.draft]
    )
    return [
        _line(row, drafts.get(row.draft), known, refused.get(row.pk, ""))
        for row in rows
    ]


def _line(
    row: Line, draft: Draft | None, known: Mapping[str, str], refused: str
) -> SheetLine:
    position = draft.position if draft is not None else None
    return SheetLine(
        pk=row.pk,
        text=sentence(row, known),
        state=_state(draft, known) if draft is not None else "",
        position=position,
        refused=refused,
    )


def _state(draft: Draft, known: Mapping[str, str]) -> str:
    if draft.state == "recorded":
        return gettext("recorded")
    if draft.state != "waiting":
        return gettext("declined, not recorded")
    missing = {one.member for one in draft.signers.all() if one.slot is None}
    told = sorted((known[one] for one in missing), key=names.folded)
    return gettext("waits for %(names)s") % {"names": ", ".join(told)}


def sums_of(market: Market) -> list[Sum]:
    """Add up by member and unit, in the order of names: nobody is ranked."""
    added: dict[tuple[str, str], list[int]] = {}
    for row in market.lines.order_by("pk"):
        _add(added, row.giver, row.taker, row.quantity, row.unit)
        if row.value is not None:
            _add(added, row.taker, row.giver, row.value, row.value_unit)
    known = names.by_id(member for member, _ in added)
    order = sorted(added, key=lambda one: (names.folded(known[one[0]]), one))
    return [_sum(known[one[0]], one[1], added[one]) for one in order]


def _add(
    added: dict[tuple[str, str], list[int]],
    giver: str,
    taker: str,
    quantity: int,
    unit: str,
) -> None:
    added.setdefault((giver, unit), [0, 0])[0] += quantity
    added.setdefault((taker, unit), [0, 0])[1] += quantity


def _sum(name: str, unit: str, both: Iterable[int]) -> Sum:
    gave, took = (wording.quantity(Quantity(one, unit)) if one else "" for one in both)
    return Sum(name, gave, took)


def attested_by(market: Market) -> list[str]:
    """Name who has attested the sheet."""
    persons = market.attestations.values_list("person", flat=True).distinct()
    known: dict[Any, str] = names.by_id(persons)
    return sorted(known.values(), key=names.folded)
