"""What the program says, where, in which language, and to whom it may be cut off."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.cli.club import founded, process, urdimbre
from tests.processes import environment, python
from urdimbre.cli import speaking
from urdimbre.cli.language import Counted, catalogue
from urdimbre.cli.speaking import speaker


def shell(line):
    """Run a line of a shell in which ``$U`` is the program."""
    return subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        check=False,
        timeout=120,
        env=environment(U=f"{sys.executable} -m urdimbre.cli"),
    )


@pytest.mark.parametrize(
    ("language", "sentence", "way_out"),
    [
        ("en", "is not the folder of a circuit.", "Name the folder"),
        ("es_BO.UTF-8", "no es la carpeta de un circuito.", "Indica la carpeta"),
        ("pt_BR.UTF-8", "não é a pasta de um circuito.", "Indique a pasta"),
    ],
)
def test_failures_are_told_in_the_language_of_the_environment(
    tmp_path, language, sentence, way_out
):
    ran = process("balances", tmp_path, "--json", env={"LANG": language})

    assert ran.code == 5
    assert ran.out == ""
    assert sentence in ran.error["message"]
    assert ran.error["hint"].startswith(way_out)


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 row written to", "4 rows written to"),
        ("es", "1 fila escrita en", "4 filas escritas en"),
        ("pt", "1 linha gravada em", "4 linhas gravadas em"),
    ],
)
def test_what_is_counted_agrees_with_its_number(club, tmp_path, language, one, many):
    lone = founded(tmp_path / "lone")

    told = [
        urdimbre(
            *("export", path, "--what", "members", "-o", tmp_path / name),
            *("--lang", language),
        ).err
        for path, name in ((lone.path, "one.csv"), (club.path, "many.csv"))
    ]

    assert told[0].startswith(one)
    assert told[1].startswith(many)


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_every_counted_sentence_has_two_forms(language):
    from urdimbre.cli import importing
    from urdimbre.cli.commands import export

    words = catalogue(language)
    counted = [
        one
        for module in (importing, export)
        for one in vars(module).values()
        if isinstance(one, Counted)
    ]

    assert len(counted) == 6
    for one in counted:
        told = [words.ngettext(one.one, one.many, count) for count in (1, 2)]
        assert told[0] != told[1]
        assert language == "en" or one.many not in told


def test_closed_streams_are_no_surprise(club):
    line = club.path.parent / "line.jsonl"
    line.write_text(json.dumps(club.barter("ana", "beto", 7)) + "\n")

    codes = [
        shell(f"$U {command} {streams}").returncode
        for command, streams in (
            (f"members {club.path}", ">&-"),
            (f"members {club.path}", "2>&- >&-"),
            (f"balances {club.path.parent}", "2>&-"),
            (f"record {club.path} -", "<&-"),
            (f"record {club.path} {line}", "<&- >&- 2>&-"),
        )
    ]

    assert codes == [0, 0, 5, 0, 0]
    assert club.balance("ana") == -7
    assert urdimbre("verify", club.path, "--json").json["ok"] is True


def test_a_reader_of_answers_that_goes_away_loses_nothing(club):
    lines = club.write(*(club.barter("ana", "beto", 1) for _ in range(1500)))

    ran = shell(f"$U record {club.path} {lines} | head -1; echo ${{PIPESTATUS[0]}}")

    first, code = ran.stdout.decode().splitlines()
    assert json.loads(first)["line"] == 1
    assert code == "1"
    assert ran.stderr == b""
    assert urdimbre("verify", club.path, "--json").json["ok"] is True
    again = urdimbre("record", club.path, lines, "--json")
    assert again.code == 0
    assert again.lines[0] == json.loads(first)
    assert club.balance("ana") == -1500


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_stays_json_in_every_encoding_of_a_terminal(tmp_path, encoding):
    ran = python(
        *("-m", "urdimbre.cli", "balances", tmp_path / "año", "--json", "--lang", "pt"),
        capture_output=True,
        env=environment(PYTHONIOENCODING=encoding),
    )

    told = json.loads(ran.stderr.decode(encoding))
    assert ran.returncode == 5
    assert told["message"] == f"{tmp_path}/año não é a pasta de um circuito."


def test_a_name_of_a_file_that_is_no_text_breaks_no_line(club, tmp_path):
    name = os.fsdecode(b"m\xe9\n\x1b[31m.csv")

    ran = process("export", club.path, "--what", "members", "-o", tmp_path / name)
    as_json = process(
        *("export", club.path, "--what", "members", "-o", tmp_path / name),
        *("--yes", "--json"),
    )

    assert ran.code == 0
    assert len(ran.err.splitlines()) == 1
    assert "\x1b" not in ran.err
    assert as_json.json["path"] == str(tmp_path / name)


def test_a_name_of_a_person_cannot_speak_to_the_terminal(club):
    from urdimbre.adapters.desk import Desk, Person

    Desk(club.path / "desk.db").add_persons([Person(club.founder, "Ana\x1b[2J\nRosa")])

    shown = urdimbre("members", club.path)

    assert "\x1b" not in shown.out
    assert len(shown.out.splitlines()) == 5


def test_an_interruption_that_nobody_passed_on_still_ends_with_130(tmp_path):
    """As one that falls into a finaliser, which cannot raise."""
    program = (
        "import os, signal, sys\n"
        "from urdimbre.cli import application\n"
        "def commands():\n"
        "    def swallow(*_, **__):\n"
        "        try: os.kill(os.getpid(), signal.SIGINT)\n"
        "        except KeyboardInterrupt: pass\n"
        "    return swallow\n"
        "application.program = commands\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.exit(application.run(['members', sys.argv[1]]))\n"
    )

    ran = python("-c", program, tmp_path, capture_output=True)

    assert ran.returncode == 130
    assert b"[interrupted]" in ran.stderr


class Watched:
    """A stream that is a terminal, or is not."""

    def __init__(self, *, terminal):
        self.terminal = terminal
        self.text = ""

    def isatty(self):
        return self.terminal

    def write(self, text):
        self.text += text
        return len(text)

    def flush(self):
        pass


def test_a_long_task_that_nobody_watches_is_told_by_tenths(monkeypatch):
    stream = Watched(terminal=False)
    monkeypatch.setattr(speaking.sys, "stderr", stream)

    with speaker([]).progress("Living through a year…", 365, slow_from=1) as bar:
        for _ in range(365):
            bar.step()

    first, *rest = stream.text.splitlines()
    assert first == "Living through a year…"
    assert rest == [f"  {percent} %" for percent in range(10, 101, 10)]


def test_a_short_task_says_nothing(monkeypatch):
    stream = Watched(terminal=False)
    monkeypatch.setattr(speaking.sys, "stderr", stream)

    with speaker([]).progress("Recording", 20) as bar:
        bar.step(20)

    assert stream.text == ""


@pytest.mark.parametrize(("no_colour", "coloured"), [("", True), ("1", False)])
def test_colour_is_for_terminals_that_want_it(monkeypatch, no_colour, coloured):
    from urdimbre.cli.failures import FileMissing, tell

    stream = Watched(terminal=True)
    monkeypatch.setattr(speaking.sys, "stderr", stream)
    monkeypatch.setenv("NO_COLOR", no_colour)
    voice = replace(speaker([]), translate=str)

    voice.error(tell(FileMissing(path="x"), str))

    assert ("\x1b[31m" in stream.text) == coloured


def test_a_program_interrupted_while_it_is_read_leaves_no_trace():
    """The handlers of the program do not stand yet, Python's own does."""
    program = (
        "import builtins, os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "real = builtins.__import__\n"
        "def reading(name, *rest, **more):\n"
        "    if name.endswith('cli.application'): os.kill(os.getpid(), signal.SIGINT)\n"
        "    return real(name, *rest, **more)\n"
        "builtins.__import__ = reading\n"
        "from urdimbre.cli import main\n"
        "main()\n"
    )

    ran = python("-c", program, capture_output=True)

    assert (ran.returncode, ran.stderr) == (130, b"")
