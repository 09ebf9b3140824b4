"""The benches: a name that is none is told, and nothing is run."""

import pytest

from tests.processes import python


@pytest.mark.parametrize("names", [["nothing"], ["engine", "nothing"], ["--help"]])
def test_a_bench_that_is_not_there_is_a_usage_error(names):
    ran = python("-m", "bench", *names, capture_output=True)

    said = ran.stderr.decode().splitlines()
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert said[0] == f"no such bench: {names[-1]}"
    assert said[1].startswith("usage: python -m bench [engine|")
    assert len(said) == 2
