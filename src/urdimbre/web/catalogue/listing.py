"""Pages of offers and needs: look, search, renew, withdraw, erase."""

import time
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.web import opened, telling
from urdimbre.web.catalogue import categories, searching
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.catalogue.told import SECONDS_PER_DAY, told
from urdimbre.web.circuit.surroundings import agreed

PER_PAGE = 20
MODES = ("sale", "barter", "gift", "lend")
KINDS = (
    ("offer", _("Offers")),
    ("need", _("Needs")),
    ("give", _("Can give")),
    ("receive", _("Can receive")),
)


def listings(request: Any) -> HttpResponse:
    """Show and search what members offer and need; the address keeps the filters."""
    asked = {
        name: request.GET.get(name, "") for name in ("q", "kind", "category", "mode")
    }
    rows, guessed = selected(asked)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    shown = {
        "page": page,
        "lines": told(page.object_list, request.here.member),
        "search": asked["q"],
        "guessed": guessed,
        "kind": asked["kind"],
        "kinds": KINDS,
        "category": asked["category"],
        "mode": asked["mode"],
        "narrowed": bool(asked["category"] or asked["mode"]),
        "categories": categories.choices()[1:],
        "modes": [(mode, gettext(telling.MODES[mode])) for mode in MODES],
        "kept": kept.urlencode(),
    }
    return render(request, "catalogue/listings.html", shown)


def selected(asked: dict[str, str]) -> tuple[Any, bool]:
    """Select what is up by ``q``, ``kind``, ``category`` and ``mode``, newest first.

    Returns:
        The rows, and whether a slip of the pen was guessed.
    """
    rows = Listing.objects.live().order_by("-created", "id")
    if asked["kind"] in dict(KINDS):
        rows = rows.filter(kind=asked["kind"])
    if asked["category"]:
        rows = rows.filter(category__startswith=asked["category"])
    if asked["mode"] in MODES:
        rows = rows.filter(modes__contains=asked["mode"])
    if not asked["q"].strip():
        return rows, False
    found = searching.found(asked["q"])
    return rows.filter(id__in=found.ids), found.guessed


def mine(request: Any) -> HttpResponse:
    """Show a member her own, expired and withdrawn ones too."""
    rows = Listing.objects.filter(member=request.here.member).order_by("-created")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = told(page.object_list, request.here.member)
    return render(request, "catalogue/mine.html", {"lines": lines, "page": page})


def days_agreed() -> int:
    """Return for how many days an offer stays up if its owner says nothing."""
    return int(agreed("offer_days", 90))


@require_POST
def renew(request: Any, pk: str) -> HttpResponse:
    """Let one of her own live for another term."""
    renewed(request.here.member, pk)
    return redirect("home" if request.POST.get("back") == "home" else "my_listings")


def renewed(member: str, pk: str) -> None:
    """Let a member's own live for another term."""
    row = _own(member, pk).first()
    if row is None:
        raise Http404
    row.until = int(time.time()) + (row.days or days_agreed()) * SECONDS_PER_DAY
    row.withdrawn = False
    row.save(update_fields=["until", "withdrawn"])


@require_POST
def withdraw(request: Any, pk: str) -> HttpResponse:
    """Take one of her own down."""
    withdrawn(request.here.member, pk)
    return redirect("my_listings")


def withdrawn(member: str, pk: str) -> None:
    """Take a member's own down."""
    if not _own(member, pk).update(withdrawn=True):
        raise Http404


@require_POST
def erase(request: Any, pk: str) -> HttpResponse:
    """Erase one of her own with its photo and voice; no copy brings it back."""
    if not _own(request.here.member, pk).exists():
        raise Http404
    opened.circuit().desk.erase_listings([pk])
    return redirect("my_listings")


def _own(member: str, pk: str) -> Any:
    return Listing.objects.filter(pk=pk, member=member)
