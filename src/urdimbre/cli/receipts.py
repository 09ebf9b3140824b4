"""The work of ``urdimbre receipt``, ``state-proof`` and ``verify-receipt``."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from urdimbre.adapters.folder import Reading
from urdimbre.adapters.receipts import (
    Agreed,
    Proven,
    agreed_on,
    openings_of,
    receipt_from,
    verify_receipt,
)
from urdimbre.adapters.state_proofs import (
    STATE_PROOF_BYTES_MAX,
    ProvenRows,
    verify_state_proof,
)
from urdimbre.adapters.witnessing.book import Book
from urdimbre.cli.failures import (
    NOT_FOUND,
    ActAmbiguous,
    ActNotFound,
    BadChoice,
    Failure,
    FileMissing,
)
from urdimbre.cli.opening import looking, rows_of, state_of
from urdimbre.cli.reading import find_member
from urdimbre.core import circuit as rules
from urdimbre.core.accounts import CASH_OUTSIDE
from urdimbre.core.acts import Act
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import decode
from urdimbre.core.federation.witness import Witness
from urdimbre.core.membership.rows import Key, Member
from urdimbre.core.refusals import gettext_noop
from urdimbre.recording.state_proofs import state_proof_from

_HASH = re.compile("[0-9a-f]{64}")
_ID = re.compile("[0-9a-f]{32}")
_NAMED = "SELECT position, hash FROM act WHERE id = ? ORDER BY position"


def receipt_of(reading: Reading, text: str) -> str:
    """Write the receipt of an act named by its number or hash.

    Raises:
        ActNotFound: there is none.
        ActAmbiguous: several makers have used that number.
    """
    position = _position(reading, text)
    entry = reading.store.entry(position)
    assert entry is not None  # its position was just looked up
    act = rules.read(decode(entry).act, reading.genesis if position else "")
    openings = openings_of(reading.desk, act) if isinstance(act, Act) else {}
    under = Book(reading.path).covering(position)
    return receipt_from(reading.store, position, openings, under=under)


class RowNotFound(Failure):
    """A row that the state does not have, or a member without accounts."""

    code = "row_not_found"
    says = gettext_noop("The state has no row for {text}.")
    way_out = gettext_noop(
        "Name a member who has given or received, or a row's whole key, such as "
        "account/MEMBER_ID/UNIT/own."
    )
    exit_code = NOT_FOUND


class Known(NamedTuple):
    """What somebody who checks a proof knows of its circuit.

    Attributes:
        genesis: its number, hex, if it was given.
        keys: rows of the keys of its members, by key id.
        log_keys: public keys that its log has had, hex.
        witnesses: keys of its witnesses, agreed or given.
        agreed: how many witnesses it asks for.
    """

    genesis: str | None
    keys: dict[str, Key]
    log_keys: list[str]
    witnesses: list[notes.VerifierKey]
    agreed: Agreed | None

    @property
    def log_key_bytes(self) -> list[bytes]:
        """Return the keys of the log."""
        return [bytes.fromhex(one) for one in self.log_keys]


def known_of(
    circuit: Path | None,
    genesis: str | None,
    log_key: str | None,
    witnesses: Sequence[str] = (),
) -> Known:
    """Gather what a proof is checked with, from options and a circuit's folder."""
    keys: dict[str, Key] = {}
    log_keys = [] if log_key is None else [log_key]
    named = [_witness(one) for one in witnesses]
    agreed = None
    if circuit is not None:
        with looking(circuit) as reading:
            genesis = genesis or reading.genesis
            rows: list[Key] = rows_of(reading, "key/")
            keys = {row.key_id: row for row in rows}
            log_keys = log_keys or _node_keys(reading, rows)
            found: list[Witness] = rows_of(reading, "agreement/witness/")
            named += [_agreed(one) for one in found]
            agreed = agreed_on(state_of(reading), found)
    for option, value in (("--genesis", genesis), ("--log-key", log_key)):
        if value is not None and _HASH.fullmatch(value) is None:
            raise BadChoice(option=option, text=value, choices="64 hex")
    return Known(genesis, keys, log_keys, named, agreed)


def check(raw: bytes, known: Known) -> tuple[Proven, list[str]]:
    """Check a receipt; returns what it proves and who is named as signing.

    Raises:
        BadReceipt: it does not hold.
    """
    proven = verify_receipt(
        raw,
        log_keys=known.log_key_bytes,
        genesis=known.genesis,
        keys={key_id: row.public for key_id, row in known.keys.items()},
        owners={key_id: row.member for key_id, row in known.keys.items()},
        witnesses=known.witnesses,
        agreed=known.agreed,
    )
    return proven, _named(raw)


def check_rows(raw: bytes, known: Known) -> ProvenRows:
    """Check a proof of rows of the state.

    Raises:
        BadReceipt: it does not hold.
    """
    return verify_state_proof(
        raw,
        log_keys=known.log_key_bytes,
        genesis=known.genesis,
        witnesses=known.witnesses,
        agreed=known.agreed,
    )


def rows_proof(reading: Reading, text: str) -> str:
    """Write the proof of a row named by its key, or of somebody's accounts.

    Raises:
        RowNotFound: there is none.
    """
    store, last = reading.store, reading.store.last_block()
    under = "" if last is None else Book(reading.path).covering(last.position)
    if "/" in text:
        found = state_proof_from(store, key=text, under=under)
    else:
        owner = text if text == CASH_OUTSIDE else find_member(reading, text).id
        found = state_proof_from(store, owned=owner, under=under)
    if found is None:
        raise RowNotFound(text=text)
    return found


def _witness(text: str) -> notes.VerifierKey:
    try:
        return notes.parse_vkey(text)
    except notes.MalformedNote:
        raise BadChoice(option="--witness", text=text, choices="name+id+key") from None


def _agreed(row: Witness) -> notes.VerifierKey:
    key = bytes.fromhex(row.public)
    return notes.VerifierKey(name=row.name, kind=notes.COSIGNATURE, key=key)


def _position(reading: Reading, text: str) -> int:
    if _HASH.fullmatch(text):
        found = reading.store.act_at(bytes.fromhex(text))
        if found is not None:
            return found
    if _ID.fullmatch(text):
        rows = list(reading.store.query(_NAMED, (bytes.fromhex(text),)))
        if len(rows) > 1:
            hashes = ", ".join(bytes(digest).hex() for _, digest in rows)
            raise ActAmbiguous(text=text, found=hashes)
        if rows:
            return int(rows[0][0])
    raise ActNotFound(text=text)


def _node_keys(reading: Reading, keys: list[Key]) -> list[str]:
    """Return the keys that the node has had: receipts outlive them."""
    members: list[Member] = rows_of(reading, "member/")
    nodes = {row.id for row in members if row.kind == "node"}
    return [row.public for row in keys if row.member in nodes]


def bytes_of(file: str) -> bytes:
    """Read a proof from a file, or from stdin."""
    if file == "-":
        return sys.stdin.buffer.read(STATE_PROOF_BYTES_MAX + 1)
    path = Path(file)
    if not path.exists():
        raise FileMissing(path=file)
    with path.open("rb") as stream:
        return stream.read(STATE_PROOF_BYTES_MAX + 1)


def _named(raw: bytes) -> list[str]:
    """Return who the entry names as signing, verified or not."""
    extra = notes.parse_proof(raw).extra or b""
    length = int.from_bytes(extra[:4], "big")
    signed = decode(extra[4 : 4 + length])
    return list(dict.fromkeys(slot.member for slot in signed.slots))
