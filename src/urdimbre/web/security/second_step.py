"""A second step at the entrance for who wants it: begin it, take it, end it."""

import time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.web import opened
from urdimbre.web.circuit.doors import anybody, led_back
from urdimbre.web.circuit.entering import enter, seal
from urdimbre.web.circuit.models import Login
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.doorstep import device
from urdimbre.web.exchanges.picture import picture_of
from urdimbre.web.security import again, codes_of_app, log, time_codes

HALF_SECONDS = 10 * 60
"""How long her password holds at the door, until the second step."""
NEW = "second_step"
HALF = "half_inside"


class CodeForm(forms.Form):
    """A code."""

    code = forms.CharField(
        label=_("The code that your app shows now"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


def half_inside(request: Any, login: Login) -> HttpResponse | None:
    """Lead who has shown her password to the second step, if she wants one."""
    if not codes_of_app.has(login.member):
        return None
    request.session.cycle_key()
    request.session[HALF] = [login.pk, seal(login), int(time.time())]
    asked = urlencode({"next": led_back(request)}, safe="/")
    return redirect(f"{reverse('second')}?{asked}")


@anybody
def second(request: Any) -> HttpResponse:
    """Take the second step, and let her in."""
    login = _waiting(request)
    if login is None:
        return redirect("login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _taken(form, login):
        del request.session[HALF]
        enter(request, login)
        device.begin(request, login.member)
        log.note("entered_second", login.member, request)
        return redirect(led_back(request))
    page = {"form": form, "next": led_back(request)}
    status = 422 if form.errors else 200
    return render(request, "security/second.html", page, status=status)


def _waiting(request: Any) -> Login | None:
    pk, sealed, at = request.session.get(HALF) or (0, "", 0)
    login = Login.objects.filter(pk=pk).first()
    if login is None or time.time() - at > HALF_SECONDS or seal(login) != sealed:
        return None
    return login


def _taken(form: CodeForm, login: Login) -> bool:
    try:
        if codes_of_app.takes(login.member, form.cleaned_data["code"]):
            return True
    except codes_of_app.StepLocked:
        told = gettext("Too many tries. Wait a quarter of an hour.")
        form.add_error("code", told)
        return False
    log.note("entry_failed", login.member)
    told = gettext("That code does not fit, or has served already. Take the next one.")
    form.add_error("code", told)
    return False


@again.lately
def step(request: Any) -> HttpResponse:
    """Show whether she takes a second step, and begin one."""
    person = request.here.person
    if codes_of_app.has(person):
        left = codes_of_app.spare_left(person)
        return render(request, "security/step.html", {"has": True, "left": left})
    secret = _new_secret(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        counter = time_codes.counter_of(secret, form.cleaned_data["code"])
        if counter is not None:
            del request.session[NEW]
            spare = codes_of_app.begin(person, secret, counter)
            log.note("second_begun", person, request)
            return render(request, "security/spare.html", {"spare": spare})
        told = gettext("That code does not fit. Is the clock of your phone right?")
        form.add_error("code", told)
    name = request.here.login.handle
    circuit = display("name", "Urdimbre")
    link = time_codes.address(secret, circuit=circuit, name=name)
    page = {
        "form": form,
        "picture": picture_of(link),
        "written": time_codes.written(secret),
    }
    status = 422 if form.errors else 200
    return render(request, "security/step.html", page, status=status)


def _new_secret(request: Any) -> bytes:
    """Return the secret that she is shown, the same until she has typed a code."""
    keys, person = opened.circuit().keys, request.here.person
    # Another may have been inside before her: what he was shown is not hers.
    whose, sealed = request.session.get(NEW, ("", ""))
    if whose == person:
        return keys.open_secret(bytes.fromhex(sealed))
    secret = time_codes.new_secret()
    request.session[NEW] = (person, keys.seal_secret(secret).hex())
    return secret


@require_POST
@again.lately
def end_step(request: Any) -> HttpResponse:
    """Take no second step any more."""
    codes_of_app.end(request.here.person)
    log.note("second_ended", request.here.person, request)
    return redirect("step")
