"""Proofs of rows of the state: what somebody has, under the root that a header tells.

The file is a C2SP ``tlog-proof`` of the header's entry. ``extra`` is ``u32 length ||
entry || rows``, the rows as JSON: ``{"count", "rows": [{"index", "key", "path",
"value"}]}``. A path leads from the leaf of one row to the header's ``state_root`` and
shows hashes only: whose rows lie beside hers, nobody can tell from it.
"""

from __future__ import annotations

from collections.abc import Iterable

from urdimbre.core.chain.state_tree import StateTree, leaf
from urdimbre.core.encoding import dumps
from urdimbre.core.refusals import Reason
from urdimbre.recording.answers import Damaged
from urdimbre.recording.log_tree import WIDTH, reopened
from urdimbre.recording.ports import StateRow, Store
from urdimbre.recording.proofs import proof_text


def rows_proven(tree: StateTree, rows: Iterable[StateRow]) -> bytes:
    """Write rows with their paths, as a proof holds them."""
    told = [
        {
            "index": row.place,
            "key": row.key,
            "path": [one.hex() for one in tree.path(row.place)],
            "value": row.value.decode("ascii"),
        }
        for row in rows
    ]
    return dumps({"count": tree.count, "rows": told})


def state_proof_from(
    store: Store, *, key: str = "", owned: str = "", under: str = ""
) -> str | None:
    """Prove rows by stored tables alone, while another process records.

    Nothing if there is no such row.

    Args:
        store: the tables, as they stand at one moment.
        key: of the one row; or
        owned: the owner whose accounts they are.
        under: a checkpoint that witnesses have cosigned; else the last one.

    Raises:
        Damaged: there is no block to prove it by.
    """
    wanted = f"account/{owned}/"
    tree, rows = StateTree(), []
    leaves: list[bytes] = []
    for row in store.state():
        leaves.append(leaf(row.key, row.value))
        if row.key == key or (owned and row.key.startswith(wanted)):
            rows.append(row)
    if not rows:
        return None
    tree.set_many({}, leaves)
    last = store.last_block()
    if last is None:
        raise Damaged("header", Reason("there is none"))
    size = last.position + 1
    log = reopened(size, store.tile, store.entries(size - size % WIDTH))
    proven = rows_proven(tree, rows)
    return proof_text(store, log, last.position, proven, under=under)
