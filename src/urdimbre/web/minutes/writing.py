"""Writing the minutes: who was there, what was decided, the photo of the page."""

import time
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Member
from urdimbre.web import names, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.membership.picture_signs import faced
from urdimbre.web.minutes.models import Minutes
from urdimbre.web.minutes.sealed import page_painted

TEXT_MAX = 6_000
ATTESTING = 2


def persons() -> dict[str, str]:
    """Name the persons of the circuit, in the order of their names."""
    ids = Member.objects.filter(kind="person", left=None).values_list("id", flat=True)
    known = names.by_id(ids)
    return dict(sorted(known.items(), key=lambda one: names.folded(one[1])))


def people_field(
    label: Any, known: dict[str, str], **options: Any
) -> forms.MultipleChoiceField:
    """Ask for persons, each with her picture."""
    return forms.MultipleChoiceField(
        label=label,
        choices=faced(known),
        widget=forms.CheckboxSelectMultiple,
        **options,
    )


class MinutesForm(forms.Form):
    """What is written down of a meeting."""

    day = fields.day_field(_("Which day was it?"))
    text = forms.CharField(
        label=_("What was decided?"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    photo = forms.FileField(
        label=_("Photo of the page, signed by hand"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer all persons."""
        super().__init__(*args, **options)
        self.fields["present"] = people_field(_("Who was there?"), persons())
        self.order_fields(["day", "present", "text", "photo"])

    def clean_day(self) -> int:
        """Refuse a day that has not come."""
        day = wording.to_day(self.cleaned_data["day"])
        if day > wording.today():
            raise forms.ValidationError(gettext("This day has not come yet."))
        return day

    def clean_present(self) -> list[str]:
        """Look that enough were there to attest it."""
        found: list[str] = self.cleaned_data["present"]
        if len(found) < ATTESTING:
            raise forms.ValidationError(
                gettext("At least two must have been there: two attest the minutes.")
            )
        return found

    def clean_photo(self) -> bytes:
        """Paint the photo anew."""
        file = self.cleaned_data["photo"]
        return page_painted(file) if file else b""


def only_for_the_common(request: Any) -> None:
    """Refuse whoever may not sign for the common.

    Raises:
        Http404: she may not.
    """
    if not may_act(request.here.person, COMMON):
        raise Http404


def minutes_of(pk: str) -> Minutes:
    """Find minutes that are not recorded yet.

    Raises:
        Http404: there are none.
    """
    found = Minutes.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def draft_of(minutes: Minutes) -> Draft | None:
    """Return the decision made of minutes, if it waits or is recorded."""
    living = Draft.objects.filter(
        pk=minutes.draft, state__in=("preparing", "waiting", "recorded")
    )
    return living.first()


def new(request: Any) -> HttpResponse:
    """Write down a meeting."""
    only_for_the_common(request)
    return _write(request, Minutes(by=request.here.person, created=int(time.time())))


def change(request: Any, pk: str) -> HttpResponse:
    """Change what was written down, as long as no decision was made of it."""
    only_for_the_common(request)
    found = minutes_of(pk)
    if draft_of(found) is not None:
        return redirect("meeting_decide", pk)
    return _write(request, found)


def _write(request: Any, minutes: Minutes) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = MinutesForm(typed, request.FILES or None, initial=_initial(minutes))
    if form.is_valid():
        minutes.day = form.cleaned_data["day"]
        minutes.present = form.cleaned_data["present"]
        minutes.text = form.cleaned_data["text"]
        minutes.photo = form.cleaned_data["photo"] or bytes(minutes.photo)
        minutes.save()
        return redirect("meeting_decide", minutes.pk)
    page = {"form": form, "has_photo": bool(minutes.photo)}
    status = 422 if form.errors else 200
    return render(request, "minutes/write.html", page, status=status)


def _initial(minutes: Minutes) -> dict[str, Any]:
    day = wording.today() if minutes.day is None else minutes.day
    return {
        "day": wording.to_date(day),
        "present": minutes.present,
        "text": minutes.text,
    }


def named(known: dict[str, str], ids: Iterable[str]) -> dict[str, str]:
    """Leave those of the persons known whose ids are given, in the same order."""
    wanted = set(ids)
    return {one: name for one, name in known.items() if one in wanted}
