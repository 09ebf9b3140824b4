"""The sender's key: a file of its own, and the transactions that it signs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from urdimbre.adapters.anchor.event import plain
from urdimbre.adapters.anchor.outbox import Sent
from urdimbre.adapters.anchor.rpc import Fees
from urdimbre.adapters.keys.server import create_node_key, node_key

# py_ecc, which comes along, lets the whole program recurse 100,000 deep when it is
# imported: nested JSON of others would then end the process instead of being refused.
_recursion_max = sys.getrecursionlimit()
from eth_account import Account  # noqa: E402 - between the two lines
from eth_account.signers.local import LocalAccount  # noqa: E402 - likewise

sys.setrecursionlimit(_recursion_max)

SENDER_FILE: Final = Path("keys/evm")
_DYNAMIC_FEE = 2
"""Type of a transaction with base fee and tip (EIP-1559)."""


class Sender:
    """Who pays for the anchors and signs them; no member, and no key of the log."""

    def __init__(self, secret: bytes) -> None:
        """Take the 32 bytes; ``read`` and ``create`` find them in their file."""
        self._account: LocalAccount = Account.from_key(secret)

    def __repr__(self) -> str:
        """Show nothing of the secret in logs and tracebacks."""
        return f"Sender({self.address})"

    @classmethod
    def read(cls, folder: Path) -> Sender:
        """The key in ``keys/evm``; raises as for the node's key."""
        return cls(node_key(folder / SENDER_FILE))

    @classmethod
    def create(cls, folder: Path) -> Sender:
        """A new key in ``keys/evm``; raises if there is one."""
        return cls(create_node_key(folder / SENDER_FILE))

    @property
    def address(self) -> str:
        """Its address, 20 bytes hex."""
        return plain(self._account.address)

    def sign(
        self,
        call: str,
        *,
        chain: int,
        nonce: int,
        contract: str,
        size: int,
        gas: int,
        fees: Fees,
    ) -> Sent:
        """Sign a transaction; with an empty ``contract`` it deploys one."""
        wanted: dict[str, Any] = {
            "type": _DYNAMIC_FEE,
            "chainId": chain,
            "nonce": nonce,
            "value": 0,
            "data": call,
            "gas": gas,
            "maxFeePerGas": fees.most,
            "maxPriorityFeePerGas": fees.tip,
        }
        if contract:
            wanted["to"] = bytes.fromhex(contract)
        signed = self._account.sign_transaction(wanted)
        return Sent(
            chain=chain,
            sender=self.address,
            nonce=nonce,
            hash=bytes(signed.hash).hex(),
            raw=bytes(signed.raw_transaction).hex(),
            contract=contract,
            size=size,
            most=fees.most,
            tip=fees.tip,
        )
