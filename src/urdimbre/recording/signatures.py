"""Signatures of an act: which key each slot needs, and whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from urdimbre.core import circuit
from urdimbre.core.acts import Act, Cited, Required
from urdimbre.core.chain.entry import ZERO32, ActEntry, Slot, signature_input
from urdimbre.core.membership.answers import BadSignature, KeyNotAdmissible, UnknownKey
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View
from urdimbre.recording.ports import Admissible, Verify

_NO_NEW_KEYS = Required(())


Job = tuple[bytes, bytes, bytes]
"""A signature to verify: key, message, signature."""

Verdicts = Callable[[Sequence[Job]], "Future[list[bool]]"]
"""Verifies many signatures while the caller goes on."""


class Checker(NamedTuple):
    """The pinned verifier, handed in."""

    verify: Verify
    admissible: Admissible


class OneThread:
    """Verifies lots of signatures in a thread of its own."""

    def __init__(self, verify: Verify) -> None:
        """Begin without a thread; the first lot starts it."""
        self._verify = verify
        self._pool = ThreadPoolExecutor(1, "urdimbre-verifier")

    def __call__(self, jobs: Sequence[Job]) -> Future[list[bool]]:
        """Verify a lot; the answers come in its order."""
        return self._pool.submit(self._all, jobs)

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown()

    def _all(self, jobs: Sequence[Job]) -> list[bool]:
        return [self._verify(*one) for one in jobs]


def job(genesis: str, signed: ActEntry, slot: Slot, key: str) -> Job:
    """Tell what a slot's signature is to be verified with."""
    # Genesis has no circuit id yet: it is signed with zeros in its place.
    message = signature_input(genesis or ZERO32, slot.member, slot.mandate, signed.act)
    return bytes.fromhex(key), message, slot.signature


def jobs(genesis: str, signed: ActEntry, keys: Sequence[str | None]) -> list[Job]:
    """Return the signatures whose keys are known."""
    return [
        job(genesis, signed, slot, key)
        for slot, key in zip(signed.slots, keys, strict=True)
        if key is not None
    ]


def registered_keys(state: View, signed: ActEntry) -> tuple[str | None, ...]:
    """Return each slot's key as far as the state knows it already.

    A key's row never changes in what counts here, so the answer stays true later.
    """
    return tuple([circuit.key_for(state, _NO_NEW_KEYS, slot) for slot in signed.slots])


def late_keys_refused(
    checker: Checker,
    view: View,
    act: Act,
    cited: Cited,
    *,
    signed: ActEntry,
    keys: Sequence[str | None],
) -> Refusal | None:
    """Check the slots whose keys were not known when the act came in.

    The act brings them itself, or one queued before it did. Called when the act is
    about to be applied and nothing else refuses it.

    Args:
        checker: the verifier.
        view: the state just before the act.
        act: as read.
        cited: the acts recorded so far.
        signed: its bytes and slots.
        keys: per slot, the key that was known and has been verified.
    """
    required = circuit.required(view, act, cited)
    for slot, verified in zip(signed.slots, keys, strict=True):
        if verified is not None:
            continue
        key = circuit.key_for(view, required, slot)
        if key is None:
            return UnknownKey(slot.member, slot.key_id)
        registered = circuit.key_for(view, _NO_NEW_KEYS, slot) is not None
        if not registered and not checker.admissible(bytes.fromhex(key)):
            return KeyNotAdmissible(key)
        if not checker.verify(*job(view.genesis, signed, slot, key)):
            return BadSignature(slot.member)
    return None
