"""Histories that bring their members: names, balances, several files, what is wrong."""

import json

import pytest

from tests.adapters.interchange.generated import table
from tests.adapters.interchange.members import (
    PAID,
    PEOPLE,
    answer,
    ces,
    history,
    komunitin_answers,
    komunitin_tables,
    packed,
    standing,
    timeoverflow,
    transfer,
)
from tests.cli.club import urdimbre
from urdimbre.adapters.desk import Desk

FAMILIES = {
    "komunitin": komunitin_answers,
    "timeoverflow": timeoverflow,
    "ces": ces,
}
LONG = history(7, 28)


@pytest.fixture
def club(tmp_path):
    """A circuit with signs of two decimals and hours."""
    path = tmp_path / "club"
    ran = urdimbre(
        *("init", path, "--name", "Club", "--preset", "barter-club"),
        *("--unit", "SOL:soles:2", "--unit", "HORA:horas:time"),
    )
    assert ran.code == 0, ran.err
    return path


def bring(club, files, layout, *more, form="folder"):
    """Import files through the program, from a folder or an archive."""
    place = club.parent / form
    if form == "zip":
        place.write_bytes(packed(files))
    else:
        place.mkdir(exist_ok=True)
        for old in place.iterdir():
            old.unlink()
        for name, raw in files.items():
            (place / name).write_bytes(raw)
    return urdimbre("import", club, place, "--layout", layout, "--json", *more)


def named(club):
    """Numbers of members by their names."""
    rows = urdimbre("members", club, "--json").json
    return {row["name"]: row["member"] for row in rows}


def balances(club):
    """Balances by name, of those who have one."""
    people = {member: name for name, member in named(club).items()}
    rows = urdimbre("balances", club, "--json").json
    return {people.get(row["member"], row["member"]): row["minor"] for row in rows}


def expected(paid, layout):
    """Balances as the other program has them."""
    steps = 60 if layout == "timeoverflow" else 1
    return {PEOPLE[code]: left * steps for code, left in standing(paid).items()}


def acts(club):
    """All acts of the log."""
    out = urdimbre("export", club, "--what", "acts", "--format", "jsonl", "-o", "-")
    return [json.loads(line) for line in out.out.splitlines()]


@pytest.mark.parametrize("layout", FAMILIES)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_balances_are_arrived_at_by_history_and_sum_to_zero(club, layout, form):
    ran = bring(club, FAMILIES[layout](LONG), layout, form=form)

    found = balances(club)
    assert ran.code == 0, ran.out
    assert ran.json == {
        "rows": len(LONG),
        "recorded": len(LONG),
        "refused": 0,
        "skipped": 0,
        "errors": [],
    }
    assert found == expected(LONG, layout)
    assert sum(found.values()) == 0
    assert "elsewhere" not in ran.err
    assert urdimbre("verify", club, "--json").json["ok"]


@pytest.mark.parametrize("layout", FAMILIES)
def test_members_come_with_their_names_on_the_desk_and_keys_of_the_import(club, layout):
    bring(club, FAMILIES[layout](), layout)

    admitted = [one["act"]["body"] for one in acts(club) if one["kind"] == "admit"]
    desk = Desk(club / "desk.db")
    people = desk.persons()
    assert {people[one["member"]].name for one in admitted} == set(PEOPLE.values())
    assert {one["key"]["custody"] for one in admitted} == {"import"}
    raw = (club / "registry.db").read_bytes()
    assert not any(name.encode() in raw for name in PEOPLE.values())
    (ana,) = [one for one in people.values() if one.name == "Ana Quispe"]
    desk.erase_person(ana.member)
    assert "Ana Quispe" not in named(club)


@pytest.mark.parametrize(
    ("layout", "contacts"),
    [
        ("timeoverflow", ("1", "7001", "1@example.org")),
        ("ces", ("NINA0001", "7002", "NINA0001@example.org")),
        ("komunitin", ("NINA0001", None, None)),
    ],
)
def test_what_a_list_of_members_tells_is_kept(club, layout, contacts):
    bring(club, FAMILIES[layout](), layout)

    ana = Desk(club / "desk.db").persons()[named(club)["Ana Quispe"]]
    assert (ana.code, ana.phone, ana.email) == contacts


@pytest.mark.parametrize("layout", FAMILIES)
def test_a_row_has_its_day_and_keeps_its_moment_and_words_sealed(club, layout):
    bring(club, FAMILIES[layout](), layout)

    (first, *_) = [one for one in acts(club) if one["kind"] == "exchange"]
    (kept,) = Desk(club / "desk.db").payloads_of(first["hash"])
    row = json.loads(kept.payload)["row"]
    moments = {
        "komunitin": (19_783, row.get("created"), "2024-03-01T10:11:00.000Z"),
        "timeoverflow": (19_783, row.get("date"), "2024-03-01 10:11:12 UTC"),
        "ces": (15_461, row.get("date_entered"), "2012-05-01 09:30:00"),
    }
    day, written, moment = moments[layout]
    assert (first["act"]["body"]["day"], written) == (day, moment)
    assert kept.commitment in first["act"]["private"]
    assert moment.encode() not in (club / "registry.db").read_bytes()


@pytest.mark.parametrize("layout", FAMILIES)
def test_importing_twice_skips_and_a_longer_history_adds(club, layout):
    bring(club, FAMILIES[layout](LONG[:20]), layout)
    again = bring(club, FAMILIES[layout](LONG[:20]), layout)
    longer = bring(club, FAMILIES[layout](LONG), layout)

    assert (again.json["recorded"], again.json["skipped"]) == (0, 20)
    assert (longer.json["recorded"], longer.json["skipped"]) == (8, 20)
    assert balances(club) == expected(LONG, layout)


@pytest.mark.parametrize("layout", FAMILIES)
def test_a_rehearsal_tells_the_same_and_writes_nothing(club, layout):
    before = len(acts(club))
    rehearsed = bring(club, FAMILIES[layout](), layout, "--dry-run")

    assert rehearsed.code == 0
    assert len(acts(club)) == before
    assert rehearsed.json == bring(club, FAMILIES[layout](), layout).json


@pytest.mark.parametrize("layout", FAMILIES)
def test_a_member_without_any_exchange_comes_too(club, layout):
    bring(club, FAMILIES[layout](PAID[:1]), layout)

    assert set(PEOPLE.values()) <= set(named(club))


def test_tables_and_answers_of_komunitin_are_the_same_history(club):
    first = bring(club, komunitin_answers(), "komunitin")
    second = bring(club, komunitin_tables(), "komunitin")

    assert first.json["recorded"] == len(PAID)
    assert (second.json["recorded"], second.json["skipped"]) == (0, len(PAID))


def test_tables_of_komunitin_alone_bring_balances_and_codes(club):
    bring(club, komunitin_tables(LONG), "komunitin")

    assert balances(club) == dict(standing(LONG))
    assert urdimbre("verify", club, "--json").json["ok"]


def test_what_was_not_paid_in_komunitin_is_told_place_by_place(club):
    files = komunitin_answers()
    files["more.json"] = answer(
        [
            transfer(8, "NINA0001", "NINA0002", 100, "rejected"),
            transfer(9, "NINA0001", "NINA0001", 100),
        ]
    )

    ran = bring(club, files, "komunitin")

    assert ran.code == 4
    assert [(e["file"], e["line"], e["code"]) for e in ran.json["errors"]] == [
        ("more.json", 1, "not_committed"),
        ("more.json", 2, "same_party"),
    ]
    assert balances(club) == expected(PAID, "komunitin")


def test_an_account_of_another_server_is_told_by_its_currency(club):
    files = komunitin_answers(())
    paid = transfer(1, "NINA0001", "there", 500)
    side = paid["relationships"]["payee"]["data"]
    side["meta"] = {
        "external": True,
        "href": "https://else.example/accounting/OTRA/accounts/there",
    }
    files["transfers.json"] = answer([paid])

    ran = bring(club, files, "komunitin")

    assert ran.code == 0
    assert balances(club) == {"Ana Quispe": -5, "OTRA": 5}


def test_amounts_without_a_scale_are_asked_about(club):
    one = {"transfers.json": answer([transfer(1, "a", "b", 500)])}

    unread = bring(club, one, "komunitin")
    read = bring(club, one, "komunitin", "--map", "scale=2")

    assert (unread.code, unread.json["errors"][0]["code"]) == (2, "scale_missing")
    assert (read.code, read.json["recorded"]) == (0, 1)


def test_a_trade_of_ces_carries_its_levy_and_knows_other_exchanges(club):
    head = ("buyer", "seller", "buyer_amount", "buyer_levy", "date_entered", "type")
    trades = table(
        head,
        ("NINA0001", "NINA0002", "10.00", "0.50", "2012-05-01", "sess"),
        ("NINA0002", "OTRA0007", "10.00", "0.50", "2012-05-02", "dess"),
    )

    bring(club, ces(()) | {"trades.csv": trades.encode()}, "ces")

    assert balances(club) == {
        "Ana Quispe": -10_50,
        "Beto Mamani": 10_50 - 9_50,
        "OTRA": 9_50,
    }


def test_a_password_in_a_list_of_ces_is_nowhere(club):
    bring(club, ces(), "ces")

    for name in ("desk.db", "registry.db"):
        assert b"secret" not in (club / name).read_bytes()


def test_the_complete_report_of_timeoverflow_is_read_too(club):
    head = ("Fecha", "from", "from ID", "to", "to ID", "post", "post ID", "R", "q")
    rows = table(
        head,
        *[
            ("2024-03-01 10:00:00 UTC", "Ana Quispe (1)", 1, "Banco", 0, "", "", "", h)
            for h in ("0.5", "1.25")
        ],
    )

    ran = bring(
        club, timeoverflow(()) | {"Transferencias.csv": rows.encode()}, "timeoverflow"
    )

    assert ran.code == 0
    assert balances(club) == {"Ana Quispe": -6300, "Banco": 6300}
    assert "stands elsewhere" in ran.err
    assert ": 1." in ran.err


def test_hours_need_a_sign_that_counts_them(tmp_path):
    path = tmp_path / "club"
    urdimbre(
        *("init", path, "--name", "Club", "--preset", "barter-club"),
        *("--unit", "SOL:soles:2"),
    )

    ran = bring(path, timeoverflow(), "timeoverflow")

    assert (ran.code, ran.error["code"]) == (2, "no_sign_unit")


@pytest.mark.parametrize(
    ("layout", "name", "raw", "errors"),
    [
        ("komunitin", "x.json", b"{", [("x.json", 1, "not_json")]),
        ("komunitin", "x.json", b"[1]", [("x.json", 1, "cell_empty")]),
        (
            "komunitin",
            "x.json",
            answer(
                [transfer(7, "NINA0001", "NINA0002", "many"), {"type": "transfers"}]
            ),
            [("x.json", 1, "not_a_number"), ("x.json", 2, "cell_empty")],
        ),
        ("komunitin", "x.json", b'{"a":\n"\xff"}', [("x.json", 2, "not_utf8")]),
        ("komunitin", "x.csv", b"a,b\n1,2\n", [("x.csv", 1, "unknown_table")]),
        ("timeoverflow", "x.csv", b"a,b\n1,2\n", [("x.csv", 1, "unknown_table")]),
        (
            "timeoverflow",
            "x.csv",
            b"a,b,c,d,e\nsoon,A (1),B (2),,1:00\n2024-01-01,A (1),B (2),,1:70\n",
            [("x.csv", 2, "not_a_date"), ("x.csv", 3, "not_a_number")],
        ),
        ("ces", "x.csv", b"a,b\n1,2\n", [("x.csv", 1, "unknown_table")]),
        (
            "ces",
            "x.csv",
            b"buyer,seller,buyer_amount,date_entered\nA,B,x,2012-01-01\nA,B,1\n",
            [("x.csv", 2, "not_a_number"), ("x.csv", 3, "cut_short")],
        ),
        ("ces", "x.csv", b"uid,firstname\nA,B\n", [("x.csv", 1, "columns_missing")]),
    ],
)
def test_files_that_cannot_be_read_whole_record_nothing(
    club, layout, name, raw, errors
):
    before = len(acts(club))

    ran = bring(club, FAMILIES[layout]() | {name: raw}, layout)

    told = [(e["file"], e["line"], e["code"]) for e in ran.json["errors"]]
    assert (ran.code, sorted(told)) == (2, errors)
    assert len(acts(club)) == before
    assert set(PEOPLE.values()).isdisjoint(named(club))


def test_a_broken_archive_and_a_folder_for_one_table(club, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(packed(ces())[:-40])

    archive = urdimbre("import", club, broken, "--layout", "ces", "--json")
    folder = bring(club, ces(), "sarafu")

    assert (archive.code, archive.json["errors"][0]["code"]) == (2, "broken_archive")
    assert (folder.code, folder.json["errors"][0]["code"]) == (2, "one_file_only")


def test_who_is_missing_from_the_history_is_told(club):
    files = komunitin_tables()
    files["transfers.csv"] = b"\n".join(files["transfers.csv"].splitlines()[:-1])

    ran = bring(club, files, "komunitin")

    assert ran.code == 0
    assert "NINA0001, NINA0002" in ran.err
