"""The work of ``urdimbre consistency``: a log against a checkpoint kept earlier."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from urdimbre.adapters.continuing import (
    PROOF_BYTES_MAX,
    Continued,
    DoesNotContinue,
    continued,
)
from urdimbre.adapters.folder import Reading
from urdimbre.cli.failures import (
    Failure,
    FileMissing,
    LogForked,
    LogShrunk,
    LogUnproven,
    LogUnsigned,
    NotACheckpoint,
    OtherLog,
    ServerUnreachable,
)
from urdimbre.cli.opening import looking, rows_of
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import OutsideTree
from urdimbre.core.membership.rows import Key, Member
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.proofs import consistency_text

TIMEOUT_SECONDS = 20
NOT_FOUND = 404
_FAILURES: dict[str, type[Failure]] = {
    "forked": LogForked,
    "shrunk": LogShrunk,
    "unproven": LogUnproven,
    "other": OtherLog,
    "unsigned": LogUnsigned,
}


def compare(source: str, since: Path, log_key: bytes | None) -> tuple[Continued, str]:
    """Compare a circuit with a checkpoint kept earlier; returns its present one too.

    Args:
        source: folder of the circuit, or the address of its server.
        since: file of the checkpoint.
        log_key: the log's public key, if the reader knows it.

    Raises:
        Failure: it does not go on from there, or cannot be asked.
    """
    if not since.exists():
        raise FileMissing(path=str(since))
    kept = since.read_bytes()[: notes.NOTE_BYTES_MAX + 1]
    _readable(kept, str(since))
    try:
        if source.startswith(("http://", "https://")):
            return _of_a_server(source.rstrip("/"), kept, log_key)
        with looking(Path(source)) as reading:
            return _of_a_folder(reading, kept, log_key)
    except DoesNotContinue as wrong:
        raise _FAILURES[wrong.code](kept=wrong.kept, size=wrong.size) from None


def _of_a_folder(
    reading: Reading, kept: bytes, log_key: bytes | None
) -> tuple[Continued, str]:
    store = reading.store
    now = store.mark("checkpoint") or ""
    _readable(now.encode(), str(reading.path))

    def proof(old: int, new: int) -> str | None:
        try:
            return consistency_text(store, LogTree(), old, new)
        except OutsideTree:
            return None

    keys = _node_keys(reading) if log_key is None else [log_key]
    return continued(kept, now.encode(), proof, keys), now


def _of_a_server(url: str, kept: bytes, log_key: bytes | None) -> tuple[Continued, str]:
    now = _fetched(f"{url}/log/checkpoint", notes.NOTE_BYTES_MAX)
    if now is None:
        raise ServerUnreachable(url=url, reason="404")
    _readable(now, url)

    def proof(old: int, new: int) -> str | None:
        found = _fetched(f"{url}/log/consistency/{old}/{new}", PROOF_BYTES_MAX)
        return None if found is None else found.decode("ascii", "replace")

    keys: Sequence[bytes] = [] if log_key is None else [log_key]
    return continued(kept, now, proof, keys), now.decode()


def _fetched(url: str, most: int) -> bytes | None:
    """Fetch a small text; nothing if the server says that there is none."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - only http and https get here
            return bytes(answer.read(most + 1))
    except urllib.error.HTTPError as refused:
        refused.close()
        if refused.code == NOT_FOUND:
            return None
        raise ServerUnreachable(url=url, reason=refused.code) from None
    except (OSError, ValueError) as failed:
        reason = getattr(failed, "reason", failed)
        raise ServerUnreachable(url=url, reason=reason) from None


def _readable(note: bytes, path: str) -> None:
    try:
        notes.parse_checkpoint(notes.parse_note(note).text)
    except notes.MalformedNote as malformed:
        raise NotACheckpoint(path=path, reason=malformed.told) from None


def _node_keys(reading: Reading) -> list[bytes]:
    """Return every key that the node has had."""
    members: list[Member] = rows_of(reading, "member/")
    nodes = {row.id for row in members if row.kind == "node"}
    keys: list[Key] = rows_of(reading, "key/")
    return [bytes.fromhex(row.public) for row in keys if row.member in nodes]
