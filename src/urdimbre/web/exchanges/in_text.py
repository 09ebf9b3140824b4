"""A receipt as plain text, to send in a chat or to print anywhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from urdimbre.web import wording
from urdimbre.web.circuit.surroundings import display


def as_text(page: Mapping[str, Any]) -> str:
    """Write what the page of a receipt shows."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Mapping[str, Any]) -> Iterator[str]:
    told, entry = page["told"], page["entry"]
    yield display("name", "Urdimbre")
    number = wording.count(entry.position)
    yield gettext("Receipt {number} · {time}").format(number=number, time=page["time"])
    for deal in told.deals:
        yield ""
        yield deal.title
        yield from (f"- {line.text}" for line in deal.lines)
    if not told.deals:
        yield ""
        yield told.title
        yield from (f"- {line}" for line in told.lines)
    for one in page.get("later", ()):
        yield ""
        yield gettext("{what} · receipt {number}").format(
            what=one.title, number=wording.count(one.position)
        )
        yield from (f"- {line}" for line in one.lines)
    yield ""
    yield gettext("To verify: {address}").format(address=page["verify"])
    yield gettext("Fingerprint: {hash}").format(hash=entry.act.hash)
