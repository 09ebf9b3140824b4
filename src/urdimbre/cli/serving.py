"""The work of ``urdimbre run`` and ``urdimbre demo``, around the web."""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from urdimbre.adapters import traces
from urdimbre.adapters.engines import place_of
from urdimbre.adapters.supervising import sequencer
from urdimbre.cli.failures import HostUnknown, PortTaken, RefusedByRule
from urdimbre.cli.opening import recording
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import Refusal, gettext_noop

_SEEDING = gettext_noop("Living through a year…")
_CLOCK_TAKEN = gettext_noop("The clock is accepted; that is recorded.")
_CLOCK_OFF = gettext_noop(
    "The clock is far from the last block: pages can be read, nothing is recorded. If "
    "the clock is right, start once with --accept-clock."
)
_STOP = gettext_noop("Stop with Ctrl-C.")
_LOGINS = gettext_noop("Enter as one of these:")
YEAR_DAYS = 365
PORT_MAX = 65_535


class Address(NamedTuple):
    """Where pages are served."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What to open; passkeys work on this name, not on its number."""
        local = self.host in ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - told
        host = "localhost" if local else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def number(self) -> str:
        """The address as a number, IPv4 if there is one.

        Raises:
            HostUnknown: there is no such name.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise HostUnknown(host=self.host) from None
        numbers = [(family != socket.AF_INET, where[0]) for family, *_, where in found]
        return str(min(numbers)[1])

    def check(self) -> None:
        """Find out that the port is taken before a year is lived through.

        Raises:
            PortTaken: it is.
            HostUnknown: there is no such address here.
            OSError: the system forbids it.
        """
        number = self.number
        family = socket.AF_INET6 if ":" in number else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((number, self.port))
            except OSError as failed:
                raise self._told(failed) from None

    def _told(self, failed: OSError) -> Exception:
        if failed.errno == errno.EADDRINUSE:
            other = self.port + 1 if self.port < PORT_MAX else self.port - 1
            return PortTaken(url=self.url, other=other)
        if failed.errno == errno.EADDRNOTAVAIL:
            return HostUnknown(host=self.host)
        return OSError(failed.errno, failed.strerror, self.url)


def seed(directory: Path, *, voice: Speaker) -> None:
    """Make the demo circuit, with its year."""
    from urdimbre.adapters.folder import check_empty
    from urdimbre.cli import demo

    check_empty(directory)
    with voice.progress(_SEEDING, YEAR_DAYS, slow_from=1) as bar:
        demo.seed(directory, bar.step)


def settle_clock(directory: Path, *, voice: Speaker, accept: bool) -> bool:
    """Look at clock and witnesses before the pages open; returns whether it is a demo.

    Raises:
        AlreadyOpen: another process serves the circuit.
        Behind: a witness has seen a longer log than this one.
        Forked: a witness has seen another one.
    """
    with recording(directory) as circuit:
        if not circuit.registry.clock_is_off():
            return circuit.is_demo
        if not accept:
            voice.note(_CLOCK_OFF)
            return circuit.is_demo
        answer = circuit.accept_clock()
        if isinstance(answer, Refusal):
            raise RefusedByRule(answer)
        voice.note(_CLOCK_TAKEN)
        return circuit.is_demo


def serve(
    directory: Path,
    address: Address,
    *,
    voice: Speaker,
    demo: bool,
    workers: int = 1,
) -> None:
    """Say where, and serve until told to stop."""
    from urdimbre.web import serving

    traces.keep(directory, "serving", {"host": address.host})
    if not voice.as_json:
        voice.line(address.url)
        voice.note(_STOP)
    else:
        voice.json({"url": address.url})
    sys.stdout.flush()
    shared = place_of(directory) is not None
    with sequencer(directory) if shared else nullcontext():
        serving.serve(
            directory, address.number, address.port, demo=demo, workers=workers
        )


def tell_logins(directory: Path, *, voice: Speaker) -> None:
    """Print with whom one can enter a demo."""
    from urdimbre.cli import demo

    columns = ("handle", "password", "name", "role")
    rows = [
        {name: getattr(one, name) for name in columns} for one in demo.logins(directory)
    ]
    voice.note(_LOGINS)
    voice.table(columns, rows)
