"""What the meeting changes: parameters, who signs for the common, who is a witness."""

import secrets
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import BY_NAME, Value, setting
from urdimbre.core.membership.rows import ANY, Policy
from urdimbre.core.reading import Unreadable
from urdimbre.core.units import CURRENCIES
from urdimbre.web import names, opened, refusing, wording
from urdimbre.web.exchanges.filling import replace as drop_changed
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.membership import keys
from urdimbre.web.membership.signing_policy import PERSONS_MAX
from urdimbre.web.minutes import outside
from urdimbre.web.minutes.models import Minutes
from urdimbre.web.minutes.sealed import openings
from urdimbre.web.minutes.telling import READERS, value
from urdimbre.web.minutes.writing import (
    ATTESTING,
    draft_of,
    minutes_of,
    named,
    only_for_the_common,
    people_field,
    persons,
)
from urdimbre.web.work_days.looking import for_the_common

WITNESS_SECONDS = 366 * 86_400
ATTESTED_KINDS = ("exchange", "roster")
NUMBER_MAX = 16
STAYS = ("", _("stays as it is"))


def _now(name: str) -> Value:
    """Return the value that a parameter has now."""
    state = opened.circuit().registry.state
    return setting(state, name).at(keys.now())


def _parameter_field(name: str) -> forms.Field:
    label = gettext(BY_NAME[name].meaning)
    told = gettext("Now: %(value)s") % {"value": value(name, str(_now(name)))}
    if name in ("log_readers", "currency"):
        codes = [*READERS.items()] if name == "log_readers" else _currencies()
        return forms.ChoiceField(
            label=label, help_text=told, choices=[STAYS, *codes], required=False
        )
    return forms.CharField(
        label=label,
        help_text=told,
        max_length=NUMBER_MAX,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _currencies() -> list[tuple[str, str]]:
    told = [(code, value("currency", code)) for code in CURRENCIES]
    return sorted(told, key=lambda one: names.folded(one[1]))


class DecisionForm(forms.Form):
    """What takes effect, and who attests it."""

    def __init__(self, *args: Any, minutes: Minutes, **options: Any) -> None:
        """Ask about each parameter, beside its present value."""
        super().__init__(*args, **options)
        everybody = persons()
        self.policy: Policy | None = keys.policy_of(COMMON)
        self.ends = self.policy is not None and self.policy.founders_until is not None
        self.parameters = {f"set_{name}": name for name in BY_NAME}
        for field, name in self.parameters.items():
            self.fields[field] = _parameter_field(name)
        self.fields["signers"] = people_field(
            _("Who signs for the common from now on?"), everybody, required=False
        )
        self.fields["need"] = forms.IntegerField(
            label=_("How many of them must sign"),
            min_value=1,
            max_value=PERSONS_MAX,
            required=False,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )
        self.fields["witnesses"] = people_field(
            _("Who may be a witness at markets and work days, for a year?"),
            everybody,
            required=False,
        )
        outside.add_fields(self)
        self.fields["attest"] = people_field(
            _("Which two attest these minutes?"), named(everybody, minutes.present)
        )

    def clean(self) -> None:
        """Read the values, and look that enough persons stand behind each list."""
        for field, name in self.parameters.items():
            self._read(field, name)
        typed = self.cleaned_data
        if len(typed.get("attest") or ()) != ATTESTING and "attest" not in self.errors:
            self.add_error("attest", gettext("Tick two of those who were there."))
        if len(typed.get("witnesses") or ()) == 1:
            sentence = gettext("One witness alone attests nothing: choose two or more.")
            self.add_error("witnesses", sentence)
        self._clean_signers(typed)
        outside.clean(self)

    def _clean_signers(self, typed: dict[str, Any]) -> None:
        signers = typed.get("signers") or []
        if not signers and (self.ends or typed.get("need")):
            sentence = gettext("Say who signs for the common from now on.")
            self.add_error("signers", sentence)
        elif len(signers) > PERSONS_MAX:
            self.add_error("signers", gettext("Choose twenty-four at most."))
        elif signers and "need" not in self.errors:
            typed["need"] = typed.get("need") or 1
            if typed["need"] > len(signers):
                self.add_error("need", gettext("So many were not chosen."))

    def _read(self, field: str, name: str) -> None:
        text = (self.cleaned_data.get(field) or "").strip()
        if not text:
            return
        read: Value = text
        if name not in ("log_readers", "currency"):
            if not (text.isascii() and text.isdigit()):
                self.add_error(field, gettext("Write a whole number."))
                return
            read = int(text)
        try:
            BY_NAME[name].value.read(read)
        except Unreadable as error:
            self.add_error(field, f"{capfirst(refusing.told_reason(error.reason))}.")
            return
        self.cleaned_data[field] = read

    def effects(self) -> list[dict[str, Any]]:
        """Write what takes effect; a value that is agreed already is no change."""
        typed = self.cleaned_data
        found: list[dict[str, Any]] = [
            {"effect": "parameter", "name": name, "value": typed[field]}
            for field, name in self.parameters.items()
            if typed[field] not in ("", _now(name))
        ]
        found += outside.effects(typed)
        if typed["witnesses"]:
            found.append({"effect": "grant", "mandate": _witnesses(typed["witnesses"])})
        if typed["signers"]:
            found.append(_signers(typed["signers"], typed["need"]))
        return found


def _witnesses(persons: list[str]) -> dict[str, Any]:
    now = keys.now()
    return {
        "id": secrets.token_hex(16),
        "principal": COMMON,
        "agents": sorted(persons),
        "purpose": "attest",
        "kinds": list(ATTESTED_KINDS),
        "from": now,
        "until": now + WITNESS_SECONDS,
    }


def _signers(persons: list[str], need: int) -> dict[str, Any]:
    rule = {"kinds": [ANY], "need": need, "of": sorted(persons)}
    return {"effect": "policy", "id": secrets.token_hex(16), "rules": [rule]}


def decide(request: Any, pk: str) -> HttpResponse:
    """Ask what changes and who attests; then it is signed like any other act."""
    only_for_the_common(request)
    minutes = minutes_of(pk)
    living = draft_of(minutes)
    if living is not None and not _changes(request, living):
        return redirect("draft", living.pk)
    typed = request.POST if request.method == "POST" else None
    initial = living.typed["chosen"] if living is not None else _initial()
    form = DecisionForm(typed, minutes=minutes, initial=initial)
    if form.is_valid():
        made = _propose(request, minutes, form)
        if isinstance(made, Draft):
            drop_changed(request)
            minutes.draft = made.pk
            minutes.save(update_fields=["draft"])
            request.session["acting"] = COMMON
            return redirect("draft", made.pk)
        write_refusals(form, made)
    status = 422 if form.errors else 200
    return render(request, "minutes/decide.html", _page(minutes, form), status=status)


def _changes(request: Any, living: Draft) -> bool:
    """Tell whether she has come back to change what nobody has signed yet."""
    asked: str = request.GET.get("draft", "")
    return living.state == "preparing" and asked == living.pk


def _initial() -> dict[str, Any]:
    """Begin with those who sign today, where somebody must be named."""
    policy = keys.policy_of(COMMON)
    if policy is None or policy.founders_until is None:
        return {}
    return {"signers": list(policy.between), "need": 1}


def _propose(request: Any, minutes: Minutes, form: DecisionForm) -> Any:
    sealed = openings(minutes)
    body = {
        "basis": "meeting",
        "effects": form.effects(),
        "minutes": sealed[0].commitment,
        "attested_by": sorted(form.cleaned_data["attest"]),
    }
    proposal = Proposal(kind="decision", body=body, sealed=sealed)
    typed = {
        "_path": reverse("meeting_decide", args=[minutes.pk]),
        "chosen": {
            name: one for name, one in form.cleaned_data.items() if name in form.fields
        }
        | {"outside_until": str(form.cleaned_data["outside_until"] or "")},
    }
    return propose(for_the_common(request.here), proposal, typed)


def _page(minutes: Minutes, form: DecisionForm) -> dict[str, Any]:
    signers = form["signers"].value() or form["need"].value()
    return {
        "form": form,
        "minutes": minutes,
        "day": wording.day(minutes.day),
        "parameters": [form[one] for one in form.parameters],
        "parameters_open": any(form[one].value() for one in form.parameters),
        "signers_open": form.ends or bool(signers),
        "witnesses_open": bool(form["witnesses"].value()),
        "outside": [form[one] for one in outside.NAMES if one in form.fields],
        "outside_open": any(
            form[one].value() for one in outside.NAMES if one in form.fields
        ),
        "ends": form.ends,
    }


@require_POST
def forget(request: Any, pk: str) -> HttpResponse:
    """Throw minutes away that nobody has signed yet."""
    only_for_the_common(request)
    minutes = minutes_of(pk)
    if draft_of(minutes) is None:
        minutes.delete()
    return redirect("meetings")
