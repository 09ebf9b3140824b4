"""A rehearsal: acts judged one after the other on a copy, nothing written or signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from urdimbre.core import circuit
from urdimbre.core.acts import Act, Recorded
from urdimbre.core.chain.entry import Slot, decode
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import Overlay, State
from urdimbre.recording import Receipt


class Rehearsal:
    """Answers as the registry would, but for the signatures.

    Attributes:
        view: the state as the acts so far leave it.
    """

    def __init__(self, state: State, now: int) -> None:
        """Begin where the circuit stands."""
        self.view = Overlay(state, max(now, state.time))
        self._here: dict[str, Recorded] = {}

    def submit_many(self, entries: Iterable[bytes]) -> Iterator[Receipt | Refusal]:
        """Judge entries in order and apply those that nothing refuses."""
        for index, entry in enumerate(entries):
            signed = decode(entry)
            act = circuit.read(signed.act, self.view.genesis)
            yield (
                act
                if not isinstance(act, Act)
                else self._judged(act, signed.slots, index)
            )

    def _judged(
        self, act: Act, slots: tuple[Slot, ...], index: int
    ) -> Receipt | Refusal:
        overlay = Overlay(self.view, self.view.time)
        for refusal in circuit.refusals(overlay, act, slots, self._here):
            return refusal
        circuit.apply(overlay, act, slots, self._here)
        self.view.merge(overlay)
        self._here[act.hash] = Recorded(act, slots, self.view.time)
        return Receipt(act.hash, act.id, 0, index, self.view.time)
