"""Proposing exchanges: what the five forms ask, as JSON, with the same refusals."""

from typing import Any, TypeAlias

from django.db import IntegrityError
from django.forms import Form
from django.http import Http404
from django.utils.translation import gettext
from ninja import Router, Status

from urdimbre.projections.models import Member
from urdimbre.recording.answers import IdTaken
from urdimbre.web import wording
from urdimbre.web.api import shapes
from urdimbre.web.api.answering import WRITE
from urdimbre.web.api.callers import Bearer
from urdimbre.web.api.drafts import shaped
from urdimbre.web.api.problems import (
    NoPartner,
    NotUnderstood,
    Refused,
    UnitUnknown,
    from_form,
)
from urdimbre.web.api.scopes import EXCHANGE
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.surroundings import currency
from urdimbre.web.exchanges import owing
from urdimbre.web.exchanges.fields import Between
from urdimbre.web.exchanges.filling import partner
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.modes import BY_NAME
from urdimbre.web.exchanges.proposing import propose
from urdimbre.web.units import UnitMissing, measure

router = Router(tags=["exchanges"], auth=Bearer(EXCHANGE))
ANSWERS: Any = {201: shapes.DraftPage, WRITE: shapes.Problem}
Proposed: TypeAlias = Status[shapes.DraftPage]
Asked: TypeAlias = (
    shapes.Sale | shapes.Barter | shapes.Gift | shapes.Lend | shapes.Settle
)
COUNTED_IN = {"quantity": "unit", "signs": "sign", "back_quantity": "back_unit"}
"""Which field names the unit of an amount; prices are in the circuit's currency."""


@router.post("/exchanges/sale", response=ANSWERS)
def sale(request: Any, asked: shapes.Sale) -> Proposed:
    """Propose a sale; the draft waits until it is confirmed."""
    return _with_partner(request, "sale", asked)


@router.post("/exchanges/barter", response=ANSWERS)
def barter(request: Any, asked: shapes.Barter) -> Proposed:
    """Propose a barter; the draft waits until it is confirmed."""
    return _with_partner(request, "barter", asked)


@router.post("/exchanges/gift", response=ANSWERS)
def gift(request: Any, asked: shapes.Gift) -> Proposed:
    """Propose a gift; the draft waits until it is confirmed."""
    return _with_partner(request, "gift", asked)


@router.post("/exchanges/lend", response=ANSWERS)
def lend(request: Any, asked: shapes.Lend) -> Proposed:
    """Propose a loan; the draft waits until it is confirmed."""
    return _with_partner(request, "lend", asked)


@router.post("/exchanges/settle", response=ANSWERS)
def settle(request: Any, asked: shapes.Settle) -> Proposed:
    """Propose to settle what is owed; the draft waits until it is confirmed."""
    try:
        one = owing.find(asked.owed, request.here.no)
    except owing.NoSuchObligation:
        raise Http404 from None
    other = one.creditor if one.debtor == request.here.member else one.debtor
    typed = _typed(asked, COUNTED_IN | {"back_quantity": "unit"}, one.unit)
    form = BY_NAME["settle"].form(typed, owing=one)
    if one.creditor != request.here.member:
        # As on the page: a debt is forgiven by whom it is owed to.
        offered: Any = form.fields["against"]
        offered.choices = [it for it in offered.choices if it[0] != "forgiven"]
    typed["_address"] = f"owed={asked.owed}"
    if form.is_valid():
        form.cleaned_data["owing"] = one
    return _proposed(request.here, "settle", (form, typed), (other, asked.id))


def _with_partner(request: Any, mode: str, asked: Any) -> Proposed:
    other = partner(request.here, asked.partner)
    if other is None:
        raise NoPartner(no=asked.partner)
    typed = _typed(asked, COUNTED_IN)
    form = BY_NAME[mode].form(typed)
    typed["_address"] = f"with={asked.partner}"
    return _proposed(request.here, mode, (form, typed), (other.id, asked.id))


def _typed(asked: Asked, counted_in: dict[str, str], unit: str = "") -> dict[str, str]:
    """Write what is asked as somebody would type it into the form of the page."""
    found = asked.model_dump(exclude_none=True, exclude={"partner", "owed", "id"})
    units = {name: found.get(where) for name, where in counted_in.items()}
    units["price"] = currency()
    if unit:
        units["quantity"] = unit
    return {
        name: _amount(name, value, units) if name in units else str(value)
        for name, value in found.items()
    }


def _amount(name: str, minor: int, units: dict[str, str | None]) -> str:
    """Write minor steps as a number that the form reads as exactly those."""
    code = units[name]
    if code is None:
        raise NotUnderstood(field=name, reason=gettext("Its unit is missing."))
    try:
        unit = measure(code)
    except UnitMissing:
        raise UnitUnknown(unit=code) from None
    text = wording.editable(minor, unit)
    try:
        read = wording.parsed(text, unit)
    except wording.NotAnAmount as error:
        raise NotUnderstood(field=name, reason=str(error)) from None
    if read != minor:
        reason = gettext("Time is counted in whole minutes.")
        raise NotUnderstood(field=name, reason=reason)
    return text


def _proposed(
    here: Here, mode: str, filled: tuple[Form, dict[str, str]], whose: tuple[str, Any]
) -> Proposed:
    """Make the draft, or say what speaks against it."""
    form, typed = filled
    other, id_ = whose
    if not form.is_valid():
        raise from_form(form)
    kind = Member.objects.values_list("kind", flat=True).get(id=other)
    proposal = BY_NAME[mode].proposal(form.cleaned_data, Between(here, other, kind))
    if id_ and Draft.objects.filter(pk=id_).exists():
        raise Refused(IdTaken(id_, id_), id_)
    try:
        made = propose(here, proposal, typed, id_=id_ or "")
    except IntegrityError:
        raise Refused(IdTaken(id_, id_), id_) from None
    if not isinstance(made, Draft):
        raise Refused(made[0], id_)
    return Status(201, shaped(made, here))
