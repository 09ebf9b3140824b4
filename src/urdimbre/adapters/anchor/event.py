"""The anchor's one event and one call, as bytes of the chain (Solidity ABI)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

TOPIC: Final = "0x4a64bd2d127b0e1f475c2768143e332b46bb800df0549683ddf9b4e4dd9c67a1"
"""Keccak-256 of ``Anchor(bytes32,address,uint64,bytes32)``."""
SELECTOR: Final = "0x70c127c6"
"""First four bytes of Keccak-256 of ``anchor(bytes32,uint64,bytes32)``."""

_WORD_DIGITS = 64
_ADDRESS_DIGITS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An anchor as the chain keeps it.

    Attributes:
        contract: whose event it is, 20 bytes hex.
        sender: who called it, 20 bytes hex.
        size: entries of the log.
        root: of the tree over them, hex.
        block: number of its block.
        place: of the event within the block.
        transaction: hash, hex.
        time: of the block, seconds UTC.
    """

    contract: str
    sender: str
    size: int
    root: str
    block: int
    place: int
    transaction: str
    time: int


def call(genesis: str, size: int, root: str) -> str:
    """Write what a transaction hands to the contract."""
    return f"{SELECTOR}{genesis}{size:0{_WORD_DIGITS}x}{root}"


def plain(quantity: str) -> str:
    """Take the ``0x`` off; lower case, as this house writes hex."""
    return quantity.lower().removeprefix("0x")


def read(log: dict[str, Any], time: int) -> Event:
    """Read a log entry of the contract, as ``eth_getLogs`` gives it.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is none.
    """
    topic, _, sender, size = log["topics"]
    root = plain(log["data"])
    if topic.lower() != TOPIC or len(root) != _WORD_DIGITS:
        raise ValueError("not an anchor")
    return Event(
        contract=plain(log["address"]),
        sender=plain(sender)[-_ADDRESS_DIGITS:],
        size=int(size, 16),
        root=root,
        block=int(log["blockNumber"], 16),
        place=int(log["logIndex"], 16),
        transaction=plain(log["transactionHash"]),
        time=time,
    )
