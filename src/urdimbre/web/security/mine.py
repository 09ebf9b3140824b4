"""Her page on security: how she enters, where she is inside, what happened."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib.auth.hashers import is_password_usable, make_password
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.web import names, wording
from urdimbre.web.circuit.entering import enter
from urdimbre.web.circuit.entrance import PASSWORD_MIN, free_handle
from urdimbre.web.circuit.models import Login
from urdimbre.web.doorstep import device
from urdimbre.web.exchanges.handing import is_she
from urdimbre.web.security import log, visits
from urdimbre.web.security.models import SecurityEvent

EVENTS_SHOWN = 25
DEVICES_SHOWN = 12
KEY_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Device:
    """One device on which she is inside.

    Attributes:
        key: names it in the form; not the session's own key.
    """

    key: str
    name: str
    since: str
    seen: str
    here: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the security log, in words."""

    sentence: str
    when: str
    by: str
    device: str


class LoginForm(forms.Form):
    """How she enters from now on."""

    handle = forms.CharField(
        label=_("A short name to log in with"),
        help_text=_("Lower-case letters and digits, without blanks."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    new = forms.CharField(
        label=_("A new password or PIN"),
        help_text=_("At least six characters. Nobody can tell it to you again."),
        max_length=200,
        min_length=PASSWORD_MIN,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"min_length": _("Take at least six characters.")},
    )
    password = forms.CharField(
        label=_("Your present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, login: Login, **options: Any) -> None:
        """Ask for the present password only where there is one."""
        super().__init__(*args, **options)
        self.login = login
        if not is_password_usable(login.password):
            del self.fields["password"]

    def clean_handle(self) -> str:
        """Refuse a short name that cannot be typed everywhere, or is taken."""
        return free_handle(str(self.cleaned_data["handle"]), of=self.login)


def security(request: Any) -> HttpResponse:
    """Show how she enters, and change it."""
    login = request.here.login
    form = LoginForm(
        request.POST or None, login=login, initial={"handle": login.handle}
    )
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        return redirect("security")
    lines = SecurityEvent.objects.filter(member=request.here.person)
    page: dict[str, Any] = {
        "form": form,
        "has_password": "password" in form.fields,
        "devices": _devices(request),
        "happened": _happened(list(lines.order_by("-pk")[:EVENTS_SHOWN])),
        "last": _last_seal(),
    }
    if "check" in request.GET:
        page["broken"] = log.first_broken(SecurityEvent.objects.order_by("pk"))
        page["checked"] = True
    status = 422 if form.errors else 200
    return render(request, "security/mine.html", page, status=status)


def _last_seal() -> str:
    row = SecurityEvent.objects.order_by("-pk").first()
    return log.START if row is None else row.hash


def _changed(request: Any, form: LoginForm) -> bool:
    login, typed = form.login, form.cleaned_data
    if not is_she(form, request):
        return False
    login.handle, login.password = typed["handle"], make_password(typed["new"])
    try:
        login.save(update_fields=["handle", "password"])
    except IntegrityError:
        form.add_error("handle", gettext("That name is taken. Choose another."))
        return False
    log.note("login_changed", request.here.person, request)
    # All her other sessions end with the old password; this one goes on.
    others = [one.session for one in visits.of(request.here.person)]
    visits.end(request.here.person, others)
    device.forget(request, others=True)
    enter(request, login)
    return True


@require_POST
def end_visit(request: Any) -> HttpResponse:
    """Send a device out."""
    wanted = request.POST.get("device", "")
    found = [
        one.session
        for one in visits.of(request.here.person)
        if wanted in ("all", _name_of(one.session))
        and one.session != request.session.session_key
    ]
    gone = device.forget(request, others=True) if wanted == "all" else 0
    if visits.end(request.here.person, found) or gone:
        log.note("ended", request.here.person, request)
    return redirect("security")


def _devices(request: Any) -> list[Device]:
    shown = visits.of(request.here.person)[:DEVICES_SHOWN]
    return [
        Device(
            _name_of(one.session),
            told_device(one.device),
            wording.moment(one.since),
            wording.day(one.seen),
            one.session == request.session.session_key,
        )
        for one in shown
    ]


def _name_of(session: str) -> str:
    return sha256(b"urdimbre/visit/v1\0" + session.encode()).hexdigest()[
        :KEY_CHARACTERS
    ]


def told_device(told: str) -> str:
    """Name a device by what its browser says of itself; nobody guesses more."""
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")
    browsers = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
    system = next((one for one in systems if one in told), "")
    browser = next((one for one in browsers if one in told), "")
    return " · ".join(one for one in (system, browser) if one) or gettext("a device")


def _happened(lines: list[SecurityEvent]) -> list[Happened]:
    known_names = names.by_id({one.by for one in lines if one.by})
    return [
        Happened(
            gettext(log.KINDS[one.kind]),
            wording.moment(one.at),
            known_names.get(one.by, ""),
            told_device(one.device) if one.device else "",
        )
        for one in lines
    ]
