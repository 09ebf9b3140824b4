"""Checking a proof of balances: what stood after a block, told by the check page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.utils.translation import gettext

from urdimbre.adapters.receipts import BadReceipt
from urdimbre.adapters.state_proofs import (
    ProvenRows,
    Standing,
    verify_state_proof,
)
from urdimbre.core.chain import notes
from urdimbre.core.units import Quantity
from urdimbre.recording.chain import origin_of
from urdimbre.web import names, opened, wording
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.notebook.log_keys import log_keys
from urdimbre.web.notebook.verdict import (
    Verdict,
    agreed_witnesses,
    not_seen_by,
    seen_by,
    witness_keys,
)
from urdimbre.web.units import signs

ACCOUNT_PARTS = 4


def rows_verdict(raw: bytes, *, known_to_her: bool) -> Verdict:
    """Judge a proof of rows with all that this circuit knows of keys.

    Raises:
        BadReceipt: something in it does not hold.
    """
    registry = opened.circuit().registry
    try:
        note = notes.parse_proof(raw).note
        told = notes.parse_checkpoint(note.text)
    except notes.MalformedNote as malformed:
        raise BadReceipt("format", malformed.told) from None
    own = told.origin == origin_of(registry.genesis)
    proven = verify_state_proof(
        raw,
        log_keys=log_keys(registry, note) if own else (),
        genesis=registry.genesis if own else None,
        witnesses=witness_keys() if own else (),
        agreed=agreed_witnesses() if own else None,
    )
    continued = own and registry.continues(told.size, told.root)
    return Verdict(
        title="",
        position=proven.index,
        proven=list(_proven(proven, own=own, continued=continued)),
        unproven=list(_unproven(proven, own=own)),
        texts=[_text(row, own=own, named=known_to_her) for row in proven.rows],
        broken=own and not continued,
    )


def _text(row: Standing, *, own: bool, named: bool) -> str:
    """Tell a row: a balance in signs in words, any other as it is written."""
    parts = row.key.split("/")
    known = own and len(parts) == ACCOUNT_PARTS and parts[0] == "account"
    balance = row.value.get("balance")
    if not known or parts[2] not in {one.code for one in signs()}:
        return f"{row.key} {json.dumps(row.value)}"
    who = names.by_id({parts[1]})[parts[1]] if named else parts[1]
    assert isinstance(balance, int)  # it stood under our own seal
    return f"{who}: {wording.quantity(Quantity(balance, parts[2]))}"


def _proven(proven: ProvenRows, *, own: bool, continued: bool) -> Iterator[str]:
    if not own:
        yield gettext("The balances belong to the seal that comes with them.")
    else:
        sentence = gettext(
            "On {time}, after block {number}, these balances stood in the common "
            "notebook of {circuit}. Nobody can change that without contradicting the "
            "seal in this proof."
        )
        yield sentence.format(
            time=wording.moment(proven.time),
            number=wording.count(proven.height),
            circuit=display("name", "Urdimbre"),
        )
    if continued:
        yield gettext("Today's notebook still contains it.")
    yield from seen_by(proven)


def _unproven(proven: ProvenRows, *, own: bool) -> Iterator[str]:
    if not own:
        yield gettext(
            "Whose notebook it is: it comes from another circuit, whose keys this page "
            "does not know. Show it to that circuit."
        )
    yield from not_seen_by(proven)
    yield gettext("What was recorded later: for that, ask for a new proof.")
    yield gettext(
        "That the acts lead to these balances: for that, verify the whole notebook."
    )
    yield gettext(
        "That this page is honest: it comes from the same host as the notebook. The "
        "program verify_state.py checks the file on any other computer."
    )
