"""Filling in a form: choose the modality, choose with whom, say what passes."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from urdimbre.core.accounts import COMMON
from urdimbre.core.obligations import owed
from urdimbre.core.refusals import Refusal
from urdimbre.core.units import Quantity
from urdimbre.projections.models import Member
from urdimbre.web import names, opened, wording
from urdimbre.web.catalogue.categories import group
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.members import listed
from urdimbre.web.exchanges import fields, owing
from urdimbre.web.exchanges.again import typed_again
from urdimbre.web.exchanges.fields import Between, ModeForm
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.modes import BY_NAME, MODES
from urdimbre.web.exchanges.proposing import propose
from urdimbre.web.exchanges.third import ThirdForm
from urdimbre.web.refusing import said
from urdimbre.web.units import Measure, measure, signs
from urdimbre.web.work_days.telling import instead

DIGITS_MAX = 9
DIRECTIONS = ("give", "receive")
HELD = ("with", "owed", "more")
"""What the address of a form holds, to come back to the same form."""
IN_MONEY = ("price", "money", "deposit", "use_price")
KEPT = ("direction", "listing", "draft", "more", "again")
"""What the address carries on while somebody looks for the other party."""


def start(request: Any) -> HttpResponse:
    """Ask for the modality."""
    shown = [mode for mode in MODES if mode.name != "settle"]
    page = {"modes": shown, "direction": _direction(request)}
    return render(request, "exchanges/start.html", page)


def _direction(request: Any) -> str:
    asked = request.GET.get("direction", "")
    return asked if asked in DIRECTIONS else ""


def fill_in(request: Any, mode: str) -> HttpResponse:
    """Show a mode's form, and turn what is typed into a draft."""
    chosen = BY_NAME.get(mode)
    if chosen is None:
        raise Http404
    if chosen.name == "settle":
        return _settle(request, chosen)
    other = _other(request)
    if other is None:
        return _with_whom(request, chosen)
    between = Between(request.here, other.id, other.kind)
    asked = chosen.more if request.GET.get("more") else None
    form = (asked or chosen.form)(_posted(request), initial=_initial(request))
    return _answer(request, chosen, form, between)


def _other(request: Any) -> Member | None:
    """Find the other party in the address; nobody is no one's own partner."""
    no = request.GET.get("with", "")
    if not no.isdecimal() or len(no) > DIGITS_MAX:
        return None
    return partner(request.here, int(no))


def partner(here: Here, no: int) -> Member | None:
    """Find the member of that number, if she can be a partner in an exchange."""
    if no == here.no:
        return None
    return Member.objects.filter(no=no, left=None).exclude(kind="node").first()


def _with_whom(request: Any, mode: ModeForm) -> HttpResponse:
    search = request.GET.get("q", "")
    kept = [(name, one) for name, one in request.GET.items() if name in KEPT]
    page = {
        "mode": mode,
        "search": search,
        "page": listed(search, request.GET.get("page"), but=request.here.no),
        "kept_pairs": kept,
        "offers_common": mode.name == "gift" and request.here.no != names.THE_COMMON,
        "may_admit": may_act(request.here.person, COMMON),
    }
    return render(request, "exchanges/with_whom.html", page)


def _initial(request: Any) -> dict[str, Any]:
    """Begin with the draft that is being changed, or with an offer or a need."""
    if "draft" in request.GET:
        return typed_before(request)
    found: dict[str, Any] = {"direction": _direction(request) or "give"}
    if signs():
        found["sign"] = signs()[0].code
    if "again" in request.GET:
        return found | typed_again(request.here, request.GET["again"])
    listing = Listing.objects.filter(pk=request.GET.get("listing", "")[:32]).first()
    if listing:
        found |= {"what": listing.title, "category": group(listing.category)}
    return found


def typed_before(request: Any) -> dict[str, Any]:
    """Return what was typed into the draft that is being changed."""
    draft = Draft.objects.filter(
        pk=request.GET.get("draft", "")[:32], by=request.here.member
    ).first()
    return dict(draft.typed) if draft else {}


def _settle(request: Any, mode: ModeForm) -> HttpResponse:
    key = request.GET.get("owed", "")
    try:
        one = owing.find(key, request.here.no)
    except owing.NoSuchObligation:
        return _obligations(request, mode, missing=bool(key))
    other = one.creditor if one.debtor == request.here.member else one.debtor
    row = Member.objects.get(id=other)
    unit = measure(one.unit)
    initial = _initial(request)
    initial.setdefault("quantity", wording.editable(one.open, unit))
    form = mode.form(_posted(request), initial=initial, owing=one)
    form.fields["quantity"].help_text = _in_unit(unit)
    if one.creditor != request.here.member:
        offered: Any = form.fields["against"]
        offered.choices = [it for it in offered.choices if it[0] != "forgiven"]
    return _answer(request, mode, form, Between(request.here, row.id, row.kind))


def _obligations(request: Any, mode: ModeForm, *, missing: bool) -> HttpResponse:
    """Show what she owes and what is owed to her, or a page of one of the two."""
    no, side = request.here.no, request.GET.get("side", "")
    page: dict[str, Any] = {"mode": mode, "missing": missing}
    if side in owing.SIDES:
        found = Paginator(owing.of_side(no, side), owing.PER_PAGE)
        page["page"] = found.get_page(request.GET.get("page"))
        page |= {"side": side, side: owing.lines_of(page["page"].object_list, no)}
    else:
        for name, lines in zip(owing.SIDES, owing.open_of(no), strict=True):
            page |= {
                name: lines[: owing.SHOWN],
                f"more_{name}": len(lines) > owing.SHOWN,
                f"late_{name}": sum(line.overdue for line in lines),
            }
        page["custodies"] = owing.in_custody(no)[: owing.SHOWN]
    status = 404 if missing else 200
    return render(request, "exchanges/obligations.html", page, status=status)


def _answer(
    request: Any, mode: ModeForm, form: forms.Form, between: Between
) -> HttpResponse:
    for name in IN_MONEY:
        if name in form.fields:
            form.fields[name].help_text = _in_unit(fields.money())
    if isinstance(form, ThirdForm):
        form.between = between
    if request.method == "POST" and form.is_valid():
        typed = {name: request.POST.get(name, "") for name in form.fields}
        typed["_address"] = _address(request)
        form.cleaned_data["owing"] = getattr(form, "owing", None)
        made = propose(request.here, mode.proposal(form.cleaned_data, between), typed)
        if isinstance(made, Draft):
            replace(request)
            return redirect("draft", made.pk)
        write_refusals(form, made)
    page = {
        "mode": mode,
        "form": form,
        "other": names.by_id([between.other])[between.other],
        **_owing_in_words(getattr(form, "owing", None)),
    }
    status = 422 if form.errors else 200
    return render(request, f"modes/{mode.name}.html", page, status=status)


def _posted(request: Any) -> Any:
    """Return what was sent; an empty form that was sent is no new one."""
    return request.POST if request.method == "POST" else None


def _in_unit(unit: Measure) -> str:
    """Say in what a number is to be typed."""
    return gettext("In %(unit)s.") % {"unit": wording.unit_label(unit)}


def _owing_in_words(one: owing.Owing | None) -> dict[str, Any]:
    if one is None:
        return {}
    row = owed(opened.circuit().registry.state, one.act, one.deal, one.move)
    other = row.alternative if row else None
    return {
        "owing": one,
        "owing_open": wording.quantity(Quantity(one.open, one.unit)),
        "instead": instead(one.unit, other) if other else "",
    }


def _address(request: Any) -> str:
    """Keep with whom and about what, to come back to the same form."""
    kept = {name: request.GET[name] for name in HELD if name in request.GET}
    return urlencode(kept)


def replace(request: Any) -> None:
    """Drop the draft that was being changed; nobody but its maker has seen it."""
    Draft.objects.filter(
        pk=request.GET.get("draft", "")[:32],
        by=request.here.member,
        state="preparing",
    ).delete()


def write_refusals(form: forms.Form, refusals: list[Refusal]) -> None:
    """Write refusals beside the fields they speak of."""
    for one in refusals:
        told = said(one)
        field = told.field if told.field in form.fields else None
        message = gettext("%(sentence)s %(hint)s") % {
            "sentence": told.sentence,
            "hint": told.hint,
        }
        form.add_error(field, forms.ValidationError(message, code=told.code))
