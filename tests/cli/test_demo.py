"""The demo: a year of a neighbourhood circuit, recorded through the one way in."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from urdimbre.adapters import folder
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.verification import verify_folder
from urdimbre.cli import demo
from urdimbre.cli.demo import content, founding, seeding
from urdimbre.cli.demo.seeding import record_year
from urdimbre.cli.demo.year import DAYS, Year
from urdimbre.core.accounts import AccountKey, counts, limits
from urdimbre.core.chain.entry import ACT, HEADER, decode
from urdimbre.projections.project import Projection

NOW = int(datetime(2026, 11, 23, 20, tzinfo=UTC).timestamp())
KINDS = {
    "adjust",
    "admit",
    "contest",
    "decision",
    "exchange",
    "freeze",
    "genesis",
    "issue",
    "key",
    "leave",
    "mandate",
    "policy",
    "thanks",
    "void",
}
MODES = {"sale", "barter", "gift", "lend", "settle"}


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "circuit"
    year = Year(NOW)
    gone = []
    shown = record_year(path, year, gone.append)
    assert sum(gone) == DAYS
    return year, path, shown


@pytest.fixture(scope="module")
def acts(year):
    lived, path, _ = year
    reading = folder.read_only(path)
    entries = [entry for entry in reading.store.entries() if entry[0] == ACT]
    reading.close()
    hashes = [decode(entry) for entry in entries]
    assert len(hashes) == lived.world.book.written.total() - sum(
        lived.world.book.written[mode] for mode in MODES
    )
    return [json.loads(signed.act) for signed in hashes]


def exchanges(acts):
    return [act["body"] for act in acts if act["kind"] == "exchange"]


def deals(acts):
    return [deal for body in exchanges(acts) for deal in body["deals"]]


def moves(acts):
    return [(deal["mode"], move) for deal in deals(acts) for move in deal["moves"]]


def test_the_year_verifies(year):
    _, path, _ = year

    found = verify_folder(path, projector=Projection())

    assert found.first_error is None
    assert found.acts >= 5_000
    assert found.signatures > found.acts
    assert found.blocks >= DAYS


def test_it_runs_on_a_clock_of_its_own_from_genesis_to_today(year):
    lived, path, _ = year
    reading = folder.read_only(path)
    headers = [one[1:] for one in reading.store.entries() if one[0] == HEADER]
    reading.close()

    times = [json.loads(one)["time"] for one in headers]

    assert times[0] == lived.genesis_time
    assert times == sorted(times)
    days = [time // 86_400 for time in times]
    assert sorted(set(days)) == list(range(NOW // 86_400 - DAYS + 1, days[-1] + 1))
    assert NOW // 86_400 - 1 <= days[-1] <= NOW // 86_400


def test_nobody_else_runs_on_a_clock_that_is_not_the_machine_s():
    """Whoever hands a clock on has it from its caller, or takes the machine's."""
    root = Path(folder.__file__).parents[1]
    own = (root / "cli" / "demo" / "seeding.py").read_text("utf-8")
    others = "".join(
        one.read_text("utf-8")
        for one in root.rglob("*.py")
        if one.parent != root / "cli" / "demo"
    )

    assert "class DemoClock" in own
    handed = set(re.findall(r"\bclock=([\w.]+)", others))
    assert handed <= {"clock", "circuit.clock", "wall_clock", "any_clock", "True"}


def test_nothing_that_ought_to_be_in_order_was_refused(year):
    book = year[0].world.book

    assert book.failed == Counter()
    assert book.dropped.total() < 60


def test_every_kind_of_act_and_every_mode_is_there(acts):
    assert {act["kind"] for act in acts} == KINDS
    assert {deal["mode"] for deal in deals(acts)} == MODES
    assert Counter(deal["mode"] for deal in deals(acts)).most_common()[-1][1] > 150


def test_what_the_demo_promises_has_happened(acts):
    said = moves(acts)
    reasons = {move["reason"] for _, move in said if move["type"] == "release"}
    due = {key for _, move in said if move["type"] == "promise" for key in move["due"]}
    rings = [
        deal
        for deal in deals(acts)
        if deal["mode"] == "barter"
        and len(deal["moves"]) >= 3
        and {move["type"] for move in deal["moves"]} == {"goods"}
    ]

    assert reasons == {"fulfilled", "loss", "passed_on", "replaced", "forgiven"}
    assert {"date", "event", "open", "from"} <= due
    assert len(rings) >= 20
    assert sum("sealed" in move["taker"] for _, move in said) >= 40
    assert any("consents" in body for body in exchanges(acts))
    assert {"deposit", "use_price", "damage", "dues"} <= {
        move.get("purpose") for _, move in said
    }
    assert {"sell", "use"} <= {move.get("may") for _, move in said}
    assert {"capital", "solidarity"} <= {
        move[side].get("outside") for _, move in said for side in ("giver", "taker")
    }
    assert {"TOTAI", "VALE", "HORA"} <= {
        move["unit"] for _, move in said if move["type"] == "signs"
    }
    assert {
        (act["body"].get("outcome")) for act in acts if act["kind"] == "contest"
    } == {
        None,
        "upheld",
        "rejected",
        "withdrawn",
    }
    assert any(act["kind"] == "issue" and act["body"]["quantity"] < 0 for act in acts)
    assert sum(act["body"].get("basis") == "meeting" for act in acts) == 4


def test_a_work_day_is_attested_by_two(acts):
    mingas = [
        body
        for body in exchanges(acts)
        if {move.get("category") for move in body["deals"][0]["moves"]}
        == {"work.common"}
    ]

    assert len(mingas) >= 20
    assert all(len(body["deals"][0]["moves"]) >= 16 for body in mingas)


def test_nobody_stands_beyond_her_limits(year):
    world = year[0].world
    state = world.book.state
    beyond = [
        (player.name, unit)
        for player in world.cast.known.values()
        if state.get(f"member/{player.id}")
        for unit in ("TOTAI", "VALE", "HORA")
        if not limits(state, player.id, unit).low
        <= counts(state, AccountKey(player.id, unit))
        <= limits(state, player.id, unit).high
    ]

    assert beyond == []


def test_the_town_is_as_large_as_told(year):
    cast = year[0].world.cast

    assert len(cast.households) == 60
    assert len(cast.persons) >= 100
    assert len(cast.initiatives) == 12
    assert all(good.texts for good in content.goods().values())


def test_names_texts_and_keys_lie_on_the_desk(year):
    lived, path, _ = year
    desk = Desk(path / "desk.db", write=False)
    maria = lived.world.cast.named["María Elena Suárez"]

    assert desk.shown()["name"] == "Circuito San Isidro del Curichi"
    assert desk.person(maria.id).place == "Calle Los Toborochis"
    assert desk.keys_of(maria.id)
    assert list(desk.false_payloads()) == []
    assert len(lived.world.book.payloads) > 4_000


def test_every_unit_that_people_count_in_has_a_name(year):
    _, path, _ = year
    shown = Desk(path / "desk.db", write=False).shown()
    with sqlite3.connect(path / "registry.db") as registry:
        rows = registry.execute("SELECT code, kind FROM unit").fetchall()
    registry.close()

    own = {code for code, kind in rows if kind == "sign" or len(code) > 3}
    assert own == {"TOTAI", "VALE", "HORA", "ARROBA", "MANOJO", "LATA", "TAMBOR"}
    assert {code for code in own if f"unit.{code}" not in shown} == set()
    pieces = own - {"TOTAI", "HORA"}
    assert {code for code in pieces if f"unit.{code}.one" not in shown} == set()


def test_present_keys_of_all_persons_open_and_are_in_force(year):
    lived, path, _ = year
    circuit = folder.open_circuit(path, clock=lambda: NOW, projector=Projection())
    try:
        for person in lived.world.cast.persons:
            key, _ = circuit.keys.sign(person.id, b"here")
            assert circuit.registry.state.get(f"key/{key}").until is None
        assert circuit.is_demo
    finally:
        circuit.close()


def test_the_catalogue_is_full(year):
    listings = year[2].listings
    members = set(year[0].world.cast.known) | {"00" * 16}

    assert len([one for one in listings if one.kind == "offer"]) >= 120
    assert len({(one.member, one.title) for one in listings}) == len(listings)
    assert {one.member for one in listings} <= members
    assert all(one.until > NOW for one in listings)
    assert any("ão" in one.title for one in listings)


def test_each_login_finds_something_going_on(year):
    book = year[0].world.book
    roles = [login.role for login in year[2].logins]

    assert len(roles) == len(set(roles)) == 6
    for login in year[2].logins[:3]:
        assert book.open_of(login.member) or book.balance(login.member, "TOTAI")
    assert any(book.open_of(login.member) for login in year[2].logins)


def test_drafts_wait_for_the_other_party(year):
    _, path, shown = year
    circuit = folder.open_circuit(path, clock=lambda: NOW, projector=Projection())
    try:
        for draft in shown.drafts:
            refused = circuit.registry.check(draft.act, [draft.slot])
            assert [one.code for one in refused] == ["consent_missing"]
            assert refused[0].member == draft.other
    finally:
        circuit.close()


@pytest.mark.slow
@pytest.mark.parametrize("month", [2, 8])
def test_the_year_may_end_in_any_month(month, tmp_path):
    """Feasts, rains and harvests then fall on other days of the demo."""
    now = int(datetime(2028, month, 29, 3, tzinfo=UTC).timestamp())
    lived = Year(now)
    keys = folder.ServerKeys(None, None, bytes(32))
    founding.genesis_entry(lived.world)(folder.Founding(None, keys))

    entries = [entry for sheet in lived.days() for entry in sheet.entries]

    assert len(entries) >= 5_000
    assert lived.world.book.failed == Counter()
    assert {kind for kind in lived.world.book.written if kind in KINDS} == KINDS


def test_the_year_is_the_same_each_time(year):
    lived = Year(NOW)
    keys = folder.ServerKeys(None, None, bytes(32))
    founding.genesis_entry(lived.world)(folder.Founding(None, keys))

    count = sum(len(sheet.entries) for sheet in lived.days())

    assert lived.world.book.written == year[0].world.book.written
    assert count == lived.world.book.written.total() - 1 - sum(
        lived.world.book.written[mode] for mode in MODES
    )


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(folder.FolderNotEmpty):
        seeding.seed(tmp_path)

    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_a_year_that_breaks_off_leaves_nothing(tmp_path):
    class Stopped(Exception):
        pass

    def stop(days):
        raise Stopped

    with pytest.raises(Stopped):
        seeding.seed(tmp_path / "circuit", stop)

    assert list(tmp_path.iterdir()) == []


def test_seeding_fills_the_tables_of_the_pages(tmp_path):
    """In a process of its own: pages serve one circuit a process."""
    script = (
        "import sys; from pathlib import Path; from urdimbre.cli import demo; "
        "path = Path(sys.argv[1]); seeded = demo.seed(path); "
        "assert demo.logins(path) == seeded; print(len(seeded))"
    )
    path = tmp_path / "circuit"

    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert done.stdout == "6\n"
    assert done.stderr == ""
    with sqlite3.connect(path / "desk.db") as desk:
        found = [
            desk.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("login", "listing", "draft", "draft_signer")
        ]
        search = "SELECT count(*) FROM listing_text WHERE listing_text MATCH 'cunapes'"
        assert desk.execute(search).fetchone()[0] >= 1
        # Visitors read in the language of their own browser.
        assert desk.execute("SELECT DISTINCT language FROM login").fetchall() == [("",)]
    desk.close()
    assert found[0] == 6
    assert found[1] >= 150
    assert found[2:] == [2, 4]


def test_a_circuit_that_is_no_demo_has_no_demo_logins(tmp_path):
    Desk(tmp_path / "desk.db").set_shown({"name": "Club"})

    assert demo.logins(tmp_path) == []
