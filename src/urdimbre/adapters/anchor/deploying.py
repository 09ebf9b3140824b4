"""Putting the contract on a chain, once."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Final

from urdimbre.adapters.anchor.answers import ChainRefused, NotCompiled, NotMined
from urdimbre.adapters.anchor.event import plain
from urdimbre.adapters.anchor.outbox import Outbox, Sent
from urdimbre.adapters.anchor.rpc import Chain
from urdimbre.adapters.anchor.signing import Sender
from urdimbre.core.refusals import Reason

COMPILED: Final = Path(__file__).with_name("UrdimbreAnchor.json")
SECONDS_MAX: Final = 120
_EACH_SECONDS = 0.5


def code() -> str:
    """The contract's code to deploy, compiled when this program was built.

    Raises:
        NotCompiled: it did not come with this installation.
    """
    if not COMPILED.is_file():
        raise NotCompiled(path=COMPILED.name)
    return str(json.loads(COMPILED.read_text(encoding="ascii"))["bytecode"])


def deploy(box: Outbox, chain: Chain, sender: Sender, *, seconds: float) -> str:
    """Deploy the contract and wait; returns its address.

    Stopped and run again it goes on with the same transaction, and once it is done it
    names the same contract.

    Raises:
        NotMined: no block holds it after so many seconds.
        ChainRefused: the chain will not have it.
    """
    number = chain.id()
    mark = f"deployment/{number}/{sender.address}"
    sent = _kept(box, number, sender, box.mark(mark))
    if sent is None or _lost(chain, sent):
        sent = _signed(chain, number, sender)
        box.note(sent)
        box.set_mark(mark, sent.hash)
    until = time.monotonic() + seconds
    while (found := chain.receipt(sent.hash)) is None:
        if not chain.knows(sent.hash):
            chain.send(sent.raw)
        elif time.monotonic() >= until:
            raise NotMined(hash=sent.hash)
        else:
            time.sleep(_EACH_SECONDS)
    if int(found["status"], 16) != 1:
        raise ChainRefused(
            method="eth_sendRawTransaction", reason=Reason("it was reverted")
        )
    return plain(found["contractAddress"])


def _kept(box: Outbox, chain: int, sender: Sender, hash_: str | None) -> Sent | None:
    kept = box.sent(chain, sender.address)
    return next((one for one in kept if one.hash == hash_), None)


def _lost(chain: Chain, sent: Sent) -> bool:
    """Whether another transaction has taken the nonce of this one."""
    return chain.nonce(sent.sender) > sent.nonce and chain.receipt(sent.hash) is None


def _signed(chain: Chain, number: int, sender: Sender) -> Sent:
    binary = f"0x{code()}"
    return sender.sign(
        binary,
        chain=number,
        nonce=chain.nonce(sender.address, "pending"),
        contract="",
        size=0,
        gas=chain.gas(sender.address, None, binary),
        fees=chain.fees(),
    )
