"""What these pages found with, and the circuit once it is founded: one a process."""

from collections.abc import Callable
from threading import Lock
from typing import NamedTuple


class Answers(NamedTuple):
    """What the founder has said.

    Attributes:
        preset: kind of community.
        name: of the circuit.
        place: town or quarter; may be empty.
        person: the founder's own name.
        language: ``es``, ``pt`` or ``en``.
        sign: what the value sign is called.
        currency: ISO 4217.
    """

    preset: str
    name: str
    place: str
    person: str
    language: str
    sign: str
    currency: str


class NotFounded(Exception):
    """The circuit could not be made; the message says why and what to do."""


class Place(NamedTuple):
    """Where these pages stand.

    Attributes:
        code: whoever brings it may found.
        url: address that the circuit will have.
        port: its port on this machine.
        found: makes the circuit; returns the founder's entry code.
    """

    code: str
    url: str
    port: int
    found: Callable[[Answers], str]


_places: list[Place] = []
_codes: list[tuple[str, str]] = []
_lock = Lock()


def stand(place: Place) -> None:
    """Say where the pages stand, before they are served."""
    _places[:] = [place]


def place() -> Place:
    """Where they stand."""
    return _places[0]


def found(answers: Answers) -> None:
    """Make the circuit, once; who sends the form twice has founded it already.

    Raises:
        NotFounded: it could not be made.
    """
    with _lock:
        if not _codes:
            _codes.append((place().found(answers), answers.person))


def entry() -> tuple[str, str] | None:
    """The founder's entry code and name, once the circuit is there."""
    return _codes[0] if _codes else None
