"""What goods were called by those who gave and took them; the words lie on the desk."""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.db import connections
from django.db.models import QuerySet

from urdimbre.projections.models import Move
from urdimbre.web import names
from urdimbre.web.catalogue import categories
from urdimbre.web.entries import goods_in
from urdimbre.web.exchanges.models import Payload
from urdimbre.web.exchanges.proposing import TEXTS

GROUP = 500
READ_MAX = 20_000
"""Acts whose words are read for one search, the latest first."""
WORDS_MAX = 8
ENDINGS = ("es", "s")
STEM_MIN = 3

Place = tuple[int, str]
"""Position of an act, and ``deal.move`` within it."""


def found(rows: QuerySet[Move], text: str) -> list[int]:
    """Return the positions of the acts among these in which every word begins one."""
    words = [_stem(word) for word in re.findall(r"\w+", names.folded(text))]
    if not words:
        return []
    wanted = [re.compile(rf"\b{re.escape(word)}") for word in words[:WORDS_MAX]]
    each = rows.order_by("-position").values_list("position", flat=True).distinct()
    searched = list(each[:READ_MAX])
    told: dict[int, list[str]] = {position: [] for position in searched}
    for position, code in _kinds(rows):
        if position in told:
            told[position].append(categories.label(code))
    for (position, _place), goods in texts_of(searched).items():
        told[position].append(goods)
    return [one for one, parts in told.items() if _fits(" ".join(parts), wanted)]


def _kinds(rows: QuerySet[Move]) -> Iterator[tuple[int, str]]:
    moved = rows.exclude(category="").order_by()
    return moved.values_list("position", "category").distinct().iterator()


def _fits(text: str, wanted: Sequence[re.Pattern[str]]) -> bool:
    folded = names.folded(text)
    return all(word.search(folded) for word in wanted)


def _stem(word: str) -> str:
    """Cut the endings of plurals, so that either form finds both."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= STEM_MIN:
            return word[: -len(ending)]
    return word


def texts_of(positions: Sequence[int]) -> dict[Place, str]:
    """Give the descriptions of goods in these acts; what was erased is absent."""
    given: dict[Place, str] = {}
    for start in range(0, len(positions), GROUP):
        acts = dict(_hashes(positions[start : start + GROUP]))
        held = Payload.objects.filter(act__in=acts, field=TEXTS)
        for one in held.iterator(chunk_size=GROUP):
            for place, text in goods_in(bytes(one.payload)):
                given[acts[one.act], place] = text
    return given


def _hashes(positions: Sequence[int]) -> Iterable[tuple[str, int]]:
    places = ", ".join(["%s"] * len(positions))
    asked = f"SELECT hash, position FROM act WHERE position IN ({places})"  # noqa: S608 - places alone
    with connections["registry"].cursor() as cursor:
        cursor.execute(asked, list(positions))
        for digest, position in cursor.fetchall():
            yield bytes(digest).hex(), position
