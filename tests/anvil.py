"""A real EVM node on loopback: anvil, as ``tools/evm.sh`` installs it.

with anvil(program, tmp_path) as chain:
    chain.ask("evm_mine")
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from urdimbre.adapters.anchor.deploying import COMPILED

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "tools" / "evm" / "node_modules"
MISSING = (
    "the anchor tests run against anvil, a real EVM node: run tools/evm.sh (it needs "
    "npm), or `make test-evm`, which does"
)
RICH = hex(10**20)
CHAIN = 31_337


@dataclass
class Anvil:
    """A running node.

    Attributes:
        url: of its JSON-RPC.
        process: of the node.
    """

    url: str
    process: subprocess.Popen[str]

    def ask(self, method: str, *asked: object) -> Any:
        """Ask it something; an error of the node fails the test."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": asked}
        request = urllib.request.Request(  # noqa: S310 - our own, on loopback
            self.url,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            told = json.load(answer)
        assert "error" not in told, told
        return told["result"]

    def enrich(self, address: str) -> None:
        """Give an address a hundred coins."""
        self.ask("anvil_setBalance", f"0x{address}", RICH)

    def mine(self, blocks: int = 1) -> None:
        """Make some blocks."""
        self.ask("anvil_mine", hex(blocks))

    def automine(self, *, on: bool) -> None:
        """Make a block for each transaction, or none unless asked."""
        self.ask("evm_setAutomine", on)

    def head(self) -> int:
        """The last block's number."""
        return int(self.ask("eth_blockNumber"), 16)

    def act_as(self, sender: str, to: str, call: str) -> None:
        """Send a call as if with the sender's key."""
        self.ask("anvil_impersonateAccount", f"0x{sender}")
        self.enrich(sender)
        wanted = {"from": f"0x{sender}", "to": f"0x{to}", "data": call}
        self.ask("eth_sendTransaction", wanted)
        self.ask("anvil_stopImpersonatingAccount", f"0x{sender}")

    def stop(self) -> None:
        """Stop it, as a machine does that loses its power."""
        self.process.kill()
        self.process.wait()


def binary() -> Path:
    """Where anvil is; without it the test fails and says what to do."""
    found = sorted(MODULES.glob("@foundry-rs/anvil-*/bin/anvil"))
    if not found or not COMPILED.is_file():
        pytest.fail(MISSING, pytrace=False)
    return found[0]


@contextmanager
def anvil(program: Path, home: Path, *options: str) -> Iterator[Anvil]:
    """Run a node with an empty chain until the end of the block."""
    command = [str(program), "--host", "127.0.0.1", "--port", "0", *options]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"HOME": str(home)},
    ) as process:
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(line)
            if found := re.search(r"Listening on (127\.0\.0\.1:\d+)", line):
                break
        else:
            pytest.fail("anvil did not start: " + "".join(told))
        # It tells of each question; nobody reads it, and a full pipe would stop it.
        drain = Thread(target=deque, args=(process.stdout, 0))
        drain.start()
        running = Anvil(f"http://{found[1]}", process)
        try:
            yield running
        finally:
            running.stop()
            drain.join()


class Deaf(ThreadingHTTPServer):
    """Stands before a node, and leaves one sort of question without an answer.

    Attributes:
        asked: set once that question has come.
        gone: set once nobody needs an answer any more.
    """

    def __init__(self, chain: Anvil, method: str) -> None:
        self.asked, self.gone = Event(), Event()
        deaf = self

        class Passing(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if json.loads(body)["method"] == method:
                    deaf.asked.set()
                    deaf.gone.wait()
                    return
                request = urllib.request.Request(  # noqa: S310 - our own, on loopback
                    chain.url, data=body, headers={"Content-Type": "application/json"}
                )
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                    told = answer.read()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Passing)


@contextmanager
def deaf_to(chain: Anvil, method: str) -> Iterator[Deaf]:
    """Run such a node until the end of the block."""
    with Deaf(chain, method) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.gone.set()
            server.shutdown()
            thread.join()
