"""Things that are one tap: of this market, of her offers, then the commonest kinds."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.html import format_html

from urdimbre.web import wording
from urdimbre.web.catalogue import categories, thesaurus
from urdimbre.web.catalogue.matching import GIVING
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.exchanges import fields
from urdimbre.web.market.models import Market
from urdimbre.web.units import measure

SHOWN = 8
HERS = 4


@dataclass(frozen=True, slots=True)
class Good:
    """A thing that is chosen by one tap.

    Attributes:
        what: in words.
        category: its code.
        unit: what it is counted in.
    """

    what: str
    category: str
    unit: str

    @property
    def label(self) -> str:
        """Its picture, its name and what it is counted in."""
        return format_html(
            "{} {} · {}",
            render_to_string(categories.icon(self.category)),
            self.what,
            wording.unit_label(measure(self.unit)),
        )


def picks(market: Market, giver: str) -> dict[str, Good]:
    """Give all things that a tap may mean, by a key of the form."""
    return dict(_all(market, giver))


def shown(goods: dict[str, Good]) -> list[tuple[str, str]]:
    """Give the things that are offered for a tap, each once."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for key, good in goods.items():
        found.setdefault((good.what, good.unit), (key, good.label))
        if len(found) == SHOWN:
            break
    return list(found.values())


def _all(market: Market, giver: str) -> Iterator[tuple[str, Good]]:
    rows = list(market.lines.order_by("-pk"))
    rows.sort(key=lambda one: one.giver != giver)
    for row in rows:
        yield f"line-{row.pk}", Good(row.what, row.category, row.unit)
    offers = Listing.objects.live().filter(member=giver, kind__in=GIVING)
    known = {code for code, _ in fields.volumes()}
    for one in offers.order_by("-created")[:HERS]:
        unit = one.unit if one.unit in known else "C62"
        yield f"offer-{one.pk}", Good(one.title, one.category, unit)
    terms = thesaurus.terms()
    for code in categories.GROUPS:
        if code in terms:
            unit = terms[code].unit if terms[code].unit in known else "C62"
            yield f"kind-{code}", Good(categories.label(code), code, unit)
