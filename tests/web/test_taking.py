"""The whole notebook in one file, taken along by whoever may read it."""

import subprocess
import sys
from pathlib import Path

from tests.web.acting import ANA, BETO, GOODS, exchanged
from urdimbre.adapters.bundle import verify_bundle

TOOL = Path(__file__).parents[2] / "tools" / "verify_bundle.py"


def taken(client, tmp_path):
    answer = client.post("/notebook/bundle")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    path = tmp_path / "bundle.tar"
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def test_a_member_takes_it_along_and_verifies_it_elsewhere(
    as_member, number_of, tmp_path
):
    exchanged(as_member(ANA), as_member(BETO), "gift", number_of(BETO), GOODS)

    path = taken(as_member(ANA), tmp_path)

    assert verify_bundle(path).ok
    alone = subprocess.run(
        [sys.executable, str(TOOL), str(path)], capture_output=True, check=False
    )
    assert alone.returncode == 0, alone.stdout


def test_an_altered_bundle_is_named(as_member, tmp_path):
    path = taken(as_member(ANA), tmp_path)
    raw = path.read_bytes()
    at = raw.index(b'"kind":"admit"') + 9
    path.write_bytes(raw[:at] + b"m" + raw[at + 1 :])

    assert not verify_bundle(path).ok


def test_where_each_reads_her_own_only_who_acts_for_the_common_takes_it(
    as_member, tmp_path, monkeypatch
):
    from urdimbre.web.notebook import taking

    monkeypatch.setattr(taking, "agreed", lambda *_: "own")

    assert as_member(ANA).post("/notebook/bundle").status_code == 404
    assert verify_bundle(taken(as_member("Fundadora"), tmp_path)).ok
