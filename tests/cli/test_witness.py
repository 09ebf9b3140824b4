"""Two circuits on one machine cosign each other's checkpoints, over HTTP."""

import shutil
import time
from contextlib import contextmanager
from subprocess import DEVNULL

import pytest

from tests.adapters.interchange.generated import issued, sarafu
from tests.cli.club import founded, urdimbre
from tests.processes import free_port, started
from urdimbre.adapters.folder import read_only
from urdimbre.adapters.witnessing.asking import NOBODY, get_over_http
from urdimbre.core.chain.notes import parse_vkey

WAIT_SECONDS = 60


@pytest.fixture
def clubs(tmp_path):
    found = []
    for name in ("norte", "sur"):
        folder = tmp_path / name
        folder.mkdir()
        found.append(founded(folder))
    return found


@contextmanager
def served(path):
    """Serve a circuit on a free port; gives its address."""
    port = free_port()
    command = ("-m", "urdimbre.cli", "run", path, "--port", port)
    program = started(*command, stdout=DEVNULL, stderr=DEVNULL)
    url = f"http://localhost:{port}"
    try:
        _wait_for(f"{url}/login")
        yield url
    finally:
        program.terminate()
        program.wait(WAIT_SECONDS)


def _wait_for(url):
    until = time.monotonic() + WAIT_SECONDS
    while get_over_http(url).status == NOBODY:
        assert time.monotonic() < until, f"{url} does not answer"
        time.sleep(0.1)


def told(club):
    ran = urdimbre("witness", club.path, "--json")
    assert ran.code == 0, ran
    return ran.json


def name_witness(club, other):
    """The founders name the other circuit as a witness and ask for one."""
    key = parse_vkey(told(other)["witness_key"])
    public = key.key.hex()
    effects = [
        {"effect": "witness", "key": public, "name": key.name, "host": "localhost"},
        {"effect": "parameter", "name": "witnesses_needed", "value": 1},
    ]
    ran = club.record(
        club.by_common("decision", {"basis": "founders", "effects": effects})
    )
    assert ran.code == 0, ran
    return public


def test_two_circuits_cosign_each_other_over_http(clubs):
    north, south = clubs
    keys = {}
    for club, other in ((north, south), (south, north)):
        keys[club.genesis] = name_witness(club, other)
        urdimbre("witness", other.path, "--watch", told(club)["log_key"])

    with served(north.path) as one, served(south.path) as two:
        for club, url in ((north, two), (south, one)):
            peer = f"{keys[club.genesis]}={url}/witness"
            ran = urdimbre("witness", club.path, "--peer", peer, "--now", "--json")

            assert ran.code == 0, ran
            (witness,) = ran.json["witnesses"]
            assert (witness["outcome"], witness["size"]) == ("cosigned", club.size())
            assert ran.json["needed"] == 1
            last = get_over_http(f"{url}/witness/last/{_origin(club)}")
            assert last.body.decode().startswith(_origin(club))


def test_a_receipt_carries_the_witness_s_signature_and_counts_hosts(clubs):
    north, south = clubs
    public = name_witness(north, south)
    urdimbre("witness", south.path, "--watch", told(north)["log_key"])
    north.admit("rosa")
    with served(south.path) as url:
        peer = f"{public}={url}/witness"
        assert urdimbre("witness", north.path, "--peer", peer, "--now").code == 0
    covered = north.size() - 2
    north.admit("beto")

    one, two = (north.path.parent / name for name in ("one", "two"))
    _receipt(north, covered, one)
    _receipt(north, north.size() - 2, two)
    enough = _checked(north, one)
    effect = {"effect": "parameter", "name": "witnesses_needed", "value": 2}
    body = {"basis": "founders", "effects": [effect]}
    assert north.record(north.by_common("decision", body)).code == 0
    few = _checked(north, one)
    none = _checked(north, two)

    name = parse_vkey(told(south)["witness_key"]).name
    assert enough["cosigners"] == few["cosigners"] == [name]
    assert "few_witnesses" not in enough["unproven"]
    assert "few_witnesses" in few["unproven"]
    assert none["cosigners"] == []
    assert "witnesses" in none["unproven"]


def _receipt(club, position, path):
    reading = read_only(club.path)
    (hash_,) = next(
        iter(
            reading.store.query("SELECT hash FROM act WHERE position = ?", (position,))
        )
    )
    reading.close()
    ran = urdimbre("receipt", club.path, bytes(hash_).hex(), "-o", path)
    assert ran.code == 0, ran


def _checked(club, path):
    ran = urdimbre("verify-receipt", path, "--circuit", club.path, "--json")
    assert ran.code == 0, ran
    return ran.json


def test_a_fork_over_http_is_refused_and_kept(clubs, tmp_path):
    north, south = clubs
    public = name_witness(north, south)
    urdimbre("witness", south.path, "--watch", told(north)["log_key"])
    shutil.copytree(north.path, tmp_path / "copy" / "club")
    north.admit("rosa")
    other = type(north)(tmp_path / "copy" / "club", north.genesis, north.founder)
    other.admit("mateo")

    with served(south.path) as url:
        peer = f"{public}={url}/witness"
        honest = urdimbre("witness", north.path, "--peer", peer, "--now", "--json")
        forked = urdimbre("witness", other.path, "--peer", peer, "--now", "--json")

    assert honest.code == 0, honest
    assert forked.code == 7
    assert forked.error["code"] == "witnesses_silent"
    (kept,) = told(south)["evidence"]
    assert (kept["origin"], kept["kind"]) == (_origin(north), "fork")


def test_without_a_witness_or_its_address_nobody_can_be_asked(clubs):
    north, south = clubs
    nobody = urdimbre("witness", north.path, "--now", "--json")
    name_witness(north, south)
    nowhere = urdimbre("witness", north.path, "--now", "--json")

    assert (nobody.code, nowhere.code) == (5, 5)
    assert nobody.error["code"] == nowhere.error["code"] == "no_witness_named"


def test_a_witness_that_is_away_is_told(clubs):
    north, south = clubs
    public = name_witness(north, south)
    port = free_port()

    peer = f"{public}=http://127.0.0.1:{port}/witness"
    ran = urdimbre("witness", north.path, "--peer", peer, "--now", "--json")

    assert ran.code == 7
    assert "unreachable" in ran.error["message"]


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--watch", "no key"),
        ("--watch", "name+00000000+" + "A" * 44),
        ("--peer", "no peer"),
        ("--peer", "00" * 32 + "=ftp://host/witness"),
        ("--peer", "00" * 31 + "=http://host/witness"),
    ],
)
def test_what_is_no_key_or_address_is_refused(clubs, option, text):
    ran = urdimbre("witness", clubs[0].path, option, text, "--json")

    assert ran.code == 2
    assert ran.error["code"] == "bad_choice"


def test_the_key_of_a_witness_is_no_log_s(clubs):
    north, south = clubs
    key = told(south)["witness_key"]

    ran = urdimbre("witness", north.path, "--watch", key, "--json")

    assert ran.code == 2


def test_it_tells_in_words_too(clubs):
    ran = urdimbre("witness", clubs[0].path, "--lang", "es")

    assert ran.code == 0
    assert "Nuestra llave" in ran.err
    assert ran.out.startswith(_origin(clubs[0]))


def _origin(club):
    return f"urdimbre/{club.genesis[:32]}"


def test_an_old_copy_does_not_record_where_a_witness_has_seen_more(clubs, tmp_path):
    north, south = clubs
    public = name_witness(north, south)
    urdimbre("witness", south.path, "--watch", told(north)["log_key"])
    old = tmp_path / "old" / "club"
    with served(south.path) as url:
        peer = f"{public}={url}/witness"
        urdimbre("witness", north.path, "--peer", peer)
        shutil.copytree(north.path, old)
        north.admit("rosa")
        asked = urdimbre("witness", north.path, "--now", "--json")
        run = urdimbre("run", old, "--port", free_port(), "--json")
        again = urdimbre("run", old, "--port", free_port(), "--json")

    assert asked.code == 0, asked
    assert (run.code, run.error["code"]) == (6, "behind")
    assert (again.code, again.error["code"]) == (6, "behind")


@pytest.mark.parametrize("how", ["record", "import", "sequence"])
def test_whatever_records_asks_the_witnesses_first(clubs, tmp_path, how, request):
    north, south = clubs
    public = name_witness(north, south)
    urdimbre("witness", south.path, "--watch", told(north)["log_key"])
    old = tmp_path / "old" / "club"
    history = tmp_path / "history.csv"
    history.write_text(sarafu(issued("0xA", "1.0")))
    with served(south.path) as url:
        peer = f"{public}={url}/witness"
        urdimbre("witness", north.path, "--peer", peer)
        shutil.copytree(north.path, old)
        north.admit("rosa")
        assert urdimbre("witness", north.path, "--now", "--json").code == 0
        copy = type(north)(old, north.genesis, north.founder)
        if how == "record":
            ran = copy.record(copy.admission("mateo"))
        elif how == "import":
            ran = urdimbre("import", old, history, "--layout", "sarafu", "--json")
        else:
            server = request.getfixturevalue("postgres")
            # Moving is no recording; the copy is found out when it begins to record.
            options = ("--to", "postgres", "--dsn", server.conninfo)
            assert urdimbre("engine", old, *options, "--json").code == 0
            ran = urdimbre("sequence", old, "--json")

    assert (ran.code, ran.error["code"]) == (6, "behind")


def test_a_circuit_that_another_process_records_is_not_taken_for_an_old_copy(clubs):
    """It may seal, and be cosigned, while we look."""
    north, south = clubs
    public = name_witness(north, south)
    urdimbre("witness", south.path, "--watch", told(north)["log_key"])
    with served(south.path) as url:
        urdimbre("witness", north.path, "--peer", f"{public}={url}/witness", "--now")
        with served(north.path):
            run = urdimbre("run", north.path, "--port", free_port(), "--json")

    assert (run.code, run.error["code"]) == (6, "already_open")
    assert not (north.path / "behind.json").exists()


def test_a_fork_is_not_served_where_a_witness_has_seen_the_other(clubs, tmp_path):
    north, south = clubs
    public = name_witness(north, south)
    urdimbre("witness", south.path, "--watch", told(north)["log_key"])
    copy = tmp_path / "copy" / "club"
    with served(south.path) as url:
        peer = f"{public}={url}/witness"
        urdimbre("witness", north.path, "--peer", peer)
        shutil.copytree(north.path, copy)
        type(north)(copy, north.genesis, north.founder).admit("mateo")
        north.admit("rosa")
        urdimbre("witness", north.path, "--now", "--json")
        run = urdimbre("run", copy, "--port", free_port(), "--json")

    assert (run.code, run.error["code"]) == (3, "forked")


def test_a_restored_witness_signs_only_when_somebody_answers_for_it(clubs, tmp_path):
    north, south = clubs
    public = name_witness(north, south)
    urdimbre("witness", south.path, "--watch", told(north)["log_key"])
    urdimbre("backup", south.path, "-o", tmp_path / "kept")
    with served(south.path) as url:
        peer = f"{public}={url}/witness"
        assert urdimbre("witness", north.path, "--peer", peer, "--now").code == 0
    _receipt(north, north.size() - 2, tmp_path / "one")
    again, keys = tmp_path / "again", south.path / "keys"
    back = urdimbre(
        "restore",
        *(tmp_path / "kept", again, "--keys", keys, "--nothing-later", "--json"),
    )

    with served(again) as url:
        peer = f"{public}={url}/witness"
        silent = urdimbre("witness", north.path, "--peer", peer, "--now", "--json")
        strange = urdimbre(
            "witness", again, "--signed", north.path / "keys" / "node", "--json"
        )
        signed = urdimbre("witness", again, "--signed", tmp_path / "one", "--json")
        sure = urdimbre("witness", again, "--nothing-later", "--json")
        page = get_over_http(f"{url}/witness/last/{_origin(north)}").body
        spoken = urdimbre("witness", north.path, "--now", "--json")

    assert (back.code, back.json["silent"]) == (0, True)
    assert (silent.code, silent.error["code"]) == (7, "witnesses_silent")
    assert (strange.code, strange.error["code"]) == (2, "not_cosigned")
    assert (signed.code, signed.json["silent"]) == (0, True)
    assert signed.json["watched"] == [{"origin": _origin(north), "size": north.size()}]
    assert (sure.code, sure.json["silent"]) == (0, False)
    assert page.decode().startswith(_origin(north))
    assert spoken.code == 0
