"""The PostgreSQL engine beside what the same server does with less: all in one run.

``COPY`` of the very rows that the engine has written, into tables without keys, is the
most that the server takes. The parts of an act beside it: storing the same blocks
again, verifying two signatures, and the Python in between, with nothing written and
every signature believed. A plain double-entry insert without chain or signatures is
what a bookkeeping program would do at least; django-hordak is one.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.measuring import (
    SIGNATURES,
    Figure,
    believed,
    circuit,
    exchanges,
    recorded,
    yardstick,
)
from tests.adapters.postgres import crashing
from tests.adapters.postgres.scene import worker
from tests.postgres_server import Server
from urdimbre.adapters.storage import postgres, translation
from urdimbre.adapters.storage.postgres import PostgresStore
from urdimbre.adapters.storage.sessions import Place, connect
from urdimbre.projections.tables import SCHEMA as DERIVED
from urdimbre.recording import Block, Receipt

ACTS = 6_000
SINGLE = 200
TURNS = 3
LOT = 1_000
ROOT = Path(__file__).resolve().parents[1]
SEQUENCER = crashing.__file__
HORDAK = Path(__file__).with_name("hordak_transfers.py")


def figures() -> Iterator[Figure]:
    """Measure the engine, its store alone, and what they are compared with."""
    server = Server()
    try:
        yield from _engine(server)
        yield from _through_the_inbox(server)
        floor = list(_double_entry(server))
        yield from floor
        yield from _hordak(server, floor)
    finally:
        server.stop()


def _engine(server: Server) -> Iterator[Figure]:
    turns = [_turn(server) for _ in range(TURNS)]
    engine, store, copy, embedded, python, r = (
        statistics.median(turn[at] for turn in turns) for at in range(6)
    )
    yield _acts("copy_postgres", copy)
    yield _acts("store_postgres", store, against="copy_postgres", other=copy)
    signatures = SIGNATURES * ACTS / r
    yield _acts("signatures_alone", signatures, against="copy_postgres", other=copy)
    yield _acts("python_alone", python, against="copy_postgres", other=copy)
    yield _acts("engine_postgres", engine, against="copy_postgres", other=copy)
    yield _acts("engine_postgres", engine, against="engine_django", other=embedded)
    yield Figure(
        bench="engine_postgres",
        value=SIGNATURES * ACTS / engine,
        unit="signatures/s",
        ratio=SIGNATURES * ACTS / engine / r,
        against="R",
        n=ACTS,
    )


def _acts(
    bench: str, seconds: float, *, against: str | None = None, other: float = 0
) -> Figure:
    return Figure(
        bench=bench,
        value=ACTS / seconds,
        unit="acts/s",
        ratio=other / seconds if against else None,
        against=against,
        n=ACTS,
    )


def _turn(server: Server) -> tuple[float, float, float, float, float, float]:
    """Return the seconds of engine, store, COPY, embedded, Python alone; and R."""
    place = server.place()
    with circuit(projected=True, place=place) as (found, _):
        entries = exchanges(found, ACTS)
        r = yardstick(entries[: ACTS // 4], found.genesis)
        with closing(PostgresStore(server.place(), schema=DERIVED)) as again:
            _same_rows(server, place, again.place)
            blocks = _watched(found.registry.store)
            engine = recorded(found.registry, entries)
            store = _timed(again.write, blocks)
        copy = _copied(place, blocks)
    with circuit(projected=True) as (found, _):
        embedded = recorded(found.registry, exchanges(found, ACTS))
    return engine, store, copy, embedded, _python(server), r


def _python(server: Server) -> float:
    """Record into a store that writes nothing, and believe every signature."""
    with circuit(projected=True, place=server.place(), verdicts=believed) as (found, _):
        entries = exchanges(found, ACTS)
        store: Any = found.registry.store
        store.write = _write_nothing
        return recorded(found.registry, entries)


def _write_nothing(block: Block) -> None:
    """Keep a block in memory only."""


def _watched(store: Any) -> list[Block]:
    """Keep the blocks that a store writes from here on."""
    blocks: list[Block] = []
    write = store.write

    def watched(block: Block) -> None:
        write(block)
        blocks.append(block)

    store.write = watched
    return blocks


def _same_rows(server: Server, place: Place, other: Place) -> None:
    """Give an empty schema what stands in the first one so far."""
    named = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
    for (table,) in server.execute(named, place.schema):
        if table not in ("sequencer", "inbox"):
            copied = sql.SQL("INSERT INTO {} SELECT * FROM {}").format(
                sql.Identifier(other.schema, table), sql.Identifier(place.schema, table)
            )
            server.execute(copied)


def _timed(write: Callable[[Any], None], blocks: Sequence[Any]) -> float:
    start = time.perf_counter()
    for block in blocks:
        write(block)
    return time.perf_counter() - start


def _copied(place: Place, blocks: Sequence[Block]) -> float:
    """COPY all rows of the blocks into tables without keys, a transaction a block."""
    lots = [list(_rows(block)) for block in blocks]
    with closing(connect(place)) as connection:
        for table in sorted({table for lot in lots for table, _ in lot}):
            connection.execute(f'CREATE TABLE "{table}_bare" (LIKE "{table}")')
        columns = postgres._columns(connection, place)  # noqa: SLF001 - as the engine

        def write(lot: list[tuple[str, Sequence[Any]]]) -> None:
            with connection.transaction(), connection.cursor() as cursor:
                for table, rows in lot:
                    postgres._copy(cursor, f"{table}_bare", rows, columns)  # noqa: SLF001

        return _timed(write, lots)


def _rows(block: Block) -> Iterator[tuple[str, Sequence[Any]]]:
    """Give every row that a block writes, by table."""
    yield "entry", block.entries
    yield "act", block.acts
    yield "header", [block.sealed]
    yield "state", [*block.created, *block.changed]
    yield "tile", block.tiles
    yield "meta", list(block.marks.items())
    for change in block.derived:
        insert = translation.insert(change.sql)
        if insert is not None:
            yield insert.table, change.rows


def _through_the_inbox(server: Server) -> Iterator[Figure]:
    """Measure one act at a time from a worker, and many at once."""
    place = server.place()
    with circuit(projected=True, place=place) as (found, _):
        alone, many = exchanges(found, SINGLE), exchanges(found, ACTS)
    with _sequencer(place), closing(worker(place)) as one:
        times = []
        for entry in alone:
            start = time.perf_counter()
            answer = one.submit(entry)
            times.append((time.perf_counter() - start) * 1e3)
            if not isinstance(answer, Receipt):
                raise SystemExit(f"the bench was refused: {answer}")
        seconds = recorded(one, many)
    times.sort()
    for name, at in (("p50", SINGLE // 2), ("p99", SINGLE * 99 // 100)):
        yield Figure(bench=f"inbox_single_{name}", value=times[at], unit="ms", n=SINGLE)
    yield _acts("inbox_many", seconds)


@contextmanager
def _sequencer(place: Place) -> Iterator[None]:
    """Run a sequencer in a process of its own, as a circuit that is served has."""
    child = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, SEQUENCER, *place, "0"],
        stdout=subprocess.PIPE,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
    )
    if child.stdout is None or child.stdout.readline() != b"ready\n":
        raise SystemExit("the sequencer of the bench did not start")
    try:
        yield
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def _double_entry(server: Server) -> Iterator[Figure]:
    """Insert transfers with two legs each and keep balances: no chain, no signature."""
    server.execute("CREATE TABLE transfer (id bigserial PRIMARY KEY, at bigint)")
    server.execute(
        "CREATE TABLE leg (transfer bigint REFERENCES transfer, account bigint,"
        " amount bigint, PRIMARY KEY (transfer, account))"
    )
    server.execute("CREATE TABLE stands (account bigint PRIMARY KEY, balance bigint)")
    server.execute("INSERT INTO stands SELECT n, 0 FROM generate_series(0, 199) AS n")
    for name, lot, count in (("single", 1, LOT), ("batched", LOT, 6 * LOT)):
        seconds = _transfers(server, lot, count)
        yield Figure(
            bench=f"double_entry_{name}",
            value=count / seconds,
            unit="transfers/s",
            n=count,
        )


def _transfers(server: Server, lot: int, count: int) -> float:
    """Insert transfers, so many in a transaction; returns the seconds."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:

        def write(first: int) -> None:
            with connection.transaction(), connection.cursor() as cursor:
                for number in range(first, first + lot):
                    _transfer(cursor, number)

        return _timed(write, range(0, count, lot))


def _transfer(cursor: psycopg.Cursor[Any], number: int) -> None:
    giver, taker = number % 200, (number * 7 + 1) % 200
    if giver == taker:
        taker = (taker + 1) % 200
    cursor.execute("INSERT INTO transfer (at) VALUES (0) RETURNING id")
    ((transfer,),) = cursor.fetchall()
    cursor.execute(
        "INSERT INTO leg VALUES (%s, %s, -1), (%s, %s, 1)",
        (transfer, giver, transfer, taker),
    )
    cursor.execute(
        "UPDATE stands SET balance = balance - 1 WHERE account = %s", (giver,)
    )
    cursor.execute(
        "UPDATE stands SET balance = balance + 1 WHERE account = %s", (taker,)
    )


def _hordak(server: Server, floor: Sequence[Figure]) -> Iterator[Figure]:
    """Measure django-hordak in a process of its own: it has Django settings, too."""
    server.execute("CREATE DATABASE hordak")
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, HORDAK, server.conninfo],
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    for one, plain in zip(told, floor, strict=True):
        ratio = one["value"] / plain.value
        yield Figure(unit="transfers/s", ratio=ratio, against=plain.bench, **one)
