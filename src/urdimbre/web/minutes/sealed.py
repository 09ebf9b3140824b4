"""What is sealed of a meeting: who was there, what was decided, the photo of the page.

The decision names the commitment of the minutes; the photo's commitment is signed with
it. Both payloads lie on the desk and can be erased, the decision stays.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from urdimbre.web import names, wording
from urdimbre.web.catalogue.photos import painted
from urdimbre.web.exchanges.models import Draft, Opening, Payload
from urdimbre.web.exchanges.proposing import seal
from urdimbre.web.minutes.models import Minutes

MINUTES, PHOTO = "minutes", "minutes_photo"
"""Names of the private fields."""
PHOTO_BYTES_MAX = 120_000
"""A receipt carries its openings, and must stay below half a megabyte."""
WORSE = (60, 45, 30, 15)
SMALLER = (1024, 720, 480)


@dataclass(frozen=True, slots=True)
class Read:
    """Minutes as a page shows them.

    Attributes:
        day: of the meeting, in words.
        present: names of who was there.
        text: what was decided.
        has_photo: whether there is a photo of the page.
    """

    day: str
    present: tuple[str, ...]
    text: str
    has_photo: bool


def page_painted(file: Any) -> bytes:
    """Paint the photo of a page anew, so small that a receipt can carry it.

    Raises:
        ValidationError: it is too large, or no photo that can be read.
    """
    large = painted(file)[0]
    tries = ((size, quality) for size in SMALLER for quality in WORSE)
    while len(large) > PHOTO_BYTES_MAX:
        large = _smaller(large, *next(tries))
    return large


def _smaller(jpeg: bytes, size: int, quality: int) -> bytes:
    from PIL import Image  # noqa: PLC0415 - loaded by those alone who send a photo

    out = BytesIO()
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.thumbnail((size, size))
        picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def openings(minutes: Minutes) -> list[Opening]:
    """Seal minutes: the words first, then the photo if there is one."""
    told = {
        "day": minutes.day,
        "present": sorted(minutes.present),
        "text": minutes.text,
    }
    words = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    found = [seal(MINUTES, words)]
    if minutes.photo:
        found.append(seal(PHOTO, bytes(minutes.photo)))
    return found


def of_draft(draft: Draft) -> Read | None:
    """Read the minutes of a decision that is still to be signed."""
    if draft.kind != "decision":
        return None
    return read(Opening.objects.filter(draft=draft, field__in=[MINUTES, PHOTO]))


def read(sealed: Iterable[Opening | Payload]) -> Read | None:
    """Read minutes from what the desk holds; nothing if the words are there no more."""
    kept = {one.field: bytes(one.payload) for one in sealed}
    told = _told(kept.get(MINUTES, b""))
    if told is None:
        return None
    known = names.by_id(str(one) for one in told.get("present", ()))
    return Read(
        day=_day(told.get("day")),
        present=tuple(sorted(known.values(), key=names.folded)),
        text=str(told.get("text", "")),
        has_photo=PHOTO in kept,
    )


def _day(told: object) -> str:
    """Write the day; nothing where another program has written none there is."""
    try:
        return wording.day(told) if isinstance(told, int) else ""
    except (OverflowError, ValueError):
        return ""


def _told(payload: bytes) -> dict[str, Any] | None:
    """Other programs seal minutes too; what has another form is shown as it is."""
    if not payload:
        return None
    text = payload.decode(errors="replace")
    try:
        told = json.loads(text)
        # JSON lets surrogates in, which nobody can send.
        json.dumps(told, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {"text": text}
    fits = isinstance(told, dict) and isinstance(told.get("present", []), list)
    return told if fits else {"text": text}
