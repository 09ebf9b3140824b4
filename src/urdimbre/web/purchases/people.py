"""Whom a line of a list names: accents and case forgiven, first names enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Member
from urdimbre.web import names

WORDS_MAX = 6
KINDS = ("person", "household", "initiative")


@dataclass(frozen=True, slots=True)
class Found:
    """Who may be meant.

    Attributes:
        members: ids, in the order of their names; none if nobody is called so.
        words: how many words at the start of the line name them.
    """

    members: tuple[str, ...]
    words: int


def nameable() -> dict[str, str]:
    """Return the names of those who can take part, by member id."""
    here = Member.objects.filter(kind__in=KINDS, left=None).exclude(id=COMMON)
    known = names.by_id(here.values_list("id", flat=True))
    return dict(sorted(known.items(), key=lambda one: names.folded(one[1])))


def meant(words: Sequence[str], known: Mapping[str, str]) -> Found:
    """Find whom the first words of a line name; the more words fit, the better."""
    plain = [_plain(word) for word in words[:WORDS_MAX]]
    told = {member: _plain(name).split() for member, name in known.items()}
    for count in range(len(plain), 0, -1):
        asked = plain[:count]
        exact = [member for member, name in told.items() if name == asked]
        begins = [one for one, name in told.items() if _fits(asked, name)]
        within = [one for one, name in told.items() if asked == name[-count:]]
        members = exact or begins or within
        if members:
            return Found(tuple(members), count)
    return Found((), 0)


def _plain(text: str) -> str:
    return names.folded(text).replace(".", "").replace(":", "")


def _fits(asked: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether a name begins like that; of later words an initial is enough."""
    if not asked[0] or name[:1] != list(asked[:1]):
        return False
    rest = iter(name[1:])
    return all(any(word and one.startswith(word) for one in rest) for word in asked[1:])
