"""The stand-alone verifiers, run where Urdimbre cannot be imported."""

import subprocess
import sys
from pathlib import Path

import nacl
import pytest

ROOT = Path(__file__).resolve().parents[2]
ALONE = """
import runpy, sys
sys.path[:0] = sys.argv[1:3]
try:
    import urdimbre
    sys.exit("urdimbre can be imported: this is no stand-alone run")
except ImportError:
    sys.argv[:4] = [sys.argv[3]]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="session")
def only_nacl(tmp_path_factory):
    """A folder with PyNaCl and what it is built on, and nothing else."""
    folder = tmp_path_factory.mktemp("only-nacl")
    packages = Path(nacl.__file__).parents[1]
    (folder / "nacl").symlink_to(packages / "nacl")
    for compiled in packages.glob("_cffi_backend*"):
        (folder / compiled.name).symlink_to(compiled)
    return folder


@pytest.fixture
def alone(only_nacl, tmp_path):
    """Run a verifier; gives its exit code and what it said."""

    def run(name, *arguments):
        tools = ROOT / "tools"
        command = [sys.executable, "-I", "-S", "-c", ALONE, tools, only_nacl]
        ran = subprocess.run(
            [*map(str, command), tools / name, *map(str, arguments)],
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
        )
        assert ran.stderr == "" or ran.returncode == 2, ran.stderr
        return ran.returncode, ran.stdout

    return run
