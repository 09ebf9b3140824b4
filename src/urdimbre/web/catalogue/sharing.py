"""An offer or a need as plain text, to send to a chat group."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from urdimbre.web.catalogue.models import Listing
from urdimbre.web.catalogue.told import ListingLine, told
from urdimbre.web.circuit.surroundings import display


def share(request: Any, pk: str) -> HttpResponse:
    """Show an offer or a need as text, to copy."""
    row = Listing.objects.visible_to(request.here.member).filter(pk=pk).first()
    if row is None:
        raise Http404
    (line,) = told([row], request.here.member)
    member = reverse("member", args=[line.no])
    address = request.build_absolute_uri(f"{member}#l{line.id}")
    page = {"title": line.title, "text": as_text(line, address), "back": member}
    return render(request, "circuit/share.html", page)


def as_text(line: ListingLine, address: str) -> str:
    """Write what the card of an offer or a need shows, and where to find it."""
    return "\n".join(one for one in _lines(line, address) if one) + "\n"


def _lines(line: ListingLine, address: str) -> Iterator[str]:
    yield display("name", "Urdimbre")
    yield gettext("{kind}: {title}").format(kind=line.kind_name, title=line.title)
    yield line.amount
    yield line.text
    yield ", ".join(name for _mode, name in line.modes)
    yield line.sign_share
    yield " · ".join(one for one in (line.name, line.place) if one)
    yield gettext("until {until}").format(until=line.until)
    yield address
