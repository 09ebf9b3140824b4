"""A chain's node, and everything that may answer in its place."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.adapters.anchor.test_event import GENESIS, ROOT, log
from urdimbre.adapters.anchor.answers import ChainRefused, ChainUnreachable
from urdimbre.adapters.anchor.rpc import GWEI, Chain, Fees

CONTRACT = "d0" * 20


@contextmanager
def node(answer):
    """A server that answers each question as it is told to: status and body."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = answer(asked)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Chain(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def result(asked, value):
    return 200, json.dumps(
        {"jsonrpc": "2.0", "id": asked["id"], "result": value}
    ).encode()


def error(asked, message, status=200):
    told = {"jsonrpc": "2.0", "id": asked["id"], "error": {"message": message}}
    return status, json.dumps(told).encode()


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://127.0.0.1/", "127.0.0.1:8545", "", "http://"]
)
def test_only_web_addresses_are_asked(url):
    with pytest.raises(ChainUnreachable):
        Chain(url)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"\xff"),
        (200, b'{"jsonrpc":"2.0","id":99,"result":"0x1"}'),
        (200, b'{"jsonrpc":"2.0","id":1,"result":7}'),
        (200, b'{"jsonrpc":"2.0","id":1,"result":"seven"}'),
        (200, b'{"jsonrpc":"2.0","id":1}'),
        (200, b"[" * 100_000),
        (429, b"slowly"),
        (500, b""),
    ],
)
def test_an_answer_that_is_none_is_a_chain_that_does_not_answer(status, body):
    with (
        node(lambda _: (status, body)) as chain,
        pytest.raises(ChainUnreachable) as failed,
    ):
        chain.id()

    assert failed.value.values["host"] == "127.0.0.1"


@pytest.mark.parametrize("status", [200, 400, 403])
def test_what_the_node_will_not_do_is_told_with_its_reason(status):
    with (
        node(lambda asked: error(asked, "no such thing", status)) as chain,
        pytest.raises(ChainRefused) as refused,
    ):
        chain.id()

    assert refused.value.values == {"method": "eth_chainId", "reason": "no such thing"}


def test_a_node_that_gives_few_blocks_at_once_is_asked_for_fewer():
    most, ranges = 10, []

    def answer(asked):
        if asked["method"] == "eth_blockNumber":
            return result(asked, "0x64")
        if asked["method"] == "eth_getBlockByNumber":
            return result(asked, {"timestamp": "0x5"})
        (wanted,) = asked["params"]
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        if last - first >= most:
            return error(asked, "query returned more than 10 blocks")
        ranges.append((first, last))
        held = [one for one in (3, 50, 100) if first <= one <= last]
        return result(asked, [log(blockNumber=hex(one)) for one in held])

    with node(answer) as chain:
        found = chain.events(CONTRACT, GENESIS, since=2)

    assert [one.block for one in found] == [3, 50, 100]
    assert [one.time for one in found] == [5, 5, 5]
    covered = [
        block for first, last in sorted(ranges) for block in range(first, last + 1)
    ]
    assert covered == list(range(2, 101))


def test_a_node_that_gives_no_events_at_all_is_told():
    def answer(asked):
        if asked["method"] == "eth_blockNumber":
            return result(asked, "0x64")
        return error(asked, "method not found")

    with node(answer) as chain, pytest.raises(ChainRefused) as refused:
        chain.events(CONTRACT, GENESIS, since=0)

    assert refused.value.values["method"] == "eth_getLogs"


@pytest.mark.parametrize("events", [None, 7, [None], [{}], [log(data="0x")]])
def test_events_that_are_none_are_not_believed(events):
    def answer(asked):
        if asked["method"] == "eth_blockNumber":
            return result(asked, "0x1")
        if asked["method"] == "eth_getBlockByNumber":
            return result(asked, None)
        return result(asked, events)

    with node(answer) as chain, pytest.raises(ChainUnreachable):
        chain.events(CONTRACT, GENESIS, since=0)


def test_the_time_comes_with_the_event_where_the_node_tells_it():
    def answer(asked):
        if asked["method"] == "eth_blockNumber":
            return result(asked, "0x1")
        return result(asked, [log(blockTimestamp="0x9")])

    with node(answer) as chain:
        (found,) = chain.events(CONTRACT, GENESIS, since=0)

    assert (found.time, found.root) == (9, ROOT)


def test_fees_leave_room_for_the_base_fee_to_double():
    def answer(asked):
        if asked["method"] == "eth_maxPriorityFeePerGas":
            return error(asked, "method not found")
        return result(asked, {"baseFeePerGas": "0x7"})

    with node(answer) as chain:
        fees = chain.fees()

    assert (fees, fees.most) == (Fees(7, GWEI), 14 + GWEI)


def test_a_chain_without_a_base_fee_is_refused():
    with (
        node(lambda asked: result(asked, {"number": "0x1"})) as chain,
        pytest.raises(ChainRefused) as refused,
    ):
        chain.fees()

    assert "EIP-1559" in refused.value.values["reason"]


@pytest.mark.parametrize("said", ["already known", "Transaction already imported"])
def test_sending_twice_is_no_failure(said):
    heard = []

    def answer(asked):
        heard.append((asked["method"], asked["params"]))
        return error(asked, said)

    with node(answer) as chain:
        assert chain.send("00") is None

    assert heard == [("eth_sendRawTransaction", ["0x00"])]


def test_any_other_answer_to_a_transaction_is_a_refusal():
    """Else one that the node has not taken would count as sent."""
    with (
        node(lambda asked: error(asked, "insufficient funds")) as chain,
        pytest.raises(ChainRefused, match="insufficient funds"),
    ):
        chain.send("00")
