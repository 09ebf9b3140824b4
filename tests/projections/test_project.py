"""What pages read, against a naive reading of the acts themselves."""

import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.adapters import making, scene
from tests.adapters.making import id_of
from tests.core.naive_model import deals_of
from urdimbre.core import drafting
from urdimbre.core.chain.entry import ACT, decode
from urdimbre.core.units import MINOR_MAX
from urdimbre.projections import tables
from urdimbre.projections.project import Projection, month_of
from urdimbre.recording import Receipt

GIVEN = (id_of("ana"), id_of("beto"))


class Recorded:
    """A circuit whose derived tables can be asked."""

    def __init__(self, folder):
        self.circuit = making.found(folder, projector=Projection())
        self.connection = sqlite3.connect(folder / "registry.db")

    def rows(self, sql, *values):
        return self.connection.execute(sql, values).fetchall()

    def acts(self):
        """Position and fields of every act of the log."""
        rows = self.rows("SELECT position, bytes FROM entry ORDER BY position")
        return [
            (position, json.loads(decode(entry).act))
            for position, entry in rows
            if entry[0] == ACT
        ]

    def close(self):
        self.connection.close()
        self.circuit.registry.close()


LEFT = {scene.ANA: (2, 50), scene.BETO: (3, 50), scene.CORA: (4, 100)}
WORK = [LEFT[one] for one in sorted(LEFT)]
"""Who was called, in the order of the call: her number, and what she still owes."""


@pytest.fixture
def recorded(tmp_path):
    recorded = Recorded(tmp_path)
    yield recorded
    recorded.close()


@pytest.fixture
def played(recorded):
    scene.play(recorded.circuit)
    return recorded


def test_members_are_numbered_by_admission(played):
    numbers = dict(played.rows("SELECT no, id FROM member ORDER BY no"))

    assert numbers == {
        tables.NODE: id_of(making.NODE),
        tables.THE_COMMON: id_of("common"),
        1: id_of(making.FOUNDER),
        2: id_of("ana"),
        3: id_of("beto"),
        4: id_of("cora"),
    }


def test_each_act_has_its_line(played):
    lines = played.rows("SELECT position, kind, day FROM act_line ORDER BY position")

    assert lines == [
        (position, act["kind"], act["body"].get("day"))
        for position, act in played.acts()
    ]


def test_volumes_are_the_moves_as_adjustments_leave_them(played):
    naive = Counter()
    for quantity, *group in played.rows(
        "SELECT move.quantity, day, mode, type, unit, category"
        " FROM move JOIN act_line USING (position)"
    ):
        day, *rest = group
        naive[month_of(day), *rest] += quantity
    told = played.rows("SELECT month, mode, type, unit, category, quantity FROM volume")

    assert {tuple(row[:5]): row[5] for row in told} == dict(naive)
    assert sum(row[0] for row in played.rows("SELECT moves FROM volume")) == len(
        played.rows("SELECT 1 FROM move")
    )


def test_work_is_that_of_who_did_it(played):
    told = played.rows(
        "SELECT giver, taker, original, quantity, purpose FROM move"
        " WHERE mode = 'roster' AND type = 'goods'"
    )

    assert sorted(told) == [
        (2, tables.THE_COMMON, 100, 50, "common"),
        (4, tables.THE_COMMON, 50, 50, "common"),
    ]


def test_moves_are_those_of_the_acts_less_what_was_adjusted(played):
    adjusted = Counter()
    positions = {
        played.circuit.hash(decode(entry).act): position
        for position, entry in played.rows("SELECT position, bytes FROM entry")
        if entry[0] == ACT and position
    }
    moves = {}
    for position, act in played.acts():
        if act["kind"] == "adjust":
            deal = act["body"]["deal"]
            for change in act["body"]["moves"]:
                place = (positions[deal["act"]], deal["deal"], change["move"])
                adjusted[place] += change["delta"]
        for d, deal in enumerate(deals_of(act)):
            for m, move in enumerate(deal["moves"]):
                quantity = move.get("what", move)["quantity"]
                moves[position, d, m] = (deal["mode"], move["type"], quantity)
    told = played.rows(
        "SELECT position, deal, move, mode, type, original, quantity FROM move"
    )

    assert {row[:3]: row[3:6] for row in told} == moves
    assert {row[:3]: row[6] for row in told} == {
        place: move[2] + adjusted[place] for place, move in moves.items()
    }


def test_balances_are_the_sums_of_postings(played):
    sums = played.rows(
        "SELECT owner, unit, purse, sum(delta) FROM posting GROUP BY 1, 2, 3"
    )
    told = played.rows("SELECT owner, unit, purse, balance FROM balance")

    assert sorted(sums) == sorted(told)
    sums = played.rows("SELECT sum(balance) FROM balance GROUP BY unit")
    assert {total for (total,) in sums} == {0}
    last = played.rows(
        "SELECT owner, unit, purse, after, max(position) FROM posting GROUP BY 1, 2, 3"
    )
    assert sorted(row[:4] for row in last) == sorted(told)


def test_what_is_owed_held_thanked_and_marked_is_told(played):
    owed = played.rows("SELECT debtor, creditor, what, open, due FROM obligation")
    held = played.rows("SELECT owner, holder, quantity, held, may FROM custody")
    thanks = played.rows("SELECT party FROM thanks")
    marks = played.rows("SELECT kind, owner, unit FROM mark ORDER BY kind, owner")

    week = f'{{"date":{making.DAY + 7}}}'
    assert owed == [
        (3, 2, "money", 4_000, '{"event":"harvest"}'),
        (3, 4, "goods", 2, week),
        # Ana left early, Beto has sent Cora for half a day, who owes all of hers.
        *((no, tables.THE_COMMON, "work", left, week) for no, left in WORK),
    ]
    assert held == [(4, 3, 3, 2, "use")]
    assert thanks == [(4,), (tables.THE_COMMON,)]
    assert marks == [
        ("adjusted", tables.THE_COMMON, ""),
        ("adjusted", 2, ""),
        ("contested", 4, ""),
        ("warned", 2, scene.GRANTED),
    ]


def test_what_is_contested_is_held(played):
    held = played.rows("SELECT owner, unit, held FROM balance WHERE held <> 0")

    assert held == [(3, making.SIGN, 700), (4, making.SIGN, -700)]
    assert played.rows("SELECT DISTINCT position FROM move WHERE mark = 'contested'")


def test_the_agreement_is_told(played):
    assert played.rows("SELECT * FROM supply") == [(scene.GRANTED, 100, 1_000)]
    assert played.rows("SELECT value, version FROM parameter WHERE name = 'offer_days'")
    assert played.rows("SELECT code, regime FROM unit ORDER BY code") == [
        (making.SIGN, "mutual"),
        (scene.GRANTED, "granted"),
    ]
    assert played.rows("SELECT low, high, warn FROM limits WHERE unit = 'VALE'") == [
        (0, 500, 90)
    ]


def test_an_adjustment_in_the_same_block_is_the_same(recorded):
    """Batches are chance; what pages read must not depend on them."""
    circuit = recorded.circuit
    circuit.admit("ana", "beto")
    barter = circuit.barter("ana", "beto", 500)
    act = circuit.hash(decode(barter).act)
    body = {"deal": {"act": act, "deal": 0}, "moves": [{"delta": -200, "move": 1}]}
    adjust = circuit.draft("adjust", body, by="ana", refs=[(act, "adjusts")])

    answers = list(
        circuit.registry.submit_many([barter, circuit.sign(adjust, "ana", "beto")])
    )

    assert all(isinstance(answer, Receipt) for answer in answers)
    assert answers[0].height == answers[1].height
    assert recorded.rows(
        "SELECT quantity, original, mark FROM move WHERE type = 'signs'"
    ) == [(300, 500, "adjusted")]
    assert recorded.rows("SELECT quantity, moves FROM volume WHERE type = 'signs'") == [
        (300, 1)
    ]


@pytest.mark.parametrize("at_once", [True, False])
def test_volumes_are_exact_however_large_they_grow(recorded, tmp_path, at_once):
    circuit = recorded.circuit
    circuit.admit("ana", "beto")
    much = [drafting.goods(*GIVEN, category="sand", quantity=MINOR_MAX)] * 60
    entries = [
        circuit.exchange(drafting.deal("gift", *much), by="ana", names=["beto"])
        for _ in range(20)
    ]
    act = circuit.hash(decode(entries[0]).act)
    less = {
        "deal": {"act": act, "deal": 0},
        "moves": [{"delta": 7 - MINOR_MAX, "move": 0}],
    }
    adjust = circuit.draft("adjust", less, by="ana", refs=[(act, "adjusts")])
    entries.append(circuit.sign(adjust, "ana", "beto"))

    for batch in [entries] if at_once else [[one] for one in entries]:
        assert all(
            isinstance(one, Receipt) for one in circuit.registry.submit_many(batch)
        )

    [(carried, quantity, kind)] = recorded.rows(
        "SELECT carried, quantity, typeof(quantity) FROM volume"
    )
    assert (carried << tables.CARRIED_BITS) + quantity == 1199 * MINOR_MAX + 7
    assert kind == "integer"
    assert 0 <= quantity <= MINOR_MAX


@pytest.mark.parametrize(
    ("day", "month"), [(0, 197001), (30, 197001), (31, 197002), (19_675, 202311)]
)
def test_months_are_those_of_the_calendar(day, month):
    assert month_of(day) == month
    found = datetime.fromtimestamp(day * 86_400, UTC)
    assert found.year * 100 + found.month == month
