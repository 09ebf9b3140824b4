"""Making, finding, listing and ending the tokens of programs."""

import secrets
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db.models import F, QuerySet

from urdimbre.web.api.models import Token
from urdimbre.web.circuit.entering import Here, seal

PREFIX = "urdimbre_"
"""By it programs that look for secrets in published files know a token."""
SECRET_BYTES = 32
USED_SECONDS = 3_600
"""How exactly it is noted when a token was last used: reading should not write."""
LIVE_MAX = 20
"""More programs at once than anybody keeps in mind."""


def make(here: Here, allowed: Mapping[str, Any]) -> str:
    """Make a token for a program and return it; afterwards nobody can tell it again.

    Args:
        here: who makes it, and for whom it will act.
        allowed: ``name``, ``scopes``, ``cap_unit``, ``cap`` and ``until``.
    """
    text = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    Token.objects.create(
        digest=digest_of(text),
        login=here.login,
        person=here.person,
        seal=seal(here.login),
        member=here.member,
        created=int(time.time()),
        **allowed,
    )
    return text


def digest_of(text: str) -> str:
    """Return what the desk keeps of a token.

    It is no password: 256 bits of chance cannot be guessed, so nothing is stretched.
    """
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def find(text: str) -> Token | None:
    """Return the token that a program sends, if it opens anything still."""
    row = Token.objects.filter(digest=digest_of(text)).select_related("login").first()
    return row if row is not None and is_live(row) else None


def is_live(row: Token) -> bool:
    """Tell whether a token opens anything: not ended, in time, the same password."""
    in_time = int(time.time()) < row.until
    return not row.ended and in_time and row.seal == seal(row.login)


def note_use(row: Token) -> None:
    """Note that it was used, once an hour."""
    now = int(time.time())
    if now - row.used >= USED_SECONDS:
        Token.objects.filter(pk=row.pk).update(used=now)


def of_hers(here: Here) -> QuerySet[Token]:
    """Select the tokens that she has made and not ended, the newest first."""
    rows = Token.objects.filter(login=here.login, ended=False)
    return rows.select_related("login").order_by("-pk")


def end(here: Here, pk: int) -> bool:
    """End one of hers; from now on it opens nothing."""
    return bool(of_hers(here).filter(pk=pk).update(ended=True))


def spend(row: Token, minor: int) -> bool:
    """Take an amount from what a token may sign away; says whether there was enough.

    In one statement, so that two requests at once cannot both take the rest.
    """
    enough = Token.objects.filter(pk=row.pk, ended=False, spent__lte=F("cap") - minor)
    return bool(enough.update(spent=F("spent") + minor, signed=F("signed") + 1))


def give_back(row: Token, minor: int) -> None:
    """Undo it, because nothing was signed after all."""
    rows = Token.objects.filter(pk=row.pk)
    rows.update(spent=F("spent") - minor, signed=F("signed") - 1)
