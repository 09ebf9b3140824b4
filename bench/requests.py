"""How many pages one worker answers a second, beside an empty view in the same run."""

from __future__ import annotations

import http.client
import itertools
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench import page, visit
from bench.measuring import Figure
from tests.web.place import Place

MIX = tuple(page.PAGES[name] for name in ("home", "catalogue", "statement"))
EMPTY = ("/empty",)
SERVE = (
    "import sys; from pathlib import Path; from urdimbre.web import serving;"
    "folder = Path(sys.argv[1]); serving.settle_in(folder);"
    "from django.conf import settings; settings.ROOT_URLCONF = 'bench.empty_urls';"
    "serving.serve(folder, '127.0.0.1', int(sys.argv[2]), demo=False)"
)
MEMBERS = 4
"""Who ask at the same time, each again as soon as she has her answer."""
ROUNDS = 5
SECONDS = 2.0
"""How long each round asks for pages, and as long for the empty one."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered: how many, in how long, with how much of the processor."""

    many: int
    seconds: float
    processor: float


def figures() -> Iterator[Figure]:
    """Measure a real server that has a circuit as large as that of ``page`` open."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "circuit"
        page.fill(Place(folder), members=page.MEMBERS, acts=page.ACTS)
        key = page.session_in(folder)
        page.leave()
        with visit.server(folder, SERVE) as (process, address):
            worker = max(visit.family(process.pid), key=visit.pss)
            yield from of_worker(worker, address, key)


def of_worker(worker: int, address: str, key: str) -> Iterator[Figure]:
    """Ask for pages and for the empty one in turn.

    Beside the requests of a second it tells those of a second in which the worker had
    a processor for itself: these are comparable when the machine has other work.
    """
    asked: dict[tuple[str, ...], list[Answered]] = {EMPTY: [], MIX: []}
    for paths in asked:
        _answered(worker, address, key, paths)  # templates are read, files opened
    for _, paths in itertools.product(range(ROUNDS), asked):
        asked[paths].append(_answered(worker, address, key, paths))
    pages, empty = (_sum(rounds) for rounds in (asked[MIX], asked[EMPTY]))
    yield _figure("requests", pages, pages.seconds, empty.many / empty.seconds)
    yield _figure(
        "requests_processor", pages, pages.processor, empty.many / empty.processor
    )


def _figure(name: str, pages: Answered, seconds: float, empty: float) -> Figure:
    value = pages.many / seconds
    return Figure(
        bench=name,
        value=value,
        unit="requests/s",
        ratio=value / empty,
        against="empty view",
        n=pages.many,
    )


def _sum(rounds: Sequence[Answered]) -> Answered:
    return Answered(
        sum(one.many for one in rounds),
        sum(one.seconds for one in rounds),
        sum(one.processor for one in rounds),
    )


def _answered(worker: int, address: str, key: str, paths: tuple[str, ...]) -> Answered:
    """Let several ask for so many seconds, each beginning with another page."""
    start, before = time.monotonic(), _busy_seconds(worker)
    until = start + SECONDS
    with ThreadPoolExecutor(MEMBERS) as threads:
        asking = [
            threads.submit(_ask, address, key, paths[first:] + paths[:first], until)
            for first in (member % len(paths) for member in range(MEMBERS))
        ]
        many = sum(one.result() for one in asking)
    return Answered(many, time.monotonic() - start, _busy_seconds(worker) - before)


def _ask(address: str, key: str, paths: Sequence[str], until: float) -> int:
    """Ask for one page after the other over one connection, as a browser does."""
    line = http.client.HTTPConnection(address.removeprefix("http://"))
    headers = {
        "Cookie": f"{visit.COOKIE}={key}",
        "Accept-Language": "es",
        "Accept-Encoding": "gzip",
    }
    done = 0
    for path in itertools.cycle(paths):
        if time.monotonic() > until:
            break
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        done += 1
    line.close()
    return done


def _busy_seconds(process: int) -> float:
    """Return the seconds of processor time that a process has used."""
    told = Path(f"/proc/{process}/stat").read_text("ascii")
    fields = told.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
