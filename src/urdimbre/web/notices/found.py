"""What a kind of notices is, and what it finds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from urdimbre.web.notices.people import People

SECONDS_PER_DAY = 86_400
BACK_SECONDS = 30 * SECONDS_PER_DAY
"""How long ago something may have happened that is still told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something to be told to one person.

    Attributes:
        person: who, hex.
        about: which thing; she hears of it once.
        said: which sentence of its kind.
        path: of the page that shows it.
        values: of the sentence: members by their ids, days, counts, titles.
    """

    person: str
    about: str
    said: str
    path: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of things that members are told of.

    Attributes:
        code: short and stable.
        label: what it is called where she chooses, an English key of the catalogues.
        mail: how it comes to who has chosen nothing: ``now`` or ``digest``.
        says: the sentences, by name, English keys of the catalogues.
        says_amounts: those that stand instead for who wants amounts.
        passes: whether it is no news any more once nothing is found.
        find: gives what is to be told now.
    """

    code: str
    label: str
    mail: str
    says: Mapping[str, str]
    find: Callable[[People, int], Iterator[Found]]
    says_amounts: Mapping[str, str] = field(default_factory=dict)
    passes: bool = False
