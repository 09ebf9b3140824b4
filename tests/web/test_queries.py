"""Queries and filters of the pages beside a naive program, on random acts."""

import json
from contextlib import closing
from datetime import date, timedelta
from types import SimpleNamespace

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.little_circuit import PERSONS, START, Little, town
from tests.strategies import histories, play
from tests.web.naive_pages import NaivePages
from urdimbre.adapters.desk import Desk, Person
from urdimbre.adapters.folder import Reading
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.cli.reading import balance_rows
from urdimbre.cli.statements import statement_of
from urdimbre.core.chain.entry import decode
from urdimbre.projections.project import Projection
from urdimbre.recording.chain import Chain
from urdimbre.recording.registry import dump
from urdimbre.web import serving

TODAY = START // 86_400
ALL = {
    "direction": "",
    "mode": "",
    "unit": "",
    "type": "",
    "person": "",
    "start": None,
    "end": None,
}
DAYS = (*range(TODAY - 1, TODAY + 4), TODAY + 10, TODAY + 40)
SHORT = ("Ána", "Beto", "Caro", "Dora", "Eva", "Fede", "Gina")
CALLED = dict(zip(PERSONS, SHORT, strict=True))
MODES_SHOWN = ("barter", "sale", "gift", "lend", "settle", "dues", "roster")
FIELDS = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["", "gave", "received"]),
        "mode": st.sampled_from(
            ["", "", "barter", "sale", "gift", "lend", "settle", "dues", "roster"]
        ),
        "unit": st.sampled_from(["", "", "SOL", "HORA", "C62", "MXN", "DAY"]),
        "type": st.sampled_from(["", "", "goods", "signs", "promise", "release"]),
        "person": st.sampled_from(["", "", "ana", "BETO", "a", "nobody"]),
        "start": st.sampled_from([None, None, *DAYS]),
        "end": st.sampled_from([None, None, *DAYS]),
    }
)

# Not made smaller when they fail: that would take minutes for each.
often = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("queries") / "circuit"
    path.mkdir()
    desk = Desk(path / "desk.db")
    desk.add_persons([Person(member, name) for member, name in CALLED.items()])
    SqliteStore(path / "registry.db", schema=Projection().schema).close()
    serving.prepare(path)
    return path


def recorded(folder, little: Little) -> NaivePages:
    """Put the acts of a little circuit, each in a block, into the tables of pages."""
    from django.db import connections

    serving.settle_in(folder)
    connections["registry"].close()
    for file in folder.glob("registry.db*"):
        file.unlink()
    projector = Projection()
    store = SqliteStore(folder / "registry.db", schema=projector.schema, durable=False)
    chain = Chain(store, loads=orjson.loads, dump=dump, projector=projector)
    naive = NaivePages()
    for time, entry in little.entries:
        signed, block = decode(entry), chain.open(time)
        act = chain.read(signed.act)
        position = block.add(entry, act, signed.slots)
        store.write(block.seal())
        chain.merge(block)
        naive.record(position, act.hash, json.loads(signed.act))
    store.finish()
    store.close()
    return naive


def as_typed(fields):
    """What the form makes of the filter: days as dates."""
    days = {
        name: None
        if fields[name] is None
        else date(1970, 1, 1) + timedelta(fields[name])
        for name in ("start", "end")
    }
    return fields | days | {"period": "days"}


@often
@given(histories(min_size=25), st.lists(FIELDS, min_size=6, max_size=6))
def test_statements_debts_and_custody_are_those_of_the_acts(folder, history, filters):
    from urdimbre.projections.models import Member
    from urdimbre.web.exchanges.owing import in_custody
    from urdimbre.web.exchanges.statement import moves_of
    from urdimbre.web.exchanges.sums import sums

    little = town()
    list(play(little, history))
    naive = recorded(folder, little)

    assert dict(Member.objects.values_list("id", "no")) == naive.numbers
    for no in (naive.numbers[member] for member in PERSONS):
        here = SimpleNamespace(no=no)
        for fields in filters:
            rows = moves_of(here, as_typed(fields))
            named = like(naive, fields["person"])
            found = [(row.position, row.deal, row.move) for row in rows]
            assert found == naive.statement(no, fields, named)
            told = {
                (one.type, one.unit): [one.gave, one.took, one.moves]
                for one in sums(rows, no)
            }
            assert told == naive.sums(no, found)
        assert (keys_of(no, "owes"), keys_of(no, "owed")) == naive.owing(no)
        mine = [one.is_mine for one in in_custody(no)]
        assert (mine.count(False), mine.count(True)) == naive.in_custody(no)


def keys_of(no, side):
    """How the lines of what is owed name themselves."""
    from urdimbre.web.exchanges.owing import of_side

    rows = of_side(no, side)
    return {f"{row.position}.{row.deal}.{row.move}" for row in rows}


@often
@given(histories(min_size=25))
def test_the_command_line_tells_all_moves_and_where_they_have_led(folder, history):
    little = town()
    list(play(little, history))
    naive = recorded(folder, little)
    store = SqliteStore(folder / "registry.db", write=False)
    with closing(Reading(folder, store, Desk(folder / "desk.db", write=False))) as all_:
        stand = [
            (one["member"], one["unit"], one["purse"], one["minor"])
            for one in balance_rows(all_)
        ]
        for member in PERSONS:
            acts = statement_of(all_, member)
            moves = [
                (act["index"], move["deal"], move["move"])
                for act in acts
                for move in act["moves"]
            ]
            last = {
                (one["unit"], one["purse"]): one["after"]
                for act in acts
                for one in act["postings"]
            }

            hers = naive.statement(naive.numbers[member], ALL, set())
            assert moves == sorted(hers)
            expected = naive.stands(member)
            assert {key: minor for key, minor in last.items() if minor} == expected
            told = {tuple(one): minor for who, *one, minor in stand if who == member}
            assert {key: minor for key, minor in told.items() if minor} == expected


def like(naive, text):
    """The numbers of those whose name has that in it, without accents and case."""
    plain = {member: name.replace("Á", "a").lower() for member, name in CALLED.items()}
    return {naive.numbers[one] for one, name in plain.items() if text.lower() in name}


@often
@given(histories(min_size=25))
def test_where_each_reads_her_own_acts_those_are_hers(folder, history):
    from urdimbre.web.notebook import reading

    little = town()
    list(play(little, history))
    naive = recorded(folder, little)

    with pytest.MonkeyPatch.context() as agreed:
        agreed.setattr(reading, "agreed", lambda *_: "own")
        for no in (naive.numbers[member] for member in PERSONS):
            found = reading.readable(SimpleNamespace(no=no))
            assert [row.position for row in found] == naive.own(no)
