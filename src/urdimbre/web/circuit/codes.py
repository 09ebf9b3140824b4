"""Numbers by which members are found on paper, at a till, or at the door."""

import secrets

from urdimbre.web.circuit.models import Person

DIGITS = 6
TRIES = 100


class NoFreeCode(RuntimeError):
    """So many members have a number that none is left."""


def free_code() -> str:
    """Return six digits that nobody has; the first is none of those easily lost."""
    for _ in range(TRIES):
        code = str(secrets.randbelow(9 * 10 ** (DIGITS - 1)) + 10 ** (DIGITS - 1))
        if not Person.objects.filter(code=code).exists():
            return code
    raise NoFreeCode


def code_of(member: str) -> str:
    """Return a member's number; who has none yet gets one."""
    found = Person.objects.filter(member=member).values_list("code", flat=True).first()
    if found:
        return str(found)
    code = free_code()
    Person.objects.filter(member=member).update(code=code)
    return code
