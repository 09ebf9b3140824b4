"""A calendar at a secret address, which her own programs read (RFC 5545)."""

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from urdimbre.web import opened, wording
from urdimbre.web.circuit.doors import anybody
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.notices.days import Day, days_of
from urdimbre.web.notices.letters import language_of
from urdimbre.web.notices.models import Feed, new_nonce
from urdimbre.web.notices.people import acting_for
from urdimbre.web.security import log

NONCE_CHARACTERS = 32
GENESIS_SHOWN = 16
REFRESH = timedelta(hours=6)
CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar(request: Any) -> HttpResponse:
    """Show her the address of her calendar."""
    feed = Feed.objects.filter(person=request.here.person).first()
    address = ""
    if feed is not None:
        path = reverse("calendar_feed", args=[_secret(feed.nonce)])
        address = request.build_absolute_uri(path)
    page = {"feed": feed, "address": address}
    if address:
        page["webcal"] = f"webcal://{address.partition('://')[2]}"
    return render(request, "notices/calendar.html", page)


def _secret(nonce: str) -> str:
    """Give what stands in the address; a copy of the desk alone does not tell it."""
    key = settings.SECRET_KEY.encode()
    message = b"urdimbre/calendar/v1\0" + nonce.encode()
    return nonce + hmac.new(key, message, sha256).hexdigest()[:NONCE_CHARACTERS]


@require_POST
def make(request: Any) -> HttpResponse:
    """Make an address, or another one: the old one ends."""
    with transaction.atomic():
        Feed.objects.update_or_create(
            person=request.here.person, defaults={"nonce": new_nonce()}
        )
        log.note("calendar_made", request.here.person, request)
    return redirect("calendar")


@require_POST
def amounts(request: Any) -> HttpResponse:
    """Take whether her calendar tells how much."""
    told = request.POST.get("amounts") == "on"
    Feed.objects.filter(person=request.here.person).update(amounts=told)
    return redirect("calendar")


@require_POST
def end(request: Any) -> HttpResponse:
    """End the address."""
    Feed.objects.filter(person=request.here.person).delete()
    return redirect("calendar")


@require_safe
@anybody
def feed(request: Any, secret: str) -> HttpResponse:
    """Give the calendar to whoever knows its address."""
    found = Feed.objects.filter(nonce=secret[:NONCE_CHARACTERS]).first()
    if found is None or not hmac.compare_digest(secret, _secret(found.nonce)):
        raise Http404
    with translation.override(language_of(found.person)):
        days = days_of(acting_for(found.person), found.person, amounts=found.amounts)
        written = _written(request, days)
    return HttpResponse(written, content_type=CONTENT_TYPE)


def _written(request: Any, days: Iterable[Day]) -> bytes:
    # Imported by who asks for a calendar; a page needs none of it.
    from icalendar import Calendar, Event  # noqa: PLC0415

    circuit = " ".join(display("name", "Urdimbre").split())
    host = f"{opened.circuit().registry.genesis[:GENESIS_SHOWN]}.urdimbre"
    whole = Calendar()
    whole.add("prodid", "-//Urdimbre//Urdimbre//ES")
    whole.add("version", "2.0")
    for name in ("name", "x-wr-calname"):
        whole.add(name, circuit)
    whole.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    now = datetime.now(UTC)
    for one in days:
        event = Event()
        event.add("uid", f"{one.about}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", wording.to_date(one.day))
        event.add("dtend", wording.to_date(one.day + 1))
        event.add("summary", one.summary)
        event.add("url", request.build_absolute_uri(one.path))
        event.add("transp", "TRANSPARENT")
        whole.add_component(event)
    return bytes(whole.to_ical())
