"""News in words: one whole sentence each, in the language that is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.notices.kinds import BY_CODE
from urdimbre.web.notices.models import News


@dataclass(frozen=True, slots=True)
class NewsLine:
    """Something that is told: its sentence, and the path of the page that shows it."""

    sentence: str
    path: str


def told(rows: Iterable[News], *, amounts: bool) -> list[NewsLine]:
    """Tell news in sentences, with a constant number of queries.

    Args:
        rows: what is to be told.
        amounts: whether she wants to read how much.
    """
    found = list(rows)
    ids = {one for row in found for one in _ids(row.values)}
    numbers = {row.values["number_who"] for row in found if "number_who" in row.values}
    known, numbered = names.by_id(ids), names.by_number(numbers)
    return [
        NewsLine(
            _pattern(row, amounts=amounts).format_map(
                _words(row.values, known, numbered)
            ),
            row.path,
        )
        for row in found
    ]


def _ids(values: dict[str, Any]) -> list[str]:
    single = [values[name] for name in ("who", "whom", "by") if name in values]
    return single + values.get("others", [])


def _pattern(row: News, *, amounts: bool) -> str:
    kind = BY_CODE[row.kind]
    quiet = kind.says[row.said]
    return gettext(kind.says_amounts.get(row.said, quiet) if amounts else quiet)


def _words(
    values: dict[str, Any], known: dict[str, str], numbered: dict[int, str]
) -> dict[str, str]:
    found: dict[str, str] = {
        name: known[values[name]] for name in ("who", "whom", "by") if name in values
    }
    if "number_who" in values:
        found["who"] = numbered[values["number_who"]]
    if "others" in values:
        others = (known[one] for one in values["others"])
        found["others"] = ", ".join(sorted(others, key=names.folded))
    if "day" in values:
        found["day"] = wording.day(values["day"])
    if "number" in values:
        found["number"] = wording.count(values["number"])
    if "category" in values:
        found["what"] = categories.label(values["category"])
    if "amount" in values:
        minor, unit = values["amount"]
        found["amount"] = wording.quantity(Quantity(minor, unit))
    if "title" in values:
        found["title"] = values["title"]
    return found
