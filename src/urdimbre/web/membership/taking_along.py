"""All that the circuit holds of a member, in one file that is written as it is sent."""

import json
import time
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext

from urdimbre.core.chain import notes
from urdimbre.projections.models import ActLine, Member, Move, Posting
from urdimbre.web import entries, opened, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.catalogue.listing import KINDS
from urdimbre.web.catalogue.models import Listing, Photo, Voice
from urdimbre.web.circuit import acting
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.models import Person
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.exchanges.layouts import commas
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.exchanges.receipts import concerns, proof_text
from urdimbre.web.exchanges.report import amount, report
from urdimbre.web.exchanges.statement import moves_of
from urdimbre.web.membership import keys
from urdimbre.web.notebook.log_keys import key_of
from urdimbre.web.notices.known import known_of
from urdimbre.web.tabling import Cell, Column, Report, Table

SECONDS_PER_DAY = 86_400
CONTENT_TYPE = "application/zip"


class Outflow:
    """Where a zip file is written to, and what of it has not been sent yet."""

    def __init__(self) -> None:
        """Begin empty."""
        self._waiting: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take a piece; the zip goes without knowing where it stands."""
        self._waiting.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Keep all until it is taken."""

    def taken(self) -> bytes:
        """Give what has been written since the last time."""
        pieces, self._waiting = self._waiting, []
        return b"".join(pieces)


def everything(here: Here) -> Iterator[bytes]:
    """Write all of a member's, file by file; only one of them is in memory."""
    out = Outflow()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for name, pieces in _files(here):
            yield from _packed(packed, name, pieces, out)
    yield out.taken()


def _packed(
    packed: zipfile.ZipFile, name: str, pieces: Iterable[bytes], out: Outflow
) -> Iterator[bytes]:
    with packed.open(_named(name), "w") as file:
        for piece in pieces:
            file.write(piece)
            yield out.taken()
    yield out.taken()


def _named(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, time.localtime()[:6])
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def _files(here: Here) -> Iterator[tuple[str, Iterable[bytes]]]:
    positions = acts_of(here)
    yield "README.txt", [_read_me(here, len(positions)).encode()]
    yield "me.json", [_json(_herself(here))]
    rows = moves_of(here, {})
    yield "statement.csv", commas.written(report(rows, here, {}))
    yield "offers.csv", commas.written(_offers(here))
    yield from _photos_and_voices(here)
    yield "notebook.checkpoint", [opened.circuit().registry.checkpoint().encode()]
    for position in positions:
        yield from _act(here, position)


def _act(here: Here, position: int) -> Iterator[tuple[str, Iterable[bytes]]]:
    entry = entries.entry_at(position)
    if not concerns(entry, here.member, here.person):
        return
    name = f"{position:08}"
    yield f"acts/{name}.json", [entry.raw]
    yield f"proofs/{name}.tlog-proof", [proof_text(entry, here).encode()]
    texts = entries.texts_of(entries.readable(entry.act, here))
    if texts:
        yield f"words/{name}.json", [_json(texts)]


def _photos_and_voices(here: Here) -> Iterator[tuple[str, Iterable[bytes]]]:
    hers = Listing.objects.filter(member=here.member).values("pk")
    for photo in Photo.objects.filter(listing__in=hers).iterator(chunk_size=1):
        yield f"offers/{photo.listing_id}.jpg", [bytes(photo.large)]
    for voice in Voice.objects.filter(listing__in=hers).iterator(chunk_size=1):
        yield f"offers/{voice.listing_id}.{voice.kind}", [bytes(voice.sound)]


def acts_of(here: Here) -> list[int]:
    """Return the positions of the acts that a member made, signed or stands in."""
    moved = Move.objects.filter(Q(giver=here.no) | Q(taker=here.no))
    hers = set(moved.order_by().values_list("position", flat=True).iterator())
    made = ActLine.objects.filter(by=here.no).values_list("position", flat=True)
    posted = Posting.objects.filter(owner=here.no).values_list("position", flat=True)
    admitted = Member.objects.filter(no=here.no).values_list("admitted_at", flat=True)
    signed = Draft.objects.filter(
        signers__in=_signatures(here), position__isnull=False
    ).values_list("position", flat=True)
    for some in (made, posted, admitted, signed):
        hers.update(some.iterator())
    return sorted(hers)


def _signatures(here: Here) -> Any:
    return Signer.objects.filter(Q(member=here.member) | Q(person=here.member))


def _read_me(here: Here, acts: int) -> str:
    registry = opened.circuit().registry
    note = notes.parse_note(registry.checkpoint().encode())
    told = {
        "name": here.name,
        "circuit": display("name", "Urdimbre"),
        "day": wording.day(wording.today()),
        "acts": wording.count(acts),
        "genesis": registry.genesis,
        "vkey": key_of(registry, note).text,
        "key": key_of(registry, note).key.hex(),
    }
    return render_to_string("membership/everything.txt", told)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _herself(here: Here) -> dict[str, Any]:
    """Tell what the desk and the notebook know of her, her secrets left out."""
    row = Member.objects.get(no=here.no)
    person = Person.objects.filter(member=here.member).values().first() or {}
    told: dict[str, Any] = {
        "circuit": opened.circuit().registry.genesis,
        "member": here.member,
        "number": here.no,
        "kind": row.kind,
        "since": row.since,
        "left": row.left,
        "known": person,
    }
    if here.acts_for_another:
        return told
    return told | {
        "login": {"handle": here.login.handle, "language": here.login.language},
        "acts_for": acting.principals(here.person),
        "notices": known_of(here.person),
        "keys": [
            {
                "id": key.key_id,
                "public": key.public,
                "custody": key.custody,
                "since": key.since,
                "until": key.until,
            }
            for key in keys.keys_of(here.person)
        ],
    }


def _offers(here: Here) -> Report:
    columns = (
        Column(
            gettext("number"),
            gettext("A photo or voice note has the same in its name."),
        ),
        Column(
            gettext("offer or need"),
            gettext("What it is; or what you can give or receive."),
        ),
        Column(gettext("in a few words"), gettext("As you called it.")),
        Column(gettext("more about it"), gettext("As you described it.")),
        Column(gettext("kind"), gettext("Kind of goods, services or work.")),
        Column(gettext("code"), gettext("Code of that kind, as acts have it.")),
        Column(gettext("modalities"), gettext("Those you accept; empty: any.")),
        Column(gettext("how much"), gettext("Exact; empty: not said.")),
        Column(gettext("unit"), gettext("Code of that unit, as acts have it.")),
        Column(
            gettext("how often"), gettext("Each week, month or season; empty: once.")
        ),
        Column(gettext("percent in signs"), gettext("Of a price; empty: not said.")),
        Column(gettext("how far"), gettext("Code of the distance; empty: not said.")),
        Column(gettext("where"), gettext("Place, as you wrote it.")),
        Column(gettext("from"), gettext("Day on which it was put up.")),
        Column(gettext("until"), gettext("Day on which it expires.")),
        Column(gettext("withdrawn"), gettext("Whether you took it down.")),
    )
    title = gettext("Offers and needs")
    return Report(title, (), (Table(title, columns, _offer_rows(here)),))


def _offer_rows(here: Here) -> Iterator[tuple[Cell, ...]]:
    hers = Listing.objects.filter(member=here.member).order_by("created", "id")
    for row in hers.iterator():
        yield (
            row.id,
            str(dict(KINDS)[row.kind]),
            row.title,
            row.text,
            categories.label(row.category),
            row.category,
            row.modes,
            amount(row.quantity, row.unit) if row.quantity and row.unit else "",
            row.unit,
            row.every,
            "" if row.sign_share is None else row.sign_share,
            row.distance,
            row.place,
            wording.to_date(row.created // SECONDS_PER_DAY).isoformat(),
            wording.to_date(row.until // SECONDS_PER_DAY).isoformat(),
            gettext("yes") if row.withdrawn else gettext("no"),
        )
