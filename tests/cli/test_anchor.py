"""``anchor`` and ``verify --anchors`` against a real EVM node on loopback."""

import signal
import sqlite3
import stat
import subprocess

from tests.anvil import CHAIN, deaf_to
from tests.cli.club import running, urdimbre
from tests.stamper import stamper

LIE = "de" * 32
DEEP_ENOUGH = 2
"""Blocks on top of an anchor's own that make it settled in these tests."""


# ------------------------------------------------------------------------- the story
def test_the_anchor_on_the_chain_is_the_checkpoint(town):
    checkpoint = town.checkpoint()

    sent = town.states()
    states = town.anchored()
    town.chain.mine(DEEP_ENOUGH)
    settled = town.states()

    (log,) = town.logs()
    topics = [one.removeprefix("0x") for one in log["topics"][1:]]
    assert topics == [
        town.club.genesis,
        town.sender.rjust(64, "0"),
        f"{checkpoint.size:064x}",
    ]
    assert log["data"] == f"0x{checkpoint.root.hex()}"
    told = [one[checkpoint.size] for one in (sent, states, settled)]
    assert told == ["sent", "shallow", "confirmed"]
    ran = town.verify()
    assert ran.code == 0
    (told,) = ran.json["anchors"]["chains"]
    assert (told["chain"], told["head"]) == (CHAIN, town.chain.head())
    (one,) = told["anchors"]
    assert (one["verdict"], one["root"]) == ("holds", checkpoint.root.hex())
    assert one["log_root"] == one["root"]
    assert (one["confirmations"], one["sender"]) == (3, town.sender)
    assert one["time"] > 1_700_000_000


def test_what_an_anchor_proves_and_what_not_is_said(town):
    size = town.checkpoint().size
    town.anchored()

    ran = urdimbre("verify", town.club.path, "--anchors", "--rpc", town.chain.url)

    assert ran.code == 0
    assert f"Chain {CHAIN}: 1 anchors hold, 0 contradict, 0 are ignored." in ran.err
    assert f"this log existed with its first {size} entries, in this order" in ran.err
    assert "They do not prove that entries are true" in ran.err


def test_a_bundle_is_compared_as_well(town, tmp_path):
    town.anchored()
    bundle = tmp_path / "club.tar"
    options = ("--what", "all", "-o", bundle)
    assert urdimbre("export", town.club.path, *options).code == 0

    ran = urdimbre("verify", bundle, "--anchors", "--rpc", town.chain.url, "--json")

    assert ran.code == 0
    (told,) = ran.json["anchors"]["chains"]
    assert [one["verdict"] for one in told["anchors"]] == ["holds"]


def test_the_key_is_in_a_file_of_its_own_and_in_no_database(town):
    town.states()
    key = town.club.path / "keys" / "evm"
    secret = key.read_bytes()

    written = [path for path in town.club.path.rglob("*") if path.is_file()]
    holding = [path for path in written if secret in path.read_bytes()]
    in_hex = [path for path in written if secret.hex().encode() in path.read_bytes()]

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (holding, in_hex) == ([key], [])
    assert urdimbre("anchor", town.club.path, "--new-key").code != 0
    assert key.read_bytes() == secret


# ------------------------------------------------------------- stopped and gone on with
def test_twice_in_a_row_sends_once(town):
    size = town.checkpoint().size

    town.anchored()
    again = town.states()

    assert again == {size: "shallow"}
    assert len(town.logs()) == 1


def test_what_was_sent_is_gone_on_with_after_a_restart(town):
    first = town.checkpoint().size
    assert town.states() == {first: "sent"}
    second = town.grow()

    states = town.states()

    assert states == {first: "sent", second: "sent"}
    town.chain.mine()
    assert town.states() == {first: "shallow", second: "shallow"}
    assert len(town.logs()) == 2


def test_a_transaction_that_was_signed_and_not_sent_is_sent_as_it_was(town):
    """Killed between the outbox and the chain: the same bytes, not others."""
    size = town.checkpoint().size
    town.states()
    (kept,) = outbox(town, "SELECT hash FROM sent WHERE size > 0")
    town.chain.ask("anvil_dropTransaction", f"0x{kept[0]}")
    assert town.chain.ask("eth_getTransactionByHash", f"0x{kept[0]}") is None

    states = town.states()

    assert states == {size: "sent"}
    assert town.chain.ask("eth_getTransactionByHash", f"0x{kept[0]}") is not None
    assert outbox(town, "SELECT hash FROM sent WHERE size > 0") == [kept]


def test_killed_while_it_sends_it_goes_on_with_the_same_transaction(town):
    size = town.checkpoint().size
    with deaf_to(town.chain, "eth_sendRawTransaction") as node:
        url = f"http://127.0.0.1:{node.server_port}"
        begun = running("anchor", town.club.path, "--rpc", url)
        assert node.asked.wait(timeout=60)
        begun.kill()
        begun.communicate()
    (signed,) = outbox(town, "SELECT hash, nonce FROM sent WHERE size > 0")
    assert town.logs() == []

    states = town.anchored()

    assert states == {size: "shallow"}
    (log,) = town.logs()
    assert log["transactionHash"] == f"0x{signed[0]}"
    assert outbox(town, "SELECT hash, nonce FROM sent WHERE size > 0") == [signed]


def test_it_goes_on_by_itself_and_tries_a_dead_chain_again(town):
    options = ("--rpc", "http://127.0.0.1:9", "--every", "1", "--lang", "en")
    begun = running("anchor", town.club.path, *options, stderr=subprocess.PIPE)

    said = [begun.stderr.readline().decode() for _ in range(2)]
    begun.send_signal(signal.SIGINT)
    _, last = begun.communicate(timeout=60)

    assert all("Not reached, tried again in 1 seconds" in line for line in said)
    assert begun.returncode == 130
    assert "Interrupted" in last.decode()


def test_a_lost_outbox_loses_nothing(town):
    size = town.checkpoint().size
    town.anchored()
    for path in town.club.path.glob("anchor.*"):
        path.unlink()

    states = town.states()

    assert states == {size: "shallow"}
    assert len(town.logs()) == 1


def test_one_outbox_is_held_by_one_process(town):
    import fcntl

    with (town.club.path / "anchor.lock").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = town.anchor()

    assert (ran.code, ran.error["code"]) == (6, "outbox_busy")
    assert town.logs() == []


def test_a_deployment_is_made_once(town):
    options = ("--deploy", "--rpc", town.chain.url, "--json")

    again = urdimbre("anchor", town.club.path, *options)

    assert (again.code, again.json["contract"]) == (0, town.contract)


def test_a_deployment_that_is_not_mined_is_gone_on_with(club, chain, monkeypatch):
    from urdimbre.adapters.anchor import deploying

    monkeypatch.setattr(deploying, "SECONDS_MAX", 0)
    sender = urdimbre("anchor", club.path, "--new-key", "--json").json["sender"]
    chain.enrich(sender)
    chain.automine(on=False)
    options = ("--deploy", "--rpc", chain.url, "--json")

    first = urdimbre("anchor", club.path, *options)
    chain.mine()
    second = urdimbre("anchor", club.path, *options)

    assert (first.code, first.error["code"]) == (7, "not_mined")
    assert second.code == 0
    nonce = chain.ask("eth_getTransactionCount", f"0x{sender}", "latest")
    assert nonce == "0x1"


# -------------------------------------------------------------------- the chain's moods
def test_an_anchor_that_a_reorg_takes_away_is_sent_again(town):
    size = town.checkpoint().size
    snapshot = town.chain.ask("evm_snapshot")
    assert town.anchored() == {size: "shallow"}
    town.chain.mine(DEEP_ENOUGH)
    assert town.states() == {size: "confirmed"}

    town.chain.ask("evm_revert", snapshot)
    assert town.logs() == []

    assert town.states() == {size: "sent"}
    town.chain.mine()
    assert town.states() == {size: "shallow"}
    assert town.anchors() == [(size, "holds")]


def test_a_reorg_of_some_blocks_is_seen(town):
    size = town.checkpoint().size
    assert town.anchored() == {size: "shallow"}
    town.chain.mine()

    town.chain.ask("anvil_reorg", 2, [])

    assert town.logs() == []
    assert town.anchors() == []
    assert town.anchored() == {size: "shallow"}
    assert town.anchors() == [(size, "holds")]


def test_a_transaction_that_has_become_too_cheap_is_replaced(town):
    size = town.checkpoint().size
    town.states()
    town.chain.ask("anvil_setNextBlockBaseFeePerGas", hex(10**12))
    town.chain.mine()
    assert town.logs() == []

    assert town.states() == {size: "sent"}
    town.chain.mine()

    assert town.states() == {size: "shallow"}
    nonces = outbox(town, "SELECT nonce FROM sent WHERE size > 0")
    assert nonces == [(1,), (1,)]
    assert len(town.logs()) == 1


def test_a_gap_in_the_nonces_is_closed(town):
    """A transaction is in the pool, and the one before it is nowhere any more."""
    first = town.checkpoint().size
    town.states()
    second = town.grow()
    town.states()
    (lost,) = outbox(town, "SELECT hash FROM sent WHERE size = ?", first)
    town.chain.ask("anvil_dropTransaction", f"0x{lost[0]}")
    outbox(town, "DELETE FROM sent WHERE size = ?", first)
    outbox(town, "DELETE FROM checkpoint WHERE size = ?", first)
    town.chain.mine()
    assert town.logs() == []

    town.states()
    town.chain.mine()

    assert town.states() == {second: "shallow"}
    assert town.anchors() == [(second, "holds"), (second, "repeats")]


def test_a_nonce_that_somebody_else_has_used_is_passed_over(town):
    """The same key on another machine: its transaction is in the pool, unknown here."""
    size = town.checkpoint().size
    town.emit(1, LIE, mine=False)

    assert town.anchored() == {size: "shallow"}
    assert (1, "outside") in town.anchors()


def test_fewer_than_a_hundred_are_in_flight(town):
    first = town.checkpoint().size
    town.states()
    for more in range(1, 121):
        outbox(town, "INSERT INTO checkpoint VALUES (?, ?)", first + more, LIE)

    states = list(town.states().values())

    assert (states.count("sent"), states.count("waiting")) == (99, 22)
    pending = town.chain.ask("txpool_status")["pending"]
    assert int(pending, 16) == 99


def test_a_dead_chain_is_told_and_nothing_is_lost(town):
    first = town.checkpoint().size
    town.chain.stop()

    ran = town.anchor()

    assert (ran.code, ran.error["code"]) == (7, "chain_unreachable")
    assert ran.error["hint"]
    kept = outbox(town, "SELECT size FROM checkpoint")
    assert kept == [(first,)]
    assert town.verify().code == 7


def test_what_waited_while_the_chain_was_dead_is_sent_later(town):
    first = town.checkpoint().size
    alive = town.chain.url
    town.chain.url = "http://127.0.0.1:9"
    assert town.anchor().code == 7
    second = town.grow()
    assert town.anchor().code == 7
    town.chain.url = alive

    states = town.anchored()

    assert states == {first: "shallow", second: "shallow"}
    assert town.anchors() == [(first, "holds"), (second, "holds")]


def test_an_address_with_a_secret_is_not_told(town):
    ran = urdimbre(
        "anchor", town.club.path, "--rpc", "http://127.0.0.1:9/SECRET", "--json"
    )

    assert ran.code == 7
    assert "SECRET" not in ran.out + ran.err


def test_a_sender_without_money_is_told_and_waits(town):
    town.chain.ask("anvil_setBalance", f"0x{town.sender}", "0x0")
    size = town.checkpoint().size

    ran = town.anchor()

    assert (ran.code, ran.error["code"]) == (1, "chain_refused")
    assert "funds" in ran.error["message"].lower()
    town.chain.enrich(town.sender)
    assert town.anchored() == {size: "shallow"}


# ------------------------------------------------------------------- beside timestamps
def test_the_timestamp_comes_first_and_the_anchor_after_it(town, tmp_path):
    size = town.checkpoint().size
    with stamper(tmp_path / "tsa") as authority:
        asked = town.chain.url
        with deaf_to(town.chain, "eth_chainId") as node:
            options = ("--rpc", f"http://127.0.0.1:{node.server_port}")
            begun = running("anchor", town.club.path, "--tsa", authority.url, *options)
            assert node.asked.wait(timeout=60)  # the first that the chain is asked
            stamped = (town.club.path / "stamps" / f"{size}.tsr").is_file()
            begun.kill()
            begun.communicate()
        town.chain.url = asked
        ran = town.anchor("--tsa", authority.url)

    assert stamped
    assert (ran.code, authority.asked) == (0, 1)
    assert [one["state"] for one in ran.json["anchors"]] == ["sent"]


def test_an_authority_that_is_away_holds_no_anchor_back(town):
    size = town.checkpoint().size

    ran = town.anchor("--tsa", "http://127.0.0.1:9/tsa")
    town.chain.mine()

    assert (ran.code, ran.error["code"]) == (7, "tsa_unreachable")
    assert town.states("--status") == {size: "shallow"}


def test_anchoring_needs_no_lock_of_the_registry(town):
    """The outbox is of its own process: another one records meanwhile."""
    from urdimbre.adapters.folder import open_circuit
    from urdimbre.projections.project import Projection

    circuit = open_circuit(town.club.path, projector=Projection())
    try:
        states = town.anchored()
    finally:
        circuit.close()

    assert list(states.values()) == ["shallow"]
    assert (town.club.path / "anchor.db").is_file()
    assert urdimbre("verify", town.club.path).code == 0  # nothing of it in the registry


# ------------------------------------------------------------------------------- usage
def test_who_names_nobody_is_told_what_to_name(club):
    sent = urdimbre("anchor", club.path, "--json")
    verified = urdimbre("verify", club.path, "--anchors", "--json")

    assert (sent.code, sent.error["code"]) == (2, "nothing_to_do")
    assert (verified.code, verified.error["code"]) == (2, "nothing_to_ask")


def test_looking_sends_nothing(town):
    size = town.checkpoint().size

    states = town.states("--status")

    assert states == {}
    assert town.chain.ask("txpool_status")["pending"] == "0x0"
    town.states()
    assert town.states("--status") == {size: "sent"}


def outbox(town, sql, *values):
    """What the outbox keeps."""
    tables = sqlite3.connect(town.club.path / "anchor.db", isolation_level=None)
    try:
        return tables.execute(sql, values).fetchall()
    finally:
        tables.close()
