"""Proofs of somebody's rows of the state, and what they prove without the registry.

What such a file holds is told in ``recording/state_proofs.py``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from urdimbre.adapters.receipts import (
    Agreed,
    BadReceipt,
    included,
    log_unproven,
    unpacked,
    witnessed,
    witnesses_unproven,
)
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import HEADER, BrokenEntry
from urdimbre.core.chain.header import Header, read_header
from urdimbre.core.chain.state_tree import check_path, leaf
from urdimbre.core.refusals import gettext_noop

STATE_PROOF_BYTES_MAX = 1 << 22
_ROW = frozenset(("index", "key", "path", "value"))

UNPROVEN = {
    "replay": gettext_noop(
        "That the acts lead to these rows: that needs the whole log."
    ),
    "since": gettext_noop("What has been recorded since this block."),
}
"""What every such proof leaves open, beside the checkpoint's own; codes are stable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One row of the state.

    Attributes:
        key: what it is about, such as ``account/<member>/<unit>/<purse>``.
        value: its fields.
    """

    key: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenRows:
    """What a proof of rows proves.

    Attributes:
        origin: of the log.
        index: position of the header.
        size: entries of the log that the checkpoint speaks of.
        height: number of the block after which the rows stood so.
        time: of the block, seconds UTC.
        rows: as they stood.
        cosigners: names of the witnesses whose signatures were verified.
        other_lines: names on signature lines of the checkpoint that were not.
        unproven: codes of ``UNPROVEN``, here and for receipts.
    """

    origin: str
    index: int
    size: int
    height: int
    time: int
    rows: tuple[Standing, ...]
    cosigners: tuple[str, ...]
    other_lines: tuple[str, ...]
    unproven: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Return it as ``verify-receipt --json`` prints it."""
        return {"ok": True} | asdict(self)


def is_state_proof(text: bytes) -> bool:
    """Tell whether a proof is of a header, not of an act."""
    try:
        extra = notes.parse_proof(text).extra or b""
    except notes.MalformedNote:
        return False
    return extra[4:5] == bytes((HEADER,))


def verify_state_proof(
    text: bytes,
    *,
    log_keys: Sequence[bytes] = (),
    genesis: str | None = None,
    witnesses: Sequence[notes.VerifierKey] = (),
    agreed: Agreed | None = None,
) -> ProvenRows:
    """Check a proof of rows without the registry.

    Args:
        text: as handed out.
        log_keys: the node's public keys, if its holder knows them.
        genesis: the circuit's id, hex.
        witnesses: keys of witnesses whose signatures are looked for.
        agreed: how many of them the circuit asks for, and on which hosts they are.

    Raises:
        BadReceipt: something in it does not hold.
    """
    proof, told = included(text, STATE_PROOF_BYTES_MAX)
    entry, beside = unpacked(proof.extra)
    header = _header(entry, proof.index)
    rows = _rows(beside, bytes.fromhex(header.state_root))
    unproven = [*UNPROVEN, *log_unproven(proof.note, told.origin, log_keys, genesis)]
    cosigners, others = witnessed(proof.note, told.origin, witnesses)
    unproven += witnesses_unproven(cosigners, others, agreed)
    return ProvenRows(
        origin=told.origin,
        index=proof.index,
        size=told.size,
        height=header.height,
        time=header.time,
        rows=rows,
        cosigners=cosigners,
        other_lines=others,
        unproven=tuple(sorted(unproven)),
    )


def _header(entry: bytes, index: int) -> Header:
    if entry[0] != HEADER:
        raise BadReceipt("entry", "it is not a header's")
    try:
        header = read_header(entry[1:])
    except BrokenEntry as broken:
        raise BadReceipt("entry", broken.reason) from None
    if header.size != index:
        raise BadReceipt("entry", "the header stands at another place")
    return header


def _rows(beside: dict[str, Any], root: bytes) -> tuple[Standing, ...]:
    """Check each row's path to the state root."""
    rows = beside.get("rows")
    if beside.keys() != {"count", "rows"} or not isinstance(rows, list) or not rows:
        raise BadReceipt("state", "it holds no rows")
    found = tuple(_standing(row, beside["count"], root) for row in rows)
    if len({one.key for one in found}) != len(found):
        raise BadReceipt("state", "a row stands in it twice")
    return found


def _standing(row: Any, count: Any, root: bytes) -> Standing:
    if not isinstance(row, dict) or row.keys() != _ROW:
        raise BadReceipt("state", "a row has other fields")
    try:
        value = row["value"].encode("ascii")
        path = [bytes.fromhex(one) for one in row["path"]]
        holds = check_path(row["index"], count, leaf(row["key"], value), path, root)
        fields = json.loads(value)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise BadReceipt("state", "a row cannot be read") from None
    if not holds or not isinstance(fields, dict):
        raise BadReceipt("state", f"{row['key']} is not under the state root")
    return Standing(key=row["key"], value=fields)
