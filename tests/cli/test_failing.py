"""A storage error ends the process that serves; who starts it again goes on."""

import subprocess
from pathlib import Path

from tests.cli.club import urdimbre
from tests.processes import free_port, started

PROGRAM = Path(__file__).with_name("failing.py")


def test_a_storage_error_ends_the_server_and_frees_the_folder(club):
    size = club.size()
    program = started(PROGRAM, club.path, free_port(), stderr=subprocess.PIPE)
    try:
        _, error = program.communicate(timeout=120)
    finally:
        program.kill()
        program.wait()

    assert program.returncode == 1, error
    assert b"The storage failed: no space left." in error
    assert club.record(club.barter("ana", "beto", 1)).code == 0
    assert club.size() == size + 1 + 2
    assert urdimbre("verify", club.path).code == 0
