"""Hiding at once: one tap ends the visit and shows a page that says nothing."""

import calendar
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS_ABBR
from django.views.decorators.http import require_POST

from urdimbre.web import wording
from urdimbre.web.circuit.doors import anybody
from urdimbre.web.security import log, visits

MONDAY = 0


@require_POST
def hide(request: Any) -> HttpResponse:
    """End her visit, and let the browser forget its pages."""
    log.note("left", request.here.person, request)
    visits.end(request.here.person, [request.session.session_key])
    request.session.flush()
    response = redirect("month")
    response["Clear-Site-Data"] = '"cache"'
    return response


@anybody
def month(request: Any) -> HttpResponse:
    """Show the month, as any calendar would: no name, no circuit, no way in."""
    today = wording.to_date(wording.today())
    weeks = calendar.Calendar(MONDAY).monthdayscalendar(today.year, today.month)
    page = {
        "title": wording.month(today.year * 100 + today.month),
        "weeks": weeks,
        "today": today.day,
        "days": list(WEEKDAYS_ABBR.values()),
    }
    return render(request, "doorstep/month.html", page)
