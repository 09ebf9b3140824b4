"""Timestamps after RFC 3161: an authority signs the checkpoint and when it saw it.

The signed checkpoint and the authority's whole answer are kept as two files, so that
other programs can check them too:
``openssl ts -verify -data 17.checkpoint -in 17.tsr -CAfile root.pem``.
"""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final

import rfc3161_client
from cryptography import x509
from rfc3161_client import TimeStampRequest, TimeStampResponse, VerifierBuilder

from urdimbre.adapters.anchor.answers import (
    BadCertificate,
    StamperUnreachable,
    StampRefused,
)
from urdimbre.adapters.anchor.judging import BEYOND, CONTRADICTS, HOLDS
from urdimbre.adapters.anchor.keeping import (
    STAMP_BYTES_MAX,
    STAMPS_FOLDER,
    keep_stamp,
)
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain import notes
from urdimbre.core.refusals import Reason

SECONDS_MAX: Final = 30
UNSIGNED: Final = "unsigned"
"""Its checkpoint is not signed by a key of this log's node: it is of another log."""
NOT_TRUSTED: Final = "not_trusted"
"""The given certificate does not vouch for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A kept timestamp and what it comes to.

    Attributes:
        size: of the checkpoint, as the file is named.
        verdict: holds, contradicts, beyond, unsigned or not_trusted.
        time: seconds UTC, as the authority says; 0 if it is not trusted.
        stamped: root of the checkpoint, hex.
        root: of the log at that size, hex.
    """

    size: int
    verdict: str
    time: int = 0
    stamped: str = ""
    root: str = ""


def roots_of_trust(path: Path) -> list[x509.Certificate]:
    """Read certificates in PEM form.

    Raises:
        BadCertificate: there is none in the file.
    """
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as failed:
        raise BadCertificate(path=path, reason=str(failed)) from None


def stamp(
    folder: Path, note: bytes, url: str, trusted: Iterable[x509.Certificate]
) -> Path:
    """Have the signed checkpoint stamped and keep the answer; returns its file.

    Args:
        folder: of the circuit.
        note: the signed checkpoint.
        url: of the authority.
        trusted: its root certificates, if known; without them only the digest and the
            nonce of its answer are checked.

    Raises:
        StamperUnreachable: no answer.
        StampRefused: an answer that is no timestamp of this checkpoint.
    """
    size = notes.parse_checkpoint(notes.parse_note(note).text).size
    kept = folder / STAMPS_FOLDER / f"{size}.tsr"
    if kept.exists():
        return kept
    request = rfc3161_client.TimestampRequestBuilder().data(note).build()
    host = urllib.parse.urlsplit(url).hostname or "?"
    raw = _post(url, host, request.as_bytes())
    try:
        answer = rfc3161_client.decode_timestamp_response(raw)
        _check(answer, request, note, list(trusted))
    except (ValueError, rfc3161_client.VerificationError) as wrong:
        raise StampRefused(host=host, reason=str(wrong)) from None
    keep_stamp(kept, note=note, answer=raw)
    return kept


def sizes(folder: Path) -> list[int]:
    """Sizes of the checkpoints that have a timestamp."""
    found = (folder / STAMPS_FOLDER).glob("*.tsr")
    return sorted(int(path.stem) for path in found if path.stem.isdecimal())


def judge(
    folder: Path,
    trusted: list[x509.Certificate],
    node_keys: Iterable[notes.VerifierKey],
    roots: Mapping[int, str],
) -> Iterator[Stamp]:
    """Judge the kept timestamps against the log.

    Args:
        folder: of the circuit.
        trusted: root certificates of the authorities.
        node_keys: that have ever signed this log's checkpoints.
        roots: of the log at the sizes, where it is that long.
    """
    keys = list(node_keys)
    for size in sizes(folder):
        answer = folder / STAMPS_FOLDER / f"{size}.tsr"
        note = answer.with_suffix(".checkpoint").read_bytes()
        time = _time(answer.read_bytes(), note, trusted)
        if time is None:
            yield Stamp(size=size, verdict=NOT_TRUSTED)
            continue
        yield _judged(size, note, time, keys, roots)


def _judged(
    size: int,
    note: bytes,
    time: int,
    keys: list[notes.VerifierKey],
    roots: Mapping[int, str],
) -> Stamp:
    try:
        signed = notes.parse_note(note)
        told = notes.parse_checkpoint(signed.text)
    except notes.MalformedNote:
        return Stamp(size=size, verdict=UNSIGNED, time=time)
    stamped, root = told.root.hex(), roots.get(told.size, "")
    verdict = BEYOND if not root else HOLDS if stamped == root else CONTRADICTS
    if told.size != size or not notes.verified(signed, keys, ed25519.verify):
        verdict = UNSIGNED
    return Stamp(size=size, verdict=verdict, time=time, stamped=stamped, root=root)


def _time(raw: bytes, note: bytes, trusted: list[x509.Certificate]) -> int | None:
    """Time of a timestamp of this note, if one of the certificates vouches for it."""
    try:
        answer = rfc3161_client.decode_timestamp_response(raw)
        VerifierBuilder(roots=trusted).build().verify_message(answer, note)
    except (ValueError, rfc3161_client.VerificationError):
        return None
    return int(answer.tst_info.gen_time.replace(tzinfo=UTC).timestamp())


def _check(
    answer: TimeStampResponse,
    request: TimeStampRequest,
    note: bytes,
    trusted: list[x509.Certificate],
) -> None:
    if trusted:
        builder = VerifierBuilder(roots=trusted, nonce=request.nonce)
        builder.build().verify_message(answer, note)
        return
    told = answer.tst_info
    if told.message_imprint.message != hashlib.sha512(note).digest():
        raise ValueError("of something else")
    if told.nonce != request.nonce:
        raise ValueError("of another request")


def _post(url: str, host: str, body: bytes) -> bytes:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise StamperUnreachable(host=host, reason=Reason("it is no http(s) address"))
    headers = {"Content-Type": "application/timestamp-query", "User-Agent": "urdimbre"}
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        url, data=body, headers=headers
    )
    try:
        with urllib.request.urlopen(  # noqa: S310 - likewise
            request, timeout=SECONDS_MAX
        ) as answer:
            return bytes(answer.read(STAMP_BYTES_MAX))
    except urllib.error.HTTPError as failed:
        failed.close()
        raise StamperUnreachable(host=host, reason=f"HTTP {failed.code}") from None
    except (OSError, http.client.HTTPException) as failed:
        reason = str(getattr(failed, "reason", failed)) or type(failed).__name__
        raise StamperUnreachable(host=host, reason=reason) from None
