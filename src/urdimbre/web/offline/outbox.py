"""Where the outbox of a device is emptied, one slip at a time."""

from binascii import Error, a2b_base64
from typing import Any

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from urdimbre.core.chain.cbor import BYTES_MAX
from urdimbre.core.refusals import Refusal
from urdimbre.core.units import MINOR_MAX
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.offline.answers import SlipUnreadable
from urdimbre.web.offline.taking import Device, take
from urdimbre.web.refusing import said

TEXT_MAX = 2 * BYTES_MAX


class SlipForm(forms.Form):
    """A slip in base64, and what the device tells of it."""

    slip = forms.CharField(max_length=TEXT_MAX)
    known = forms.RegexField(r"^[0-9a-f]{64}\Z")
    made = forms.IntegerField(min_value=0, max_value=MINOR_MAX)

    def clean_slip(self) -> bytes:
        """Read the bytes."""
        try:
            return a2b_base64(self.cleaned_data["slip"].encode(), strict_mode=True)
        except (Error, ValueError):
            raise forms.ValidationError("base64") from None


@require_POST
def outbox(request: Any) -> HttpResponse:
    """Take one slip, and tell what has become of it."""
    form = SlipForm(request.POST)
    if not form.is_valid():
        return _told(SlipUnreadable())
    typed = form.cleaned_data
    here = request.here.as_person()
    return _told(take(here, typed["slip"], Device(typed["known"], typed["made"])))


def _told(answer: Draft | Refusal) -> HttpResponse:
    if isinstance(answer, Refusal):
        told = said(answer)
        refused = {"code": told.code, "sentence": told.sentence, "hint": told.hint}
        return JsonResponse({"state": "refused", **refused}, status=422)
    recorded = answer.state == "recorded" and answer.position is not None
    link = (
        reverse("receipt", args=[answer.position])
        if recorded
        else reverse("draft", args=[answer.pk])
    )
    return JsonResponse({"state": answer.state, "link": link})
