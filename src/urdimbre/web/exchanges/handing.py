"""The form with which somebody signs: by the server, with her PIN, or by her device."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.adapters.keys.server import PinNeeded, WrongPin
from urdimbre.core.acts import Act
from urdimbre.core.chain.entry import Slot
from urdimbre.core.refusals import Refusal
from urdimbre.web import opened
from urdimbre.web.circuit.entering import TooManyTries
from urdimbre.web.exchanges.asking import above, sure_field
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.roles import (
    Role,
    SheMustSign,
    act_of,
    by_server,
    from_device,
)
from urdimbre.web.membership.pins import PinLocked
from urdimbre.web.refusing import said
from urdimbre.web.security import again

AGAIN = ("key", "policy", "mandate")
"""Kinds of acts for which she shows once more that it is she who is here."""


class SigningForm(forms.Form):
    """How she signs; what her browser cannot do is left out."""

    pin = forms.CharField(
        label=_("The PIN of your key"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "inputmode": "text", "required": False}
        ),
    )
    password = forms.CharField(
        label=_("Your password once more, because this is about keys"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    signatures = forms.CharField(
        required=False, max_length=2000, widget=forms.HiddenInput()
    )

    def __init__(self, typed: Any, *, draft: Draft, role: Role) -> None:
        """Ask only for what this draft and her keys make necessary."""
        super().__init__(typed)
        self.draft, self.role = draft, role
        if role.hosted is None or not role.hosted.pin:
            del self.fields["pin"]
        if not asks_again(draft):
            del self.fields["password"]
        else:
            again.labelled(self.fields["password"], role.person)
        amounts = above(draft, role)
        if amounts:
            self.fields["sure"] = sure_field(amounts)

    def slots(self, request: Any) -> list[Slot]:
        """Make the signatures; empty if something was wrong, told beside its field."""
        if not is_she(self, request):
            return []
        found = from_device(
            self.draft, self.role, self.cleaned_data.get("signatures", "")
        )
        if isinstance(found, Refusal):
            self.add_error(None, said(found).sentence)
            return []
        if request.POST.get("with") == "device":
            if not found:
                self.add_error(None, gettext("This device has not signed."))
            return found
        try:
            return [*found, self._by_server()]
        except SheMustSign:
            self.add_error(
                None, gettext("The server has no key of yours to sign with.")
            )
        except (WrongPin, PinNeeded):
            self.add_error("pin", gettext("That PIN does not open your key."))
        except PinLocked:
            self.add_error("pin", gettext("Too many tries. Wait a quarter of an hour."))
        return []

    def _by_server(self) -> Slot:
        pin = self.cleaned_data.get("pin")
        if "pin" in self.fields and not pin:
            raise PinNeeded
        return by_server(self.draft, self.role, pin=pin or None)


def is_she(form: forms.Form, request: Any) -> bool:
    """Tell whether the password of a form that asks for it is hers, told beside it."""
    if "password" not in form.fields:
        return True
    secret = form.cleaned_data["password"]
    address = request.META.get("REMOTE_ADDR", "")
    try:
        fits = again.proves(request.here.login, secret, address)
    except (TooManyTries, PinLocked):
        told = gettext("Too many tries. Wait a quarter of an hour.")
        form.add_error("password", told)
        return False
    if not fits:
        form.add_error("password", again.not_hers(request.here.login))
    return fits


def asks_again(draft: Draft) -> bool:
    """Tell whether she shows once more that it is she; stopping a key is urgent."""
    act = act_of(draft)
    body = act.body if isinstance(act, Act) else None
    urgent = getattr(body, "veto", None) is not None
    # A standing consent is capped, and for one creditor: it gives no key away, and who
    # has a card but no password must be able to give it too.
    standing = getattr(body, "purpose", None) in ("accept_credit", "accept_debit")
    return draft.kind in AGAIN and not urgent and not standing


@dataclass(frozen=True, slots=True)
class ForDevice:
    """What the page's script needs to sign with a key that lies in this browser.

    Attributes:
        act: the very bytes, printable ASCII.
        genesis: id of the circuit.
        member: who signs.
        mandate: under what.
        own: short ids of her keys that serve here.
        new: short ids of keys that the act itself brings.
    """

    act: str
    genesis: str
    member: str
    mandate: str
    own: str
    new: str


def for_device(draft: Draft, role: Role) -> ForDevice | None:
    """Give the script its material; nothing if no key that a browser keeps serves."""
    own = [one for one in role.own if one not in role.apart]
    new = [one for one in role.new if one not in role.apart]
    if not own and not new:
        return None
    return ForDevice(
        act=bytes(draft.act).decode("ascii"),
        genesis=opened.circuit().registry.genesis,
        member=role.person,
        mandate=role.mandate,
        own=" ".join(own),
        new=" ".join(new),
    )
