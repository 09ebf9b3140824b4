"""A chain taken up where its store stands: compared with its header, not mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from sys import intern

import orjson

from urdimbre.core import circuit
from urdimbre.core.chain.entry import BrokenEntry, decode, genesis_id
from urdimbre.core.chain.header import read_header
from urdimbre.core.chain.state_tree import leaf
from urdimbre.core.encoding import Dumps, Loads
from urdimbre.core.membership.rows import Key, Member
from urdimbre.core.refusals import Reason
from urdimbre.core.state import State
from urdimbre.recording.answers import Damaged, NewerRules
from urdimbre.recording.chain import Chain
from urdimbre.recording.log_tree import WIDTH, TileMissing, reopened
from urdimbre.recording.ports import StateRow, Store


def load(store: Store, *, loads: Loads, dump: Dumps) -> Chain:
    """Take up a chain where its store stands, without what pages read.

    Nothing is repaired.

    Raises:
        Damaged: entries, headers, tiles or state do not fit the last header.
        NewerRules: the last block was judged by rules of a later program.
    """
    chain = Chain(store, loads=loads, dump=dump)
    last, size = store.last_block(), store.size()
    if last is None:
        if size:
            raise Damaged("header", Reason("is empty while the log is not"))
        return chain
    if size != last.position + 1:
        raise _holds(size, last.position + 1)
    _load_header(chain, last.hash, last.position)
    _load_log(chain, size)
    _load_state(chain)
    _load_genesis(chain)
    chain.state.time = last.time
    chain.node_key = node_keys(chain.state)[-1].public
    return chain


def _holds(size: int, expected: int) -> Damaged:
    reason = Reason(
        "holds so many entries: {size}, not {expected}", size=size, expected=expected
    )
    return Damaged("entry", reason)


def _broken(position: int, reason: Reason) -> Damaged:
    return Damaged("entry", Reason("{index}: {reason}", index=position, reason=reason))


def node_keys(state: State) -> list[Key]:
    """Return all keys that the node has had, in order; the last one is in force.

    The acts see to it that there is one.
    """
    nodes = {
        row.id
        for row in state.starting("member/")
        if isinstance(row, Member) and row.kind == "node"
    }
    return [
        row
        for row in state.starting("key/")
        if isinstance(row, Key) and row.member in nodes
    ]


def _load_header(chain: Chain, digest: bytes, position: int) -> None:
    entry = chain.store.entry(position)
    if type(entry) is not bytes or not entry:
        raise Damaged("entry", Reason("has no entry {index}", index=position))
    try:
        chain.header = read_header(entry[1:])
    except BrokenEntry as broken:
        raise _broken(position, broken.reason) from None
    if chain.header.rules > circuit.RULES:
        raise NewerRules(circuit=chain.header.rules, program=circuit.RULES)
    if chain.header.entry() != entry or chain.header.hash() != digest.hex():
        raise Damaged("header", Reason("does not fit the last entry"))


def _load_log(chain: Chain, size: int) -> None:
    header = chain.header
    assert header is not None
    store = chain.store
    before = header.size - header.size % WIDTH
    try:
        last = _entries(store, before, header.size)
        chain.log = reopened(header.size, store.tile, last)
    except TileMissing as missing:
        raise Damaged("tile", missing.reason) from None
    if chain.log.root().hex() != header.acts_root:
        raise Damaged("entry", Reason("do not give the root in the last header"))
    chain.log.append(header.entry())
    chain.log.full_tiles().clear()
    assert chain.log.size == size


def _entries(store: Store, start: int, stop: int) -> Iterator[bytes]:
    for position, entry in enumerate(islice(store.entries(start), stop - start), start):
        if type(entry) is not bytes:
            raise _broken(position, Reason("is no bytes"))
        yield entry


def _load_state(chain: Chain) -> None:
    header = chain.header
    assert header is not None
    take_rows(chain, chain.store.state())
    if chain.rows.root().hex() != header.state_root:
        raise Damaged("state", Reason("does not give the root in the last header"))


def take_rows(chain: Chain, rows: Iterable[StateRow]) -> None:
    """Load the rows of the state, in order of their places, into an empty chain.

    Raises:
        Damaged: one is missing or cannot be read.
    """
    state, hashes = chain.state, []
    for row in rows:
        if row.place != len(state.places):
            raise Damaged(
                "state", Reason("has no row {index}", index=len(state.places))
            )
        state.places[row.key] = row.place
        try:
            read = circuit.decode_row(
                row.key, row.value, loads=orjson.loads, once=intern
            )
            state.rows[row.key] = read
            hashes.append(leaf(row.key, row.value))
        except (ValueError, KeyError, TypeError):
            raise Damaged(
                "state", Reason("{key} cannot be read", key=row.key)
            ) from None
    chain.rows.set_many({}, hashes)


def _load_genesis(chain: Chain) -> None:
    genesis, entry = chain.store.mark("genesis"), chain.store.entry(0)
    try:
        first = genesis_id(decode(entry if type(entry) is bytes else b"").act)
    except BrokenEntry as broken:
        raise _broken(0, broken.reason) from None
    if genesis != first:
        raise Damaged("meta", Reason("names another genesis than the log"))
    chain.state.genesis = first
