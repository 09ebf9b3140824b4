"""Pages of offers and needs: look, search, put up, renew, withdraw."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.projections.models import Member
from urdimbre.web import names, telling, wording
from urdimbre.web.catalogue import categories, searching
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.circuit.surroundings import agreed

SECONDS_PER_DAY = 86_400
SOON_DAYS = 14
PER_PAGE = 20
KINDS = (("offer", _("I offer")), ("need", _("I need")))


@dataclass(frozen=True, slots=True)
class ListingLine:
    """An offer or a need as pages show it."""

    id: str
    kind: str
    title: str
    text: str
    category: str
    modes: tuple[tuple[str, str], ...]
    place: str
    name: str
    no: int
    until: str
    is_mine: bool
    soon: bool
    live: bool

    @property
    def picks(self) -> list[tuple[str, str]]:
        """The modes to answer it in: those it names, else barter and gift."""
        if self.modes:
            return list(self.modes)
        return [(mode, gettext(telling.MODES[mode])) for mode in ("barter", "gift")]

    @property
    def direction(self) -> str:
        """Which way it goes for who answers: an offer is received, a need given."""
        return "receive" if self.kind == "offer" else "give"


class ListingForm(forms.Form):
    """An offer or a need."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=KINDS, widget=forms.RadioSelect, initial="offer"
    )
    title = forms.CharField(label=_("In a few words"), max_length=120)
    category = forms.ChoiceField(label=_("Kind"), choices=categories.choices)
    text = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    modes = forms.MultipleChoiceField(
        label=_("In which modalities?"),
        required=False,
        choices=lambda: [
            (mode, gettext(telling.MODES[mode]))
            for mode in ("sale", "barter", "gift", "lend")
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    place = forms.CharField(label=_("Where"), required=False, max_length=80)


def listings(request: Any) -> HttpResponse:
    """Show and search what members offer and need."""
    search = request.GET.get("q", "")
    kind = request.GET.get("kind", "")
    category = request.GET.get("category", "")
    rows = Listing.objects.live().order_by("-created", "id")
    if kind in dict(KINDS):
        rows = rows.filter(kind=kind)
    if category:
        rows = rows.filter(category__startswith=category)
    guessed = False
    if search.strip():
        found = searching.found(search)
        rows, guessed = rows.filter(id__in=found.ids), found.guessed
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    shown = {
        "page": page,
        "lines": told(page.object_list, request.here.member),
        "search": search,
        "guessed": guessed,
        "kind": kind,
        "category": category,
        "categories": categories.choices()[1:],
        "kept": kept.urlencode(),
    }
    return render(request, "catalogue/listings.html", shown)


def mine(request: Any) -> HttpResponse:
    """Show a member her own, expired and withdrawn ones too."""
    rows = Listing.objects.filter(member=request.here.member).order_by("-created")[:200]
    lines = told(rows, request.here.member)
    return render(request, "catalogue/mine.html", {"lines": lines})


def put_up(request: Any) -> HttpResponse:
    """Put up an offer or a need."""
    form = ListingForm(
        request.POST or None, initial={"kind": request.GET.get("kind", "offer")}
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        now = int(time.time())
        Listing.objects.create(
            **(typed | {"modes": " ".join(typed["modes"])}),
            member=request.here.member,
            created=now,
            until=now + _days() * SECONDS_PER_DAY,
        )
        return redirect("my_listings")
    page = {"form": form, "days": wording.count(_days())}
    status = 422 if form.errors else 200
    return render(request, "catalogue/put_up.html", page, status=status)


def _days() -> int:
    return int(agreed("offer_days", 90))


@require_POST
def renew(request: Any, pk: str) -> HttpResponse:
    """Let one of her own live for another term."""
    until = int(time.time()) + _days() * SECONDS_PER_DAY
    if not _own(request, pk).update(until=until, withdrawn=False):
        raise Http404
    return redirect("my_listings")


@require_POST
def withdraw(request: Any, pk: str) -> HttpResponse:
    """Take one of her own down."""
    if not _own(request, pk).update(withdrawn=True):
        raise Http404
    return redirect("my_listings")


def _own(request: Any, pk: str) -> Any:
    return Listing.objects.filter(pk=pk, member=request.here.member)


def lines_of(member: str) -> list[ListingLine]:
    """Return what a member offers and needs now."""
    rows = Listing.objects.live().filter(member=member).order_by("-created")[:50]
    return told(rows, "")


def told(rows: Iterable[Listing], viewer: str) -> list[ListingLine]:
    """Tell listings as lines, with a constant number of queries."""
    found = list(rows)
    members = {row.member for row in found}
    known = names.by_id(members)
    numbers = dict(Member.objects.filter(id__in=members).values_list("id", "no"))
    now = int(time.time())
    return [
        ListingLine(
            id=row.id,
            kind=row.kind,
            title=row.title,
            text=row.text,
            category=categories.label(row.category),
            modes=tuple(
                (mode, gettext(telling.MODES[mode])) for mode in row.modes.split()
            ),
            place=row.place,
            name=known[row.member],
            no=numbers.get(row.member, 0),
            until=wording.day(row.until // SECONDS_PER_DAY),
            is_mine=row.member == viewer,
            soon=row.until - now < SOON_DAYS * SECONDS_PER_DAY,
            live=not row.withdrawn and row.until >= now,
        )
        for row in found
    ]
