"""The demo's own notebook: makes acts, has them consented to, judged and signed.

It keeps a state of its own, so that every act is judged by the rules before it is sent:
what the registry gets is what it will record.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from urdimbre.adapters.desk import Payload
from urdimbre.adapters.keys import ed25519
from urdimbre.cli.demo.cast import Cast, DemoKey, made_id
from urdimbre.core import circuit, drafting
from urdimbre.core.accounts import COMMON, AccountKey, counts
from urdimbre.core.acts import ATTESTED, Act, Recorded, Required
from urdimbre.core.chain.entry import (
    ZERO16,
    ZERO32,
    Slot,
    act_hash,
    commitment,
    signature_input,
    signed_entry,
)
from urdimbre.core.obligations import Owed
from urdimbre.core.refusals import Malformed, Refusal
from urdimbre.core.state import Overlay, State
from urdimbre.recording.registry import dump

SECONDS_PER_DAY = 86_400
VALID_DAYS = 14
NO_SIGNATURE = bytes(64)

Hand = tuple[str, str]
"""A person and the mandate she signs under; zeros: for herself."""
Private = Mapping[str, bytes]


class DemoRefused(Exception):
    """An act of the demo was refused: a fault of the demo."""

    def __init__(self, kind: str, refusal: Refusal) -> None:
        """Keep the refusal."""
        super().__init__(f"{kind}: {refusal.code}: {refusal.sentence()}")
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Sheet:
    """One day of the notebook.

    Attributes:
        time: of its block.
        entries: signed acts in order.
    """

    time: int
    entries: tuple[bytes, ...]


class Book:
    """Writes acts day by day.

    Attributes:
        cast: who signs with what.
        state: the rows after the last finished day.
        speakers: who signs for the common, by kind of act or ``any``.
        standing_in: who signs for a member just now, under a mandate.
        payloads: what stands behind all commitments so far.
        dropped: acts that were only tried and refused, by kind and code.
        failed: acts that ought to have been in order; the tests want none.
        written: acts by kind, exchanges by the mode of each deal.
    """

    def __init__(self, cast: Cast) -> None:
        """Begin before genesis."""
        self.cast = cast
        self.state = State()
        self.speakers: dict[str, list[Hand]] = {}
        self.standing_in: dict[str, Hand] = {}
        self.payloads: list[Payload] = []
        self.dropped: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self._recorded: dict[str, Recorded] = {}
        self._entries: list[bytes] = []
        self._overlay = Overlay(self.state, 0)
        self._made = 0

    @property
    def time(self) -> int:
        """Time of the present day's block."""
        return self._overlay.time

    @property
    def day(self) -> int:
        """The present day, counted since 1970."""
        return self.time // SECONDS_PER_DAY

    def open(self, time: int) -> None:
        """Begin a day."""
        self._overlay = Overlay(self.state, time)
        self._entries = []

    def close(self) -> Sheet:
        """End the day; its acts are then part of the state."""
        self.state.merge(self._overlay)
        return Sheet(self._overlay.time, tuple(self._entries))

    def balance(self, owner: str, unit: str, purse: str = "own") -> int:
        """Return what counts for limits."""
        return counts(self._overlay, AccountKey(owner, unit, purse))

    @property
    def view(self) -> Overlay:
        """The rows as they stand now."""
        return self._overlay

    def row(self, key: str) -> Any:
        """Return a row of the state."""
        return self._overlay.get(key)

    def open_of(self, who: str) -> list[Owed]:
        """Return the obligations of a member, owed by or to her."""
        rows = list(self._overlay.starting("owed/"))
        return [
            row
            for row in rows
            if isinstance(row, Owed) and row.open and who in (row.debtor, row.creditor)
        ]

    def waiting(
        self, deal: drafting.Json, *, by: str
    ) -> tuple[bytes, Slot, list[Payload]]:
        """Make a draft that its author has signed and others have not yet."""
        texts = {}
        for place, move in enumerate(deal["moves"]):
            texts[f"0.{place}"] = move.pop("text", "")
        described = {place: text for place, text in texts.items() if text}
        payloads = [self.sealed("goods", orjson.dumps(described))]
        data = drafting.draft(
            "exchange",
            drafting.exchange(self.day, deal),
            by=by,
            id_=self.new_id(),
            valid_until=self.time + VALID_DAYS * SECONDS_PER_DAY,
            agreement=self.row("agreement").version,
            private=[one.commitment for one in payloads],
        )
        return data, self._signed(data, by, ZERO16, self.cast.keys[by][-1]), payloads

    def withdraw(self, kind: str, body: drafting.Json, *, by: str) -> None:
        """Make a draft and withdraw it: it can then never be recorded."""
        until = self.time + VALID_DAYS * SECONDS_PER_DAY
        data = drafting.draft(kind, body, by=by, id_=self.new_id(), valid_until=until)
        withdrawn = act_hash(self.state.genesis, data)
        self.act("void", {"act": withdrawn}, by=by)

    def new_id(self) -> str:
        """Make the id of an act, mandate or policy."""
        self._made += 1
        return made_id(f"number {self._made}")

    def sealed(self, field: str, payload: bytes) -> Payload:
        """Make a private payload with its commitment."""
        self._made += 1
        salt = sha256(f"urdimbre demo salt {self._made}".encode()).digest()[:16]
        return Payload(commitment(salt, field, payload), field, salt, payload)

    def exchange(
        self,
        *deals: drafting.Json,
        by: str = "",
        consents: Sequence[Hand] = (),
        also: Sequence[Hand] = (),
        witnesses: Sequence[Hand] = (),
        sealed: Sequence[Payload] = (),
        must: bool = False,
    ) -> str | None:
        """Write an exchange; moves may carry a ``text``, which is sealed.

        Args:
            deals: as ``drafting.deal`` makes them.
            by: author; the first giver or taker that is a member, if left out.
            consents: parties with the standing consents that they rest on.
            also: who signs besides: bearers of care.
            witnesses: who attest for all that can be attested.
            sealed: payloads that the moves themselves name.
            must: a refusal is a fault of the demo; the act is left out either way.
        """
        texts = {}
        for d, one in enumerate(deals):
            for m, move in enumerate(one["moves"]):
                text = move.pop("text", "")
                if text:
                    texts[f"{d}.{m}"] = text
        private = {"goods": orjson.dumps(texts)} if texts else {}
        body = drafting.exchange(self.day, *deals, consents=consents)
        return self.act(
            "exchange",
            body,
            by=by or _first_party(deals),
            also=(*also, *witnesses),
            attested=bool(witnesses),
            private=private,
            sealed=sealed,
            refs=drafting.cited(body),
            must=must,
        )

    def act(
        self,
        kind: str,
        body: drafting.Json,
        *,
        by: str,
        also: Sequence[Hand] = (),
        attested: bool = False,
        private: Private | None = None,
        sealed: Sequence[Payload] = (),
        refs: Sequence[tuple[str, str]] = (),
        must: bool = True,
    ) -> str | None:
        """Write an act of any kind; everybody who must consent signs."""
        payloads = [*(self.sealed(*one) for one in (private or {}).items()), *sealed]
        data = drafting.draft(
            kind,
            body,
            by=by,
            id_=self.new_id(),
            valid_until=self.time + VALID_DAYS * SECONDS_PER_DAY,
            agreement=self.row("agreement").version if self.state.genesis else 0,
            private=[one.commitment for one in payloads],
            refs=refs,
        )
        act = circuit.read(data, self.state.genesis, loads=orjson.loads, dump=dump)
        if isinstance(act, Malformed):
            raise DemoRefused(kind, act)
        needs = circuit.required(self._overlay, act, self._recorded)
        keys = self._keys(act, needs, also, attested=attested)
        slots = [Slot(who, key.id, under, NO_SIGNATURE) for who, under, key in keys]
        slots.sort(key=lambda slot: slot[:3])
        for refusal in circuit.refusals(self._overlay, act, slots, self._recorded):
            (self.failed if must else self.dropped)[f"{kind} {refusal.code}"] += 1
            return None
        self._write(act, data, [self._signed(data, *one) for one in keys])
        self.payloads += [one._replace(act=act.hash) for one in payloads]
        return act.hash

    def found(self, data: bytes, slots: Sequence[Slot]) -> bytes:
        """Take the genesis act; it is recorded before all others."""
        act = circuit.read(data, "", loads=orjson.loads, dump=dump)
        if isinstance(act, Malformed):
            raise DemoRefused("genesis", act)
        self._write(act, data, list(slots))
        self.state.merge(self._overlay)
        return self._entries.pop()

    def founder_slots(self, data: bytes, founders: Sequence[str]) -> list[Slot]:
        """Sign the genesis act for its founders."""
        keys = [(one, ZERO16, self.cast.keys[one][-1]) for one in founders]
        return [self._signed(data, *one) for one in keys]

    def _write(self, act: Act, data: bytes, slots: list[Slot]) -> None:
        entry = signed_entry(data, slots)
        circuit.apply(self._overlay, act, entry.slots, self._recorded)
        self._recorded[act.hash] = Recorded(act, entry.slots, self.time)
        self._entries.append(entry.encode())
        self.written[act.kind] += 1
        if act.kind == "exchange":
            self.written.update(deal.mode for deal in act.body.deals)

    def _signed(self, data: bytes, who: str, under: str, key: DemoKey) -> Slot:
        message = signature_input(self.state.genesis or ZERO32, who, under, data)
        return Slot(who, key.id, under, ed25519.sign(key.seed, message))

    def _keys(
        self, act: Act, needs: Required, also: Sequence[Hand], *, attested: bool
    ) -> list[tuple[str, str, DemoKey]]:
        hands: dict[Hand, None] = dict.fromkeys(also)
        standing = dict(needs.standing)
        signing = {who for who, under in also if under == ZERO16}
        for need in needs.needs:
            if need.party in standing or need.party in signing:
                continue
            if attested and need.means & ATTESTED:
                continue
            if needs.mediated and also:
                continue
            hands.update(dict.fromkeys(self.hands(need.party, act)))
        new = {one.key_id: one.member for one in needs.new_keys}
        found = [
            (member, ZERO16, key)
            for member in dict.fromkeys(new.values())
            for key in self.cast.keys[member]
            if key.id in new
        ]
        newcomers = {who for who, _, _ in found} if act.kind == "admit" else set()
        return found + [
            (who, under, self._present_key(who, new))
            for who, under in hands
            if under != ZERO16 or who not in newcomers
        ]

    def _present_key(self, who: str, new: Mapping[str, str]) -> DemoKey:
        return next(key for key in self.cast.keys[who] if key.id not in new)

    def hands(self, party: str, act: Act) -> list[Hand]:
        """Say who signs for a party."""
        if party in self.standing_in:
            return [self.standing_in[party]]
        if party == COMMON:
            return self.speakers.get(act.kind) or self.speakers["any"]
        player = self.cast.known[party]
        if player.kind == "person":
            return [(party, ZERO16)]
        able = [one for one in player.hands if not self.is_frozen(one)]
        # The cashier signs for the emporio; elsewhere they take turns.
        turn = 0 if player.kind == "emporio" else self._made
        hands = able or player.hands
        return [(hands[turn % len(hands)], player.policy)]

    def is_frozen(self, person: str) -> bool:
        """Tell whether a person has put a brake on her keys."""
        row = self.row(f"frozen/{person}")
        return row is not None and row.on


def _first_party(deals: Sequence[drafting.Json]) -> str:
    moves = [move for one in deals for move in one["moves"]]
    sides = [move[side] for move in moves for side in ("giver", "taker")]
    named = (str(side["member"]) for side in sides if "member" in side)
    return next(named, COMMON)
