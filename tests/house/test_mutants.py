"""Each named mutant of the core is killed: a test that is run on it fails."""

import os
import shutil
import subprocess
import sys
from compileall import compile_dir
from py_compile import PycInvalidationMode

import pytest

from tests.house.mutants import MUTANTS
from tests.house.tree import CORE, ROOT, SOURCE

TESTS_FAILED = 1
"""What pytest says if tests have run and one has failed: not that none was found."""
QUIET = ("-q", "-x", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the core, to be written otherwise."""
    copy = tmp_path_factory.mktemp("mutants")
    (copy / "urdimbre").mkdir()
    shutil.copy(SOURCE / "__init__.py", copy / "urdimbre")
    shutil.copytree(CORE, copy / "urdimbre" / "core")
    # By time and size alone, a mutant of the same second could pass for the right file.
    compile_dir(copy, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return copy


def run(package, *files, chosen=()):
    """Run tests of the core against the copy, in a program of their own."""
    places = [f"tests/core/{file}" for file in files]
    path = ["-o", f"pythonpath={package} {ROOT}"]
    own = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "URDIMBRE_MUTANT": "1"}
    own |= {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *QUIET, *path, *places, *chosen],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_names_tell_them_apart():
    names = [mutant.name for mutant in MUTANTS]

    assert len(set(names)) == len(names) >= 20


def test_what_is_to_kill_them_passes_on_the_right_core(package):
    """And that it runs at all is seen when it fails on a mutant."""
    files = sorted({mutant.tests.split(" ")[0] for mutant in MUTANTS})

    done = run(package, *files)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_killed(package, mutant):
    file = package / "urdimbre" / "core" / mutant.file
    right = file.read_text("utf-8")
    assert right.count(mutant.right) == 1
    file.write_text(right.replace(mutant.right, mutant.wrong), "utf-8")

    try:
        file_of_tests, *chosen = mutant.tests.split(" ")
        done = run(package, file_of_tests, chosen=chosen)
    finally:
        file.write_text(right, "utf-8")

    assert done.returncode == TESTS_FAILED, done.stdout + done.stderr
