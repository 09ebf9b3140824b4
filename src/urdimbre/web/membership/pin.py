"""Setting, changing and taking off the PIN of a key that the server keeps."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.adapters.keys.server import PinNeeded, WrongPin
from urdimbre.web import opened
from urdimbre.web.circuit.entering import TooManyTries
from urdimbre.web.membership import pins
from urdimbre.web.security import again


class PinForm(forms.Form):
    """The present PIN, the new one twice, and the password once more."""

    old = forms.CharField(
        label=_("The PIN until now"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    new = forms.CharField(
        label=_("The new PIN"),
        help_text=_(
            "At least six characters; a short sentence is better. Nobody can tell it "
            "to you again."
        ),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    again = forms.CharField(
        label=_("The new PIN once more"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Your password once more, because this is about keys"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, typed: Any, *, has_pin: bool) -> None:
        """Ask for the present PIN only if there is one."""
        super().__init__(typed)
        if has_pin:
            self.fields["again"].help_text = _("Leave both empty to take the PIN off.")
            return
        del self.fields["old"]
        self.fields["new"].required = self.fields["again"].required = True

    def clean(self) -> dict[str, Any]:
        """Refuse a PIN that is too short, or typed in two ways."""
        typed = super().clean() or self.cleaned_data
        new = typed.get("new") or ""
        if new != (typed.get("again") or ""):
            self.add_error("again", gettext("The two are not the same."))
        elif new and len(new) < pins.PIN_MIN:
            self.add_error("new", gettext("Take at least six characters."))
        return typed


def set_pin(request: Any, key: str) -> HttpResponse:
    """Seal a key of hers under a PIN, or take the PIN off."""
    person = request.here.person
    held = opened.circuit().desk.keys_of(person)
    one = next((each for each in held if each.key_id == key), None)
    if one is None:
        raise Http404
    form = PinForm(request.POST or None, has_pin=one.pin)
    again.labelled(form.fields["password"], person)
    if request.method == "POST" and form.is_valid() and _changed(request, key, form):
        return redirect("keys")
    page = {"form": form, "key": one, "has_pin": one.pin}
    status = 422 if form.errors else 200
    return render(request, "membership/pin.html", page, status=status)


def _changed(request: Any, key: str, form: PinForm) -> bool:
    typed = form.cleaned_data
    address = request.META.get("REMOTE_ADDR", "")
    try:
        if not again.proves(request.here.login, typed["password"], address):
            form.add_error("password", again.not_hers(request.here.login))
            return False
        pins.change(
            request.here.person,
            key,
            pin=typed.get("old"),
            new_pin=typed["new"] or None,
        )
    except TooManyTries:
        form.add_error("password", _too_many())
        return False
    except pins.PinLocked:
        form.add_error("old", _too_many())
        return False
    except (WrongPin, PinNeeded):
        form.add_error("old", gettext("That PIN does not open your key."))
        return False
    return True


def _too_many() -> str:
    return gettext("Too many tries. Wait a quarter of an hour.")
