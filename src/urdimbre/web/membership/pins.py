"""PINs of keys that the server holds: wrong ones are counted, and lock for a while."""

import time

from django.db import transaction

from urdimbre.core.chain.entry import ZERO16, Slot
from urdimbre.web import opened
from urdimbre.web.circuit.models import Attempt

PIN_MIN = 6
PIN_TRIES = 5
LOCKED_SECONDS = 15 * 60


class PinLocked(Exception):
    """Too many wrong PINs; waiting helps."""


def slot(
    act: bytes, *, person: str, mandate: str = ZERO16, key: str, pin: str | None
) -> Slot:
    """Sign with a key that the server holds; a PIN is counted before it is tried.

    Raises:
        WrongPin, PinNeeded: the key is sealed under a PIN, and this is not it.
        PinLocked: there were too many wrong ones.
    """
    circuit = opened.circuit()
    if pin is not None:
        _count(person)
    made = circuit.keys.slot(
        act, circuit.registry.genesis, member=person, mandate=mandate, key=key, pin=pin
    )
    if pin is not None:
        _forget(person)
    return made


def change(person: str, key: str, *, pin: str | None, new_pin: str | None) -> None:
    """Seal a key under another PIN, or none.

    Raises:
        WrongPin, PinNeeded: the key is sealed under a PIN, and this is not it.
        PinLocked: there were too many wrong ones.
    """
    if pin is not None:
        _count(person)
    opened.circuit().keys.set_pin(person, key, pin=pin, new_pin=new_pin)
    _forget(person)


def opens(person: str, pin: str) -> bool:
    """Tell whether a PIN opens a key of hers; it is counted before it is tried.

    Raises:
        PinLocked: there were too many wrong ones.
    """
    _count(person)
    fits = opened.circuit().keys.opens(person, pin)
    if fits:
        _forget(person)
    return fits


def card_fits(person: str, code: str) -> bool:
    """Tell whether a code lets her in; it is counted before it is tried, not taken.

    Raises:
        PinLocked: there were too many wrong ones.
    """
    _count(person)
    fits = opened.circuit().desk.whose_code(code, now=int(time.time())) == person
    if fits:
        _forget(person)
    return fits


def _where(person: str) -> str:
    return f"pin {person}"


def _count(person: str) -> None:
    """Note an attempt before it is made: several at once are counted as several."""
    at = int(time.time())
    since = at - LOCKED_SECONDS
    with transaction.atomic():
        tries = Attempt.objects.filter(where=_where(person), at__gte=since).count()
        if tries >= PIN_TRIES:
            raise PinLocked
        Attempt.objects.create(where=_where(person), at=at)


def _forget(person: str) -> None:
    Attempt.objects.filter(where=_where(person)).delete()
