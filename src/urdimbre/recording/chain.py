"""The chain in memory: state, trees and last header, and the block being made on it.

One code for the writer and for the replay of ``verify``: a block is opened on the
chain, takes acts, is sealed into the rows to be stored, and only then does the chain
move on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from urdimbre.core import circuit
from urdimbre.core.acts import Act, Cited, Recorded
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import Slot, decode
from urdimbre.core.chain.header import FIRST_PREV, Header
from urdimbre.core.chain.state_tree import Pending, StateTree, leaf
from urdimbre.core.encoding import Dumps, Loads
from urdimbre.core.founding.rows import RulesRow
from urdimbre.core.refusals import Malformed, Refusal
from urdimbre.core.state import Overlay, State, value_of
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.ports import (
    ActRow,
    Applied,
    Block,
    Node,
    ProjectedBlock,
    Projector,
    StateRow,
    Store,
)
from urdimbre.recording.written_out import reader_of

SCHEMA_VERSION = "1"

_NODE_KEY_OF: dict[str, Callable[[Any], str]] = {
    "genesis": lambda body: body.node.key.key,
    "node": lambda body: body.new.key,
}
"""The acts that say with which key the node signs, and where they say it."""


def origin_of(genesis: str) -> str:
    """Name the circuit's log as checkpoints do."""
    return f"urdimbre/{genesis[:32]}"


class Chain:
    """Where a circuit stands after its last block.

    Attributes:
        state: the rows that decide.
        log: tree over the entries.
        rows: tree over the state.
        header: the last one, ``None`` before the first block.
        node_key: the node's public key, hex, that signs the next block.
        sealed_by: the one that signed the last; empty before and where a chain was
            taken up from a store.
        store: where earlier acts are looked up.
        projector: who derives what pages read, if anybody.
    """

    def __init__(
        self,
        store: Store,
        *,
        loads: Loads,
        dump: Dumps,
        projector: Projector | None = None,
    ) -> None:
        """Start before the first block."""
        self.state = State()
        self.log = LogTree()
        self.rows = StateTree()
        self.header: Header | None = None
        self.node_key = ""
        self.sealed_by = ""
        self.store = store
        self.projector = projector
        self._loads = loads
        self._dump = dump
        self._recorded: dict[str, Recorded] = {}

    def read(self, act: bytes) -> Act | Refusal:
        """Read an act of this circuit, the genesis act if there is none yet."""
        return self._read(act, self.state.genesis)

    def _read(self, act: bytes, genesis: str) -> Act | Malformed:
        return circuit.read(
            act, genesis, loads=self._loads, dump=self._dump, reader_of=reader_of
        )

    def recorded(self, act_hash: str) -> Recorded | None:
        """Look an earlier act up."""
        found = self._recorded.get(act_hash)
        if found is not None:
            return found
        position = self.store.act_at(bytes.fromhex(act_hash))
        if position is None:
            return None
        entry, block = self.store.entry(position), self.store.block_of(position)
        assert entry is not None and block is not None  # noqa: PT018 - of one write
        signed = decode(entry)
        genesis = "" if position == 0 else self.state.genesis
        act = self._read(signed.act, genesis)
        assert isinstance(act, Act)
        found = Recorded(act, signed.slots, block.time)
        if len(self._recorded) >= _REMEMBERED:
            self._recorded.clear()
        self._recorded[act_hash] = found
        return found

    def view(self, time: int) -> tuple[Overlay, Cited]:
        """Give the state as an act would meet it at that time, to look only."""
        return Overlay(self.state, time), _Cited(self, {})

    def open(self, time: int) -> OpenBlock:
        """Begin a block at that time."""
        return OpenBlock(self, time)

    def merge(self, block: OpenBlock) -> None:
        """Move on to a block that has been stored."""
        assert block.pending is not None and block.header is not None  # noqa: PT018
        self.rows.merge(block.pending)
        self.state.merge(block.overlay)
        self.log = block.log
        self.header = block.header
        self.sealed_by, self.node_key = block.sealed_by, block.node_key
        if self.projector is not None:
            self.projector.keep(block.projected)


_REMEMBERED = 4096


class _Cited:
    """The acts that an act of an open block may cite."""

    __slots__ = ("_chain", "_here")

    def __init__(self, chain: Chain, here: dict[str, Recorded]) -> None:
        self._chain = chain
        self._here = here

    def __contains__(self, act_hash: object) -> bool:
        if not isinstance(act_hash, str):
            return False
        if act_hash in self._here:
            return True
        return self._chain.store.act_at(bytes.fromhex(act_hash)) is not None

    def get(self, act_hash: str) -> Recorded | None:
        """Return the recorded act."""
        found = self._here.get(act_hash)
        return self._chain.recorded(act_hash) if found is None else found


class OpenBlock:
    """A block that takes acts; the chain below stays as it is.

    Attributes:
        overlay: the state as the acts so far leave it.
        cited: the acts that can be cited.
        log: tree with the entries so far.
        header: once sealed.
        node_key: the node's key in force after the acts so far.
        pending: next state tree, once sealed.
        projected: what pages will read.
    """

    def __init__(self, chain: Chain, time: int) -> None:
        """Open a block at ``time``; use ``Chain.open``."""
        self._chain = chain
        self.overlay = Overlay(chain.state, time)
        self._here: dict[str, Recorded] = {}
        self.cited = _Cited(chain, self._here)
        self.log = chain.log.grown()
        self.header: Header | None = None
        self.node_key = chain.node_key
        self.pending: Pending | None = None
        self._entries: list[tuple[int, bytes]] = []
        self._acts: list[ActRow] = []
        self.projected: ProjectedBlock | None = None
        if chain.projector is not None:
            self.projected = chain.projector.block(
                height=self.height, time=time, query=chain.store.query
            )

    @property
    def height(self) -> int:
        """Number of this block."""
        return 0 if self._chain.header is None else self._chain.header.height + 1

    @property
    def sealed_by(self) -> str:
        """The node's key that signs this block: the old one if an act changes it."""
        return self._chain.node_key or self.node_key

    @property
    def acts(self) -> int:
        """Acts so far."""
        return len(self._acts)

    def add(self, entry: bytes, act: Act, slots: tuple[Slot, ...]) -> int:
        """Apply an act that nothing refuses; returns its position in the log."""
        position = self.log.size
        effects = circuit.apply(self.overlay, act, slots, self.cited)
        self._here[act.hash] = Recorded(act, slots, self.overlay.time)
        self._entries.append((position, entry))
        self._acts.append(
            ActRow(
                position,
                bytes.fromhex(act.hash),
                bytes.fromhex(act.by),
                bytes.fromhex(act.id),
            )
        )
        self.log.append(entry)
        if act.kind in _NODE_KEY_OF:
            self.node_key = _NODE_KEY_OF[act.kind](act.body)
        if self.projected is not None:
            self.projected.add(Applied(position, act, slots, effects))
        return position

    def seal(self, node: Node | None = None) -> Block:
        """End the block; the node signs the checkpoint, a replay has none."""
        created, changed = self._state_rows()
        last = self._chain.header
        header = Header(
            acts=len(self._acts),
            acts_root=self.log.root().hex(),
            height=self.height,
            prev=FIRST_PREV if last is None else last.hash(),
            rules=self._rules(),
            size=self.log.size,
            state_root=self._root(created, changed),
            time=self.overlay.time,
        )
        self._entries.append((self.log.size, header.entry()))
        self.log.append(header.entry())
        self.header = header
        projected = self.projected
        return Block(
            header=header,
            entries=self._entries,
            acts=self._acts,
            created=created,
            changed=changed,
            tiles=self.log.full_tiles(),
            marks=self._marks(node),
            derived=projected.changes(self.overlay.rows.values()) if projected else (),
        )

    def _rules(self) -> int:
        """Version in force as the block began; what its own acts change comes later."""
        row: RulesRow = self._chain.state.get("rules") or self.overlay.get("rules")
        return row.at(self.overlay.time)

    def _marks(self, node: Node | None) -> dict[str, str]:
        marks = {} if node is None else {"checkpoint": self.note(node)}
        if self._chain.header is None:
            marks |= {"genesis": self.overlay.genesis, "schema": SCHEMA_VERSION}
            if self._chain.projector is not None:
                marks["projection"] = str(self._chain.projector.version)
        return marks

    def note(self, node: Node) -> str:
        """Sign the checkpoint of the log as it stands."""
        name = origin_of(self.overlay.genesis)
        text = notes.checkpoint_text(
            notes.Checkpoint(origin=name, size=self.log.size, root=self.log.root())
        )
        key = notes.VerifierKey(name=name, key=node.key)
        signature = notes.sign_note(text, key, node.sign)
        return notes.note_bytes(notes.Note(text, (signature,))).decode()

    def _state_rows(self) -> tuple[list[StateRow], list[StateRow]]:
        places, count = self._chain.state.places, len(self._chain.state.places)
        created: list[StateRow] = []
        changed: list[StateRow] = []
        for key, row in self.overlay.rows.items():
            place = places.get(key)
            if place is None:
                place = count + len(created)
                created.append(StateRow(place, key, value_of(row)))
            else:
                changed.append(StateRow(place, key, value_of(row)))
        return created, changed

    def _root(self, created: list[StateRow], changed: list[StateRow]) -> str:
        self.pending = self._chain.rows.preview(
            {place: leaf(key, value) for place, key, value in changed},
            [leaf(key, value) for _, key, value in created],
        )
        return self.pending.root.hex()
