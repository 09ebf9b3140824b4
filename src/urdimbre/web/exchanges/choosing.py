"""Fields of a filter, written without a template for each of their parts.

They are the same as Django writes. It renders two templates for each option and three
for each field: more than a sixth of the time of the statement's page.
"""

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

LISTS_KEPT = 100
"""How many lists are kept as they were written: the same few come again and again."""
_CHOSEN = mark_safe(" selected")


class Choosing(forms.Select):
    """A list of choices without groups.

    It does not ask for all choices once more to learn whether one must be chosen: in
    a filter nothing must be.
    """

    def use_required_attribute(self, initial: Any) -> bool:
        """Say that nothing must be chosen."""
        return False

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        """Write the list; names and codes are escaped."""
        choices = tuple((str(code), str(label)) for code, label in self.choices)
        options = _options(choices, tuple(self.format_value(value)))
        told = {"name": name} | self.build_attrs(self.attrs, attrs)
        return format_html("<select{}>{}</select>", flatatt(told), options)


@lru_cache(maxsize=LISTS_KEPT)
def _options(
    choices: tuple[tuple[str, str], ...], chosen: tuple[str, ...]
) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((code, _CHOSEN if code in chosen else "", label) for code, label in choices),
    )


class Typing(forms.TextInput):
    """A line of text."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        """Write the field; what was typed is escaped."""
        told = {
            "type": self.input_type,
            "name": name,
            "value": self.format_value(value),
        }
        told |= self.build_attrs(self.attrs, attrs)
        return format_html("<input{}>", flatatt(told))


class Dating(Typing, forms.DateInput):
    """A day."""

    input_type = "date"
