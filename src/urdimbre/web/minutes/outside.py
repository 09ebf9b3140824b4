"""Witnesses of the notebook outside: whom a meeting names, and whom it lets go.

How many of them a receipt should carry is an agreement like others, on the same page.
"""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.chain.notes import (
    COSIGNATURE,
    VKEY_CHARACTERS_MAX,
    MalformedNote,
    VerifierKey,
    parse_vkey,
)
from urdimbre.core.federation.witness import Witness, witnesses
from urdimbre.web import opened, wording
from urdimbre.web.exchanges import fields
from urdimbre.web.membership import keys

HOST = re.compile(r"[a-z0-9][a-z0-9._/-]{0,99}")
HOST_MAX = 100
NAMES = ("outside_key", "outside_host", "outside_until", "outside_end")
"""Fields of the form of a decision."""


def named() -> list[Witness]:
    """Return the witnesses outside whose cosignatures count now."""
    registry = opened.circuit().registry
    with registry.lock:
        return list(witnesses(registry.state))


def add_fields(form: forms.Form) -> None:
    """Ask whom the meeting names, and which of those named before end now."""
    form.fields["outside_key"] = forms.CharField(
        label=_("Which other circuit witnesses our notebook?"),
        help_text=_("Paste the line of its page «Witnesses»: «Our key as a witness»."),
        max_length=VKEY_CHARACTERS_MAX,
        required=False,
    )
    form.fields["outside_host"] = forms.CharField(
        label=_("On whose machine does it run?"),
        help_text=_(
            "Such as norte.example. Two on one machine prove no more than one."
        ),
        max_length=HOST_MAX,
        required=False,
    )
    form.fields["outside_until"] = fields.day_field(
        _("Until which day, if not for good?"), required=False
    )
    present = [(one.public, f"{one.host} · {one.name}") for one in named()]
    if present:
        form.fields["outside_end"] = forms.MultipleChoiceField(
            label=_("Which of them are witnesses no more?"),
            choices=present,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )


def clean(form: forms.Form) -> None:
    """Read the key; a key and a machine go together."""
    typed = form.cleaned_data
    key = _key(form, (typed.get("outside_key") or "").strip())
    host = (typed.get("outside_host") or "").strip().lower()
    if host and not HOST.fullmatch(host):
        told = gettext("Write a name such as norte.example: a-z, digits, dot, dash.")
        form.add_error("outside_host", told)
    if key and not host:
        told = gettext("Say on whose machine it runs.")
        form.add_error("outside_host", told)
    if not typed.get("outside_key") and (host or typed.get("outside_until")):
        form.add_error("outside_key", gettext("Paste its key as a witness."))
    until = typed.get("outside_until")
    if until and wording.to_day(until) < wording.today():
        told = gettext("That day has gone by. Choose a later one.")
        form.add_error("outside_until", told)
    typed["outside"] = (key, host)


def _key(form: forms.Form, text: str) -> VerifierKey | None:
    if not text:
        return None
    try:
        key = parse_vkey(text)
    except MalformedNote:
        told = gettext("This is no key. Copy the whole line, from its first letter on.")
        form.add_error("outside_key", told)
        return None
    own = _own_key()
    if key.kind != COSIGNATURE or not HOST.fullmatch(key.name):
        told = gettext("This is the key of a notebook, not of a witness.")
    elif key.key.hex() == own:
        told = gettext("This is our own key: nobody witnesses herself.")
    else:
        return key
    form.add_error("outside_key", told)
    return None


def _own_key() -> str:
    from urdimbre.web.notebook.witnessing import (  # noqa: PLC0415 - starts its keys
        witness,
    )

    return witness().key.key.hex()


def effects(typed: dict[str, Any]) -> list[dict[str, Any]]:
    """Write whom the meeting names, and who ends now."""
    found = []
    key, host = typed["outside"]
    if key is not None:
        one = {
            "effect": "witness",
            "key": key.key.hex(),
            "name": key.name,
            "host": host,
        }
        if typed["outside_until"]:
            one["until"] = _end_of(typed["outside_until"])
        found.append(one)
    return [*found, *_ended(typed.get("outside_end") or [])]


def _ended(publics: Sequence[str]) -> list[dict[str, Any]]:
    rows = {one.public: one for one in named()}
    return [
        {
            "effect": "witness",
            "key": public,
            "name": rows[public].name,
            "host": rows[public].host,
            "until": keys.now(),
        }
        for public in publics
    ]


def _end_of(day: Any) -> int:
    """Return the first second after a day."""
    return (wording.to_day(day) + 1) * 86_400
