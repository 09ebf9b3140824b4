"""Every sort of row that decides is written down, and stands under the state root."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from urdimbre.core import circuit
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.state_tree import StateTree, leaf

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "adr" / "0001-wire-format-v1.md"
VECTORS = ROOT / "tests" / "vectors"
PARAMETER = "agreement/<parameter>"
PURSES = {"own", "issue", "till", "bank", "reserve"}
PROMISED = {
    *("member", "key", "policy", "mandate", "use", "unit", "supply", "agreement"),
    *("account", "owed", "custody", "adjusted", "contest", "thanked", "frozen"),
    *("void", "clock", "rules"),
}
"""Sorts of the specification; ``hold`` and ``peer`` are kept for later."""


def sort_of(key):
    """The first part of a key; of what was agreed, what it is about."""
    first, *more = key.split("/")
    if first != "agreement" or not more:
        return first
    return f"agreement/{more[0]}" if len(more) > 1 else PARAMETER


def known():
    """The sorts that the program reads."""
    under = {f"agreement/{one}" for one in circuit._UNDER_AGREEMENT}
    return {*circuit._ROWS, "unit", PARAMETER} | under


@pytest.fixture(scope="module")
def rows():
    """All rows that the golden vectors end with, by story."""
    found = {}
    for path in sorted(VECTORS.glob("*.json")):
        told = json.loads(path.read_text("ascii"))
        last = {}
        for block in told.get("blocks", ()):
            for row in (*block["created"], *block["changed"]):
                last[row["place"]] = row
        if last:
            found[path.stem] = [last[place] for place in sorted(last)]
    return found


def test_the_page_of_the_format_tells_all_sorts_and_no_others():
    section = PAGE.read_text("utf-8").split("### 6. State")[1].split("### 7.")[0]
    told = {
        sort_of(key) for key in re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    }

    assert told == known()
    assert {one.split("/")[0] for one in told} >= PROMISED


def test_the_vectors_hold_a_row_of_every_sort_and_purse(rows):
    keys = [row["key"] for story in rows.values() for row in story]

    assert {sort_of(key) for key in keys} == known()
    purses = {key.rsplit("/", 1)[1] for key in keys if key.startswith("account/")}
    assert purses == PURSES


def test_no_row_of_any_sort_can_be_changed_or_left_out_under_the_same_root(rows):
    for story in rows.values():
        leaves = [leaf(row["key"], row["value"].encode()) for row in story]
        root = StateTree(leaves).root()
        for place, row in enumerate(story):
            for key, value in changed(row):
                other = [*leaves]
                other[place] = leaf(key, value)
                assert StateTree(other).root() != root, row
            assert StateTree(leaves[:place] + leaves[place + 1 :]).root() != root, row


def changed(row):
    """The row with another key, and with each of its fields gone."""
    yield row["key"] + "0", row["value"].encode()
    fields = json.loads(row["value"])
    for name in fields:
        left = {one: value for one, value in fields.items() if one != name}
        yield row["key"], json.dumps(left, sort_keys=True).encode()


def test_the_blind_of_an_account_is_made_from_the_one_of_its_owner(rows):
    """ADR 0001 section 6 once more: who has not seen that one learns nothing by it."""
    found = 0
    for story in rows.values():
        named = {row["key"]: json.loads(row["value"]) for row in story}
        for key, value in named.items():
            if not key.startswith("account/"):
                continue
            owner, rest = key.removeprefix("account/").split("/", 1)
            whose = COMMON if owner == "cash-outside" else owner
            blind = bytes.fromhex(named[f"member/{whose}"]["blind"])
            text = b"urdimbre/blind/v1\0" + blind + f"{owner}/{rest}".encode()
            assert value["blind"] == sha256(text).hexdigest()[:32]
            found += 1
    assert found > 20
