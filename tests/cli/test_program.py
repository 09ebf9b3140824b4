"""The program as such: help, usage, languages, streams, surprises."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.club import process, running, urdimbre
from tests.processes import free_port, python
from urdimbre.cli.commands import COMMANDS
from urdimbre.cli.language import LANGUAGES, language_of

NAMES = [
    "start",
    "init",
    "demo",
    "run",
    "sequence",
    "record",
    "import",
    "export",
    "verify",
    "anchor",
    "receipt",
    "state-proof",
    "verify-receipt",
    "consistency",
    "witness",
    "members",
    "statement",
    "balances",
    "entry-code",
    "erase",
    "snapshot",
    "backup",
    "restore",
    "catch-up",
    "hand-over",
    "reopen",
    "take-over",
    "refound",
    "found",
    "doctor",
    "upgrade",
    "engine",
]


def test_these_are_the_commands():
    assert [one.name for one in COMMANDS] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_help_begins_with_examples_and_names_json(name):
    ran = urdimbre(name, "--help")

    assert ran.code == 0
    assert ran.out.splitlines()[2].strip() == "Examples:"
    assert f"urdimbre {name}" in ran.out.splitlines()[4]
    assert "--json" in ran.out


def test_help_loads_neither_the_web_nor_the_registry():
    program = (
        "import sys\nfrom urdimbre.cli.application import run\nrun(['--help'])\n"
        "heavy = {'django', 'nacl', 'orjson', 'urdimbre.recording', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )

    ran = python("-c", program, capture_output=True)

    assert ran.stderr.decode().strip() == "[]"


def test_only_run_and_demo_load_the_web(club):
    program = (
        "import sys\nfrom urdimbre.cli.application import run\n"
        f"run(['balances', {str(club.path)!r}])\n"
        "print('django' in sys.modules, file=sys.stderr)"
    )

    ran = python("-c", program, capture_output=True)

    assert ran.stderr.decode().strip() == "False"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("init",),
        ("init", "x", "--name", "Sur"),
        ("record", "x"),
        ("export", "x", "--what", "acts"),
        ("run", "x", "--port", "0"),
        ("run", "x", "--port", "many"),
        ("balances", "x", "--nothing"),
    ],
)
def test_wrong_usage_is_told_without_a_trace(arguments):
    ran = urdimbre(*arguments, "--json")

    assert ran.code == 2
    assert ran.error["code"] == "usage"
    assert ran.error["message"]
    assert ran.out == ""


def test_without_arguments_the_help_is_shown():
    ran = urdimbre()

    assert ran.code == 2
    assert "Commands:" in ran.out + ran.err


def test_errors_have_these_fields_and_are_alone_on_stderr(tmp_path):
    ran = urdimbre("balances", tmp_path, "--json")

    assert list(json.loads(ran.err)) == ["code", "message", "hint", "act"]


def test_errors_without_json_end_with_their_code_and_the_way_out(tmp_path):
    ran = urdimbre("balances", tmp_path)

    first, second = ran.err.splitlines()
    assert first.startswith("urdimbre: ")
    assert first.endswith("[not_a_circuit]")
    assert second.startswith("  ")


@pytest.mark.parametrize(
    ("asked", "environment", "language"),
    [
        (None, {}, "en"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        (None, {"LANG": "es_BO.UTF-8"}, "es"),
        (None, {"LANG": "pt_BR"}, "pt"),
        (None, {"LC_ALL": "pt_BR", "LANG": "es_BO"}, "pt"),
        (None, {"LANGUAGE": "fr:es", "LANG": "C"}, "es"),
        (None, {"LC_ALL": "C", "LANG": "es_BO"}, "en"),
        ("es", {"LANG": "pt_BR"}, "es"),
        ("ES-bo", {}, "es"),
        ("fr", {"LANG": "pt_BR"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_environments(
    asked, environment, language
):
    assert language_of(asked, environment) == language
    assert language in LANGUAGES


def test_a_surprise_is_one_short_message(tmp_path, monkeypatch):
    def fail(path):
        raise RuntimeError("the roof")

    monkeypatch.setattr("urdimbre.cli.opening.read_only", fail)

    ran = urdimbre("balances", tmp_path, "--json")

    assert (ran.code, ran.error["code"]) == (1, "unexpected")
    assert "RuntimeError: the roof" in ran.error["message"]
    assert "Traceback" not in ran.err


def test_a_surprise_shows_its_trace_to_who_asks(tmp_path, monkeypatch):
    def fail(path):
        raise RuntimeError("the roof")

    monkeypatch.setattr("urdimbre.cli.opening.read_only", fail)
    monkeypatch.setenv("URDIMBRE_DEBUG", "1")

    assert "Traceback" in urdimbre("balances", tmp_path).err


def test_a_file_that_only_others_may_read_is_told(club):
    (club.path / "keys" / "kek").unlink()

    ran = club.record(club.barter("ana", "beto", 1))

    assert (ran.code, ran.error["code"]) == (5, "key_missing")


def test_a_key_file_that_others_can_read_stops_the_program(club):
    (club.path / "keys" / "kek").chmod(0o644)

    ran = club.record(club.barter("ana", "beto", 1))

    assert (ran.code, ran.error["code"]) == (1, "key_file_unsafe")
    assert "chmod 600" in ran.error["hint"]
    assert "-rw-r--r--" in ran.error["message"]


def test_an_interrupted_program_says_so_and_ends_with_130(club):
    program = running(
        "record", club.path, "-", stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with program:
        line = json.dumps(club.barter("ana", "beto", 1)).encode() + b"\n"
        program.stdin.write(line)
        program.stdin.flush()
        answer = json.loads(program.stdout.readline())
        program.send_signal(signal.SIGINT)
        program.wait(120)
        told = program.stderr.read().decode()

    assert answer["ok"] is True
    assert program.returncode == 130
    assert "Interrupted. What has a receipt is recorded. [interrupted]" in told
    assert "Traceback" not in told
    assert urdimbre("verify", club.path, "--json").json["ok"] is True


def test_a_full_disk_under_stdout_is_told(club):
    with Path("/dev/full").open("wb") as full:
        ran = python(
            *("-m", "urdimbre.cli", "members", club.path),
            stdout=full,
            stderr=subprocess.PIPE,
        )

    assert ran.returncode == 1
    assert b"disk_full" in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_no_colour_leaves_the_process_when_nobody_watches(tmp_path):
    ran = process("balances", tmp_path, env={"NO_COLOR": "1"})

    assert "\x1b" not in ran.err


def test_a_served_circuit_answers_and_ends_when_asked(club):
    import urllib.request

    port = free_port()
    program = running("run", club.path, "--port", port, stderr=subprocess.DEVNULL)
    try:
        url = program.stdout.readline().decode().strip()
        assert url == f"http://localhost:{port}"
        assert _answers(url, urllib.request)
        assert (
            club.record(club.barter("ana", "beto", 1)).error["code"] == "already_open"
        )
        taken = urdimbre("run", club.path, "--port", str(port), "--json")
        assert (taken.code, taken.error["code"]) == (6, "port_taken")
        assert url in taken.error["message"]
        assert f"--port {port + 1}" in taken.error["hint"]
        _looks_while_it_is_served(club)
    finally:
        program.terminate()
        program.wait(120)
        program.stdout.close()


def _looks_while_it_is_served(club):
    for command in (
        ("members", club.path),
        ("balances", club.path),
        ("statement", club.path, "common"),
        ("export", club.path, "--what", "acts", "-o", "-"),
        ("verify", club.path),
    ):
        ran = urdimbre(*command, "--json")
        assert (ran.code, bool(ran.out)) == (0, True), (command, ran)


@pytest.mark.parametrize("wait_seconds", [0, 0.4, 0.8, 1.2, 1.6])
def test_a_circuit_asked_to_end_while_it_opens_ends(club, wait_seconds):
    port = free_port()
    program = running(
        *("run", club.path, "--port", port),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with program:
        program.stdout.readline()
        time.sleep(wait_seconds)
        # As the terminal does: to all processes of the group, and only once.
        os.killpg(program.pid, signal.SIGINT)
        try:
            code = program.wait(120)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            raise

    assert code in (0, 130)
    assert club.record(club.barter("ana", "beto", 1)).code == 0


def _answers(url, request):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with request.urlopen(url, timeout=30) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.2)
    return False


@pytest.mark.parametrize("host", ["nosuch.invalid", "192.0.2.1", "a b", "x" * 300])
def test_an_address_that_is_not_here_is_told_with_the_way_out(club, host):
    ran = urdimbre("run", club.path, "--host", host, "--port", "24999", "--json")

    assert (ran.code, ran.error["code"]) == (2, "host_unknown")
    assert host in ran.error["message"]
    assert "--host" in ran.error["hint"]
