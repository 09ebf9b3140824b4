"""The entrance: login, the founder's one-time code, logout, language."""

import re
import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.web import opened
from urdimbre.web.circuit import codes, demo
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.doors import anybody, led_back
from urdimbre.web.circuit.entering import TooManyTries, enter, known
from urdimbre.web.circuit.models import Login, Person
from urdimbre.web.doorstep import device
from urdimbre.web.doorstep.models import Stay
from urdimbre.web.exchanges.picture import picture_of
from urdimbre.web.membership.claiming import claim
from urdimbre.web.security import log, second_step, visits

HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}")
PASSWORD_MIN = 6
WISHES = ("handle", "password")
DEVICE_SECONDS = 400 * 86_400
"""As long as browsers keep a cookie."""
RECOVERY_SECONDS = 3_650 * 86_400


class LoginForm(forms.Form):
    """Handle or member code, and password."""

    handle = forms.CharField(
        label=_("Your short name, or your code"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("Password or PIN"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def free_handle(text: str, *, of: Login | None = None) -> str:
    """Return a short name as it is kept; ``of`` may have it already.

    Raises:
        ValidationError: it cannot be typed on every keyboard, or is taken.
    """
    handle = text.strip().lower()
    if not HANDLE.fullmatch(handle):
        raise forms.ValidationError(
            gettext("Use two or more of a-z, 0-9, dot, dash and underscore.")
        )
    others = Login.objects.filter(handle=handle)
    if (others if of is None else others.exclude(pk=of.pk)).exists():
        raise forms.ValidationError(gettext("That name is taken. Choose another."))
    return handle


class EntranceForm(forms.Form):
    """A one-time entry code, and with what she wants to enter from now on."""

    code = forms.CharField(
        label=_("Entry code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
    name = forms.CharField(label=_("Your name, as others will see it"), max_length=60)
    handle = forms.CharField(
        label=_("A short name to log in with"),
        help_text=_("Lower-case letters and digits, without blanks."),
        max_length=40,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("A password or PIN"),
        help_text=_("At least six characters. Nobody can tell it to you again."),
        max_length=200,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_handle(self) -> str:
        """Refuse a short name that cannot be typed on every keyboard, or is taken."""
        typed = str(self.cleaned_data["handle"])
        return free_handle(typed) if typed.strip() else ""

    def clean_password(self) -> str:
        """Refuse one that is guessed at once."""
        password = str(self.cleaned_data["password"])
        if password and len(password) < PASSWORD_MIN:
            raise forms.ValidationError(gettext("Take at least six characters."))
        return password

    def clean(self) -> dict[str, Any]:
        """Ask for both short name and password, or for neither."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        missing = gettext("Fill in both, or leave both empty.")
        if typed.get("handle") and typed.get("password") == "":
            self.add_error("password", missing)
        if typed.get("password") and typed.get("handle") == "":
            self.add_error("handle", missing)
        return typed


@anybody
def login(request: HttpRequest) -> HttpResponse:
    """Let a member in."""
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = _found(request, form)
        more = found and second_step.half_inside(request, found)
        if found is not None and more:
            return _keep_choice(request, found, more)
        if found is not None:
            enter(request, found)
            device.begin(request, found.member)
            log.note("entered", found.member, request)
            return _keep_choice(request, found, redirect(led_back(request)))
    page = {
        "form": form,
        "next": led_back(request),
        "staying": device.staying(request),
        "people": demo.people(),
        "password": demo.PASSWORD,
    }
    status = 422 if form.errors else 200
    return render(request, "circuit/login.html", page, status=status)


def _found(request: HttpRequest, form: LoginForm) -> Login | None:
    typed = form.cleaned_data
    address = request.META.get("REMOTE_ADDR", "")
    try:
        found = known(typed["handle"], typed["password"], address)
    except TooManyTries:
        form.add_error(None, gettext("Too many tries. Wait a quarter of an hour."))
        return None
    if found is None:
        form.add_error("password", gettext("Name and password do not fit together."))
    return found


@anybody
def entrance(request: HttpRequest) -> HttpResponse:
    """Let in who has an entry code, and give her a login of her own."""
    code = request.GET.get("code", "")[:40]
    form = EntranceForm(request.POST or None, initial=_known_of(request, code))
    if request.method == "POST" and form.is_valid():
        made = _made(form)
        if made is not None:
            enter(request, made)
            log.note("entered_by_code", made.member, request)
            refused = claim(made.member)
            if not form.cleaned_data["password"]:
                return _keep_open(request, made)
            return redirect("home" if refused is None else "keys")
    wishes = any(form[name].errors or form[name].value() for name in WISHES)
    page = {"form": form, "wishes": wishes}
    status = 422 if form.errors else 200
    return render(request, "circuit/entrance.html", page, status=status)


def _known_of(request: HttpRequest, code: str) -> dict[str, str]:
    """What the card and the desk know already of who enters."""
    name = request.GET.get("name", "")[:60]
    if code and not name:
        member = opened.circuit().desk.whose_code(code, now=int(time.time()))
        name = Person.objects.filter(member=member).values_list("name", flat=True)[:1]
        name = name[0] if name else ""
    return {"code": code, "name": name}


def _keep_open(request: HttpRequest, made: Login) -> HttpResponse:
    """Let a device without a password stay in, and give a card to come back with."""
    request.session.set_expiry(DEVICE_SECONDS)
    now = int(time.time())
    desk = opened.circuit().desk
    code = desk.new_code(made.member, now=now, seconds=RECOVERY_SECONDS)
    link = f"{request.build_absolute_uri(reverse('entrance'))}?code={code}"
    page = {"code": code, "picture": picture_of(link)}
    response = render(request, "circuit/recovery_card.html", page)
    response["Cache-Control"] = "no-store"
    return response


def _made(form: EntranceForm) -> Login | None:
    typed = form.cleaned_data
    member = opened.circuit().desk.use_code(typed["code"])
    if member is None:
        sentence = gettext(
            "That code is unknown, was used already or has expired. Ask whoever gave "
            "it to you for a new one."
        )
        form.add_error("code", sentence)
        return None
    try:
        with transaction.atomic():
            Login.objects.filter(member=member).delete()
            Stay.objects.filter(member=member).delete()
            made = Login.objects.create(
                handle=typed["handle"] or codes.code_of(member),
                # Without one nobody enters by password; only this device, or a card.
                password=make_password(typed["password"] or None),
                member=member,
            )
            Person.objects.update_or_create(
                member=member, defaults={"name": typed["name"].strip()}
            )
    except IntegrityError:
        form.add_error("handle", gettext("That name is taken. Choose another."))
        return None
    return made


@require_POST
def logout(request: Any) -> HttpResponse:
    """End the session; pages the browser has kept go too, her device's key stays."""
    if request.here:
        log.note("left", request.here.person, request)
        visits.end(request.here.person, [request.session.session_key])
    request.session.flush()
    response = redirect("login")
    response["Clear-Site-Data"] = '"cache"'
    return response


def _keep_choice(
    request: HttpRequest, found: Login, response: HttpResponse
) -> HttpResponse:
    """Let who has just chosen a language at the door keep it inside.

    The choice leaves the browser: the next person on this phone has her own.
    """
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES):
        Login.objects.filter(pk=found.pk).update(language=chosen)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


@anybody
@require_POST
def language(request: Any) -> HttpResponse:
    """Speak another language from now on; with a login, on all her devices."""
    chosen = request.POST.get("language", "")
    response = redirect(led_back(request))
    if chosen not in dict(settings.LANGUAGES):
        return response
    if request.here:
        Login.objects.filter(pk=request.here.login.pk).update(language=chosen)
    else:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 86_400,
            samesite="Lax",
            httponly=True,
        )
    return response


@require_POST
def act_for(request: Any) -> HttpResponse:
    """Act for another member from now on, or for herself again."""
    member = request.POST.get("member", "")
    if may_act(request.here.person, member):
        request.session["acting"] = member
    return redirect("home")
