"""Who enters with the code of an app besides her password, or a spare one on paper."""

import secrets
import time
from hashlib import sha256

from django.db import transaction

from urdimbre.web import opened
from urdimbre.web.circuit.models import Attempt
from urdimbre.web.security.models import SecondStep, SpareCode
from urdimbre.web.security.time_codes import counter_of

SPARE_CODES = 8
SPARE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SPARE_LENGTH = 12
TRIES = 5
TRIES_SECONDS = 15 * 60
_SEALED_AS = b"second step\0"


class StepLocked(Exception):
    """Too many wrong codes; waiting helps."""


def has(member: str) -> bool:
    """Tell whether she enters with a second step."""
    return SecondStep.objects.filter(member=member).exists()


def begin(member: str, secret: bytes, counter: int) -> list[str]:
    """Ask for a second step from now on; returns her spare codes, shown this once."""
    spare = ["".join(_letters()) for _ in range(SPARE_CODES)]
    sealed = opened.circuit().keys.seal_secret(_SEALED_AS + secret)
    with transaction.atomic():
        end(member)
        SecondStep.objects.create(member=member, sealed=sealed, last=counter)
        SpareCode.objects.bulk_create(
            SpareCode(seal=_seal(member, one), member=member) for one in spare
        )
    return ["-".join(one[at : at + 4] for at in (0, 4, 8)) for one in spare]


def end(member: str) -> None:
    """Ask for no second step any more."""
    SecondStep.objects.filter(member=member).delete()
    SpareCode.objects.filter(member=member).delete()


def spare_left(member: str) -> int:
    """Count the spare codes that she has not used."""
    return SpareCode.objects.filter(member=member).count()


def takes(member: str, code: str) -> bool:
    """Tell whether a code, or a spare one, is hers now; each serves once.

    Raises:
        StepLocked: there were too many wrong ones.
    """
    _count(member)
    taken = _takes_app(member, code) or _takes_spare(member, code)
    if taken:
        Attempt.objects.filter(where=_where(member)).delete()
    return taken


def _takes_app(member: str, code: str) -> bool:
    found = SecondStep.objects.filter(member=member).first()
    if found is None:
        return False
    secret = opened.circuit().keys.open_secret(bytes(found.sealed))
    assert secret.startswith(_SEALED_AS)
    counter = counter_of(secret.removeprefix(_SEALED_AS), code)
    if counter is None:
        return False
    later = SecondStep.objects.filter(member=member, last__lt=counter)
    return bool(later.update(last=counter))


def _takes_spare(member: str, code: str) -> bool:
    seal = _seal(member, "".join(one for one in code.upper() if one.isalnum()))
    return bool(SpareCode.objects.filter(member=member, seal=seal).delete()[0])


def _letters() -> list[str]:
    return [secrets.choice(SPARE_LETTERS) for _ in range(SPARE_LENGTH)]


def _seal(member: str, code: str) -> str:
    return sha256(f"urdimbre/spare/v1 {member} {code}".encode()).hexdigest()


def _where(member: str) -> str:
    return f"second {member}"


def _count(member: str) -> None:
    """Note a try before it is made: several at once are counted as several."""
    at = int(time.time())
    with transaction.atomic():
        since = at - TRIES_SECONDS
        tries = Attempt.objects.filter(where=_where(member), at__gte=since).count()
        if tries >= TRIES:
            raise StepLocked
        Attempt.objects.create(where=_where(member), at=at)
