"""Two nodes compute the same bytes, whatever the machine, its language, its Python."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.fixed_history import SCENES, told
from tests.house.tree import ROOT

pytestmark = pytest.mark.determinism

HERE = sys.executable
MINORS = range(11, 16)
"""Minor versions of Python 3 that the rules are to give the same answer under."""


def told_by(*command, **surroundings):
    """The same history, played by another program in other surroundings."""
    own = {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*command, "-m", "tests.core.fixed_history"],
        cwd=ROOT,
        env=os.environ | own | surroundings,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def others():
    """Pythons of another minor version that run here.

    A version manager's shim may stand on the path for one that it does not start: then
    those beside the shim are tried.
    """
    for minor in MINORS:
        name = f"python3.{minor}"
        found = shutil.which(name)
        if found is None or minor == sys.version_info.minor:
            continue
        beside = Path(found).parents[1].glob(f"versions/3.{minor}.*/bin/{name}")
        runs = [one for one in (found, *map(str, beside)) if starts(one)]
        yield from runs[:1]


def starts(python):
    """Whether a Python runs at all."""
    done = subprocess.run([python, "-c", ""], capture_output=True, check=False)
    return done.returncode == 0


def test_the_history_is_a_long_one():
    assert len(SCENES) > 250


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_order_of_sets_has_no_part_in_it(seed):
    assert told_by(HERE, PYTHONHASHSEED=seed) == told()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Lima"])
def test_the_time_zone_has_no_part_in_it(zone):
    assert told_by(HERE, TZ=zone) == told()


@pytest.mark.parametrize("language", ["C", "tr_TR.UTF-8"])
def test_the_language_of_the_machine_has_no_part_in_it(language):
    assert told_by(HERE, LC_ALL=language, LANG=language) == told()


def test_assertions_have_no_part_in_it():
    assert told_by(HERE, "-O") == told()


def test_the_version_of_python_has_no_part_in_it():
    """If no other runs here, ``make check`` says so; see ``tools/other_python.sh``."""
    assert {told_by(other) for other in others()} <= {told()}
