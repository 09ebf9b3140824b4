"""What a form says of a field that was filled in wrongly, in the words of this house.

Django's own sentences are formal in Spanish and Portuguese, and repeat what was typed,
however long it was.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_ANY: dict[str, Any] = {
    "required": _("This is needed here."),
    "max_length": _("Too long: at most %(limit_value)d characters."),
    "null_characters_not_allowed": _("There is a character that cannot be kept."),
}
_CHOICE: dict[str, Any] = {
    "invalid_choice": _("Choose one of the list."),
    "invalid_list": _("Choose from the list."),
}
_DAY: dict[str, Any] = {"invalid": _("Write a day, such as 2026-03-31.")}
_FILE: dict[str, Any] = {
    "invalid": _("No file came. Choose it again."),
    "missing": _("No file came. Choose it again."),
    "empty": _("The file is empty. Choose it again."),
}


def speak() -> None:
    """Give the fields of all forms these words; those made from now on have them."""
    for field, words in (
        (forms.Field, _ANY),
        (forms.CharField, _ANY),
        (forms.ChoiceField, _CHOICE),
        (forms.MultipleChoiceField, _CHOICE),
        (forms.DateField, _DAY),
        (forms.FileField, _FILE),
    ):
        own = field.__dict__.get("default_error_messages", {})
        field.default_error_messages = {**own, **words}
