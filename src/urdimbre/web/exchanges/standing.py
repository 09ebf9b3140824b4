"""Standing consents that an exchange can rest on, so that somebody needs not sign."""

import time
from dataclasses import dataclass, replace

from django.db import connections

from urdimbre.core import drafting
from urdimbre.core.membership.rows import Mandate
from urdimbre.web import opened
from urdimbre.web.exchanges.proposing import Proposal

_MANDATES = "SELECT key FROM state WHERE key >= 'mandate/' AND key < 'mandate0'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A standing consent: one creditor may write what somebody takes on account.

    Attributes:
        id: of the mandate.
        principal: who gave it.
        creditor: who may write.
        fetchers: who else may take the goods.
        unit: of money or signs.
        each: most in one entry, minor steps.
        most: open debt up to which it serves, minor steps; nothing: without limit.
        since: block time.
        until: block time.
        contest_days: days in which she may object to an entry.
    """

    id: str
    principal: str
    creditor: str
    fetchers: tuple[str, ...]
    unit: str
    each: int
    most: int | None
    since: int
    until: int
    contest_days: int | None


def permissions() -> list[Permission]:
    """Return every standing consent to be charged that is in force."""
    state = opened.circuit().registry.state
    with connections["registry"].cursor() as cursor:
        cursor.execute(_MANDATES)
        rows = [state.get(key) for (key,) in cursor.fetchall()]
    return [
        _permission(row)
        for row in rows
        if row is not None and row.purpose == "accept_debit" and _now(row)
    ]


def _now(row: Mandate) -> bool:
    """Tell whether it serves by the host's clock; the rules judge by block time."""
    return row.start <= time.time() < row.until


def _permission(row: Mandate) -> Permission:
    return Permission(
        id=row.id,
        principal=row.principal,
        creditor=row.creditor or "",
        fetchers=row.fetchers or (),
        unit=row.unit or "",
        each=row.max_each or 0,
        most=row.max_balance,
        since=row.start,
        until=row.until,
        contest_days=row.contest_days,
    )


def serving(principal: str, *, creditor: str, unit: str) -> Permission | None:
    """Return a consent by which a creditor may write what somebody takes."""
    asked = (principal, creditor, unit)
    return next(
        (
            one
            for one in permissions()
            if (one.principal, one.creditor, one.unit) == asked
        ),
        None,
    )


def resting_on(proposal: Proposal, party: str, permission: Permission) -> Proposal:
    """Let an exchange rest on a standing consent instead of her signature."""
    consents = [{"party": drafting.party(party), "mandate": permission.id}]
    return replace(proposal, body={**proposal.body, "consents": consents})
