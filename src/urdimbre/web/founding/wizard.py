"""The founding pages: what are you starting, what is it called; all else has a default.

Four choices a screen; what a preset agrees stands under the agreements afterwards, and
changes by a decision only.
"""

import socket
import unicodedata
from typing import Any, NamedTuple
from urllib.parse import urlencode

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core.units import CURRENCIES
from urdimbre.web.founding import founded
from urdimbre.web.founding.founded import Answers, NotFounded

YEAR_SECONDS = 365 * 86_400
LOOK_SECONDS = 1
OTHERWISE = {"es": "MXN", "pt": "BRL", "en": "USD"}
"""Currency suggested where the browser names no country."""


class Choice(NamedTuple):
    """One answer on a screen.

    Attributes:
        slug: a preset, or a narrower question.
        icon: template of its picture.
    """

    slug: str
    icon: str
    word: object
    sentence: object


_SHOP = (
    Choice(
        "consumer-group",
        "basket",
        _("Buying together"),
        _("Families order from producers and share the delivery."),
    ),
    Choice(
        "community-shop",
        "sale",
        _("A shop of our own"),
        _("An emporio with a till; what remains feeds our funds."),
    ),
    Choice(
        "co-op-network",
        "people",
        _("Initiatives together"),
        _("Workshops, farms and co-ops supply one another."),
    ),
)
_LAND = (
    Choice(
        "campesina",
        "give",
        _("A peasant community"),
        _("Harvest, fiado, common work and tools that are lent."),
    ),
    Choice(
        "rotating-fund",
        "settle",
        _("A fund that goes round"),
        _("Savings, animals or tools go from family to family."),
    ),
)
FIRST = (
    Choice(
        "barter-club",
        "barter",
        _("Barter among neighbours"),
        _("Things and work for signs of our own; nobody needs money to begin."),
    ),
    Choice(
        "gift-circle",
        "gift",
        _("Gifts and time"),
        _("We give and thank; an hour is worth an hour."),
    ),
    Choice(
        "shop",
        "basket",
        _("Buying and selling together"),
        _("A group that buys, a shop, initiatives that supply one another."),
    ),
    Choice(
        "land",
        "people",
        _("Land, work and savings"),
        _("A peasant community, or a fund that goes round."),
    ),
)
NARROWER = {"shop": _SHOP, "land": _LAND}
WORDS = {one.slug: one.word for one in (*FIRST[:2], *_SHOP, *_LAND)}


class DetailsForm(forms.Form):
    """What a circuit is called, where it is, what it counts with."""

    name = forms.CharField(label=_("What is your circuit called?"), max_length=60)
    place = forms.CharField(label=_("Town or quarter"), max_length=80, required=False)
    person = forms.CharField(label=_("Your name, as others will see it"), max_length=60)
    sign = forms.CharField(
        label=_("What do you call your sign?"),
        help_text=_(
            "It counts what was given and received among you; it is no money. Seeds, "
            "points, tumin…"
        ),
        max_length=30,
    )
    currency = forms.ChoiceField(label=_("Money of your country"))
    language = forms.ChoiceField(
        label=_("Language of the circuit"),
        choices=settings.LANGUAGES,
        help_text=_("Each member chooses her own."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Name the currencies in the reader's language."""
        super().__init__(*args, **options)
        self.fields["currency"].choices = _currencies()

    def clean_sign(self) -> str:
        """Refuse a name without a letter: its short form is made of them."""
        sign = str(self.cleaned_data["sign"])
        if not code_of(sign):
            raise forms.ValidationError(
                gettext("Write at least one letter from A to Z.")
            )
        return sign


def code_of(sign: str) -> str:
    """Make a sign's code from its name: ``Tumin de café`` is ``TUMINDECAFE``."""
    plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return "".join(one for one in plain.upper() if one.isalnum())[:11]


def _currencies() -> list[tuple[str, str]]:
    language = get_language() or settings.LANGUAGE_CODE
    named = [(get_currency_name(code, locale=language), code) for code in CURRENCIES]
    named.sort(key=lambda one: code_of(one[0]))
    return [(code, f"{name} ({code})") for name, code in named]


def _suggested(request: HttpRequest, preset: str) -> dict[str, str]:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "sign": gettext("Hours") if preset == "gift-circle" else gettext("Seeds"),
        "currency": _currency(request, language),
        "language": language,
    }


def _currency(request: HttpRequest, language: str) -> str:
    """The currency of the country that the browser's first language names, if any."""
    first = request.META.get("HTTP_ACCEPT_LANGUAGE", "").split(",")[0].split(";")[0]
    try:
        territory = Locale.parse(first.strip(), sep="-").territory
    except (ValueError, TypeError, LookupError):
        territory = None
    found = get_territory_currencies(territory) if territory else []
    known = [code for code in found if code in CURRENCIES]
    return known[0] if known else OTHERWISE.get(language, "USD")


def _shown(
    request: HttpRequest, template: str, page: dict[str, object], status: int = 200
) -> HttpResponse:
    around = {"circuit_name": "Urdimbre"}
    return render(request, f"founding/{template}.html", around | page, status=status)


def start(request: HttpRequest) -> HttpResponse:
    """Ask what is being started."""
    if founded.entry() is not None:
        return redirect("opening")
    return _shown(request, "start", {"choices": FIRST})


def narrow(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask more closely."""
    if kind not in NARROWER:
        raise Http404
    return _shown(request, "start", {"choices": NARROWER[kind], "back": True})


def details(request: HttpRequest, preset: str) -> HttpResponse:
    """Ask for names, then found."""
    if preset not in WORDS:
        raise Http404
    if founded.entry() is not None:
        return redirect("opening")
    form = DetailsForm(request.POST or None, initial=_suggested(request, preset))
    if request.method == "POST" and form.is_valid():
        try:
            founded.found(Answers(preset=preset, **form.cleaned_data))
        except NotFounded as failed:
            form.add_error(None, str(failed))
        else:
            return redirect("opening")
    page = {"form": form, "word": WORDS[preset]}
    return _shown(request, "details", page, 422 if form.errors else 200)


def opening(request: HttpRequest) -> HttpResponse:
    """Wait until the circuit answers, then lead the founder in."""
    entry = founded.entry()
    if entry is None:
        return redirect("home")
    place = founded.place()
    if _answers(place.port):
        code, person = entry
        query = urlencode({"code": code, "name": person})
        return redirect(f"{place.url}/enter?{query}")
    return _shown(request, "opening", {})


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("localhost", port), timeout=LOOK_SECONDS):
            return True
    except OSError:
        return False


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on."""
    response = redirect("home")
    if request.POST.get("language", "") in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            request.POST["language"],
            max_age=YEAR_SECONDS,
            samesite="Lax",
            httponly=True,
        )
    return response
