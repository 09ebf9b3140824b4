"""What ``verify --anchors`` and ``anchor`` say of anchors that should not be there."""

import shutil

from tests.cli.anchored import pin
from tests.cli.club import urdimbre

OTHER = "0f" * 20
LIE = "de" * 32
HOUR = 3_600


# ---------------------------------------------------------- what is pinned, what is not
def test_without_a_decision_nothing_is_anchored(club, chain):
    urdimbre("anchor", club.path, "--new-key")

    ran = urdimbre("anchor", club.path, "--rpc", chain.url, "--json")
    verified = urdimbre("verify", club.path, "--anchors", "--rpc", chain.url, "--json")

    assert (ran.code, ran.error["code"]) == (5, "anchor_not_pinned")
    assert (verified.code, verified.error["code"]) == (5, "anchor_not_pinned")


def test_a_key_that_is_not_pinned_sends_nothing(town):
    (town.club.path / "keys" / "evm").unlink()
    urdimbre("anchor", town.club.path, "--new-key")

    ran = town.anchor()

    assert (ran.code, ran.error["code"]) == (6, "sender_not_pinned")
    assert town.logs() == []


def test_a_chain_without_the_contract_is_told(town):
    pin(town.club, OTHER, town.sender)

    ran = town.anchor()

    assert (ran.code, ran.error["code"]) == (5, "no_contract")


def test_a_foreign_sender_is_ignored_and_told(town):
    size = town.checkpoint().size
    town.emit(size, LIE, OTHER)
    town.anchored()

    ran = town.verify()

    assert ran.code == 0
    assert town.anchors() == [(size, "foreign"), (size, "holds")]
    assert f"from {OTHER}, whom no decision names" in ran.err


def test_an_inconsistent_second_anchor_is_evidence(town):
    size = town.checkpoint().size
    town.anchored()
    town.emit(size, LIE)

    ran = town.verify()

    assert (ran.code, ran.json["ok"]) == (3, False)
    assert town.anchors() == [(size, "holds"), (size, "inconsistent")]
    assert f"a second anchor of size {size} says root {LIE}" in ran.err


def test_the_same_anchor_twice_changes_nothing(town):
    checkpoint = town.checkpoint()
    town.anchored()
    town.emit(checkpoint.size, checkpoint.root.hex())

    assert town.verify().code == 0
    assert town.anchors() == [(checkpoint.size, "holds"), (checkpoint.size, "repeats")]


def test_a_first_anchor_that_contradicts_is_evidence_and_nothing_more_is_sent(town):
    size = town.checkpoint().size
    town.emit(size, LIE)

    verified, sent = town.verify(), town.anchor()
    again = town.anchor()

    assert verified.code == 3
    assert town.anchors() == [(size, "contradicts")]
    assert f"the anchor of size {size} says root {LIE}; this log has" in verified.err
    assert (sent.code, sent.error["code"]) == (3, "anchor_contradicts")
    assert (again.code, again.error["code"]) == (3, "anchor_contradicts")
    assert len(town.logs()) == 1


def test_an_anchor_of_a_longer_log_is_evidence_and_nothing_more_is_sent(town):
    size = town.checkpoint().size
    town.emit(size + 7, LIE)

    verified, sent = town.verify(), town.anchor()

    assert verified.code == 3
    assert town.anchors() == [(size + 7, "beyond")]
    assert (sent.code, sent.error["code"]) == (3, "anchor_ahead")


def test_a_pin_that_was_replaced_counts_until_then(town):
    first = town.checkpoint().size
    town.anchored()
    old = town.sender
    (town.club.path / "keys" / "evm").unlink()
    new = urdimbre("anchor", town.club.path, "--new-key", "--json").json["sender"]
    town.chain.enrich(new)
    pin(town.club, town.contract, new)
    second = town.checkpoint().size

    states = town.anchored()
    town.chain.ask("evm_increaseTime", 2 * HOUR)  # past the decision
    town.emit(second, LIE, old)
    town.emit(first, LIE, old)

    assert states == {second: "shallow"}
    assert town.anchors() == [
        (first, "holds"),
        (second, "holds"),
        (second, "outside"),
        (first, "outside"),
    ]
    assert town.verify().code == 0


def test_a_pin_of_nobody_ends_anchoring(town):
    town.anchored()
    pin(town.club, town.contract, "00" * 20)

    ran = town.anchor()

    assert (ran.code, ran.error["code"]) == (5, "anchor_not_pinned")
    assert town.verify().code == 0


def test_chains_that_are_pinned_and_not_asked_are_told(town):
    pin(town.club, OTHER, OTHER, chain=5)
    town.anchored()

    ran = town.verify()

    assert ran.json["anchors"]["not_asked"] == [5]
    assert "Chain 5 is pinned too and was not asked" in ran.err


def test_a_rewritten_log_is_found_out(town):
    """The host records something else than what was anchored, and signs it anew."""
    copy = town.club.path.with_name("copy")
    shutil.copytree(town.club.path, copy)
    town.grow()
    town.anchored()
    original, town.club.path = town.club.path, copy
    assert town.club.record(town.club.barter("ana", "beto", 2)).code == 0

    ran = town.verify()

    assert urdimbre("verify", copy).code == 0
    assert ran.code == 3
    assert [verdict for _, verdict in town.anchors()] == ["contradicts"]
    town.club.path = original
    assert town.verify().code == 0
