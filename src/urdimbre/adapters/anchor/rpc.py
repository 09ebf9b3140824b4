"""A node of an EVM chain, asked over JSON-RPC.

Only what the house needs, without a library of its own: whoever verifies anchors
installs nothing for it. The address may hold a secret, so messages name its host only.

Source:
    ethereum.org/developers/docs/apis/json-rpc (execution API), EIP-1559 for fees.
"""

from __future__ import annotations

import http.client
import itertools
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import orjson

from urdimbre.adapters.anchor.answers import ChainRefused, ChainUnreachable
from urdimbre.adapters.anchor.event import TOPIC, Event, plain, read
from urdimbre.core.refusals import Reason

SECONDS_MAX: Final = 30
ANSWER_BYTES_MAX: Final = 64 * 1024 * 1024
GWEI: Final = 10**9
_REASON_MAX = 300


@dataclass(frozen=True, slots=True)
class Fees:
    """What a unit of gas costs, in wei.

    Attributes:
        base: what the present block burns.
        tip: what whoever builds blocks is offered.
    """

    base: int
    tip: int

    @property
    def most(self) -> int:
        """Enough for the base fee to double meanwhile (it rises 1/8 a block)."""
        return 2 * self.base + self.tip


class Chain:
    """One chain, through one of its nodes."""

    def __init__(self, url: str) -> None:
        """Take the node's address; nothing is asked yet.

        Raises:
            ChainUnreachable: it is no http(s) address.
        """
        parts = urllib.parse.urlsplit(url)
        self.host = parts.hostname or "?"
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ChainUnreachable(
                host=self.host, reason=Reason("it is no http(s) address")
            )
        self._url = url
        self._numbers = itertools.count(1)
        self._times: dict[int, int] = {}

    def id(self) -> int:
        """The chain's number (EIP-155)."""
        return self._number("eth_chainId")

    def head(self) -> int:
        """Number of the last block."""
        return self._number("eth_blockNumber")

    def nonce(self, address: str, tag: str = "latest") -> int:
        """How many transactions of a sender there are: mined, or ``pending`` too."""
        return self._number("eth_getTransactionCount", f"0x{address}", tag)

    def has_code(self, address: str) -> bool:
        """Whether there is a contract."""
        return len(plain(self._text("eth_getCode", f"0x{address}", "latest"))) > 0

    def knows(self, transaction: str) -> bool:
        """Whether the node has a transaction, mined or waiting."""
        return self._ask("eth_getTransactionByHash", f"0x{transaction}") is not None

    def receipt(self, transaction: str) -> dict[str, Any] | None:
        """What came of a transaction; ``None`` while no block holds it."""
        found = self._ask("eth_getTransactionReceipt", f"0x{transaction}")
        return found if isinstance(found, dict) else None

    def send(self, raw: str) -> None:
        """Hand in a signed transaction; one that the node knows already is fine.

        Raises:
            ChainRefused: the node does not take it.
        """
        try:
            self._ask("eth_sendRawTransaction", f"0x{raw}")
        except ChainRefused as refused:
            reason = str(refused.values["reason"]).lower()
            if "already known" not in reason and "already imported" not in reason:
                raise

    def fees(self) -> Fees:
        """What a transaction has to offer now."""
        block = self._block("latest")
        if not isinstance(block, dict) or "baseFeePerGas" not in block:
            reason = Reason("its blocks have no base fee (EIP-1559)")
            raise ChainRefused(method="eth_getBlockByNumber", reason=reason)
        try:
            tip = self._number("eth_maxPriorityFeePerGas")
        except ChainRefused:  # not every node offers it
            tip = GWEI
        return Fees(int(block["baseFeePerGas"], 16), tip)

    def gas(self, sender: str, to: str | None, call: str) -> int:
        """How much gas a call needs, with a fifth to spare."""
        asked = {"from": f"0x{sender}", "data": call}
        if to is not None:
            asked["to"] = f"0x{to}"
        return self._number("eth_estimateGas", asked) * 6 // 5

    def events(self, contract: str, genesis: str, *, since: int) -> list[Event]:
        """All anchors of a circuit at a contract, in the chain's order."""
        found = self._logs(contract, genesis, max(0, since), self.head())
        return sorted(found, key=lambda one: (one.block, one.place))

    def _logs(self, contract: str, genesis: str, first: int, last: int) -> list[Event]:
        """Ask for a range of blocks; where a node allows less at once, for halves."""
        asked = {
            "address": f"0x{contract}",
            "topics": [TOPIC, f"0x{genesis}"],
            "fromBlock": hex(first),
            "toBlock": hex(last),
        }
        try:
            answer = self._ask("eth_getLogs", asked)
        except ChainRefused:
            if first >= last:
                raise
            middle = (first + last) // 2
            return [
                *self._logs(contract, genesis, first, middle),
                *self._logs(contract, genesis, middle + 1, last),
            ]
        try:
            return [read(one, self._time(one)) for one in answer]
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            reason = f"eth_getLogs: {wrong}"
            raise ChainUnreachable(host=self.host, reason=reason) from None

    def _time(self, log: dict[str, Any]) -> int:
        """Time of the block of a log entry; some nodes tell it along with it."""
        told = log.get("blockTimestamp")
        if told is not None:
            return int(told, 16)
        number = int(log["blockNumber"], 16)
        if number not in self._times:
            self._times[number] = int(self._block(hex(number))["timestamp"], 16)
        return self._times[number]

    def _block(self, number: str) -> Any:
        """A block without its transactions."""
        with_transactions = False
        return self._ask("eth_getBlockByNumber", number, with_transactions)

    def _number(self, method: str, *asked: object) -> int:
        answer = self._text(method, *asked)
        try:
            return int(answer, 16)
        except ValueError:
            reason = Reason("what it says to {method} is no number", method=method)
            raise ChainUnreachable(host=self.host, reason=reason) from None

    def _text(self, method: str, *asked: object) -> str:
        answer = self._ask(method, *asked)
        if not isinstance(answer, str):
            reason = Reason("what it says to {method} is no text", method=method)
            raise ChainUnreachable(host=self.host, reason=reason)
        return answer

    def _ask(self, method: str, *asked: object) -> Any:
        number = next(self._numbers)
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": asked}
        try:
            # Unlike the standard library's, this reader bounds how deep it goes.
            answer = orjson.loads(self._post(orjson.dumps(body)))
        except orjson.JSONDecodeError:
            raise ChainUnreachable(
                host=self.host, reason=Reason("it does not answer in JSON")
            ) from None
        if not isinstance(answer, dict) or answer.get("id") != number:
            raise ChainUnreachable(
                host=self.host, reason=Reason("it does not answer in JSON-RPC")
            )
        if (error := answer.get("error")) is not None:
            told = error.get("message") if isinstance(error, dict) else error
            raise ChainRefused(method=method, reason=str(told)[:_REASON_MAX])
        return answer.get("result")

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "User-Agent": "urdimbre"}
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self._url, data=body, headers=headers
        )
        try:
            with urllib.request.urlopen(  # noqa: S310 - likewise
                request, timeout=SECONDS_MAX
            ) as answer:
                return bytes(answer.read(ANSWER_BYTES_MAX))
        except urllib.error.HTTPError as failed:
            # Nodes may say in the body of an error why they refuse.
            with closing(failed):
                told = failed.read(ANSWER_BYTES_MAX)
            if told.lstrip().startswith(b"{"):
                return told
            reason = f"HTTP {failed.code}"
            raise ChainUnreachable(host=self.host, reason=reason) from None
        except (OSError, http.client.HTTPException) as failed:
            reason = str(getattr(failed, "reason", failed)) or type(failed).__name__
            raise ChainUnreachable(host=self.host, reason=reason) from None
