"""What the pages keep of the demo: logins, catalogue, proposals that wait.

The only module that meets the web, and only when the year is recorded.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from urdimbre.cli.demo.desk import DemoDraft, DemoListing, DemoLogin


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that goes into the tables of the pages."""

    logins: Sequence[DemoLogin]
    listings: Sequence[DemoListing]
    drafts: Sequence[DemoDraft]


def put_up(directory: Path, shown: Shown) -> None:
    """Write logins, offers, needs and drafts into the desk of a circuit."""
    from django.db import connections

    from urdimbre.web import serving

    serving.prepare(directory)
    _logins(shown.logins)
    _listings(shown.listings)
    for draft in shown.drafts:
        _draft(draft)
    # The folder is about to move; a database must not be open meanwhile.
    connections.close_all()


def _logins(logins: Sequence[DemoLogin]) -> None:
    from django.contrib.auth.hashers import make_password

    from urdimbre.web.circuit.models import Login

    # One stretching serves all: the password is no secret. No language is chosen for
    # them: whoever visits reads the demo in the language of her own browser.
    password = make_password(logins[0].password)
    Login.objects.bulk_create(
        Login(handle=one.handle, password=password, member=one.member) for one in logins
    )


def _listings(listings: Sequence[DemoListing]) -> None:
    from urdimbre.web.catalogue.models import Listing

    Listing.objects.bulk_create(Listing(**asdict(one)) for one in listings)


def _draft(draft: DemoDraft) -> None:
    from urdimbre.web.exchanges.models import Draft, Opening, Signer
    from urdimbre.web.exchanges.roles import pack

    act = json.loads(draft.act)
    row = Draft.objects.create(
        id=act["id"],
        by=draft.by,
        kind=act["kind"],
        mode=draft.mode,
        act=draft.act,
        state="waiting",
        created=draft.created,
        valid_until=draft.valid_until,
    )
    slot = pack(draft.slot)
    Signer.objects.bulk_create(
        [
            Signer(draft=row, member=draft.by, person=draft.by, slot=slot),
            Signer(draft=row, member=draft.other),
        ]
    )
    Opening.objects.bulk_create(
        Opening(
            draft=row,
            commitment=one.commitment,
            field=one.field,
            salt=one.salt,
            payload=one.payload,
        )
        for one in draft.payloads
    )
