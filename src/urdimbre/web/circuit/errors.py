"""What people read when a page cannot be shown, each with a way on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from urdimbre.recording.answers import Overloaded, RecordingFailed
from urdimbre.web.circuit.doors import anybody


def _shown(
    request: HttpRequest, title: Any, sentence: Any, *, status: int
) -> HttpResponse:
    page = {"title": title, "sentence": sentence}
    return render(request, "circuit/error.html", page, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, or that it is not hers to see."""
    title = _("There is nothing here")
    sentence = _("The page does not exist, or it is not yours to see.")
    return _shown(request, title, sentence, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the address or the form was not understood."""
    title = _("That was not understood")
    return _shown(request, title, _("Go back and try again."), status=400)


@anybody
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form came without its seal."""
    title = _("The form has expired")
    sentence = _("Nothing was sent. Go back, reload the page and send it again.")
    return _shown(request, title, sentence, status=403)


def fault(request: HttpRequest) -> HttpResponse:
    """Say that the program failed, and that nothing was half done."""
    title = _("The program has failed")
    sentence = _(
        "It is not your fault. What has a receipt is recorded; anything else can be "
        "sent again."
    )
    return _shown(request, title, sentence, status=500)


def not_recorded(request: HttpRequest, failure: RecordingFailed) -> HttpResponse:
    """Say that the machine could not record an act, and what to do."""
    title = _("The act was not recorded")
    sentence = _("Your draft is kept. Try again in a moment.")
    busy = isinstance(failure, Overloaded)
    return _shown(request, title, sentence, status=503 if busy else 500)


def other_room(request: HttpRequest) -> HttpResponse:
    """Say that this room is closed while she writes for another."""
    title = _("This room is closed in the office")
    sentence = _(
        "Here you write exchanges for another. What is hers otherwise is not for you "
        "to see or change. Close the office, and this page is yours again."
    )
    return _shown(request, title, sentence, status=403)
