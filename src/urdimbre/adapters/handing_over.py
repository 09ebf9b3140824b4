"""A circuit moves to another host: with the old one's help, or without it.

The new host makes its own keys and the act ``node`` that brings them. Those who act for
the common sign it. With the old host they record it there, and the folder moves. If the
old host or its key is lost, the circuit is reopened from a bundle, and the act is
recorded there, openly without the old key (see ``recording/succession.py``).
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from urdimbre.adapters.bundle import NotABundle, checkpoint_of, is_bundle, read_entries
from urdimbre.adapters.catching_up import loaded
from urdimbre.adapters.checkpoints import largest_ahead, largest_told, read_seen
from urdimbre.adapters.desk import Desk, Payload
from urdimbre.adapters.differences import FoundDifference
from urdimbre.adapters.engines import REGISTRY_FILE, open_tables
from urdimbre.adapters.folder import (
    DESK_FILE,
    lock_folder,
    look_whether_whole,
    made_whole,
)
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.server import (
    KEK_FILE,
    NODE_FILE,
    KeyEncryptionKey,
    copy_keys,
    create_node_key,
    node_key,
)
from urdimbre.adapters.rebuilding import rebuild_if_other
from urdimbre.adapters.standing import mark_behind, refuse_if_behind
from urdimbre.adapters.verification import Replayed, checkpoint_wrong
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import version
from urdimbre.core.chain.entry import (
    ZERO16,
    Slot,
    commitment,
    key_id,
    signature_input,
    signed_entry,
)
from urdimbre.core.refusals import Reason, Refusal
from urdimbre.core.state import State
from urdimbre.recording import Node, Projector, Receipt
from urdimbre.recording.loading import node_keys
from urdimbre.recording.ports import Clock
from urdimbre.recording.signatures import Checker
from urdimbre.recording.succession import succeed

ACT_SECONDS = 14 * 86_400
"""How long the act may wait for its signatures."""
LINE_FILE = "node-act.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A circuit from its bundle.

    Attributes:
        genesis: the circuit's id, hex.
        size: entries of the log.
        node: the key of this folder's node, hex.
        in_force: the node's key in force, hex.
        line: file with the act that those who act for the common have to sign; empty
            if the key in force is held here.
        seen: entries that somebody has seen; ``None`` if nobody was asked.
        open: whether nobody is known to have seen more.
    """

    genesis: str
    size: int
    node: str
    in_force: str
    line: str
    seen: int | None
    open: bool

    def told(self) -> dict[str, Any]:
        """Return it as ``reopen --json`` prints it."""
        return asdict(self)


def make_keys(folder: Path) -> None:
    """Make the keys of a new host, unless they are there already."""
    if not (folder / KEK_FILE.name).exists():
        KeyEncryptionKey.create(folder / KEK_FILE.name)
    if not (folder / NODE_FILE.name).exists():
        create_node_key(folder / NODE_FILE.name)


def node_act(state: State, seed: bytes, *, now: int) -> dict[str, Any]:
    """Write the act that makes a new key the node's, signed with that key.

    Args:
        state: of the circuit.
        seed: of the new key.
        now: seconds UTC.

    Returns:
        A line as ``urdimbre record`` reads it; the common's signatures are missing.
    """
    old = node_keys(state)[-1]
    public = ed25519.public_key(seed).hex()
    act = drafting.draft(
        "node",
        {"new": drafting.key(public, "server"), "old": old.key_id},
        by=COMMON,
        id_=secrets.token_hex(16),
        valid_until=max(now, state.time) + ACT_SECONDS,
        agreement=version(state),
    )
    message = signature_input(state.genesis, old.member, ZERO16, act)
    signature = {
        "key_id": key_id(public),
        "member": old.member,
        "signature": ed25519.sign(seed, message).hex(),
    }
    return {"act": act.decode("ascii"), "signatures": [signature]}


def reopen(
    bundle: Path,
    folder: Path,
    *,
    now: int,
    projector: Projector,
    keys: Path | None = None,
    seen: Iterable[str] = (),
    nothing_later: bool = False,
) -> Reopened:
    """Make a circuit's folder from a bundle, with an empty desk.

    Args:
        bundle: the file.
        folder: new, or empty.
        now: seconds UTC.
        projector: a fresh one.
        keys: folder with ``kek`` and ``node``; made anew if there are none.
        seen: checkpoints that witnesses, peers or members have seen.
        nothing_later: somebody answers for it that nothing was recorded afterwards.

    Raises:
        NotABundle: it cannot be read, or does not verify.
        FolderNotEmpty: there is something in the folder.
        Forked: somebody has seen another log.
    """
    if not is_bundle(bundle):
        raise NotABundle(path=bundle, reason=Reason("it is no tar"))
    with made_whole(folder) as draft:
        _put_or_make(keys, draft)
        return _fill(
            draft, bundle, now=now, projector=projector, texts=seen, sure=nothing_later
        )


def take_over(
    folder: Path, line: bytes, *, projector: Projector, clock: Clock
) -> Receipt | Refusal:
    """Record the act that gives the log to this folder's node, without the old key.

    Args:
        folder: of the circuit, with the new node's key.
        line: the act and its signatures, as ``urdimbre record`` reads them.
        projector: a fresh one.
        clock: seconds UTC.

    Raises:
        Behind, NobodyAsked: others have seen more, or nobody was asked.
        NotASuccession: it is another act.
        ClockOff: the clock does not fit the last block.
    """
    look_whether_whole(folder)
    refuse_if_behind(folder)
    seed = node_key(folder / NODE_FILE)
    node = Node(ed25519.public_key(seed), lambda text: ed25519.sign(seed, text))
    lock = lock_folder(folder)
    try:
        store = open_tables(folder, schema=projector.schema)
        with closing(store):
            rebuild_if_other(store, folder, type(projector)())
            return succeed(
                loaded(store, projector),
                entry_of(line),
                node=node,
                now=clock(),
                checker=Checker(ed25519.verify, ed25519.admissible),
            )
    finally:
        os.close(lock)


def entry_of(line: bytes) -> bytes:
    """Make the entry of a line with an act and its signatures.

    Raises:
        ValueError: the line is not understood.
    """
    told = json.loads(line)
    try:
        slots = [
            Slot(
                one["member"],
                one["key_id"],
                one.get("mandate", ZERO16),
                bytes.fromhex(one["signature"]),
            )
            for one in told["signatures"]
        ]
        return signed_entry(str(told["act"]).encode("ascii"), slots).encode()
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"no act with signatures: {wrong!r}") from None


def openings_of(line: bytes) -> list[Payload]:
    """Read the private texts of a line; each must be committed to in its act.

    Raises:
        ValueError: one is not.
    """
    told = json.loads(line)
    try:
        return [_opening(str(told["act"]), one) for one in told.get("private", [])]
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"no private text: {wrong!r}") from None


def _opening(act: str, told: dict[str, Any]) -> Payload:
    salt, payload = bytes.fromhex(told["salt"]), str(told["payload"]).encode()
    committed = commitment(salt, told["field"], payload)
    if committed not in act:
        raise ValueError(f"the act does not commit to {told['field']}")
    return Payload(committed, told["field"], salt, payload)


def _put_or_make(keys: Path | None, draft: Path) -> None:
    target = draft / KEK_FILE.parent
    target.mkdir(mode=0o700)
    if keys is None:
        make_keys(target)
    else:
        copy_keys(keys, draft)


def _fill(
    draft: Path,
    bundle: Path,
    *,
    now: int,
    projector: Projector,
    texts: Iterable[str],
    sure: bool,
) -> Reopened:
    replayed = Replayed(draft, projector=projector)
    with closing(replayed):
        try:
            replayed.run(read_entries(bundle))
        except FoundDifference as found:
            raise NotABundle(path=bundle, reason=found.difference.reason) from None
        chain, checkpoint = replayed.chain, checkpoint_of(bundle)
        wrong = checkpoint_wrong(chain, checkpoint)
        if wrong:
            raise NotABundle(path=bundle, reason=wrong)
        replayed.keep(checkpoint)
        seen = [
            read_seen(text, chain.state.genesis, node_keys(chain.state))
            for text in texts
        ]
        ahead = largest_ahead(chain.store, chain.log.size, seen)
        told = largest_told(seen, chain.log.size)
    closed = ahead is not None or not (told or sure)
    if closed:
        mark_behind(draft, ahead)
    Desk(draft / DESK_FILE)
    seed = node_key(draft / NODE_FILE)
    held = ed25519.public_key(seed).hex()
    lost = held != chain.node_key
    if lost:
        line = json.dumps(node_act(chain.state, seed, now=now), sort_keys=True)
        (draft / LINE_FILE).write_text(f"{line}\n", encoding="ascii")
    _sync_files(draft, (REGISTRY_FILE, DESK_FILE, *((LINE_FILE,) if lost else ())))
    return Reopened(
        genesis=chain.state.genesis,
        size=chain.log.size,
        node=held,
        in_force=chain.node_key,
        line=LINE_FILE if lost else "",
        seen=told,
        open=not closed,
    )


def _sync_files(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())
