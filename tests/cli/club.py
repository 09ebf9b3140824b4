"""A club on disk for tests of the command line: its members, their keys, their lines.

club = founded(tmp_path)
ana = club.admit("ana")
club.record(club.barter("ana", "beto", 500))
"""

from __future__ import annotations

import io
import itertools
import json
import subprocess
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tests.processes import environment, python, started
from urdimbre.adapters.folder import read_only
from urdimbre.adapters.keys import ed25519
from urdimbre.cli.application import run as run_program
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, key_id, signature_input

SIGN = "SOL"
DAY_SECONDS = 86_400
_numbers = itertools.count(1)


class Ran(NamedTuple):
    """What one run of the program has left: exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The lines of JSON on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> dict[str, Any]:
        """The JSON error on stderr."""
        return json.loads(self.err.splitlines()[-1])


class _Printed(io.StringIO):
    """Takes what is printed; has no file behind it."""

    def fileno(self) -> int:
        raise OSError("in memory")


def urdimbre(*arguments: object) -> Ran:
    """Run the program inside this process."""
    out, err = _Printed(), _Printed()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_program([str(one) for one in arguments])
    return Ran(code, out.getvalue(), err.getvalue())


def process(*arguments: object, **more: Any) -> Ran:
    """Run the program as a process of its own."""
    env = environment(**{"LANG": "C.UTF-8"} | more.pop("env", {}))
    ran = python("-m", "urdimbre.cli", *arguments, capture_output=True, env=env, **more)
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def running(*arguments: object, **more: Any) -> subprocess.Popen[bytes]:
    """Start the program as a process of its own."""
    return started("-m", "urdimbre.cli", *arguments, **more)


def seed_of(name: str) -> bytes:
    """The seed of somebody's key."""
    return sha256(b"seed " + name.encode()).digest()


def id_of(name: str) -> str:
    """Somebody's member number."""
    if name == "common":
        return COMMON
    return sha256(b"id " + name.encode()).hexdigest()[:32]


def new_id() -> str:
    """A number for an act."""
    return f"{next(_numbers):032x}"


@dataclass
class Club:
    """A circuit in a folder.

    Attributes:
        path: of the folder.
        genesis: its number.
        founder: who holds the common's policy, by a key on the server.
    """

    path: Path
    genesis: str
    founder: str
    files: int = field(default=0)

    def signed(
        self,
        act: bytes,
        *signers: str,
        sign_with: tuple[str, ...] = (),
        genesis: str = "",
        seeds: dict[str, bytes] | None = None,
    ) -> dict[str, Any]:
        """A line: an act with the signatures of those named."""
        signatures = []
        for name in signers:
            seed = (seeds or {}).get(name, seed_of(name))
            text = signature_input(genesis or self.genesis, id_of(name), ZERO16, act)
            signatures.append(
                {
                    "member": id_of(name),
                    "key_id": key_id(ed25519.public_key(seed).hex()),
                    "signature": ed25519.sign(seed, text).hex(),
                }
            )
        line: dict[str, Any] = {"act": json.loads(act), "signatures": signatures}
        return line | ({"sign_with": list(sign_with)} if sign_with else {})

    def draft(self, kind: str, body: dict[str, Any], by: str, **more: Any) -> bytes:
        """An act that is valid for a day."""
        wanted = {"id_": new_id(), "valid_until": int(time.time()) + DAY_SECONDS}
        author = by if len(by) == 32 else id_of(by)
        return drafting.draft(kind, body, by=author, **(wanted | more))

    def admission(self, name: str, **more: Any) -> dict[str, Any]:
        """A line that admits a person with a key of her own."""
        key = drafting.key(ed25519.public_key(seed_of(name)).hex(), "app")
        body = {
            "member": id_of(name),
            "kind": "person",
            "sponsors": [],
            "blind": id_of("blind " + name),
            "key": key,
        }
        act = self.draft("admit", body, COMMON, **more)
        return self.signed(act, name, sign_with=(f"{self.founder}:common",))

    def barter_act(self, giver: str, taker: str, minor: int, **more: Any) -> bytes:
        """Signs for goods that nobody remembers."""
        goods = drafting.goods(
            id_of(taker), id_of(giver), category="unknown", quantity=0
        )
        signs = drafting.signs(id_of(giver), id_of(taker), minor, SIGN)
        today = int(time.time()) // DAY_SECONDS
        body = drafting.exchange(today, drafting.deal("barter", goods, signs))
        return self.draft("exchange", body, giver, **more)

    def barter(self, giver: str, taker: str, minor: int, **more: Any) -> dict[str, Any]:
        """A line with that barter, signed by both."""
        return self.signed(self.barter_act(giver, taker, minor, **more), giver, taker)

    def by_common(self, kind: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A line with an act of the common."""
        act = self.draft(kind, body, COMMON, **more)
        return self.signed(act, sign_with=(f"{self.founder}:common",))

    def write(self, *lines: dict[str, Any] | bytes) -> Path:
        """A file of lines."""
        self.files += 1
        path = self.path.parent / f"lines-{self.files}.jsonl"
        raw = [one if isinstance(one, bytes) else _line(one) for one in lines]
        path.write_bytes(b"".join(raw))
        return path

    def record(self, *lines: dict[str, Any] | bytes) -> Ran:
        """Record lines through the program."""
        return urdimbre("record", self.path, self.write(*lines), "--json")

    def admit(self, *names: str) -> None:
        """Admit persons; all must be well."""
        ran = self.record(*(self.admission(name) for name in names))
        assert ran.code == 0, ran

    def balance(self, name: str, unit: str = SIGN) -> int:
        """Where somebody stands."""
        rows = urdimbre("balances", self.path, "--json").json
        wanted = "common" if name == "common" else id_of(name)
        return sum(
            row["minor"]
            for row in rows
            if (row["member"], row["unit"], row["purse"]) == (wanted, unit, "own")
        )

    def size(self) -> int:
        """Entries of the log."""
        reading = read_only(self.path)
        try:
            return reading.store.size()
        finally:
            reading.close()


def founded(folder: Path, *more: str) -> Club:
    """Make a club through the program."""
    path = folder / "club"
    options = ("--preset", "barter-club", "--unit", f"{SIGN}:Soles:2", *more)
    ran = urdimbre("init", path, "--name", "Trueque Sur", *options, "--json")
    assert ran.code == 0, ran
    return Club(path, ran.json["genesis"], ran.json["founder"])


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def refused(club, line):
    """Record a line that must be refused; return its answer."""
    before = club.size()
    ran = club.record(line if isinstance(line, dict) else line + b"\n")
    assert ran.code == 4
    assert club.size() == before
    (answer,) = ran.lines
    for told in (answer["message"], answer["hint"]):
        assert told
        assert "{" not in told
    return answer
