"""The form of an offer, a need or a capacity: put it up, and change it."""

import time
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.web import telling, wording
from urdimbre.web.catalogue import categories, thesaurus
from urdimbre.web.catalogue.listing import MODES, days_agreed
from urdimbre.web.catalogue.models import Listing, Photo, Voice
from urdimbre.web.catalogue.photos import painted
from urdimbre.web.catalogue.told import SECONDS_PER_DAY
from urdimbre.web.catalogue.voices import sound
from urdimbre.web.exchanges.fields import amount_field, read_amount, volumes
from urdimbre.web.units import measure

KINDS = (
    ("offer", _("I offer")),
    ("need", _("I need")),
    ("give", _("I can give, now and then")),
    ("receive", _("I can receive, now and then")),
)
EVERY = (
    ("", _("Once")),
    ("week", _("Each week")),
    ("month", _("Each month")),
    ("season", _("Each season")),
)
SIGN_SHARES = (
    ("", _("We will see")),
    ("0", _("Nothing in signs")),
    ("25", _("A quarter in signs")),
    ("50", _("Half in signs")),
    ("75", _("Three quarters in signs")),
    ("100", _("All in signs")),
)
DISTANCES = (
    ("", _("We will see")),
    ("here", _("To be fetched here")),
    ("walk", _("A walk away")),
    ("ride", _("A ride away: by bicycle, bus or animal")),
    ("brought", _("I bring it to the other")),
)
WRITTEN = (
    "kind",
    "title",
    "category",
    "text",
    "modes",
    "quantity",
    "unit",
    "every",
    "sign_share",
    "place",
    "distance",
    "days",
)


class ListingForm(forms.Form):
    """An offer, a need or a capacity; a word or a category is enough."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=KINDS, widget=forms.RadioSelect, initial="offer"
    )
    title = forms.CharField(label=_("In a few words"), max_length=120, required=False)
    category = forms.ChoiceField(label=_("Kind"), required=False)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    voice = forms.FileField(
        label=_("Voice note"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*"}),
    )
    remove = forms.MultipleChoiceField(
        label=_("Take away"),
        required=False,
        choices=[("photo", _("The photo")), ("voice", _("The voice note"))],
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    quantity = amount_field(_("How much"), required=False)
    unit = forms.ChoiceField(label=_("Counted in"), required=False)
    every = forms.ChoiceField(label=_("How often"), choices=EVERY, required=False)
    modes = forms.MultipleChoiceField(
        label=_("In which modalities?"),
        required=False,
        choices=lambda: [(mode, gettext(telling.MODES[mode])) for mode in MODES],
        widget=forms.CheckboxSelectMultiple,
    )
    sign_share = forms.ChoiceField(
        label=_("How much of it in signs?"), choices=SIGN_SHARES, required=False
    )
    place = forms.CharField(label=_("Where"), required=False, max_length=80)
    distance = forms.ChoiceField(label=_("How far"), choices=DISTANCES, required=False)
    days = forms.ChoiceField(label=_("How long it stays up"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        """Offer the chosen category beside the first level, and all measures."""
        super().__init__(*given, **more)
        known = thesaurus.terms()
        chosen = (self["category"].value(), self.initial.get("category"))
        finer = {one for one in chosen if one in known and one not in categories.GROUPS}
        self.fields["category"].choices = [
            *categories.choices(),
            *((code, categories.label(code)) for code in sorted(finer)),
        ]
        self.fields["unit"].choices = _units(finer)
        self.fields["days"].choices = _terms()

    def clean_photo(self) -> tuple[bytes, bytes] | None:
        """Paint the photo anew, large and small."""
        file = self.cleaned_data["photo"]
        return painted(file) if file else None

    def clean_voice(self) -> tuple[str, bytes] | None:
        """Tell what sound it is, and take out a recorder's notes."""
        file = self.cleaned_data["voice"]
        return sound(file) if file else None

    def clean(self) -> dict[str, Any]:
        """Fill in what follows from the rest: a name from a category, and back."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        typed["quantity"] = read_amount(self, "quantity", typed.get("unit"))
        if not typed["quantity"]:
            typed["unit"] = ""
        title, category = typed.get("title"), typed.get("category")
        if title and not category:
            typed["category"] = _guess(title)
        elif category and not title:
            typed["title"] = categories.label(category)
        elif not title and not {"title", "category"} & self.errors.keys():
            message = gettext("Say in a word what it is, or choose its kind.")
            self.add_error("title", message)
        typed["sign_share"] = (
            int(typed["sign_share"]) if _has(typed, "sign_share") else None
        )
        typed["days"] = int(typed["days"]) if _has(typed, "days") else 0
        typed["modes"] = " ".join(typed.get("modes", ()))
        return typed


def _has(typed: dict[str, Any], name: str) -> bool:
    return bool(typed.get(name))


def _guess(title: str) -> str:
    """Take what the title begins with, or is, for its category."""
    words = title.split()
    for count in range(min(len(words), 4), 0, -1):
        found = thesaurus.exactly(" ".join(words[:count]))
        if found:
            return found.code
    return "other"


def _units(finer: set[str]) -> list[tuple[str, str]]:
    """Give the measures, the usual one of what was chosen first."""
    known = thesaurus.terms()
    usual = [known[code].unit for code in sorted(finer)]
    found = dict(volumes())
    first = [(code, wording.unit_label(measure(code))) for code in usual]
    return first + [(code, name) for code, name in found.items() if code not in usual]


def _terms() -> list[tuple[str, str]]:
    agreed = gettext("As agreed: %(days)s days") % {
        "days": wording.count(days_agreed())
    }
    week = gettext("One week")
    month = gettext("One month")
    return [("", agreed), ("7", week), ("30", month)]


def put_up(request: Any) -> HttpResponse:
    """Put up an offer, a need or a capacity."""
    form = ListingForm(
        request.POST or None, request.FILES or None, initial=_initial(request)
    )
    if request.method == "POST" and form.is_valid():
        now = int(time.time())
        write(Listing(member=request.here.member, created=now), form.cleaned_data, now)
        return redirect("my_listings")
    return _shown(request, form, {"is_new": True})


def change(request: Any, pk: str) -> HttpResponse:
    """Change one of her own; it then stays up for a whole term again."""
    row = Listing.objects.filter(pk=pk, member=request.here.member).first()
    if row is None:
        raise Http404
    form = ListingForm(
        request.POST or None, request.FILES or None, initial=_as_typed(row)
    )
    if request.method == "POST" and form.is_valid():
        write(row, form.cleaned_data, int(time.time()))
        return redirect("my_listings")
    return _shown(request, form, {"row": row})


def _shown(request: Any, form: ListingForm, more: dict[str, Any]) -> HttpResponse:
    page = {"form": form, "days": wording.count(days_agreed()), **more}
    page["sent_files"] = bool(request.FILES)
    if "row" in more:
        page["has_photo"] = Photo.objects.filter(listing=more["row"]).exists()
        page["has_voice"] = Voice.objects.filter(listing=more["row"]).exists()
    page["open"] = bool(form.errors) or "row" in more
    status = 422 if form.errors else 200
    return render(request, "catalogue/put_up.html", page, status=status)


def write(row: Listing, typed: dict[str, Any], now: int) -> None:
    """Keep what was typed, for a whole term."""
    for name in WRITTEN:
        setattr(row, name, typed[name])
    row.until = now + (row.days or days_agreed()) * SECONDS_PER_DAY
    row.withdrawn = False
    row.save()
    _attach(row, typed)


def _attach(row: Listing, typed: dict[str, Any]) -> None:
    """Add a photo and a voice note that came, take away those that shall go."""
    for name, kind in (("photo", Photo), ("voice", Voice)):
        if name in typed["remove"]:
            kind.objects.filter(listing=row).delete()
    if typed["photo"]:
        large, small = typed["photo"]
        pictures = {"large": large, "small": small}
        Photo.objects.update_or_create(listing=row, defaults=pictures)
    if typed["voice"]:
        kind_of_sound, raw = typed["voice"]
        spoken = {"kind": kind_of_sound, "sound": raw}
        Voice.objects.update_or_create(listing=row, defaults=spoken)


def _initial(request: Any) -> dict[str, Any]:
    """Begin with what was chosen on the way here."""
    asked = request.GET
    found = {"kind": asked.get("kind", "offer"), "title": asked.get("title", "")[:120]}
    term = thesaurus.terms().get(asked.get("what", ""))
    if term:
        found |= {"category": term.code, "unit": term.unit}
        if term.code not in categories.GROUPS:
            found["title"] = categories.label(term.code)
    return found


def _as_typed(row: Listing) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in WRITTEN}
    found["modes"] = row.modes.split()
    found["days"] = str(row.days or "")
    found["sign_share"] = "" if row.sign_share is None else str(row.sign_share)
    if row.quantity:
        found["quantity"] = wording.editable(row.quantity, measure(row.unit))
    return found
