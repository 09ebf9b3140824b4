"""Line after line: tap who gives, tap who receives, then the thing and what for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.projections.models import Member
from urdimbre.web import names, refusing, wording
from urdimbre.web.catalogue import categories, thesaurus
from urdimbre.web.circuit.members import listed, present
from urdimbre.web.exchanges import fields
from urdimbre.web.market.goods import Good, picks
from urdimbre.web.market.goods import shown as goods_shown
from urdimbre.web.market.models import Line, Market
from urdimbre.web.market.opening import market_of
from urdimbre.web.market.sheet import sentence
from urdimbre.web.membership.picture_signs import PictureSign, signs_of
from urdimbre.web.units import signs

LINES_MAX = 300
SHOWN = 5
DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class Card:
    """A member as she is tapped.

    Attributes:
        address: where the tap leads.
        name: hers.
        sub: kind of member, if she is no person.
        sign: her picture; nothing if she has none.
    """

    address: str
    name: str
    sub: str
    sign: PictureSign | None


class LineForm(forms.Form):
    """What passes, and what comes back for it."""

    good = forms.CharField(label=_("What?"), required=False, widget=forms.RadioSelect)
    what = forms.CharField(
        label=_("Something else"),
        max_length=fields.TEXT_MAX,
        required=False,
        widget=forms.TextInput(attrs={"list": "goods", "autocomplete": "off"}),
    )
    quantity = fields.amount_field(_("How much"), initial="1")
    unit = fields.unit_field(required=False)
    value = fields.amount_field(_("What for"), required=False)
    value_unit = forms.ChoiceField(label=_("In"), widget=forms.RadioSelect)

    def __init__(self, typed: Any, *, goods: dict[str, Good]) -> None:
        """Offer things for a tap, each with its unit."""
        super().__init__(typed)
        self.goods = goods
        self.fields["good"].widget.choices = goods_shown(goods)
        self.fields["unit"].choices = [("", _("as usual for it")), *fields.volumes()]
        self.fields["value"].help_text = _("Leave it empty for a gift.")
        units = [*signs(), fields.money()]
        told = [(one.code, wording.unit_label(one)) for one in units]
        self.fields["value_unit"].choices = told
        self.fields["value_unit"].initial = told[0][0]

    def clean(self) -> None:
        """Find the thing, and read the amounts in their units."""
        typed = self.cleaned_data
        known = self.goods.get(typed.get("good") or "")
        what = " ".join((typed.get("what") or "").split())
        if what:
            term = thesaurus.exactly(what)
            typed["what"] = what
            typed["category"] = term.code if term else "other"
            typed["unit"] = typed.get("unit") or (term.unit if term else "C62")
        elif known is not None:
            typed["what"], typed["category"] = known.what, known.category
            typed["unit"] = typed.get("unit") or known.unit
        else:
            self.add_error("what", gettext("Say what it was."))
        fields.read_amount(self, "quantity", typed.get("unit"))
        fields.read_amount(self, "value", typed.get("value_unit"))


def market(request: Any, pk: str) -> HttpResponse:
    """Ask for the next line: one thing on a screen."""
    found = market_of(request, pk)
    if found.closed is not None:
        return redirect("market_sheet", pk)
    giver, taker = (_tapped(request, name) for name in ("giver", "taker"))
    if giver is None or taker is None or giver.id == taker.id:
        return _cards(request, found, giver)
    return _thing(request, found, giver, taker)


def _tapped(request: Any, name: str) -> Member | None:
    """Return who was tapped; nothing if it is nobody who can give or take."""
    asked: str = request.GET.get(name, "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= DIGITS_MAX):
        return None
    return present().filter(no=int(asked)).first()


def _cards(request: Any, market: Market, giver: Member | None) -> HttpResponse:
    """Show the cards: those of this market first, then all others."""
    search = request.GET.get("q", "")
    but = giver.no if giver is not None else None
    page = listed(search, request.GET.get("page"), but=but)
    lately = _lately(market, but) if not search and page.number == 1 else []
    others = [one.no for one in page.object_list if one.no not in lately]
    shown = {
        "market": market,
        "giver": _named(giver.id) if giver is not None else "",
        "search": search,
        "page": page,
        "kept_pairs": [("giver", str(but))] if but is not None else [],
        "cards": _cards_of(market, [*lately, *others], but),
        "lines": _last(market),
        "count": market.lines.count(),
        "full": market.lines.count() >= LINES_MAX,
        "most": wording.count(LINES_MAX),
    }
    return render(request, "market/cards.html", shown)


def _named(member: str) -> str:
    return names.by_id([member])[member]


def _lately(market: Market, but: int | None) -> list[int]:
    """Return who has given or taken here, the latest first."""
    rows = market.lines.order_by("-pk").values_list("giver", "taker")
    seen = dict.fromkeys(one for pair in rows for one in pair)
    numbers = dict(present().filter(id__in=seen).values_list("id", "no"))
    return [numbers[one] for one in seen if one in numbers and numbers[one] != but]


def _cards_of(market: Market, numbers: list[int], giver: int | None) -> list[Card]:
    rows = Member.objects.in_bulk(numbers, field_name="no")
    known = names.by_id(one.id for one in rows.values())
    pictures = signs_of(one.id for one in rows.values())
    return [_card(market, rows[no], known, pictures, giver) for no in numbers]


def _card(
    market: Market,
    row: Member,
    known: dict[str, str],
    pictures: dict[str, PictureSign],
    giver: int | None,
) -> Card:
    query = {"giver": row.no} if giver is None else {"giver": giver, "taker": row.no}
    return Card(
        address=f"{reverse('market', args=[market.pk])}?{urlencode(query)}",
        name=known[row.id],
        sub="" if row.kind == "person" else refusing.word(row.kind),
        sign=pictures.get(row.id),
    )


def _last(market: Market) -> list[tuple[int, str]]:
    """Give the last lines in words, the latest first."""
    rows = list(market.lines.order_by("-pk")[:SHOWN])
    known = names.by_id(one for row in rows for one in (row.giver, row.taker))
    return [(row.pk, sentence(row, known)) for row in rows]


def _thing(request: Any, market: Market, giver: Member, taker: Member) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = LineForm(typed, goods=picks(market, giver.id))
    if form.is_valid():
        _write(request, market, form.cleaned_data, giver=giver.id, taker=taker.id)
        return redirect("market", market.pk)
    shown = {
        "market": market,
        "form": form,
        "giver": _named(giver.id),
        "taker": _named(taker.id),
        "goods": [one.label for one in _terms()],
    }
    status = 422 if form.errors else 200
    return render(request, "market/thing.html", shown, status=status)


def _terms() -> Iterable[thesaurus.Term]:
    """Give what the browser offers while somebody types: the kinds that hold others."""
    terms = thesaurus.terms()
    return [terms[code] for code in categories.GROUPS if code in terms]


def _open(pk: str) -> bool:
    """Look again whether lines come, in the transaction that writes: one waits."""
    return Market.objects.filter(pk=pk, closed=None).exists()


@transaction.atomic
def _write(
    request: Any, market: Market, typed: dict[str, Any], *, giver: str, taker: str
) -> None:
    if market.lines.count() >= LINES_MAX or not _open(market.pk):
        return
    Line.objects.create(
        market=market,
        giver=giver,
        taker=taker,
        what=typed["what"],
        category=typed["category"],
        quantity=typed["quantity"],
        unit=typed["unit"],
        value=typed["value"] or None,
        value_unit=typed["value_unit"] if typed["value"] else "",
        by=request.here.person,
    )


@require_POST
def drop(request: Any, pk: str, line: int) -> HttpResponse:
    """Take a line away, as long as the sheet is open."""
    found = market_of(request, pk)
    with transaction.atomic():
        if _open(found.pk):
            found.lines.filter(pk=line).delete()
    back = "market_sheet" if "sheet" in request.POST else "market"
    return redirect(back, pk)
