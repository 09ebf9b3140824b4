"""Verify now: another process, which then knows what it has verified."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest

from tests.web.acting import ANA, BETO, GOODS, exchanged, text
from urdimbre.adapters.verifying import environment
from urdimbre.web.notebook import verifying


@pytest.fixture
def verifier():
    """No process is left from another test, and none for the next."""
    while verifying._verifier:
        verifying._verifier.pop().close()
    yield verifying._verifier
    while verifying._verifier:
        verifying._verifier.pop().close()


def verified(client):
    """Press the button and wait; what the page then shows."""
    client.post("/notebook/verify")
    for _ in range(600):
        shown = text(client.get("/notebook/verification"))
        if "is being read" not in shown:
            return shown
        time.sleep(0.1)
    raise AssertionError("it has not ended")


def gone(process):
    process.wait(60)
    return process.returncode


def test_a_second_look_is_by_the_same_process_and_tells_how_far(
    as_member, number_of, verifier
):
    ana, beto = as_member(ANA), as_member(BETO)
    verified(ana)
    first, child = verifying.last().result, verifier[0].child
    receipt = exchanged(ana, beto, "gift", number_of(BETO), GOODS)

    shown = verified(ana)

    number = int(receipt.split("/")[-1])
    second = verifying.last().result
    assert verifier[0].child is child
    assert child.pid != os.getpid()
    assert first["upto"] <= number < second["upto"]
    assert second["acts"] == first["acts"] + 1
    assert f"Verified up to number {second['upto'] - 1:,}, as it stood at" in shown


@pytest.mark.parametrize(
    ("language", "told"),
    [("es", "Verificado hasta el número"), ("pt", "Verificado até o número")],
)
def test_it_is_told_in_each_language(as_member, verifier, language, told):
    ana = as_member(ANA)
    verified(ana)

    page = ana.get("/notebook/verification", headers={"Accept-Language": language})

    assert told in text(page)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "is not what the log gives."),
        ("es", "no es lo que da la historia."),
        ("pt", "não é o que o histórico dá."),
    ],
)
def test_a_difference_is_told_in_each_language(
    as_member, verifier, place, language, told
):
    ana = as_member(ANA)
    with altered(place, "UPDATE member SET kind = 'fund' WHERE no = 2"):
        verified(ana)
    page = ana.get("/notebook/verification", headers={"Accept-Language": language})

    assert f"kind: {told}" in text(page)
    first = verifying.last().result["first_error"]
    assert first["reason"] == "is not what the log gives"


@contextmanager
def altered(place, sql):
    """Change the registry behind its back, and put it right again."""
    with closing(sqlite3.connect(place / "registry.db")) as registry:
        before = registry.execute("SELECT kind FROM member WHERE no = 2").fetchone()
        registry.execute(sql)
        registry.commit()
        try:
            yield
        finally:
            registry.execute("UPDATE member SET kind = ? WHERE no = 2", before)
            registry.commit()


def test_a_process_that_was_killed_is_replaced(as_member, verifier):
    ana = as_member(ANA)
    verified(ana)
    first = verifier[0].child
    first.kill()
    first.wait()

    shown = verified(ana)

    assert "Everything fits: no error was found." in shown
    assert verifier[0].child is not first


def test_one_that_is_killed_at_work_is_told(as_member, verifier, place, monkeypatch):
    monkeypatch.setattr(verifying, "_MODULE", "tests.web.test_verifier")
    ana = as_member(ANA)

    shown = verified(ana)

    assert "the process that verifies has been ended" in shown


def verifier_of(place, idle):
    return subprocess.Popen(
        [sys.executable, "-m", verifying._MODULE, str(place), str(idle)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )


def test_it_ends_when_nobody_asks(place, tmp_path):
    child = verifier_of(place, 0.5)

    assert gone(child) == 0
    child.stdin.close()
    assert child.stdout.read() == b""
    child.stdout.close()


def test_it_ends_with_the_server_and_leaves_nothing(place, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    child = verifier_of(place, 600)
    child.stdin.write(b"\n")
    child.stdin.flush()
    assert json.loads(child.stdout.readline())["ok"] is True
    assert list(tmp_path.iterdir()) != []

    child.stdin.close()

    assert gone(child) == 0
    assert list(tmp_path.iterdir()) == []
    child.stdout.close()


def test_it_ends_with_the_server_in_the_middle_of_its_work(
    place, tmp_path, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    child = verifier_of(place, 600)
    child.stdin.write(b"\n")
    child.stdin.close()

    assert gone(child) == 0
    assert list(tmp_path.iterdir()) == []
    child.stdout.close()


def test_a_folder_that_cannot_be_read_is_a_failure_and_no_difference(tmp_path):
    child = verifier_of(tmp_path / "gone", 600)
    child.stdin.write(b"\n")
    child.stdin.flush()

    told = json.loads(child.stdout.readline())

    assert set(told) == {"failed"}
    assert gone(child) == 0
    child.stdin.close()
    child.stdout.close()


if __name__ == "__main__":  # as another process: one that is killed at work
    sys.stdin.buffer.readline()
    os.kill(os.getpid(), signal.SIGKILL)
