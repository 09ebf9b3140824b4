"""Fields written without templates are the fields that Django writes."""

from datetime import date

import pytest
from django import forms
from django.test.html import parse_html

CHOICES = [("", "Any"), ("C62", 'five "<b>" & more'), ('"><x', "odd"), ("1", "one")]


def told(widget, value):
    """What a browser is told, whatever the order of attributes and the blanks."""
    attrs = {"id": "id_unit", "disabled": True}
    return parse_html(widget.render("unit", value, attrs))


@pytest.mark.parametrize("value", ["", None, "C62", '"><x', 1, "1", "unknown", ["1"]])
def test_it_is_the_list_that_django_writes(place, value):
    from urdimbre.web.exchanges.choosing import Choosing

    ours = Choosing({"class": "wide"}, CHOICES)
    theirs = forms.Select({"class": "wide"}, CHOICES)

    assert told(ours, value) == told(theirs, value)
    assert len(told(ours, value).children) == len(CHOICES)


@pytest.mark.parametrize("value", ["", None, 7, 'five "<b>" & more', "2026-03-01"])
@pytest.mark.parametrize("ours", ["Typing", "Dating"])
def test_a_line_is_the_one_that_django_writes(place, ours, value):
    from urdimbre.web.exchanges import choosing

    theirs = {
        "Typing": forms.TextInput({"class": "wide"}),
        "Dating": forms.DateInput({"class": "wide", "type": "date"}),
    }
    written = told(getattr(choosing, ours)({"class": "wide"}), value)

    assert written == told(theirs[ours], value)


def test_a_day_is_written_as_django_writes_it(place):
    from urdimbre.web.exchanges.choosing import Dating

    theirs = forms.DateInput({"type": "date"})

    assert told(Dating(), date(2026, 3, 1)) == told(theirs, date(2026, 3, 1))


def test_it_asks_for_its_choices_once(place):
    from urdimbre.web.exchanges.choosing import Choosing

    asked = []

    class Filter(forms.Form):
        unit = forms.ChoiceField(
            required=False,
            widget=Choosing,
            choices=lambda: asked.append(1) or CHOICES,
        )

    str(Filter()["unit"])

    assert asked == [1]
