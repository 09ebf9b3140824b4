"""Signatures of an act: which key each slot needs, and whether it holds."""

from __future__ import annotations

from typing import NamedTuple

from urdimbre.core import circuit
from urdimbre.core.acts import Act, Cited, Required
from urdimbre.core.chain.entry import ZERO32, ActEntry, signature_input
from urdimbre.core.membership.answers import BadSignature, KeyNotAdmissible, UnknownKey
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View
from urdimbre.recording.ports import Admissible, Verify

_NO_NEW_KEYS = Required(())


class Checker(NamedTuple):
    """The pinned verifier, handed in."""

    verify: Verify
    admissible: Admissible

    def holds(self, genesis: str, signed: ActEntry, slot: int, key: str) -> bool:
        """Tell whether one slot's signature is that key's over the act."""
        one = signed.slots[slot]
        # Genesis has no circuit id yet: it is signed with zeros in its place.
        message = signature_input(
            genesis or ZERO32, one.member, one.mandate, signed.act
        )
        return self.verify(bytes.fromhex(key), message, one.signature)


def registered_keys(state: View, signed: ActEntry) -> tuple[str | None, ...]:
    """Return each slot's key as far as the state knows it already.

    A key's row never changes in what counts here, so the answer stays true later.
    """
    return tuple(
        circuit.key_for(state, _NO_NEW_KEYS, slot) for slot in signed.slots
    )


def first_bad(
    checker: Checker, genesis: str, signed: ActEntry, keys: tuple[str | None, ...]
) -> int | None:
    """Return the first slot whose known key has not signed, ``None`` if all have."""
    for slot, key in enumerate(keys):
        if key is not None and not checker.holds(genesis, signed, slot, key):
            return slot
    return None


def new_keys_refused(
    checker: Checker, view: View, act: Act, cited: Cited, signed: ActEntry
) -> Refusal | None:
    """Check the slots whose keys the act itself brings.

    Called when the act is about to be applied and nothing else refuses it.
    """
    required = circuit.required(view, act, cited)
    for place, slot in enumerate(signed.slots):
        if circuit.key_for(view, _NO_NEW_KEYS, slot) is not None:
            continue
        key = circuit.key_for(view, required, slot)
        if key is None:
            return UnknownKey(slot.member, slot.key_id)
        if not checker.admissible(bytes.fromhex(key)):
            return KeyNotAdmissible(key)
        if not checker.holds(view.genesis, signed, place, key):
            return BadSignature(slot.member)
    return None
