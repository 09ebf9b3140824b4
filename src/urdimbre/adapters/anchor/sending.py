"""Sending anchors: what the chain says is read anew each time, then little is done.

One step may be stopped anywhere and taken again: a transaction is kept before it is
sent, and whether an anchor stands is asked of the chain's events, never remembered. So
a re-org, a node that forgot, a second process elsewhere or a lost outbox cost at most
a second anchor of the same size with the same root, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from urdimbre.adapters.anchor.answers import ChainRefused
from urdimbre.adapters.anchor.event import Event, call
from urdimbre.adapters.anchor.outbox import Line, Outbox, Sent
from urdimbre.adapters.anchor.rpc import Chain, Fees
from urdimbre.adapters.anchor.signing import Sender

DEEP: Final = 5_000
"""Blocks that are read again each time; no re-org was ever that deep."""
IN_FLIGHT_MAX: Final = 99
"""Nodes drop what waits beyond some hundred transactions of one sender."""

WAITING: Final = "waiting"
SENT: Final = "sent"
SHALLOW: Final = "shallow"
CONFIRMED: Final = "confirmed"
REVERTED: Final = "reverted"

_TAKEN = ("nonce too low", "nonce is too low", "oldnonce", "replacement")
"""What nodes say when a nonce has been used meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the anchor of one checkpoint is.

    Attributes:
        size: of the checkpoint.
        root: of the log at that size, hex.
        state: waiting, sent, shallow, confirmed, or reverted by the contract.
        block: that holds it.
        confirmations: blocks on top, its own included.
    """

    size: int
    root: str
    state: str
    block: int | None = None
    confirmations: int = 0


class Sending:
    """The anchors of one circuit on one line."""

    def __init__(
        self,
        box: Outbox,
        chain: Chain,
        line: Line,
        *,
        genesis: str,
        after: int,
        confirmations: int,
    ) -> None:
        """Take what it works on.

        Args:
            box: the outbox.
            chain: a node of the line's chain.
            line: chain, contract and sender, as pinned.
            genesis: the circuit's id, hex.
            after: position of the decision that pins the line.
            confirmations: blocks, its own included, from which on an anchor stands.
        """
        self._box = box
        self._chain = chain
        self._line = line
        self._genesis = genesis
        self._after = after
        self._confirmations = confirmations
        self._mark = f"looked/{line.chain}/{line.contract}/{line.sender}"
        self._start = self._head = 0

    def look(self, since: int) -> list[Event]:
        """Read our sender's anchors from the chain, all that are not long settled.

        Args:
            since: first block to look at, if none has been looked at yet.
        """
        kept = self._box.mark(self._mark)
        self._head = self._chain.head()
        start = since if kept is None else min(int(kept), self._head) - DEEP
        self._start = max(0, start)
        contract, genesis = self._line.contract, self._genesis
        found = self._chain.events(contract, genesis, since=self._start)
        return [one for one in found if one.sender == self._line.sender]

    def accept(self, events: Sequence[Event]) -> None:
        """Keep what ``look`` has found, once it is known to fit the log."""
        # Of two anchors of a size the first counts.
        blocks = {one.size: one.block for one in reversed(events)}
        self._box.look_again(self._line, self._start, blocks)
        self._box.set_mark(self._mark, str(self._head))

    def send(self, sender: Sender) -> None:
        """Send again what the node has forgotten, replace what is too cheap, go on.

        Raises:
            ChainRefused: the node will not take it; what waits goes on waiting.
            ChainUnreachable: likewise.
        """
        fees = self._chain.fees()
        mined = self._chain.nonce(self._line.sender)
        live = self._live(mined)
        for one in live.values():
            self._revive(one, sender, fees)
        carried = {
            one.size for one in live.values() if one.contract == self._line.contract
        }
        lacking = [
            (size, root)
            for size, root in self._lacking()
            if size not in carried and self._mined(size, mined) is None
        ]
        free = self._free(mined, live)
        for size, root in lacking[: max(0, IN_FLIGHT_MAX - len(live))]:
            self._submit(size, root, free, sender, fees)
        self._close_gaps(sender, fees)

    def standings(self) -> list[Standing]:
        """Tell how far each kept checkpoint is, the smallest first."""
        head = self._chain.head()
        mined = self._chain.nonce(self._line.sender)
        seen = self._box.seen(self._line)
        live = {one.size for one in self._live(mined).values()}
        found = []
        for size, root in self._box.checkpoints(self._after):
            block = seen.get(size)
            deep = 0 if block is None else max(0, head - block + 1)
            if block is not None:
                state = CONFIRMED if deep >= self._confirmations else SHALLOW
            elif size in live:
                state = SENT
            else:
                state = self._unseen(size, mined)
            found.append(
                Standing(
                    size=size, root=root, state=state, block=block, confirmations=deep
                )
            )
        return found

    def _lacking(self) -> list[tuple[int, str]]:
        """Checkpoints that the chain does not show."""
        seen = self._box.seen(self._line)
        kept = self._box.checkpoints(self._after)
        return [(size, root) for size, root in kept if size not in seen]

    def _live(self, mined: int) -> dict[int, Sent]:
        """Our transactions that may still be mined, the latest of each nonce."""
        kept = self._box.sent(self._line.chain, self._line.sender)
        return {one.nonce: one for one in kept if one.nonce >= mined}

    def _mined(self, size: int, mined: int) -> bool | None:
        """Tell whether a block holds a transaction for this size after all.

        True: it came in while we looked, and will be seen the next time. False: the
        chain has let it fail, and would again; the next checkpoint takes its place.
        """
        kept = self._box.sent(self._line.chain, self._line.sender)
        ours = (self._line.contract, size)
        receipts = [
            self._chain.receipt(one.hash)
            for one in kept
            if one.nonce < mined and (one.contract, one.size) == ours
        ]
        told = [int(one["status"], 16) == 1 for one in receipts if one is not None]
        return any(told) if told else None

    def _unseen(self, size: int, mined: int) -> str:
        """Tell how far a checkpoint is that no event shows and no nonce carries."""
        succeeded = self._mined(size, mined)
        if succeeded is None:
            return WAITING
        return SENT if succeeded else REVERTED

    def _revive(self, one: Sent, sender: Sender, fees: Fees) -> None:
        """Send a transaction again if the node has lost it; pay more if it must."""
        try:
            root = dict(self._box.checkpoints(0)).get(one.size)
            if root is not None and one.most < fees.base:
                self._sign_and_send(
                    one.size, root, one.nonce, sender, _raised(fees, one)
                )
            elif not self._chain.knows(one.hash):
                self._chain.send(one.raw)
        except ChainRefused as refused:
            if not _taken(refused):
                raise

    def _submit(
        self,
        size: int,
        root: str,
        free: Iterator[int],
        sender: Sender,
        fees: Fees,
    ) -> None:
        """Sign and send under the next free nonce, past those that others have used."""
        for _ in range(IN_FLIGHT_MAX):
            try:
                self._sign_and_send(size, root, next(free), sender, fees)
            except ChainRefused as refused:
                if not _taken(refused):
                    raise
            else:
                return

    def _sign_and_send(
        self, size: int, root: str, nonce: int, sender: Sender, fees: Fees
    ) -> None:
        said = call(self._genesis, size, root)
        line = self._line
        sent = sender.sign(
            said,
            chain=line.chain,
            nonce=nonce,
            contract=line.contract,
            size=size,
            gas=self._chain.gas(line.sender, line.contract, said),
            fees=fees,
        )
        # On disk first: if we are stopped now, the same bytes are sent again.
        self._box.note(sent)
        try:
            self._chain.send(sent.raw)
        except ChainRefused:
            self._box.strike(sent)
            raise

    def _free(self, mined: int, live: dict[int, Sent]) -> Iterator[int]:
        """Nonces that neither we nor, as far as the node knows, others have used."""
        waiting = self._chain.nonce(self._line.sender, "pending")
        taken = set(live)
        return (one for one in count(max(mined, waiting)) if one not in taken)

    def _close_gaps(self, sender: Sender, fees: Fees) -> None:
        """Fill nonces that are missing below ours; nothing behind them is mined.

        They carry the newest checkpoint once more, which is harmless.
        """
        mined = self._chain.nonce(self._line.sender)
        live = self._live(mined)
        kept = self._box.checkpoints(self._after)
        if not live or not kept:
            return
        free = self._free(mined, live)
        while (gap := next(free)) < max(live):
            try:
                self._sign_and_send(*kept[-1], gap, sender, fees)
            except ChainRefused as refused:
                if not _taken(refused):
                    raise


def _raised(fees: Fees, one: Sent) -> Fees:
    """Fees of today, and an eighth more than before: nodes want a tenth."""
    tip = max(fees.tip, one.tip * 9 // 8 + 1)
    raised = replace(fees, tip=tip)
    missing = one.most * 9 // 8 + 1 - raised.most
    return raised if missing <= 0 else replace(raised, base=fees.base + missing)


def _taken(refused: ChainRefused) -> bool:
    reason = str(refused.values["reason"]).lower()
    return any(said in reason for said in _TAKEN)
