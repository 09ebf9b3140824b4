"""Making a circuit."""

import json
import re

import pytest

from tests.cli.club import founded, process, seed_of, urdimbre
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.keys import ed25519
from urdimbre.core import drafting
from urdimbre.core.agreements import PRESETS
from urdimbre.core.chain.entry import ZERO16, key_id, signature_input
from urdimbre.core.units import CURRENCIES


def test_a_new_circuit_is_whole_and_verifies(tmp_path):
    ran = urdimbre(
        "init",
        tmp_path / "club",
        *("--name", "Trueque Sur", "--preset", "barter-club", "--lang", "es"),
    )

    assert ran.code == 0
    assert {"keys", "desk.db", "registry.db", "lock"} <= {
        path.name for path in (tmp_path / "club").iterdir()
    }
    assert urdimbre("verify", tmp_path / "club", "--json").json["ok"] is True


def test_the_entry_code_is_printed_once_and_works_once(tmp_path):
    path = tmp_path / "club"

    told = urdimbre(
        "init", path, "--name", "Sur", "--preset", "barter-club", "--json"
    ).json

    desk = Desk(path / "desk.db")
    assert told["entry_code"].encode() not in (path / "desk.db").read_bytes()
    assert desk.use_code(told["entry_code"]) == told["founder"]
    assert desk.use_code(told["entry_code"]) is None


def test_the_founder_s_first_key_is_the_server_s_until_she_replaces_it(tmp_path):
    club = founded(tmp_path)
    genesis, *_ = acts_of(club)
    (founder,) = genesis["act"]["body"]["founders"]
    assert (founder["member"], founder["key"]["custody"]) == (club.founder, "server")

    own = ed25519.public_key(seed_of("hers")).hex()
    add = club.draft("key", {"add": drafting.key(own, "app")}, club.founder)
    added = club.record(by_her(club, add) | {"sign_with": [club.founder]})
    revoke = {"revoke": key_id(founder["key"]["key"])}
    ended = club.record(by_her(club, club.draft("key", revoke, club.founder)))
    body = {"member": club.founder, "on": True, "by_key": key_id(own)}
    braking = club.draft("freeze", body, club.founder)
    by_the_server = club.signed(braking, sign_with=(club.founder,))
    refused = club.record(by_the_server | {"signatures": []})

    assert (added.code, ended.code, refused.code) == (0, 0, 4)
    assert refused.lines[0]["code"] == "key_revoked"


def acts_of(club):
    """All acts of a club."""
    out = ("--what", "acts", "--format", "jsonl", "-o", "-")
    return urdimbre("export", club.path, *out).lines


def by_her(club, act):
    """A line that the founder signs with the key that she has made herself."""
    text = signature_input(club.genesis, club.founder, ZERO16, act)
    signature = {
        "member": club.founder,
        "key_id": key_id(ed25519.public_key(seed_of("hers")).hex()),
        "signature": ed25519.sign(seed_of("hers"), text).hex(),
    }
    return {"act": json.loads(act), "signatures": [signature]}


def test_without_json_the_code_stands_on_stdout_and_the_rest_on_stderr(tmp_path):
    ran = urdimbre("init", tmp_path / "c", "--name", "Sur", "--preset", "gift-circle")

    assert re.search(
        "^entry_code +[A-Z2-9]{4}(-[A-Z2-9]{4}){2}$", ran.out, re.MULTILINE
    )
    assert "Sur" in ran.err


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_founds_a_circuit(tmp_path, preset):
    ran = urdimbre("init", tmp_path / "c", "--name", "Sur", "--preset", preset)

    assert ran.code == 0


def test_a_barter_club_begins_with_limits_of_two_hundred(tmp_path):
    club = founded(tmp_path)
    club.admit("ana", "beto", "carla")

    at_limit = club.record(club.barter("ana", "beto", 200_00))
    beyond = club.record(club.barter("ana", "carla", 1))

    assert at_limit.code == 0
    assert beyond.lines[0]["code"] == "over_credit_limit"
    assert "-200.01 SOL" in beyond.lines[0]["message"]
    assert "-200.00 SOL" in beyond.lines[0]["message"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")

    ran = urdimbre(
        "init", tmp_path, "--name", "Sur", "--preset", "barter-club", "--json"
    )

    assert (ran.code, ran.error["code"]) == (6, "folder_not_empty")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    "unit",
    [
        "SOL",
        "SOL:Soles",
        "SOL:Soles:7",
        "SOL:Soles:-1",
        "SOL:Soles:2:gold",
        "sol:Soles:2",
        "SOL::2",
        "USD:Dollars:2",
        "KGM:Kilos:2",
        "ABCDEFGHIJKLM:Long:2",
        "SOL:Soles:2:mutual:more",
    ],
)
def test_a_unit_that_is_none_is_refused_before_anything_is_made(tmp_path, unit):
    ran = urdimbre(
        "init",
        tmp_path / "club",
        *("--name", "Sur", "--preset", "barter-club", "--unit", unit, "--json"),
    )

    assert (ran.code, ran.error["code"]) == (2, "bad_unit")
    assert not (tmp_path / "club").exists()


@pytest.mark.parametrize(
    ("unit", "regime", "with_credit"),
    [
        ("SOL:Soles:2", "mutual", True),
        ("SOL:Soles:2:granted", "granted", False),
        ("SOL:Soles:2:backed", "backed", False),
        ("HORA:Horas:time", "time", True),
    ],
)
def test_each_regime_can_be_asked_for(tmp_path, unit, regime, with_credit):
    path = tmp_path / "club"
    options = ("--name", "Sur", "--preset", "campesina", "--unit", unit)

    ran = urdimbre("init", path, *options)
    acts = tmp_path / "acts.jsonl"
    urdimbre("export", path, "--what", "acts", "--format", "jsonl", "-o", acts)

    told = acts.read_text("utf-8").replace(": ", ":")
    assert ran.code == 0
    assert f'"regime":"{regime}"' in told
    assert ('"low":-' in told, '"low":0' in told) == (with_credit, not with_credit)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--preset", "club"),
        ("--currency", "XYZ"),
        ("--lang", "qu"),
    ],
)
def test_other_wrong_wishes_are_refused_before_anything_is_made(
    tmp_path, option, value
):
    wishes = {"--name": "Sur", "--preset": "barter-club"} | {option: value}
    options = [part for pair in wishes.items() for part in pair]

    ran = urdimbre("init", tmp_path / "club", *options, "--json")

    assert (ran.code, ran.error["code"]) == (2, "bad_choice")
    assert not (tmp_path / "club").exists()


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m", "\udce9", "x" * 121])
def test_a_circuit_needs_a_name_that_can_be_shown(tmp_path, name):
    options = ("--name", name, "--preset", "barter-club")

    ran = urdimbre("init", tmp_path / "club", *options, "--json")

    assert (ran.code, ran.error["code"]) == (2, "name_missing")
    assert "--name" in ran.error["hint"]
    assert not (tmp_path / "club").exists()


def test_the_currency_is_that_of_the_option(tmp_path):
    assert "BOB" in CURRENCIES

    club = founded(tmp_path, "--currency", "BOB")

    assert Desk(club.path / "desk.db").show("currency") == "BOB"


def test_the_name_of_a_unit_stays_on_the_desk(tmp_path):
    club = founded(tmp_path)

    assert Desk(club.path / "desk.db").show("unit.SOL") == "Soles"
    assert b"Soles" not in (club.path / "registry.db").read_bytes()


def test_it_works_as_a_process_of_its_own(tmp_path):
    ran = process(
        "init", tmp_path / "club", "--name", "Ñandú", "--preset", "barter-club"
    )

    assert ran.code == 0
    assert "Ñandú" in ran.err
