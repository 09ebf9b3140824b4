"""Bringing a history in: what it becomes, twice, in part, refused, rehearsed."""

import json
import time

import pytest

from tests.adapters.interchange.generated import (
    issued,
    paid,
    sarafu,
    table,
    taken_back,
    year,
)
from tests.cli.club import founded, urdimbre
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.interchange.bringing import FIELD
from urdimbre.core import drafting

HISTORY = sarafu(
    issued("0xA", "100.0"),
    issued("0xB", "50.0"),
    paid("0xA", "0xB", "30.5"),
    taken_back("0xB", "10.0"),
    paid("0xB", "0xC", "70.25"),
)
NAMES = ("rows", "recorded", "refused", "skipped", "errors")


@pytest.fixture
def club(tmp_path):
    """An empty club."""
    return founded(tmp_path)


def bring(club, text, *more, layout="sarafu"):
    """Import a text through the program."""
    path = club.path.parent / "history.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return urdimbre("import", club.path, path, "--layout", layout, "--json", *more)


def balances(club):
    """Balances by account name, in minor steps."""
    rows = urdimbre("balances", club.path, "--json").json
    codes = {
        row["member"]: row["code"]
        for row in urdimbre("members", club.path, "--json").json
    }
    return {codes.get(row["member"]) or row["member"]: row["minor"] for row in rows}


def acts(club):
    """All acts of the log."""
    out = urdimbre(
        "export", club.path, "--what", "acts", "--format", "jsonl", "-o", "-"
    )
    return [json.loads(line) for line in out.out.splitlines()]


def verified(club):
    """Tell whether the club verifies."""
    return urdimbre("verify", club.path, "--json").json["ok"]


def test_a_history_becomes_acts_and_balances(club):
    ran = bring(club, HISTORY)

    assert ran.code == 0
    assert list(ran.json) == list(NAMES)
    assert ran.json == {
        "rows": 5,
        "recorded": 5,
        "refused": 0,
        "skipped": 0,
        "errors": [],
    }
    assert balances(club) == {
        "0xA": 69_50,
        "0xB": 25,
        "0xC": 70_25,
        "common": -140_00,
    }
    assert verified(club)


def test_one_decision_comes_first_and_agrees_what_the_history_needs(club):
    bring(club, HISTORY)

    made = acts(club)
    (decision,) = [one["act"] for one in made if one["kind"] == "decision"]
    kinds = [one["kind"] for one in made]
    assert kinds == [
        "genesis",
        "decision",
        *["admit"] * 3,
        *("issue", "issue", "exchange", "issue", "exchange"),
    ]
    assert decision["body"]["effects"] == [
        {"effect": "regime", "unit": "SOL", "regime": "granted"},
        {"effect": "ceiling", "unit": "SOL", "quantity": 150_00},
        {"effect": "limits", "unit": "SOL", "whom": "person", "low": 0, "high": 200_00},
    ]


def test_accounts_become_members_whose_keys_say_that_they_were_imported(club):
    bring(club, HISTORY)

    keys = [one["act"]["body"]["key"] for one in acts(club) if one["kind"] == "admit"]
    held = Desk(club.path / "desk.db")
    members = urdimbre("members", club.path, "--json").json[1:]
    assert {key["custody"] for key in keys} == {"import"}
    assert [row["name"] for row in members] == ["0xA", "0xB", "0xC"]
    assert all(len(held.keys_of(row["member"])) == 1 for row in members)


def test_a_payment_is_a_barter_of_unknown_goods_on_its_day(club):
    bring(club, HISTORY)

    act = acts(club)[-1]["act"]
    (deal,) = act["body"]["deals"]
    goods, signs = deal["moves"]
    assert (deal["mode"], act["body"]["day"]) == ("barter", 18_692)
    assert (goods["category"], goods["quantity"]) == ("unknown", 0)
    assert (goods["giver"], goods["taker"]) == (signs["taker"], signs["giver"])
    assert (signs["quantity"], signs["unit"]) == (7025, "SOL")


def test_the_row_itself_is_sealed_on_the_desk(club):
    bring(club, HISTORY)

    exported = acts(club)[-1]
    (kept,) = Desk(club.path / "desk.db").payloads_of(exported["hash"])
    told = json.loads(kept.payload)
    assert (kept.field, kept.commitment) == (FIELD, exported["act"]["private"][0])
    assert told["layout"] == "sarafu"
    assert told["row"]["timeset"] == "2021-03-06 10:00:00.000005"
    assert told["row"]["weight"] == "70.25"
    assert b"10:00:00.000005" not in (club.path / "registry.db").read_bytes()


def test_importing_twice_skips_everything_and_decides_nothing(club):
    bring(club, HISTORY)
    before = club.size()

    ran = bring(club, HISTORY)

    assert ran.code == 0
    assert (ran.json["recorded"], ran.json["skipped"]) == (0, 5)
    assert club.size() == before


def test_a_longer_history_adds_only_what_is_new(club):
    bring(club, HISTORY)

    ran = bring(club, HISTORY + sarafu_row(6, paid("0xC", "0xD", "0.25")))

    assert (ran.json["recorded"], ran.json["skipped"]) == (1, 5)
    assert balances(club)["0xD"] == 25
    assert [one["kind"] for one in acts(club)].count("decision") == 1
    assert verified(club)


def sarafu_row(number, row):
    """One more row of the same file."""
    line = sarafu(*[row] * number).splitlines()[-1]
    return line + "\n"


def test_a_higher_ceiling_is_decided_when_more_has_been_issued(club):
    bring(club, HISTORY)

    bring(club, HISTORY + sarafu_row(6, issued("0xD", "500.0")))

    decisions = [one["act"] for one in acts(club) if one["kind"] == "decision"]
    assert decisions[1]["body"]["effects"] == [
        {"effect": "ceiling", "unit": "SOL", "quantity": 640_00},
        {"effect": "limits", "unit": "SOL", "whom": "person", "low": 0, "high": 500_00},
    ]


def test_a_row_that_changed_since_is_refused_and_the_rest_skipped(club):
    bring(club, HISTORY)

    ran = bring(club, HISTORY.replace("30.5", "31.5"))

    assert ran.code == 4
    assert ran.json["skipped"] == 4
    assert [(e["line"], e["code"]) for e in ran.json["errors"]] == [(4, "row_taken")]


def test_the_same_row_twice_in_a_file_is_recorded_once(club):
    text = HISTORY + HISTORY.splitlines()[3] + "\n"

    ran = bring(club, text)

    assert (ran.json["recorded"], ran.json["skipped"]) == (5, 1)


def test_rows_that_a_rule_refuses_are_told_line_by_line(club):
    text = sarafu(
        issued("0xA", "100"),
        ("AGENT_OUT", "0xA", "0xB", "5"),
        paid("0xA", "0xA", "5"),
        paid("0xA", "0xB", "0.001"),
        paid("0xA", "0xB", "-5"),
        issued("0xA", "99999999999999999"),
        taken_back("0xA", "200"),
        paid("0xA", "0xB", "5"),
    )

    ran = bring(club, text)

    assert ran.code == 4
    assert {"rows": 8, "refused": 6}.items() <= ran.json.items()
    assert [(e["line"], e["code"]) for e in ran.json["errors"]] == [
        (3, "subtype_not_imported"),
        (4, "same_party"),
        (5, "nothing_moved"),
        (6, "nothing_moved"),
        (7, "amount_too_large"),
        (8, "over_ceiling"),
    ]
    assert all(set(e) == {"line", "code", "message"} for e in ran.json["errors"])
    assert verified(club)


def test_a_day_that_is_still_to_come_is_refused_by_the_rules(club):
    text = sarafu(issued("0xA", "5"), paid("0xA", "0xB", "1")).replace("2021", "2121")

    ran = bring(club, text)

    assert [e["code"] for e in ran.json["errors"]] == ["day_ahead"]


def test_amounts_are_rounded_and_the_difference_is_told(club):
    text = sarafu(issued("0xA", "9047.660892016263"), issued("0xB", "1.005"))

    ran = bring(club, text)

    (first, _) = [one for one in acts(club) if one["kind"] == "issue"]
    (kept,) = Desk(club.path / "desk.db").payloads_of(first["hash"])
    assert ran.code == 0
    assert balances(club)["0xA"] == 904_766
    assert balances(club)["0xB"] == 1_00
    assert "-0.005892016263" in ran.err
    assert json.loads(kept.payload)["row"]["weight"] == "9047.660892016263"


def test_exact_refuses_what_would_be_rounded(club):
    text = sarafu(issued("0xA", "9047.660892016263"), issued("0xB", "1.0000"))

    ran = bring(club, text, "--exact")

    assert ran.code == 4
    assert ran.json["recorded"] == 1
    assert [(e["line"], e["code"]) for e in ran.json["errors"]] == [
        (2, "too_many_decimals")
    ]
    assert "9047.660892016263" in ran.json["errors"][0]["message"]


@pytest.mark.parametrize(
    ("raw", "errors"),
    [
        (HISTORY.replace("30.5", "many"), [(4, "not_a_number")]),
        (
            HISTORY.replace("30.5", "").replace("2021-03-06", "soon"),
            [(4, "cell_empty"), (6, "not_a_date")],
        ),
        (HISTORY[:-60], [(6, "cut_short")]),
        (HISTORY + '6,"2021', [(7, "broken_quotes")]),
        (HISTORY.replace("0xC", "0xÑ").encode("latin-1"), [(6, "not_utf8")]),
        (HISTORY.replace("weight", "amount"), [(1, "columns_missing")]),
        ("", [(1, "columns_missing")]),
    ],
)
def test_a_file_that_cannot_be_read_whole_records_nothing(club, raw, errors):
    before = club.size()

    ran = bring(club, raw)

    assert ran.code == 2
    assert [(e["line"], e["code"]) for e in ran.json["errors"]] == errors
    assert (ran.json["recorded"], ran.json["skipped"]) == (0, 0)
    assert club.size() == before
    assert len(urdimbre("members", club.path, "--json").json) == 1


def test_a_rehearsal_tells_the_same_and_writes_nothing(club):
    text = HISTORY + sarafu_row(6, ("AGENT_OUT", "0xA", "0xB", "5"))
    before, desk = club.size(), (club.path / "desk.db").read_bytes()

    rehearsed = bring(club, text, "--dry-run")
    after = club.size()
    kept = (club.path / "desk.db").read_bytes()
    recorded = bring(club, text)

    assert rehearsed.json == recorded.json
    assert rehearsed.code == recorded.code == 4
    assert (after, kept) == (before, desk)


def test_a_rehearsal_is_possible_while_another_process_records(club):
    from urdimbre.adapters.folder import open_circuit
    from urdimbre.projections.project import Projection

    circuit = open_circuit(club.path, projector=Projection())
    try:
        rehearsed, recorded = bring(club, HISTORY, "--dry-run"), bring(club, HISTORY)
    finally:
        circuit.close()

    assert rehearsed.code == 0
    assert (recorded.code, recorded.error["code"]) == (6, "already_open")


def test_the_unit_may_be_named(club):
    ran = bring(club, HISTORY, "--map", "unit=SOL")
    other = bring(club, HISTORY, "--map", "unit=LUNA")

    assert ran.code == 0
    assert (other.code, other.error["code"]) == (2, "no_sign_unit")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--map", "unit"), "bad_map"),
        (("--map", "unit="), "bad_map"),
        (("--map", "payer=From"), "bad_map"),
        (("--map", "unit=SOL", "--map", "unit=SOL"), "bad_map"),
    ],
)
def test_a_map_that_means_nothing(club, options, code):
    ran = bring(club, HISTORY, *options)

    assert (ran.code, ran.error["code"]) == (2, code)


def test_an_unknown_layout(club):
    ran = bring(club, HISTORY, layout="excel")

    assert (ran.code, ran.error["code"]) == (2, "bad_choice")


def test_a_file_or_a_folder_that_is_not_there(club, tmp_path):
    no_file = urdimbre(
        *("import", club.path, tmp_path / "no.csv", "--layout", "sarafu", "--json")
    )
    no_circuit = urdimbre(
        *("import", tmp_path, tmp_path / "no.csv", "--layout", "sarafu", "--json")
    )

    assert (no_file.code, no_file.error["code"]) == (5, "file_not_found")
    assert (no_circuit.code, no_circuit.error["code"]) == (5, "not_a_circuit")


def test_sponsors_vouch_where_they_are_agreed(tmp_path):
    path = tmp_path / "coop"
    urdimbre("init", path, "--name", "Red", "--preset", "co-op-network")
    file = tmp_path / "history.csv"
    file.write_text(HISTORY, "utf-8")

    ran = urdimbre("import", path, file, "--layout", "sarafu", "--json")

    assert (ran.code, ran.json["recorded"]) == (0, 5)


def test_more_sponsors_than_there_are_people_refuse_the_rows(tmp_path):
    path = tmp_path / "fondo"
    made = urdimbre(
        *("init", path, "--name", "Fondo", "--preset", "rotating-fund", "--json")
    )
    founder = made.json["founder"]
    effect = {"effect": "parameter", "name": "sponsors", "value": 2}
    decision = drafting.draft(
        "decision",
        {"basis": "founders", "effects": [effect]},
        by=founder,
        id_="ab" * 16,
        valid_until=int(time.time()) + 3600,
    )
    line = {"act": json.loads(decision), "sign_with": [f"{founder}:common"]}
    acts = tmp_path / "decision.jsonl"
    acts.write_text(json.dumps(line) + "\n", "utf-8")
    assert urdimbre("record", path, acts).code == 0
    file = tmp_path / "history.csv"
    file.write_text(HISTORY, "utf-8")

    ran = urdimbre("import", path, file, "--layout", "sarafu", "--json")

    assert ran.code == 4
    assert ran.json["recorded"] == 0
    assert {e["code"] for e in ran.json["errors"]} == {"sponsors_missing"}
    assert urdimbre("verify", path, "--json").json["acts"] == 2


def test_generic_widens_limits_and_leaves_the_regime(club):
    text = table(("payer", "payee", "amount"), ("ana", "beto", "500"))

    ran = bring(club, text, layout="generic")

    (decision,) = [one["act"] for one in acts(club) if one["kind"] == "decision"]
    assert ran.code == 0
    assert decision["body"]["effects"] == [
        {
            "effect": "limits",
            "unit": "SOL",
            "whom": "person",
            "low": -500_00,
            "high": 500_00,
        }
    ]
    assert balances(club) == {"ana": -500_00, "beto": 500_00}
    assert bring(club, text, layout="generic").json["skipped"] == 1


def test_a_made_up_year_keeps_every_sum(club):
    text = year(seed=7, accounts=40, rows=600)

    ran = bring(club, text)

    assert (ran.code, ran.json["recorded"]) == (0, 600)
    assert sum(balances(club).values()) == 0
    assert verified(club)


@pytest.mark.slow
def test_ten_thousand_rows_take_seconds(club):
    import time

    text = year(seed=8, accounts=5_000, rows=10_000)

    start = time.monotonic()
    ran = bring(club, text)

    assert (ran.code, ran.json["recorded"]) == (0, 10_000)
    assert time.monotonic() - start < 60


def test_a_file_beyond_what_is_taken_is_told_in_bytes(club, tmp_path, monkeypatch):
    monkeypatch.setattr("urdimbre.cli.importing.SHEET_BYTES_MAX", 100_000_000)
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.truncate(100_000_001)

    ran = urdimbre("import", club.path, path, "--layout", "generic", "--json")

    assert (ran.code, ran.error["code"]) == (2, "file_too_large")
    assert "has 100000001 bytes; 100000000 are allowed." in ran.error["message"]


def test_each_way_out_is_told_once_below_the_lines(club):
    text = "payer,payee,amount\na,b,x\na,b,y\n"

    ran = bring(club, text, layout="generic")

    told = ran.err.splitlines()
    assert told.count("Write digits, with one decimal sign at most.") == 1
