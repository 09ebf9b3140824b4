"""Until when a mandate holds, as it is typed."""

from datetime import date

from django import forms
from django.utils.translation import gettext

from urdimbre.web import wording

DAYS_MAX = 366


def until_day(until: date) -> date:
    """Return the last day of a mandate.

    Raises:
        ValidationError: it has gone by, or is too far.
    """
    ahead = wording.to_day(until) - wording.today()
    if ahead < 0:
        told = gettext("That day has gone by. Choose a later one.")
        raise forms.ValidationError(told)
    if ahead > DAYS_MAX:
        raise forms.ValidationError(gettext("Choose a day within a year."))
    return until
