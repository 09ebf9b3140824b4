"""Voice notes of offers and needs, for those who would rather say it than write it.

What is a sound is told by its bytes, never by its name. It is kept as it came, without
the notes that telephones write into it, such as the place: emptied in MP4 and WAV, cut
off in MP3. Ogg and WebM have no room for a place that recorders use.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from urdimbre.web.catalogue.models import Listing, Voice

BYTES_MAX = 2_000_000
KEEP_SECONDS = 3_600
TYPES = {
    "ogg": "audio/ogg",
    "webm": "audio/webm",
    "mp4": "audio/mp4",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "wav": "audio/wav",
}
# Brands of MP4 files that hold a sound; pictures of telephones have others (heic).
BRANDS = re.compile(rb"M4A |M4B |mp4[12]|isom|iso[2-6]|3g[pr2s][\w ]|dash|qt  ")
BOX_HEAD = 8
NOTES = (b"udta", b"meta", b"uuid")
ID3_HEAD = 10
ID3_TAIL = 128
# Two bytes begin each frame of MP3 and AAC; the bits of the layer tell them apart.
SYNC = b"\xff\xe0"
LAYER = 0x06


def sound(file: Any) -> tuple[str, bytes]:
    """Return the kind of a voice note and its bytes, without a recorder's notes.

    Raises:
        ValidationError: it is too large, or no sound that browsers play.
    """
    if file.size > BYTES_MAX:
        raise ValidationError(
            gettext(
                "The voice note is too long: at most %(megabytes)s MB, some minutes."
            )
            % {"megabytes": BYTES_MAX // 1_000_000}
        )
    raw = file.read()
    kind = kind_of(raw)
    if kind is None:
        raise ValidationError(
            gettext("This is no voice note that can be played. Record it anew.")
        )
    return kind, bare(raw, kind)


def kind_of(raw: bytes) -> str | None:
    """Tell by its first bytes what sound a file holds."""
    if raw[:4] == b"OggS":
        return "ogg"
    if raw[:4] == b"\x1a\x45\xdf\xa3":
        return "webm"
    if raw[4:8] == b"ftyp" and BRANDS.match(raw[8:12]):
        return "mp4"
    if raw[:4] == b"RIFF" and raw[8:12] == b"WAVE":
        return "wav"
    if raw[:3] == b"ID3":
        raw = raw[_id3_size(raw) :]
    if raw[:1] == SYNC[:1] and len(raw) > 1 and raw[1] & SYNC[1] == SYNC[1]:
        return "mp3" if raw[1] & LAYER else "aac"
    return None


def bare(raw: bytes, kind: str) -> bytes:
    """Take out what the recorder wrote beside the sound; all else keeps its place."""
    if kind in ("mp3", "aac"):
        raw = raw[_id3_size(raw) :] if raw[:3] == b"ID3" else raw
        return raw[:-ID3_TAIL] if raw[-ID3_TAIL:][:3] == b"TAG" else raw
    emptied = bytearray(raw)
    if kind == "mp4":
        for at, end in _notes_of_mp4(raw):
            emptied[at + 4 : at + BOX_HEAD] = b"free"
            emptied[at + BOX_HEAD : end] = bytes(end - at - BOX_HEAD)
    if kind == "wav":
        for at, end in _notes_of_wav(raw):
            emptied[at : at + 4] = b"JUNK"
            emptied[at + BOX_HEAD : end] = bytes(end - at - BOX_HEAD)
    return bytes(emptied)


def _id3_size(raw: bytes) -> int:
    size = 0
    for one in raw[6:ID3_HEAD]:
        size = size << 7 | one & 0x7F
    return ID3_HEAD + size


def _boxes(raw: bytes, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """Give place, name and end of each box; what is broken ends it."""
    at = start
    while at + BOX_HEAD <= end:
        size = int.from_bytes(raw[at : at + 4], "big")
        stop = end if size == 0 else at + size
        if size == 1:
            stop = at + int.from_bytes(raw[at + BOX_HEAD : at + 2 * BOX_HEAD], "big")
        if stop < at + BOX_HEAD or stop > end:
            return
        yield at, raw[at + 4 : at + BOX_HEAD], stop
        at = stop


def _notes_of_mp4(raw: bytes) -> Iterator[tuple[int, int]]:
    """Give the boxes with notes: of the file, of its film, of the tracks of that."""
    boxes = list(_boxes(raw, 0, len(raw)))
    for opened in (b"moov", b"trak"):
        inside = [
            inner
            for at, name, end in boxes
            if name == opened
            for inner in _boxes(raw, at + BOX_HEAD, end)
        ]
        yield from ((at, end) for at, name, end in boxes if name in NOTES)
        boxes = inside
    yield from ((at, end) for at, name, end in boxes if name in NOTES)


def _notes_of_wav(raw: bytes) -> Iterator[tuple[int, int]]:
    at = 12
    while at + BOX_HEAD <= len(raw):
        size = int.from_bytes(raw[at + 4 : at + BOX_HEAD], "little")
        end = min(at + BOX_HEAD + size, len(raw))
        if raw[at : at + 4] in (b"LIST", b"id3 ", b"bext"):
            yield at, end
        at += BOX_HEAD + size + size % 2


def voice(request: Any, pk: str) -> HttpResponse:
    """Play the voice note of what is up, or of one of her own."""
    listing = Listing.objects.visible_to(request.here.member).filter(pk=pk)
    found = Voice.objects.filter(listing__in=listing).first()
    if found is None:
        raise Http404
    answer = _piece(bytes(found.sound), request.headers.get("Range", ""))
    answer["Content-Type"] = TYPES[found.kind]
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = f"private, max-age={KEEP_SECONDS}"
    return answer


def _piece(raw: bytes, asked: str) -> HttpResponse:
    """Answer with the piece that was asked for: some telephones play nothing else."""
    match = re.fullmatch(r"bytes=([0-9]{1,9})-([0-9]{0,9})", asked)
    if match is None:
        return HttpResponse(raw)
    first = int(match[1])
    last = min(int(match[2] or len(raw)), len(raw) - 1)
    if first > last:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{len(raw)}"
        return refused
    answer = HttpResponse(raw[first : last + 1], status=206)
    answer["Content-Range"] = f"bytes {first}-{last}/{len(raw)}"
    return answer
