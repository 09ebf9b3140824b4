"""A list written without templates is the list that Django writes."""

from html.parser import HTMLParser

import pytest
from django import forms

CHOICES = [("", "Any"), ("C62", 'five "<b>" & more'), ('"><x', "odd"), ("1", "one")]


class Told(HTMLParser):
    """What a browser is told, without the blanks between."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, sorted(attrs)))

    def handle_endtag(self, tag):
        self.seen.append(tag)

    def handle_data(self, data):
        if data.strip():
            self.seen.append(data.strip())


def told(widget, value):
    reading = Told()
    reading.feed(widget.render("unit", value, {"id": "id_unit", "disabled": True}))
    return reading.seen


@pytest.mark.parametrize("value", ["", None, "C62", '"><x', 1, "1", "unknown", ["1"]])
def test_it_is_the_list_that_django_writes(place, value):
    from urdimbre.web.exchanges.choosing import Choosing

    ours = Choosing({"class": "wide"}, CHOICES)
    theirs = forms.Select({"class": "wide"}, CHOICES)

    assert told(ours, value) == told(theirs, value)
    assert len(told(ours, value)) == 2 + 3 * len(CHOICES)


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
