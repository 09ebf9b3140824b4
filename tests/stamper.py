"""A timestamping authority on loopback: OpenSSL's own, behind a little HTTP.

with stamper(tmp_path) as authority:
    authority.url, authority.root
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
_EXTENSIONS = """
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""


@dataclass
class Stamper:
    """A running authority.

    Attributes:
        folder: with its keys.
        url: where it answers.
        spoil: what it answers instead, for tests of bad answers.
        swap: what it takes for what in a question, likewise.
        asked: how often it was.
    """

    folder: Path
    url: str = ""
    spoil: list[bytes] = field(default_factory=list)
    swap: tuple[bytes, bytes] = (b"", b"")
    asked: int = 0

    @property
    def root(self) -> Path:
        """Its root certificate."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """Stamp what is asked."""
        self.asked += 1
        if self.spoil:
            return self.spoil.pop()
        asked, told = self.folder / "query.tsq", self.folder / "answer.tsr"
        asked.write_bytes(query.replace(*self.swap) if all(self.swap) else query)
        openssl(
            "ts",
            *("-reply", "-queryfile", asked, "-out", told),
            *("-config", self.folder / "tsa.cnf"),
        )
        return told.read_bytes()


def openssl(*arguments: object) -> str:
    """Run OpenSSL; without it the test fails and says so."""
    program = shutil.which("openssl")
    if program is None:
        pytest.fail("these tests need openssl on the PATH", pytrace=False)
    ran = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, check=False, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr


@contextmanager
def stamper(folder: Path) -> Iterator[Stamper]:
    """Run an authority with keys of its own until the end of the block."""
    folder.mkdir()
    _make_keys(folder)
    authority = Stamper(folder)

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            told = authority.answer(self.rfile.read(length))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        authority.url = f"http://127.0.0.1:{server.server_port}/tsa"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


def _make_keys(folder: Path) -> None:
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder))
    (folder / "tsa.ext").write_text(_EXTENSIONS)
    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(
        *new,
        *("-x509", "-days", 30, "-subj", "/CN=Root of a test"),
        *("-keyout", folder / "root.key", "-out", folder / "root.pem"),
    )
    openssl(
        *new,
        *("-subj", "/CN=Authority of a test"),
        *("-keyout", folder / "tsa.key", "-out", folder / "tsa.csr"),
    )
    openssl(
        *("x509", "-req", "-days", 30, "-in", folder / "tsa.csr"),
        *("-CA", folder / "root.pem", "-CAkey", folder / "root.key"),
        *("-set_serial", 7, "-extfile", folder / "tsa.ext"),
        *("-out", folder / "tsa.pem"),
    )
