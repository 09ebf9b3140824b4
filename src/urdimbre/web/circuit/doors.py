"""Which pages are open to people who have not entered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def anybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that people see before they have entered; all others are closed."""
    view.for_anybody = True  # type: ignore[attr-defined]
    return view


def led_back(request: HttpRequest) -> str:
    """Return the page of ours that somebody asked for; home if she asked for none."""
    where = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return where if safe else reverse("home")
