"""Reading what the other shows: from a photo or by its code, without a script."""

import re
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.chain.slip import BrokenSlip, from_text
from urdimbre.core.refusals import Refusal
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.showing import hash_of, of_code
from urdimbre.web.exchanges.waiting import of_hers
from urdimbre.web.offline.answers import SlipUnreadable
from urdimbre.web.offline.taking import Device, take
from urdimbre.web.refusing import said

CODE_MAX = 20
LINK = re.compile(r"https?://[^/]+/drafts/([0-9a-f]{32})/([0-9a-f]{64})\Z")


class ScanForm(forms.Form):
    """A photo or a code."""

    photo = forms.FileField(
        label=_("Take a photo of it"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    code = forms.CharField(
        label=_("Or type the code below the picture"),
        required=False,
        max_length=CODE_MAX,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Read the photo; one of the two is needed."""
        typed = super().clean() or self.cleaned_data
        if typed.get("photo"):
            from urdimbre.web.offline.reading import text_in  # noqa: PLC0415 - large

            try:
                typed["text"] = text_in(typed["photo"])
            except forms.ValidationError as error:
                self.add_error("photo", error)
        elif not typed.get("code") and not self.errors:
            self.add_error("photo", gettext("Take a photo or type the code."))
        return typed


def scan(request: Any) -> HttpResponse:
    """Ask for a photo or a code, and lead to what it shows."""
    posted = request.method == "POST"
    form = ScanForm(request.POST if posted else None, request.FILES or None)
    if request.headers.get("Accept") == "application/json":
        return _to_script(form)
    if posted and form.is_valid():
        found = _found(request, form.cleaned_data)
        if isinstance(found, Draft):
            return redirect("draft", found.pk)
        form.add_error("photo" if "text" in form.cleaned_data else "code", found)
    status = 422 if form.errors else 200
    return render(request, "offline/scan.html", {"form": form}, status=status)


def _to_script(form: ScanForm) -> HttpResponse:
    """Give the text to the page's script, which reads it on the device."""
    if form.is_valid() and "text" in form.cleaned_data:
        return JsonResponse({"text": form.cleaned_data["text"]})
    return JsonResponse({"errors": form.errors}, status=422)


def _found(request: Any, typed: dict[str, Any]) -> Draft | str:
    if "text" not in typed:
        found = of_code(request.here, typed["code"])
        return found or gettext("Nothing with that code waits for you.")
    link = LINK.match(typed["text"])
    if link is not None:
        return _linked(request, link[1], link[2]) or _told(SlipUnreadable())
    try:
        data = from_text(typed["text"])
    except BrokenSlip:
        return _told(SlipUnreadable())
    answer = take(request.here.as_person(), data, Device())
    return _told(answer) if isinstance(answer, Refusal) else answer


def _told(refusal: Refusal) -> str:
    told = said(refusal)
    return gettext("%(sentence)s %(hint)s") % {
        "sentence": told.sentence,
        "hint": told.hint,
    }


def _linked(request: Any, pk: str, act: str) -> Draft | None:
    try:
        draft = of_hers(request, pk)
    except Http404:
        return None
    return draft if hash_of(draft) == act else None


def linked(request: Any, pk: str, act: str) -> HttpResponse:
    """Lead to a draft, if it is the one whose hash the picture says."""
    draft = _linked(request, pk, act)
    if draft is None:
        raise Http404
    return redirect("draft", draft.pk)
