"""What parties are called on pages; names stay on the desk, acts have numbers only."""

import unicodedata
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Member
from urdimbre.web.circuit.models import Person
from urdimbre.web.own_words.words import called

THE_COMMON = 0
# Numbers that the projections give to parties who are no members, the common apart.
OTHERS = {
    -1: gettext_noop("capitalist trade"),
    -2: gettext_noop("the state"),
    -3: gettext_noop("solidarity from outside"),
    -4: gettext_noop("a sealed person"),
    -5: gettext_noop("another circuit"),
    -6: gettext_noop("cash outside"),
}


def by_number(numbers: Iterable[int]) -> dict[int, str]:
    """Name parties by their numbers, with two queries however many they are."""
    wanted = set(numbers)
    if not wanted:
        return {}
    ids = dict(
        Member.objects.filter(no__in=[no for no in wanted if no > 0]).values_list(
            "no", "id"
        )
    )
    known = by_id(ids.values())
    found = {no: gettext(OTHERS[no]) for no in wanted if no in OTHERS}
    if THE_COMMON in wanted:
        found[THE_COMMON] = called("common")
    return found | {no: known[member] for no, member in ids.items()}


def by_id(members: Iterable[str]) -> dict[str, str]:
    """Name members by their ids; who has no name on the desk is shown by number."""
    wanted = set(members)
    if not wanted:
        return {}
    known = dict(Person.objects.filter(member__in=wanted).values_list("member", "name"))
    nameless = wanted - known.keys() - {COMMON}
    if nameless:
        known |= dict.fromkeys(_nodes(nameless), gettext("the node"))
    return {member: name_of(member, known) for member in wanted}


def _nodes(members: set[str]) -> list[str]:
    """Return which of these are the machines that keep the notebook."""
    nodes = Member.objects.filter(id__in=members, kind="node")
    return list(nodes.values_list("id", flat=True))


def everybody() -> dict[str, str]:
    """Return the names of all members that the desk knows."""
    return dict(Person.objects.values_list("member", "name"))


def folded(text: str) -> str:
    """Write a text without accents and case, for searching and sorting."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if not unicodedata.combining(one)).casefold()


def name_of(member: str, known: Mapping[str, str]) -> str:
    """Name one member, the common included."""
    if member == COMMON:
        return called("common")
    name = known.get(member)
    return name or gettext("member %(number)s") % {"number": member[:8]}


def initials(name: str) -> str:
    """Give one or two letters that stand where a photo will."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:])[: len(words)]).upper()
