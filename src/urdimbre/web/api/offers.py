"""Offers, needs and members: what every member sees of the others."""

import time
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import Http404
from ninja import Path, Query, Router, Status

from urdimbre.projections.models import Member
from urdimbre.web import names
from urdimbre.web.api import shapes
from urdimbre.web.api.answering import READ, WRITE
from urdimbre.web.api.callers import Bearer
from urdimbre.web.api.paging import Limit, page
from urdimbre.web.api.problems import from_form
from urdimbre.web.api.scopes import CATALOGUE, EXCHANGE
from urdimbre.web.catalogue import categories, listing, writing
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.circuit import members as pages

router = Router(tags=["catalogue"], auth=Bearer(CATALOGUE))
acting = Bearer(EXCHANGE)
Place = Annotated[str, Query(pattern=r"^([0-9]{1,15}\.[0-9a-f]{32})?$")]
Search = Annotated[str, Query(max_length=100, description="words to look for")]
Listings = shapes.Page[shapes.Listing]
Members = shapes.Page[shapes.Member]
Key = Annotated[shapes.Id, Path()]


@router.get("/catalogue", response={200: Listings, READ: shapes.Problem})
def catalogue(
    request: Any,
    *,
    q: Search = "",
    kind: Literal["", shapes.Kind] = "",
    category: Annotated[str, Query(max_length=40)] = "",
    mode: Literal["", "sale", "barter", "gift", "lend"] = "",
    limit: Limit = 25,
    cursor: Place = "",
) -> dict[str, Any]:
    """List and search what members offer and need, the newest first."""
    asked = {"q": q, "kind": kind, "category": category, "mode": mode}
    rows, _ = listing.selected(
        {name: one.replace("\0", "") for name, one in asked.items()}
    )
    return _page(rows, request, limit, cursor)


@router.get("/catalogue/mine", response={200: Listings, READ: shapes.Problem})
def mine(request: Any, limit: Limit = 25, cursor: Place = "") -> dict[str, Any]:
    """List the member's own, expired and withdrawn ones too."""
    rows = Listing.objects.filter(member=request.here.member)
    return _page(rows.order_by("-created", "id"), request, limit, cursor)


def _page(rows: Any, request: Any, limit: int, cursor: str) -> dict[str, Any]:
    if cursor:
        created, _, key = cursor.partition(".")
        here = Q(created=int(created), id__gt=key)
        rows = rows.filter(Q(created__lt=int(created)) | here)
    return page(
        list(rows[: limit + 1]),
        limit,
        lambda given: shaped(given, request.here.member),
        lambda row: f"{row.created}.{row.id}",
    )


def shaped(rows: Sequence[Listing], viewer: str) -> list[shapes.Listing]:
    """Shape listings, with a constant number of queries."""
    members = {row.member for row in rows}
    known = names.by_id(members)
    found = dict(Member.objects.filter(id__in=members).values_list("id", "no"))
    now = int(time.time())
    return [
        shapes.Listing(
            id=row.id,
            kind=row.kind,
            title=row.title,
            text=row.text,
            category=row.category,
            category_name=categories.label(row.category),
            modes=row.modes.split(),
            place=row.place,
            member=shapes.Party(no=found.get(row.member, 0), name=known[row.member]),
            created=row.created,
            until=row.until,
            live=not row.withdrawn and row.until >= now,
            mine=row.member == viewer,
        )
        for row in rows
    ]


@router.post(
    "/catalogue", response={201: shapes.Listing, WRITE: shapes.Problem}, auth=acting
)
def put_up(request: Any, asked: shapes.NewListing) -> Status[shapes.Listing]:
    """Put up an offer or a need of the member."""
    form = writing.ListingForm(asked.model_dump())
    if not form.is_valid():
        raise from_form(form)
    now = int(time.time())
    kept = Listing(member=request.here.member, created=now)
    writing.write(kept, form.cleaned_data, now)
    return Status(201, shaped([kept], request.here.member)[0])


@router.post(
    "/catalogue/{id}/renew",
    response={200: shapes.Listing, WRITE: shapes.Problem},
    auth=acting,
)
def renew(request: Any, id: Key) -> shapes.Listing:  # noqa: A002 - as in the address
    """Let one of the member's own live for another term."""
    listing.renewed(request.here.member, id)
    return _one(request, id)


@router.post(
    "/catalogue/{id}/withdraw",
    response={200: shapes.Listing, WRITE: shapes.Problem},
    auth=acting,
)
def withdraw(request: Any, id: Key) -> shapes.Listing:  # noqa: A002 - as above
    """Take one of the member's own down."""
    listing.withdrawn(request.here.member, id)
    return _one(request, id)


def _one(request: Any, key: str) -> shapes.Listing:
    return shaped([Listing.objects.get(pk=key)], request.here.member)[0]


people = Router(tags=["members"], auth=Bearer(CATALOGUE, EXCHANGE))


@people.get("/members", response={200: Members, READ: shapes.Problem})
def members(
    request: Any,
    q: Search = "",
    limit: Limit = 25,
    cursor: Annotated[str, Query(pattern="^([0-9]{1,9})?$")] = "",
) -> dict[str, Any]:
    """List the members in the order of their numbers; by name if one is sought."""
    rows = pages.after(q, int(cursor or 0), limit + 1)
    return page(
        rows,
        limit,
        lambda given: [_member(row) for row in given],
        lambda row: str(row.no),
    )


def _member(row: pages.MemberLine) -> shapes.Member:
    return shapes.Member(no=row.no, name=row.name, kind=row.kind, place=row.place)


@people.get("/members/{no}", response={200: shapes.MemberPage, READ: shapes.Problem})
def member(request: Any, no: Annotated[shapes.No, Path()]) -> shapes.MemberPage:
    """Tell of a member what every member may see: name, offers and needs."""
    row = Member.objects.filter(no=no).exclude(kind="node").first()
    if row is None or no <= 0:
        raise Http404
    line = pages.line_of(row)
    live = Listing.objects.live().filter(member=row.id).order_by("-created")[:50]
    return shapes.MemberPage(
        **_member(line).model_dump(),
        since=row.since,
        left=row.left,
        listings=shaped(list(live), request.here.member),
    )
