"""Opening hers on a device that several share: her picture, then her PIN."""

import time
from typing import Any

from django import forms
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.web import names
from urdimbre.web.circuit.doors import anybody
from urdimbre.web.circuit.entering import enter
from urdimbre.web.circuit.models import Attempt
from urdimbre.web.doorstep import device
from urdimbre.web.doorstep.models import Stay
from urdimbre.web.security import log

TRIES = 5
TRIES_SECONDS = 15 * 60


class OpeningForm(forms.Form):
    """Her PIN for this device."""

    pin = forms.CharField(
        label=_("Your PIN on this device"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "inputmode": "numeric"}
        ),
    )

    def __init__(self, typed: Any, *, stay: Stay) -> None:
        """Take whose it is."""
        super().__init__(typed)
        self._stay = stay

    def clean_pin(self) -> str:
        """Refuse another's, and too many tries."""
        pin = str(self.cleaned_data["pin"])
        if not _counted(self._stay):
            told = gettext("Too many tries. Wait a quarter of an hour.")
            raise forms.ValidationError(told)
        if not check_password(pin, self._stay.pin):
            log.note("entry_failed", self._stay.member)
            raise forms.ValidationError(gettext("That is not your PIN on this device."))
        Attempt.objects.filter(where=_where(self._stay)).delete()
        return pin


@anybody
def open_stay(request: Any, pk: int) -> HttpResponse:
    """Let her in who is listed here, with her PIN."""
    found = device.stay_of(request, pk)
    if found is None:
        raise Http404
    stay, login = found
    form = OpeningForm(request.POST or None, stay=stay)
    if request.method == "POST" and form.is_valid():
        enter(request, login)
        device.begin(request, stay.member)
        log.note("entered_here", stay.member, request)
        return redirect("home")
    name = names.by_id([stay.member]).get(stay.member, "")
    page = {"form": form, "member": stay.member, "name": name}
    status = 422 if form.errors else 200
    return render(request, "doorstep/open.html", page, status=status)


def _where(stay: Stay) -> str:
    return f"stay {stay.pk}"


def _counted(stay: Stay) -> bool:
    """Note a try before it is made: several at once are counted as several."""
    at = int(time.time())
    with transaction.atomic():
        since = at - TRIES_SECONDS
        tries = Attempt.objects.filter(where=_where(stay), at__gte=since).count()
        if tries >= TRIES:
            return False
        Attempt.objects.create(where=_where(stay), at=at)
    return True
