"""Asking to stay on a device that several share, and going from it."""

from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.web.doorstep import device
from urdimbre.web.membership.pins import PIN_MIN
from urdimbre.web.security import again, log


class StayForm(forms.Form):
    """Her PIN for this device, and whether her balances are covered."""

    pin = forms.CharField(
        label=_("A PIN for this device alone"),
        help_text=_("At least six characters. Nobody can tell it to you again."),
        max_length=200,
        min_length=PIN_MIN,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"min_length": _("Take at least six characters.")},
    )
    covered = forms.MultipleChoiceField(
        label=_("My balances"),
        choices=[("on", _("Cover them until I touch them"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@again.lately
def stay(request: Any) -> HttpResponse:
    """Let her ask to be listed at this device's entrance."""
    own = device.own(request, request.here.person)
    start = {"covered": ["on"] if own is None or own.covered else []}
    form = StayForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        answer = redirect("stay")
        covered = bool(form.cleaned_data["covered"])
        pin = make_password(form.cleaned_data["pin"])
        if device.keep(request, answer, pin=pin, covered=covered):
            device.share(request, covered=covered)
            log.note("stays_here", request.here.person, request)
            return answer
        told = gettext("Many stay on this device already: one of them goes first.")
        form.add_error(None, told)
    page = {
        "form": form,
        "stays": own is not None,
        "elsewhere": device.elsewhere(request),
    }
    status = 422 if form.errors else 200
    return render(request, "doorstep/stay.html", page, status=status)


@require_POST
def end_stay(request: Any) -> HttpResponse:
    """Take her off the list of this device, or of all others."""
    others = request.POST.get("where") == "others"
    if device.forget(request, others=others):
        log.note("goes_from_here", request.here.person, request)
    if not others:
        for name in ("shared", "covered"):
            request.session.pop(name, None)
    return redirect("stay")
