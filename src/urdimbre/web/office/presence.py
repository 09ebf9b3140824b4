"""Showing on another's device that it is she: her picture, and her PIN or her card."""

import time
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib.auth.hashers import is_password_usable, make_password
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.adapters.keys.server import PinNeeded, WrongPin
from urdimbre.core.chain.entry import Slot
from urdimbre.web import opened
from urdimbre.web.circuit.codes import code_of
from urdimbre.web.circuit.entering import TooManyTries, known
from urdimbre.web.circuit.models import Attempt, Login
from urdimbre.web.exchanges.asking import above, sure_field
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.roles import Role, SheMustSign, by_server
from urdimbre.web.membership import picture_signs
from urdimbre.web.membership.pins import LOCKED_SECONDS, PIN_MIN, PIN_TRIES, PinLocked
from urdimbre.web.security import codes_of_app, log

PICTURES = 4


class PresenceForm(forms.Form):
    """Her picture among four, and what only she knows or holds."""

    picture = forms.ChoiceField(label=_("Which is your picture?"))
    secret = forms.CharField(
        label=_("Your PIN"),
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "inputmode": "numeric"}
        ),
    )
    new_pin = forms.CharField(
        label=_("Choose a PIN for the next time"),
        help_text=_("At least six characters. Nobody can tell it to you again."),
        max_length=40,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, typed: Any, *, draft: Draft, role: Role) -> None:
        """Ask for a card's code, and for a PIN to come, from who has no PIN yet."""
        super().__init__(typed)
        self.draft, self.role = draft, role
        self.own = picture_signs.sign_of(role.person)
        shown = pictures(role.person)
        self.pictures = [
            (name, picture_signs.PictureSign(*name.split("."))) for name in shown
        ]
        self.fields["picture"].choices = [
            (one, sign.word) for one, sign in self.pictures
        ]
        self.login = Login.objects.filter(member=role.person).first()
        self.has_pin = bool(role.hosted and role.hosted.pin)
        usable = self.login is not None and is_password_usable(self.login.password)
        if self.has_pin or usable:
            del self.fields["new_pin"]
        else:
            self.fields["secret"].label = _("The code on your card")
            self.fields["secret"].widget.attrs["inputmode"] = "text"
        self.has_second = usable and not self.has_pin and codes_of_app.has(role.person)
        if self.has_second:
            self.fields["code"] = _code_field()
        amounts = above(draft, role)
        if amounts:
            self.fields["sure"] = sure_field(amounts)

    def clean_new_pin(self) -> str:
        """Refuse one that is guessed at once."""
        pin = str(self.cleaned_data["new_pin"])
        if len(pin) < PIN_MIN:
            raise forms.ValidationError(gettext("Take at least six characters."))
        return pin

    def slot(self, request: Any) -> Slot | None:
        """Sign for her if it is she; else say what does not fit, beside the field."""
        try:
            made = self._slot(request)
        except (WrongPin, PinNeeded):
            made = None
        except (PinLocked, TooManyTries, codes_of_app.StepLocked):
            told = gettext("Too many tries. Wait a quarter of an hour.")
            self.add_error("secret", told)
            return None
        except SheMustSign:
            told = gettext("Her key is on her own device: she signs there.")
            self.add_error(None, told)
            return None
        if made is None:
            log.note("entry_failed", self.role.person, request, by=request.here.person)
            told = gettext("Picture and PIN do not fit together. Try again.")
            self.add_error("secret", told)
        return made

    def _slot(self, request: Any) -> Slot | None:
        if self.role.hosted is None:
            raise SheMustSign
        _count(self.role.person)
        own = self.own
        mine = own is not None and f"{own.picture}.{own.colour}"
        if self.cleaned_data["picture"] != mine:
            return None
        secret = self.cleaned_data["secret"]
        if self.has_pin:
            made = by_server(self.draft, self.role, pin=secret)
        elif self._proven(request, secret):
            made = by_server(self.draft, self.role)
        else:
            return None
        _forget(self.role.person)
        return made

    def _proven(self, request: Any, secret: str) -> bool:
        if "new_pin" in self.fields:
            return self._by_card(secret)
        assert self.login is not None
        address = request.META.get("REMOTE_ADDR", "")
        if known(self.login.handle, secret, address) is None:
            return False
        # Whoever asks for a second step asks for it wherever her password serves.
        code = str(self.cleaned_data.get("code", ""))
        return not self.has_second or codes_of_app.takes(self.login.member, code)

    def _by_card(self, code: str) -> bool:
        """Take the code of her card, which serves once, and keep her PIN instead."""
        desk, person = opened.circuit().desk, self.role.person
        if desk.whose_code(code, now=int(time.time())) != person:
            return False
        password = make_password(self.cleaned_data["new_pin"])
        if desk.use_code(code) != person:  # taken meanwhile
            return False
        with transaction.atomic():
            handle = self.login.handle if self.login else code_of(person)
            Login.objects.filter(member=person).delete()
            Login.objects.create(handle=handle, password=password, member=person)
        return True


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("The code that your app shows now"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def pictures(person: str) -> list[str]:
    """Return her picture among others: the same each time, so that none stands out."""
    own = picture_signs.sign_of(person)
    mine = f"{own.picture}.{own.colour}" if own else ""
    others = sorted(picture_signs.ALL, key=lambda one: _mixed(person, one))
    # Each drawing once: two houses that differ in colour alone are no choice.
    by_drawing = {one.partition(".")[0]: one for one in (*others, mine) if one}
    kept = [one for one in by_drawing.values() if one != mine][: PICTURES - 1]
    found = [one for one in (mine, *kept) if one]
    return sorted(found, key=lambda one: _mixed(one, person))


def _mixed(one: str, other: str) -> str:
    return sha256(f"{one} {other}".encode()).hexdigest()


def _where(person: str) -> str:
    return f"beside {person}"


def _count(person: str) -> None:
    """Note an attempt before it is made: several at once are counted as several.

    Raises:
        PinLocked: there were too many wrong ones.
    """
    at = int(time.time())
    since = at - LOCKED_SECONDS
    with transaction.atomic():
        tries = Attempt.objects.filter(where=_where(person), at__gte=since).count()
        if tries >= PIN_TRIES:
            raise PinLocked
        Attempt.objects.create(where=_where(person), at=at)


def _forget(person: str) -> None:
    Attempt.objects.filter(where=_where(person)).delete()
