"""A fixed history, told as one hash: the same wherever and however it is run.

It plays every scene of ``tests/core/refused`` and takes in each row of every state, the
root of the state, and every refusal's sentence. Only the standard library is needed.
"""

import hashlib
import inspect
from functools import cache

from tests.core.refused import (
    belonging,
    calling,
    consenting,
    deciding,
    exchanging,
    in_kind,
    keeping,
    limiting,
    mending,
    moving,
    standing,
    unlocking,
)
from tests.little_circuit import town
from urdimbre.core.chain.state_tree import StateTree, leaf
from urdimbre.core.state import value_of

ROOMS = (
    belonging,
    calling,
    consenting,
    deciding,
    exchanging,
    in_kind,
    keeping,
    limiting,
    mending,
    moving,
    standing,
    unlocking,
)
SCENES = [
    scene
    for room in ROOMS
    for name, scene in inspect.getmembers(room, inspect.isfunction)
    if scene.__module__ == room.__name__ and not name.startswith("_")
]


@cache
def told():
    """Hash of all that the scenes lead to, hex."""
    digest = hashlib.sha256()
    for scene in SCENES:
        little = town()
        answer, _ = scene(little)
        leaves = []
        for key, row in little.state.rows.items():
            value = value_of(row)
            digest.update(key.encode() + b"\0" + value + b"\n")
            leaves.append(leaf(key, value))
        digest.update(StateTree(leaves).root())
        for refusal in answer:
            digest.update(refusal.sentence().encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(told())  # noqa: T201 - how it is told to who has started it
