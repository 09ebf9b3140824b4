"""Drafts: what waits, what it says, to sign it or to decline it."""

import time
from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import Q
from django.utils.translation import gettext
from ninja import Path, Query, Router

from urdimbre.adapters.keys.server import PinNeeded, WrongPin
from urdimbre.core.acts import Act
from urdimbre.core.chain.entry import Slot
from urdimbre.core.refusals import Refusal
from urdimbre.recording.answers import Unanswered
from urdimbre.web import names, telling
from urdimbre.web.api import caps, shapes, tokens
from urdimbre.web.api.answering import READ, WRITE
from urdimbre.web.api.callers import Bearer, Caller
from urdimbre.web.api.paging import Limit, page
from urdimbre.web.api.problems import (
    ExchangesOnly,
    KeyElsewhere,
    NothingToSign,
    Refused,
)
from urdimbre.web.api.scopes import EXCHANGE, STATEMENT
from urdimbre.web.api.telling import sentences
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import told_draft
from urdimbre.web.exchanges import roles, signing
from urdimbre.web.exchanges.confirming import in_order_of, let_go, not_yet
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.exchanges.waiting import of_hers

router = Router(tags=["drafts"], auth=Bearer(STATEMENT, EXCHANGE))
acting = Bearer(EXCHANGE)
Drafts = shapes.Page[shapes.Draft]
Key = Annotated[shapes.Id, Path()]
Place = Annotated[str, Query(pattern=r"^([0-9]{1,15}\.[0-9a-f]{32})?$")]


@router.get("/drafts", response={200: Drafts, READ: shapes.Problem})
def drafts(request: Any, limit: Limit = 25, cursor: Place = "") -> dict[str, Any]:
    """List the exchanges that are being prepared or wait for somebody's signature."""
    here = request.here
    hers = Signer.objects.filter(member=here.member).values("draft")
    rows = Draft.objects.filter(
        Q(state="waiting") & (Q(pk__in=hers) | Q(by=here.member))
        | Q(state="preparing", by=here.member),
        kind="exchange",
        valid_until__gte=int(time.time()),
    ).prefetch_related("signers")
    if cursor:
        created, _, key = cursor.partition(".")
        same = Q(created=int(created), id__gt=key)
        rows = rows.filter(Q(created__lt=int(created)) | same)
    return page(
        list(rows.order_by("-created", "id")[: limit + 1]),
        limit,
        lambda given: _lines(given, here),
        lambda row: f"{row.created}.{row.id}",
    )


def _lines(rows: Sequence[Draft], here: Here) -> list[shapes.Draft]:
    known = names.by_id({one.member for row in rows for one in row.signers.all()})
    return [
        shapes.Draft(
            id=row.id,
            mode=row.mode,
            state=row.state,
            title=gettext(telling.MODES[row.mode]),
            others=", ".join(
                in_order_of(
                    known, {one.member for one in row.signers.all()} - {here.member}
                )
            ),
            valid_until=row.valid_until,
            expired=_expired(row),
            waits_for_me=_waits(row, here),
            position=row.position,
        )
        for row in rows
    ]


def _expired(draft: Draft) -> bool:
    return draft.position is None and draft.valid_until < int(time.time())


def _waits(draft: Draft, here: Here) -> bool:
    """Tell whether a signature for the member is missing, hers in a household's."""
    signers = list(draft.signers.all())
    done = any(
        (one.member, one.person) == (here.member, here.person) and one.slot
        for one in signers
    )
    missing = any(one.member == here.member and one.slot is None for one in signers)
    is_open = draft.state in ("preparing", "waiting") and not _expired(draft)
    return is_open and missing and not done


def shaped(draft: Draft, here: Here) -> shapes.DraftPage:
    """Shape a draft with its sentences, told from its exact bytes."""
    signers = list(draft.signers.all())
    missing = {one.member for one in signers if one.slot is None}
    signed = {one.member for one in signers if one.slot} - missing
    known = names.by_id(missing | signed)
    told = told_draft(draft)
    return shapes.DraftPage(
        id=draft.id,
        mode=draft.mode,
        state=draft.state,
        title=told.title,
        sentences=sentences(told),
        signed=in_order_of(known, signed),
        missing=in_order_of(known, missing),
        valid_until=draft.valid_until,
        expired=_expired(draft),
        waits_for_me=_waits(draft, here),
        position=draft.position,
    )


@router.get("/drafts/{id}", response={200: shapes.DraftPage, READ: shapes.Problem})
def draft(request: Any, id: Key) -> shapes.DraftPage:  # noqa: A002 - as in the address
    """Tell one draft of the member."""
    return shaped(_exchange(request, id), request.here)


def _exchange(request: Any, key: str) -> Draft:
    """Find an exchange of hers; other kinds of acts are for pages only."""
    found = of_hers(request, key)
    if found.kind != "exchange":
        raise ExchangesOnly(act=key)
    return found


@router.post(
    "/drafts/{id}/confirm",
    response={200: shapes.DraftPage, WRITE: shapes.Problem},
    auth=acting,
)
def confirm(request: Any, id: Key) -> shapes.DraftPage:  # noqa: A002 - as above
    """Sign a draft for the member, within the token's cap; the last one records it.

    Asked again for what is recorded already, it answers with the recorded draft.
    """
    found = _exchange(request, id)
    if found.state != "recorded":
        _sign(request.auth, found)
    return shaped(of_hers(request, id), request.here)


def _sign(caller: Caller, draft: Draft) -> None:
    role = None if _expired(draft) else roles.role_of(caller.here, draft)
    if role is None or not not_yet(role, list(draft.signers.all())):
        raise NothingToSign(act=draft.id)
    slot = _slot(draft, role)
    act = roles.act_of(draft)
    if not isinstance(act, Act):
        raise Refused(act, draft.id)
    taken = caps.take(caller.token, caps.cost(act, role.party), draft.id)
    signed = False
    try:
        answer = signing.sign(caller.here, draft, [slot])
        signed = not isinstance(answer, Refusal)
    except roles.NothingToSign:
        raise NothingToSign(act=draft.id) from None
    except Unanswered:
        signed = True  # it may have reached the notebook all the same
        raise
    finally:
        if not signed:
            tokens.give_back(caller.token, taken)
    if isinstance(answer, Refusal):
        raise Refused(answer, draft.id)


def _slot(draft: Draft, role: roles.Role) -> Slot:
    """Sign with the key that the server keeps; with no other can a token sign."""
    try:
        return roles.by_server(draft, role)
    except (roles.SheMustSign, PinNeeded, WrongPin):
        raise KeyElsewhere(act=draft.id) from None


@router.post(
    "/drafts/{id}/decline",
    response={200: shapes.DraftPage, WRITE: shapes.Problem},
    auth=acting,
)
def decline(request: Any, id: Key) -> shapes.DraftPage:  # noqa: A002 - as above
    """Say no to a draft, or withdraw one of the member's own."""
    let_go(_exchange(request, id), request.here)
    return shaped(of_hers(request, id), request.here)
