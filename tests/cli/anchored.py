"""A club whose log is anchored on a real EVM node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.anvil import CHAIN, Anvil
from tests.cli.club import Club, Ran, urdimbre
from urdimbre.adapters.anchor import event
from urdimbre.adapters.folder import read_only
from urdimbre.core.chain import notes

DEEP = 3
"""Confirmations that these tests ask for."""


@dataclass
class Anchored:
    """A club, its chain, and what the decision of the club pins.

    Attributes:
        club: whose log it is.
        chain: the node.
        contract: address.
        sender: address.
    """

    club: Club
    chain: Anvil
    contract: str
    sender: str

    def anchor(self, *more: str) -> Ran:
        """Run one round."""
        options = ("--rpc", self.chain.url, "--confirmations", str(DEEP), "--json")
        return urdimbre("anchor", self.club.path, *options, *more)

    def states(self, *more: str) -> dict[int, str]:
        """Run one round, which must be well; how far each checkpoint is."""
        ran = self.anchor(*more)
        assert ran.code == 0, ran
        return {one["size"]: one["state"] for one in ran.json["anchors"]}

    def anchored(self) -> dict[int, str]:
        """Run one round, have a block made of it, look again."""
        self.states()
        self.chain.mine()
        return self.states()

    def verify(self, *more: str) -> Ran:
        """Verify with anchors."""
        options = ("--anchors", "--rpc", self.chain.url, "--json")
        return urdimbre("verify", self.club.path, *options, *more)

    def anchors(self, *more: str) -> list[tuple[int, str]]:
        """Size and verdict of each anchor on the chain."""
        (chain,) = self.verify(*more).json["anchors"]["chains"]
        return [(one["size"], one["verdict"]) for one in chain["anchors"]]

    def grow(self) -> int:
        """Let a block be recorded; returns the log's size."""
        assert self.club.record(self.club.barter("ana", "beto", 1)).code == 0
        return self.club.size()

    def checkpoint(self) -> notes.Checkpoint:
        """The club's present checkpoint."""
        return checkpoint_of(self.club)

    def emit(
        self, size: int, root: str, sender: str = "", *, mine: bool = True
    ) -> None:
        """Have an anchor in the pool that the program did not send."""
        said = event.call(self.club.genesis, size, root)
        self.chain.act_as(sender or self.sender, self.contract, said)
        if mine:
            self.chain.mine()

    def logs(self) -> list[dict[str, Any]]:
        """What the chain itself says of the contract."""
        asked = {"address": f"0x{self.contract}", "fromBlock": "0x0"}
        return self.chain.ask("eth_getLogs", asked)


def checkpoint_of(club: Club) -> notes.Checkpoint:
    """A club's present checkpoint."""
    return notes.parse_checkpoint(notes.parse_note(note_of(club)).text)


def note_of(club: Club) -> bytes:
    """A club's present checkpoint, signed."""
    reading = read_only(club.path)
    try:
        return (reading.store.mark("checkpoint") or "").encode()
    finally:
        reading.close()


def pin(club: Club, contract: str, sender: str, chain: int = CHAIN) -> None:
    """Record the decision that pins contract and sender."""
    effect = {"effect": "anchor", "chain": chain, "contract": contract}
    body = {"basis": "founders", "effects": [effect | {"sender": sender}]}
    ran = club.record(club.by_common("decision", body))
    assert ran.code == 0, ran


def set_up(club: Club, chain: Anvil) -> Anchored:
    """Make a key, fund it, deploy the contract, pin both."""
    sender = urdimbre("anchor", club.path, "--new-key", "--json").json["sender"]
    chain.enrich(sender)
    ran = urdimbre("anchor", club.path, "--deploy", "--rpc", chain.url, "--json")
    assert ran.code == 0, ran
    chain.automine(on=False)  # from here on a test says when there is a block
    effect = ran.json
    pin(club, effect["contract"], effect["sender"], effect["chain"])
    return Anchored(club, chain, effect["contract"], sender)
