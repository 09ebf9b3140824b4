"""Showing again that it is she: with her password, her PIN, or the code on her card."""

import functools
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.hashers import is_password_usable
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.web import opened
from urdimbre.web.circuit.doors import led_back
from urdimbre.web.circuit.entering import TooManyTries, known
from urdimbre.web.circuit.models import Login
from urdimbre.web.membership import pins
from urdimbre.web.security import log, visits

LATELY_SECONDS = 10 * 60
SECRET = "again_secret"  # noqa: S105 - the name of a field
LEFT_OUT = ("csrfmiddlewaretoken", SECRET)
LABELS = {
    "password": _("Password or PIN"),
    "pin": _("The PIN of your key"),
    "card": _("The code on your card"),
}


class AgainForm(forms.Form):
    """One secret of hers."""

    again_secret = forms.CharField(
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, typed: Any, *, login: Login, address: str) -> None:
        """Ask for what she has."""
        super().__init__(typed)
        self._login, self._address = login, address
        self.fields[SECRET].label = LABELS[means_of(login)]

    def clean_again_secret(self) -> str:
        """Refuse another's, and too many tries."""
        secret = str(self.cleaned_data[SECRET])
        try:
            fits = proves(self._login, secret, self._address)
        except (TooManyTries, pins.PinLocked):
            told = gettext("Too many tries. Wait a quarter of an hour.")
            raise forms.ValidationError(told) from None
        if not fits:
            raise forms.ValidationError(not_hers(self._login))
        return secret


def labelled(field: forms.Field, member: str) -> None:
    """Have a field ask for what a member has; a password is asked for as it stands."""
    login = Login.objects.filter(member=member).first()
    means = means_of(login) if login else "password"
    if means != "password":
        field.label = LABELS[means]


def not_hers(login: Login) -> str:
    """Say that what she has typed does not show that it is she."""
    if means_of(login) == "password":
        return gettext("That is not your password.")
    return gettext("That does not open. Try again.")


def means_of(login: Login) -> str:
    """Name what she has to show that it is she: the first of these that she has."""
    if is_password_usable(login.password):
        return "password"
    held = opened.circuit().desk.keys_of(login.member)
    return "pin" if any(one.pin for one in held) else "card"


def proves(login: Login, secret: str, address: str) -> bool:
    """Tell whether a secret is hers; wrong ones are counted.

    The code on her card is looked at and not taken: it lets her come back still.

    Raises:
        TooManyTries, PinLocked: there were too many wrong ones.
    """
    means = means_of(login)
    if means == "password":
        return known(login.handle, secret, address) is not None
    if means == "pin":
        return pins.opens(login.member, secret)
    return pins.card_fits(login.member, secret)


def lately(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask whoever has not shown lately that it is she, and go on with what she sent."""

    @functools.wraps(view)
    def asked(request: Any, *args: Any, **names: Any) -> Any:
        stop = stopped(request)
        return view(request, *args, **names) if stop is None else stop

    return asked


def stopped(request: Any) -> HttpResponse | None:
    """Return the page that asks again; nothing if she has shown it lately."""
    shown = int(request.session.get("shown", 0))
    if time.time() - shown < LATELY_SECONDS:
        return None
    return held_up(request)


def held_up(request: Any) -> HttpResponse | None:
    """Ask her; nothing once she has shown it, so that what she sent goes on.

    A file cannot wait on a page: she chooses it again.
    """
    if request.method in ("GET", "HEAD"):
        asked = urlencode({"next": request.get_full_path()}, safe="/")
        return redirect(f"{reverse('again')}?{asked}")
    form = _form(request, request.POST if SECRET in request.POST else None)
    if form.is_valid():
        _shown(request)
        return None
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in LEFT_OUT
        for value in values
    ]
    return _page(request, form, sent=sent, files=bool(request.FILES))


def again(request: Any) -> HttpResponse:
    """Ask her on the way to a page."""
    form = _form(request, request.POST if SECRET in request.POST else None)
    if request.method == "POST" and form.is_valid():
        _shown(request)
        return redirect(led_back(request))
    return _page(request, form, sent=[("next", led_back(request))], files=False)


def _form(request: Any, typed: Any) -> AgainForm:
    address = request.META.get("REMOTE_ADDR", "")
    return AgainForm(typed, login=request.here.login, address=address)


def _shown(request: Any) -> None:
    request.session["shown"] = int(time.time())
    visits.use(request)
    request.locked = False
    log.note("shown_again", request.here.person, request)


def _page(
    request: Any, form: AgainForm, *, sent: list[tuple[str, str]], files: bool
) -> HttpResponse:
    page = {
        "form": form,
        "sent": sent,
        "files": files,
        "away": getattr(request, "locked", False),
        "name": request.here.person_name,
        "card": means_of(request.here.login) == "card",
    }
    page["kept"] = request.resolver_match.url_name != "again"
    asked = 403 if page["kept"] else 200
    status = 422 if form.errors else asked
    return render(request, "security/again.html", page, status=status)
