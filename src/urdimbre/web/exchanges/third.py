"""A third party of an exchange: found by her number or by a part of her name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.projections.models import Member
from urdimbre.web import names
from urdimbre.web.exchanges.fields import Between

DIGITS_MAX = 9
OFFERED = 4


class ThirdForm(forms.Form):
    """A form in which a third may have a part; the view says who the two are.

    Attributes:
        between: the two.
    """

    between: Between | None = None

    def read_third(self, name: str = "third") -> Member | None:
        """Find whom she means; write beside the field what is not clear."""
        text = (self.cleaned_data.get(name) or "").strip()
        self.cleaned_data[name] = None
        if not text:
            return None
        found = _found(text)
        two = self.between
        here = two is not None and any(
            one.id in (two.here.member, two.other) for one in found
        )
        if len(found) == 1 and not here:
            self.cleaned_data[name] = found[0]
            return found[0]
        if not found:
            sentence = gettext("No member has that name or number.")
            self.add_error(name, sentence)
        elif len(found) == 1:
            sentence = gettext("She is one of the two already. Choose a third.")
            self.add_error(name, sentence)
        else:
            self.add_error(name, _whom(found))
        return None


def third_field(label: Any) -> forms.CharField:
    """Ask for a third party."""
    return forms.CharField(
        label=label,
        help_text=_("Her name, or the number on her card."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _found(text: str) -> list[Member]:
    """Return who it may be: by number, by the whole name, else by a part of it."""
    present = Member.objects.filter(left=None, no__gt=0).exclude(kind="node")
    if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX:
        return list(present.filter(no=int(text)))
    wanted, known = names.folded(text), names.everybody()
    whole = [one for one, name in known.items() if names.folded(name) == wanted]
    ids = whole or [one for one, name in known.items() if wanted in names.folded(name)]
    return list(present.filter(id__in=ids).order_by("no")[: OFFERED + 1])


def _whom(found: list[Member]) -> ValidationError:
    known = names.by_id([one.id for one in found])
    return ValidationError(
        gettext("Several have that name. Choose whom you mean, or write more of it."),
        code="two_readings",
        params={"readings": [(one.no, known[one.id]) for one in found[:OFFERED]]},
    )
