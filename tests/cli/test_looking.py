"""Members, balances and statements."""

import json

import pytest

from tests.cli.club import SIGN, id_of, urdimbre
from urdimbre.adapters.desk import Desk, Person
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import act_hash


def named(club):
    """Give the club's people names and codes."""
    Desk(club.path / "desk.db").add_persons(
        [
            Person(id_of("ana"), "Ana Quispe", code="001"),
            Person(id_of("beto"), "Anselmo Ríos", code="002"),
            Person(id_of("carla"), "=1+1", code="0021"),
        ]
    )


def test_members_come_in_order_of_admission_with_their_names(club):
    named(club)

    rows = urdimbre("members", club.path, "--json").json

    assert [row["member"] for row in rows] == [
        club.founder,
        *map(id_of, ("ana", "beto", "carla")),
    ]
    assert [row["name"] for row in rows][1:] == ["Ana Quispe", "Anselmo Ríos", "=1+1"]
    assert {row["kind"] for row in rows} == {"person"}


def test_balances_hold_every_account_and_sum_to_zero(club):
    club.record(club.barter("ana", "beto", 12_34))

    rows = urdimbre("balances", club.path, "--json").json

    assert {frozenset(row) for row in rows} == {
        frozenset(("member", "unit", "purse", "minor"))
    }
    assert {(row["member"], row["minor"]) for row in rows} == {
        (id_of("ana"), -1234),
        (id_of("beto"), 1234),
    }


def test_balances_name_the_owners_of_the_system(club):
    """The common keeps a till: its cash stands against the cash outside."""
    goods = drafting.goods(
        COMMON, id_of("ana"), category="food", quantity=1, use="consumption"
    )
    money = drafting.money(id_of("ana"), COMMON, 500, "USD")
    body = drafting.exchange(20_000, drafting.deal("sale", goods, money))
    line = club.signed(
        club.draft("exchange", body, "ana"),
        "ana",
        sign_with=(f"{club.founder}:common",),
    )
    assert club.record(line).code == 0

    rows = urdimbre("balances", club.path, "--json").json

    assert {(row["member"], row["purse"], row["minor"]) for row in rows} == {
        ("common", "till", 500),
        ("cash-outside", "own", -500),
    }


def test_balances_without_json_show_amounts_as_people_write_them(club):
    club.record(club.barter("ana", "beto", 5))

    ran = urdimbre("balances", club.path)

    assert "-0.05" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize("text", ["001", "Ana Quispe", "ana q", "ANA Q"])
def test_a_statement_is_found_by_number_code_or_beginning_of_a_name(club, text):
    named(club)
    club.record(club.barter("ana", "beto", 100), club.barter("beto", "ana", 30))

    acts = urdimbre("statement", club.path, text, "--json").json

    assert acts == urdimbre("statement", club.path, id_of("ana"), "--json").json
    assert [act["postings"][0]["after"] for act in acts] == [-100, -70]
    assert [move["direction"] for move in acts[0]["moves"]] == ["took", "gave"]
    assert acts[0]["moves"][1] == {
        "mode": "barter",
        "type": "signs",
        "direction": "gave",
        "with": "Anselmo Ríos",
        "unit": SIGN,
        "quantity": 100,
        "category": None,
        "mark": None,
        "deal": 0,
        "move": 1,
    }


@pytest.mark.parametrize("text", ["Anselmo Rios", "anselmo ríos", "ANSELMO RI"])
def test_a_name_is_found_without_its_accents(club, text):
    named(club)

    assert urdimbre("statement", club.path, text, "--json").code == 0


def test_a_whole_code_wins_over_one_that_begins_with_it(club):
    named(club)

    assert urdimbre("statement", club.path, "002").code == 0


def test_an_ambiguous_beginning_is_told_and_nothing_is_guessed(club):
    named(club)

    ran = urdimbre("statement", club.path, "an", "--json")

    assert (ran.code, ran.error["code"]) == (2, "member_ambiguous")
    assert "Ana Quispe" in ran.error["message"]
    assert "Anselmo Ríos" in ran.error["message"]
    assert ran.out == ""


def test_nobody_of_that_name(club):
    ran = urdimbre("statement", club.path, "zoe", "--json")

    assert (ran.code, ran.error["code"]) == (5, "member_not_found")


def test_the_common_has_a_statement_too(club):
    ran = urdimbre("statement", club.path, "common", "--json")

    assert (ran.code, ran.json) == (0, [])


def test_a_statement_on_a_screen_has_one_line_for_each_move(club):
    club.record(club.barter("ana", "beto", 100))

    out = urdimbre("statement", club.path, id_of("ana")).out

    assert len(out.splitlines()) == 2
    assert "-1.00 SOL" in out


def limited(club, **limits):
    """The founders agree other limits for persons."""
    effect = {"effect": "limits", "unit": SIGN, "whom": "person", **limits}
    body = {"basis": "founders", "effects": [effect]}
    assert club.record(club.by_common("decision", body)).code == 0


def test_a_soft_limit_reached_is_told_when_recorded_and_on_the_statement(club):
    limited(club, low=-20_000, high=20_000, warn=150)

    ran = club.record(club.barter("ana", "beto", 149), club.barter("ana", "beto", 1))
    acts = urdimbre("statement", club.path, id_of("beto"), "--json").json
    lines = urdimbre("statement", club.path, id_of("ana")).out.splitlines()

    before, reached = ran.lines
    assert "limits" not in before
    told = [("warned", id_of(one), SIGN) for one in ("ana", "beto")]
    assert [tuple(one.values()) for one in reached["limits"]] == sorted(told)
    assert [act["limits"] for act in acts] == [[], [{"kind": "warned", "unit": SIGN}]]
    assert [line.endswith("warned") for line in lines] == [False, False, True]


def test_what_an_adjustment_takes_beyond_a_limit_is_told(club):
    """Ana earns, spends up to the limit, and what she earned is taken back."""
    limited(club, low=-100, high=20_000)
    earned = club.barter_act("beto", "ana", 100)
    club.record(club.signed(earned, "ana", "beto"), club.barter("ana", "beto", 200))
    act = act_hash(club.genesis, earned)
    body = {"deal": {"act": act, "deal": 0}, "moves": [{"move": 1, "delta": -100}]}
    made = club.draft("adjust", body, "ana", refs=[(act, "adjusts")])

    ran = club.record(club.signed(made, "ana", "beto"))
    acts = urdimbre("statement", club.path, id_of("ana"), "--json").json

    assert ran.code == 0, ran
    [line] = ran.lines
    assert line["limits"] == [{"kind": "beyond", "member": id_of("ana"), "unit": SIGN}]
    assert [act["limits"] for act in acts][-1] == [{"kind": "beyond", "unit": SIGN}]


@pytest.mark.parametrize("command", ["members", "balances", "verify"])
def test_a_folder_that_is_no_circuit(tmp_path, command):
    ran = urdimbre(command, tmp_path, "--json")

    assert ran.code == 5
    assert json.loads(ran.err)["code"] in ("not_a_circuit", "nothing_to_verify")
