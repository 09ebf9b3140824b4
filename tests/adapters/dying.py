"""A process that kills itself at each write point of an operation, one after another.

    python dying.py OPERATION TEMPLATE SCRATCH MOST

The points of an operation are counted in a run without a kill. Then, for each of at
most MOST of them (the first, the last, and evenly between), a fork works on a fresh
copy of TEMPLATE and dies by SIGKILL just before that point; another fork does the same
operation again on what was left, and looks whether all is whole. Each point gives a
line of JSON: its name, how the first fork ended, and what was wrong.

Write points are statements of SQLite that write, the ends of its transactions, fsync,
rename, link and unlink.
"""

import contextlib
import io
import json
import os
import shutil
import signal
import sqlite3
import sys
import traceback
from pathlib import Path

from tests.adapters import operations

WRITING = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "COMMIT", "VACUUM")
SYSTEM = ("fsync", "rename", "replace", "link", "unlink")


class Points:
    """Counts write points; dies before one of them."""

    def __init__(self, fatal):
        self.fatal = fatal
        self.names = []

    def reach(self, name):
        self.names.append(name)
        if len(self.names) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, sql):
        text = " ".join(str(sql).split())
        if text.upper().startswith(WRITING) or "journal_mode" in text:
            self.reach(f"sql {text[:40]}")

    def watch(self):
        """Put itself between the program and what it writes with."""
        for name in SYSTEM:
            setattr(os, name, self._watched(name, getattr(os, name)))
        points, connect = self, sqlite3.connect

        class Watched(sqlite3.Connection):
            def execute(self, sql, *values):
                points.statement(sql)
                return super().execute(sql, *values)

            def executemany(self, sql, *values):
                points.statement(sql)
                return super().executemany(sql, *values)

            def executescript(self, sql):
                points.reach("sql script")
                return super().executescript(sql)

            def backup(self, *arguments, **more):
                points.reach("sql backup")
                return super().backup(*arguments, **more)

            def __exit__(self, *why):
                if self.in_transaction:
                    points.reach("sql end of a transaction")
                return super().__exit__(*why)

        def watched(*arguments, **more):
            return connect(*arguments, **({"factory": Watched} | more))

        sqlite3.connect = sqlite3.dbapi2.connect = watched
        self._watch_django()

    def _watch_django(self):
        from django.db.backends.sqlite3 import base

        points, execute = self, base.SQLiteCursorWrapper.execute

        def watched(cursor, query, params=None):
            points.statement(query)
            return execute(cursor, query, params)

        base.SQLiteCursorWrapper.execute = watched

    def _watched(self, name, call):
        def watched(*arguments, **more):
            self.reach(f"{name} {Path(str(arguments[0])).name[-20:]}")
            return call(*arguments, **more)

        return watched


def fork(work):
    """Run something in a fork; returns how it ended and what it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        said, code = "", 0
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                said = json.dumps(work())
        except BaseException:  # noqa: BLE001 - told to the parent
            said, code = json.dumps(traceback.format_exc()), 1
        os.write(writing, said.encode())
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(said) if said else None


def counted(operation, place):
    """The names of an operation's write points."""

    def work():
        points = Points(0)
        points.watch()
        operation.run(place)
        return points.names

    code, names = fork(work)
    if code:
        raise SystemExit(names)
    return names


def chosen(count, most):
    """Points, counted from 1: the first, the last, and evenly between."""
    if count <= most:
        return range(1, count + 1)
    return sorted({1 + (count - 1) * n // (most - 1) for n in range(most)})


def main(name, template, scratch, most):
    """Die at the points of one operation and report."""
    operation = operations.OPERATIONS[name]
    names = counted(operation, shutil.copytree(template, scratch / "counted"))
    for point in chosen(len(names), most):
        place = shutil.copytree(template, scratch / str(point))

        def dying(point=point, place=place):
            points = Points(point)
            points.watch()
            operation.run(place)

        def again(place=place):
            operation.again(place)
            return operation.wrong(place)

        ended, _ = fork(dying)
        code, wrong = fork(again)
        told = {"point": names[point - 1], "ended": ended, "code": code, "wrong": wrong}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        shutil.rmtree(place)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
