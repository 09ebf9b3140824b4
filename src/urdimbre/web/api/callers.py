"""Who calls: the token, for whom it acts, and whether it may do what it asks."""

from dataclasses import dataclass
from typing import Any

from ninja.security import HttpBearer

from urdimbre.recording.quota import Quota
from urdimbre.web import names
from urdimbre.web.api import tokens
from urdimbre.web.api.models import Token
from urdimbre.web.api.problems import (
    MayNotAct,
    NoToken,
    ScopeMissing,
    TooManyRequests,
)
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here, here_of

CALLS_PER_HOUR = 3_600
"""Of one program; and of whoever comes from one address without a token."""
quota = Quota()


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that has shown a token."""

    token: Token
    here: Here


class Bearer(HttpBearer):
    """Lets in whoever shows a token that has one of these scopes; none: any token."""

    def __init__(self, *scopes: str) -> None:
        """Keep the scopes."""
        super().__init__()
        self.scopes = frozenset(scopes)

    def __call__(self, request: Any) -> Caller:
        """Look at the token before anything else of the request is read."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        row = tokens.find(text.strip()) if scheme.lower() == "bearer" else None
        _count(request, row)
        if row is None:
            raise NoToken
        return self._caller(request, row)

    def authenticate(self, request: Any, token: str) -> None:
        """Stand where ninja asks for it; :meth:`__call__` does the work."""

    def _caller(self, request: Any, row: Token) -> Caller:
        person = row.login.member
        here = here_of(row.login, row.member) if may_act(person, row.member) else None
        if here is None:
            raise MayNotAct(member=names.by_id([row.member])[row.member])
        if self.scopes and self.scopes.isdisjoint(row.scopes.split()):
            raise ScopeMissing(scopes=", ".join(sorted(self.scopes)))
        tokens.note_use(row)
        request.here = here
        return Caller(row, here)


def _count(request: Any, row: Token | None) -> None:
    address = request.META.get("REMOTE_ADDR", "")
    who = f"address {address}" if row is None else f"token {row.pk}"
    wait = quota.take(who, CALLS_PER_HOUR)
    if wait:
        raise TooManyRequests(wait=wait)
