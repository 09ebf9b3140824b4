"""Her page on erasing: what is known of her, what goes, what stays for ever."""

import time
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.adapters import erasing
from urdimbre.adapters.erasing import Erasable
from urdimbre.web import opened, wording
from urdimbre.web.exchanges.handing import is_she
from urdimbre.web.security import again, holding, log


class ErasingForm(forms.Form):
    """What shall go; and that she means it."""

    what = forms.MultipleChoiceField(
        label=_("What shall be erased?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what shall be erased.")},
    )
    sure = forms.MultipleChoiceField(
        label=_("There is no way back"),
        choices=[("on", _("I know that nobody can bring it back"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Say that you know it, or leave it all as it is.")
        },
    )
    password = forms.CharField(
        label=_("Your password once more, because this cannot be undone"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, typed: Any, *, found: Erasable) -> None:
        """Offer what there is to erase, and count it."""
        super().__init__(typed)
        self.fields["what"].choices = _choices(found)


def _choices(found: Erasable) -> list[tuple[str, str]]:
    texts = wording.count(len(found.texts) + len(found.drafts))
    offers = wording.count(len(found.offers))
    there = {
        "texts": (
            found.texts or found.drafts,
            gettext("Texts in your exchanges, your thanks and old drafts: %(count)s")
            % {"count": texts},
        ),
        "offers": (
            found.offers,
            gettext("Your offers and needs: %(count)s") % {"count": offers},
        ),
        "person": (
            found.person,
            gettext("Your name, place, telephone, e-mail, picture sign and code"),
        ),
        "login": (found.login, gettext("Your way in: name and password of your login")),
    }
    return [(part, label) for part, (any_, label) in there.items() if any_]


def erase(request: Any) -> HttpResponse:
    """Tell what is known of her, and erase what she chooses; always her own."""
    found = _found(request.here.person)
    form = ErasingForm(request.POST or None, found=found)
    again.labelled(form.fields["password"], request.here.person)
    if request.method == "POST" and form.is_valid() and is_she(form, request):
        return _erased(request, found, form.cleaned_data["what"])
    page = {
        "form": form,
        "there_is": bool(form.fields["what"].choices),
        "acts": wording.count(found.acts),
        "kept": found.kept and wording.count(found.kept),
        "keys": bool(found.keys),
        "holds": holding.told(list(found.holds)),
    }
    status = 422 if form.errors else 200
    return render(request, "circuit/erase.html", page, status=status)


def _found(person: str) -> Erasable:
    circuit = opened.circuit()
    store = circuit.registry.store
    return erasing.erasable(
        circuit.desk,
        person,
        query=store.query,
        entry=store.entry,
        now=int(time.time()),
    )


def _erased(request: Any, found: Erasable, parts: list[str]) -> HttpResponse:
    erasing.erase(opened.circuit().desk, found, parts)
    log.note("erased", request.here.person, request)
    done = [label for part, label in _choices(found) if part in parts]
    page = {"done": done, "acts": wording.count(found.acts)}
    if "login" in parts:
        request.session.flush()
        request.here = None
    return render(request, "circuit/erased.html", page)
