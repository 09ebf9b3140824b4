"""A key kept apart, in an app or a device made for it, enters by its public half."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.core.refusals import Refusal
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.membership import written


class ApartForm(forms.Form):
    """Who keeps the key, and its public half."""

    custody = forms.ChoiceField(
        label=_("Where is the key?"),
        choices=[
            ("app", _("In an app or a program")),
            ("hardware", _("In a device made for it")),
        ],
        widget=forms.RadioSelect,
    )
    public = forms.CharField(
        label=_("The public key"),
        help_text=_(
            "64 hexadecimal digits, or base64, or the lines of a PEM file. Never paste "
            "the secret half anywhere."
        ),
        max_length=written.TYPED_MAX,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )


def add_apart(request: Any) -> HttpResponse:
    """Propose a key that lies outside the browser; it signs its own registration."""
    here = request.here.as_person()
    form = ApartForm(request.POST or None, initial={"custody": "app"})
    if request.method == "POST" and form.is_valid():
        made = _proposed(here, form.cleaned_data)
        if isinstance(made, Draft):
            request.session["acting"] = here.person
            return redirect("draft", made.pk)
        write_refusals(form, made)
    status = 422 if form.errors else 200
    return render(request, "membership/apart.html", {"form": form}, status=status)


def _proposed(here: Any, typed: dict[str, Any]) -> Draft | list[Refusal]:
    public = written.public_key(typed["public"])
    if isinstance(public, Refusal):
        return [public]
    body = {"add": drafting.key(public, typed["custody"])}
    return propose(here, Proposal(kind="key", body=body), {})
