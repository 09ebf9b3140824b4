"""A list to choose from, written without a template for each of its options."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_CHOSEN = mark_safe(" selected")


class Choosing(forms.Select):
    """The same list as Django writes, of choices without groups.

    Django renders two templates for each option and asks for all choices once more to
    learn whether one must be chosen: a sixth of the time of the statement's page. It is
    for filters, where nothing must be.
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
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (code, _CHOSEN if str(code) in chosen else "", label)
                for code, label in self.choices
            ),
        )
        told = {"name": name} | self.build_attrs(self.attrs, attrs)
        return format_html("<select{}>{}</select>", flatatt(told), options)
