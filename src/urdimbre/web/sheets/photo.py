"""The photo of a sheet: taken in before anything is written down, shown to few."""

import hashlib
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from urdimbre.core.accounts import COMMON
from urdimbre.web.catalogue.photos import painted
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.sheets.models import SheetPhoto
from urdimbre.web.sheets.writing_down import living


class PhotoForm(forms.Form):
    """A photo of the paper."""

    photo = forms.FileField(
        label=_("Photo of the sheet"),
        help_text=_("Only you and whoever signs for the common see it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_photo(self) -> bytes:
        """Paint the photo anew."""
        return painted(self.cleaned_data["photo"])[0]


def sheet_photo(request: Any, pk: str) -> HttpResponse:
    """Show the photo of a sheet, or take it in."""
    if request.method == "POST":
        return _taken_in(request, pk)
    row = SheetPhoto.objects.filter(sheet=pk).select_related("sheet").first()
    person = request.here.person
    if row is None or not (row.sheet.clerk == person or may_act(person, COMMON)):
        raise Http404
    return HttpResponse(bytes(row.large), content_type="image/jpeg")


def _taken_in(request: Any, pk: str) -> HttpResponse:
    """Keep a photo as long as no act has sealed that there is none, or another."""
    from urdimbre.web.sheets import one  # noqa: PLC0415 - its page shows this form

    found = one.found_by(request, pk)
    if living(list(found.lines.all())):
        return redirect("sheet", pk)
    form = PhotoForm({}, request.FILES)
    if not form.is_valid():
        rest = one.RestForm(None, initial={"rest": found.rest})
        return one.sheet_page(request, found, rest, status=422, photo=form)
    large = form.cleaned_data["photo"]
    digest = hashlib.sha256(large).hexdigest()
    SheetPhoto.objects.update_or_create(
        sheet=found, defaults={"large": large, "digest": digest}
    )
    return redirect("sheet", pk)
