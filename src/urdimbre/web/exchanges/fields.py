"""What the forms of all modes share: fields, and how typed amounts are read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.projections.models import Unit
from urdimbre.web import wording
from urdimbre.web.catalogue import categories
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.surroundings import currency
from urdimbre.web.exchanges.proposing import Proposal
from urdimbre.web.units import Measure, measure, signs

TEXT_MAX = 120
AMOUNT_MAX = 24
VOLUMES = ("C62", "KGM", "LTR", "HUR", "DAY", "DZN", "SA", "BG", "BX", "JR", "BO", "PR")
WEIGHED = frozenset(["KGM", "GRM", "TNE", "LTR", "MLT"])


@dataclass(frozen=True, slots=True)
class Between:
    """The two parties of a form: who fills it in, and the other.

    Attributes:
        here: who fills it in.
        other: id of the other member, hex.
        other_kind: her kind.
    """

    here: Here
    other: str
    other_kind: str

    def sides(self, direction: str) -> tuple[str, str]:
        """Return giver and taker: ``give`` or ``receive``, as seen from here."""
        own = self.here.member
        return (own, self.other) if direction == "give" else (self.other, own)

    def use(self, taker: str) -> str:
        """Return what the taker does with goods."""
        kind = self.here.kind if taker == self.here.member else self.other_kind
        return drafting.USES.get(kind, "consumption")


@dataclass(frozen=True, slots=True)
class ModeForm:
    """A mode as its page shows it.

    Attributes:
        name: of the mode.
        title: of its page.
        explains: one sentence below the title.
        form: class of its form.
        proposal: turns what was typed into an act.
        more: class of another form of the same mode, shown to who asks for it.
    """

    name: str
    title: Any
    explains: Any
    form: type[forms.Form]
    proposal: Callable[[Any, Between], Proposal]
    more: type[forms.Form] | None = None

    @property
    def icon(self) -> str:
        """The template of its icon."""
        return f"icons/{self.name}.svg"


def direction_field(give: Any, receive: Any) -> forms.ChoiceField:
    """Ask which way the goods go."""
    return forms.ChoiceField(
        label=_("Which way?"),
        choices=[("give", give), ("receive", receive)],
        widget=forms.RadioSelect,
    )


def text_field(label: Any, **options: Any) -> forms.CharField:
    """Ask for a short description; it stays on the desk, never in the notebook."""
    return forms.CharField(label=label, max_length=TEXT_MAX, **options)


def category_field(**options: Any) -> forms.ChoiceField:
    """Ask for a category."""
    return forms.ChoiceField(label=_("Kind"), choices=categories.choices, **options)


def amount_field(label: Any, **options: Any) -> forms.CharField:
    """Ask for an amount; :func:`read_amount` reads it once its unit is known."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=AMOUNT_MAX, widget=widget, **options)


def unit_field(**options: Any) -> forms.ChoiceField:
    """Ask what a quantity is counted in."""
    return forms.ChoiceField(label=_("Counted in"), choices=volumes, **options)


def sign_field(**options: Any) -> forms.ChoiceField:
    """Ask which of the circuit's signs."""
    return forms.ChoiceField(
        label=_("In which signs"),
        choices=lambda: [(one.code, wording.unit_label(one)) for one in signs()],
        **options,
    )


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Ask for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def volumes() -> list[tuple[str, str]]:
    """Give the measures of goods: the usual ones, then the circuit's own."""
    own = Unit.objects.filter(kind="volume").values_list("code", flat=True)
    codes = [*VOLUMES, *(code for code in own if code not in VOLUMES)]
    return [(code, wording.unit_label(measure(code))) for code in codes]


def money() -> Measure:
    """Return the unit that prices are told in."""
    return measure(currency())


def read_amount(
    form: forms.Form, name: str, code: str | None, *, zero: bool = False
) -> int | None:
    """Read a typed amount in its unit; write what is wrong beside the field."""
    text = form.cleaned_data.get(name)
    if not text or not code:
        return None
    try:
        minor = wording.parsed(text, measure(code))
    except wording.NotAnAmount as error:
        form.add_error(name, str(error))
        return None
    except wording.TwoReadings as error:
        form.add_error(name, _which_reading(text, error.readings, measure(code)))
        return None
    if minor == 0 and not zero:
        form.add_error(name, gettext("The amount must be above zero."))
        return None
    form.cleaned_data[name] = minor
    return minor


def _which_reading(
    text: str, readings: tuple[str, ...], unit: Measure
) -> ValidationError:
    if len(readings) > 1:
        sentence = gettext(
            "%(typed)s can be read in two ways. Choose the one you mean."
        )
    elif unit.scale:
        sentence = gettext("Do you mean this? If not, write fewer decimals.")
    else:
        sentence = gettext("Do you mean this? If not, write a whole number.")
    plain = [wording.editable(wording.parsed(one, unit), unit) for one in readings]
    name = wording.unit_label(unit)
    # The zero that makes 1.2340 have one reading only is no news to the reader.
    bare = [re.sub(r"([.,][0-9]*?)0+$", r"\1", one) for one in plain]
    shown = [
        (one, f"{seen}{wording.NO_BREAK}{name}")
        for one, seen in zip(plain, bare, strict=True)
    ]
    return ValidationError(
        sentence, code="two_readings", params={"readings": shown, "typed": text}
    )


def ask_for(form: forms.Form, *names: str) -> None:
    """Write beside each empty field that it is needed here."""
    for name in names:
        if name not in form.errors and not form.cleaned_data.get(name):
            form.add_error(name, gettext("This is needed here."))


def goods(
    typed: dict[str, Any], giver: str, taker: str, *, use: str, **more: Any
) -> drafting.Json:
    """Write a goods move from the fields ``quantity``, ``unit`` and ``category``."""
    return drafting.goods(
        giver,
        taker,
        category=typed["category"],
        quantity=typed["quantity"],
        unit=typed["unit"],
        measure="weighed" if typed["unit"] in WEIGHED else "counted",
        use=use,
        **more,
    )


def due(typed: dict[str, Any]) -> dict[str, Any]:
    """Write a term from the fields ``due`` and ``due_day``."""
    if typed["due"] == "date":
        return {"date": wording.to_day(typed["due_day"])}
    if typed["due"] == "open":
        return {"open": True}
    return {"event": typed["due"]}


def due_field() -> forms.ChoiceField:
    """Ask when a promise is to be fulfilled."""
    return forms.ChoiceField(
        label=_("Until when?"),
        required=False,
        choices=[
            ("request", _("When asked for")),
            ("harvest", _("At harvest")),
            ("date", _("By a day")),
            ("open", _("No term")),
        ],
    )


def check_due(form: forms.Form) -> None:
    """Ask for the day if a day was chosen, and refuse one that has gone by."""
    typed = form.cleaned_data
    typed["due"] = typed.get("due") or "request"
    if typed["due"] != "date":
        return
    ask_for(form, "due_day")
    when = typed.get("due_day")
    if when and wording.to_day(when) < wording.today():
        form.add_error("due_day", gettext("That day has gone by. Choose a later one."))
