"""Common work: how often one may be called, what a roster frees, who is a witness."""

import pytest

from tests.core.calling import WORK, call, called, dues_of, line, roster
from tests.little_circuit import (
    ATTEST,
    BETO,
    CARO,
    CASA,
    DAY,
    DORA,
    EVA,
    FEDE,
    GINA,
    MEDIATE,
    PAN,
    START,
    THE_COMMON,
    WORK_DAYS,
    allowed,
    commitment,
    founded,
    mandate,
    number,
    slot,
    town,
)
from urdimbre.core import circuit
from urdimbre.core.accounts import COMMON
from urdimbre.core.circulation.dues import MoreDaysThanAgreed, days_of
from urdimbre.core.drafting import deal, money, release
from urdimbre.core.exchange.contest import TooLateToContest
from urdimbre.core.membership.answers import NotSettledYet
from urdimbre.core.obligations import Alternative, Due, Owed
from urdimbre.core.refusals import Malformed
from urdimbre.core.units import Equivalent, Unit, UnitKind, standard_unit

BOTH = (slot(EVA, ATTEST), slot(FEDE, ATTEST))
ILL = commitment("ill")
NEW_YEAR = 19_723
"""The first of January 2024."""


# ------------------------------------------------------------------- what is called to
def test_each_who_is_called_owes_her_part_by_the_work_day():
    c = town()
    instead = {"type": "money", "quantity": 160_00, "unit": "MXN"}

    act = called(c, CARO, CASA, **{"or": instead})

    first, second = sorted((CARO, CASA))
    assert [c.owed(act, 0), c.owed(act, 1)] == [
        Owed(
            act=act,
            deal=place,
            move=0,
            debtor=who,
            creditor=COMMON,
            what="work",
            unit="DAY",
            quantity=50,
            due=Due(date=c.today + 7),
            category=WORK,
            alternative=Alternative(what="money", quantity=160_00, unit="MXN"),
        )
        for place, who in enumerate((first, second))
    ]


@pytest.mark.parametrize(
    ("days", "refused"), [(WORK_DAYS, False), (WORK_DAYS + 1, True)]
)
def test_the_agreed_days_themselves_may_be_called(days, refused):
    answer = call(town(), CARO, quantity=days * 100)

    expected = (MoreDaysThanAgreed(CARO, days, WORK_DAYS),)
    assert answer == expected if refused else allowed(answer)


@pytest.mark.parametrize(
    ("ahead", "refused"), [(-1, True), (0, False), (366, False), (367, True)]
)
def test_a_work_day_lies_within_a_year_from_today(ahead, refused):
    c = town()

    answer = call(c, due=c.today + ahead)

    assert allowed(answer) != refused


def test_what_is_agreed_is_counted_anew_in_each_year():
    c = town()
    most = WORK_DAYS * 100
    called(c, CARO, quantity=most, due=NEW_YEAR - 1)

    again = call(c, CARO, quantity=1, due=NEW_YEAR - 1)
    next_year = call(c, CARO, quantity=most, due=NEW_YEAR)

    assert again == (MoreDaysThanAgreed(CARO, WORK_DAYS + 1, WORK_DAYS),)
    assert allowed(next_year)
    assert c.state.get(f"called/{CARO}/2024").days == WORK_DAYS


def test_nobody_is_called_where_nothing_is_agreed():
    """A circuit that was founded before there were dues has not agreed to any."""
    c = founded()

    answer = call(c, BETO)

    assert answer == (MoreDaysThanAgreed(BETO, 1, 0),)


@pytest.mark.parametrize(
    ("code", "quantity", "days"),
    [
        ("DAY", 1, 1),
        ("DAY", 100, 1),
        ("DAY", 101, 2),
        ("HUR", 600, 1),
        ("HUR", 2400, 1),
        ("HUR", 2401, 2),
        ("MIN", 24 * 60, 1),
        ("MIN", 24 * 60 + 1, 2),
        ("KGM", 1000, None),
    ],
)
def test_every_day_begun_counts(code, quantity, days):
    assert days_of(standard_unit(code), quantity) == days


def test_a_local_measure_of_work_counts_as_what_it_is_told_in():
    stint = Equivalent(unit="HUR", measure=1, standard=400)
    tarea = Unit(code="TAREA", kind=UnitKind.VOLUME, scale=0, equivalent=stint)

    assert [days_of(tarea, count) for count in (1, 6, 7)] == [1, 1, 2]


def test_an_agent_may_call_for_the_common():
    c = town()
    until = START + 80 * DAY
    kinds = ["dues", "roster"]
    body = mandate("steward", COMMON, "act", [DORA], kinds=kinds, until=until)
    c.ok("mandate", body, THE_COMMON, by=COMMON)
    steward = slot(DORA, number("steward"))

    answer = call(c, CARO, slots=(steward,), by=DORA)
    act = c.log[-1].act.hash
    counted = roster(c, act, line(c, act, CARO), slots=(steward,))

    assert allowed(answer)
    assert allowed(counted)


# -------------------------------------------------------------------------- the roster
def test_who_was_there_or_sent_somebody_owes_no_longer_and_who_was_not_still_does():
    c = town()
    act = called(c, BETO, CARO, DORA)

    answer = roster(c, act, line(c, act, BETO), line(c, act, CARO, "sent"), slots=BOTH)

    assert allowed(answer)
    left = {row.debtor: row.open for row in c.state.of("owed", COMMON)}
    assert left == {BETO: 0, CARO: 0, DORA: 50}


def test_a_roster_may_count_a_part_and_be_added_to():
    c = town()
    act = called(c, CARO)

    roster(c, act, line(c, act, CARO, quantity=20))
    roster(c, act, line(c, act, CARO, "exempt", quantity=30, why=ILL), private=[ILL])

    assert c.owed(act).open == 0


def test_two_may_share_one_sealed_reason():
    c = town()
    act = called(c, BETO, CARO)
    lines = [line(c, act, who, "exempt", why=ILL) for who in (BETO, CARO)]

    assert allowed(roster(c, act, *lines, private=[ILL]))


def test_a_substitute_is_credited_and_attested_like_all_who_worked():
    c = town()
    act = called(c, CARO, CASA)
    lines = (line(c, act, CARO, "sent", by=PAN), line(c, act, CASA, "sent", by=DORA))

    answer = roster(c, act, *lines, slots=BOTH)

    assert allowed(answer)
    givers = [deal.moves[0].giver.id for deal in c.act.body.deals]
    assert sorted(givers) == sorted((PAN, DORA))


def test_a_substitute_may_sign_herself():
    c = town()
    act = called(c, CARO)
    sent = line(c, act, CARO, "sent", by=DORA)

    assert allowed(roster(c, act, sent, slots=(THE_COMMON, slot(DORA))))


def test_a_witness_is_counted_by_others():
    """She attests for the others; her own line stands on a roster of its own."""
    c = town()
    act = called(c, CARO, EVA)

    others = roster(c, act, line(c, act, CARO), slots=BOTH)
    herself = roster(c, act, line(c, act, EVA), slots=BOTH)
    by_the_common = roster(c, act, line(c, act, EVA))

    assert allowed(others)
    assert [one.code for one in herself] == ["not_enough_signatures"]
    assert allowed(by_the_common)


def test_the_common_thanks_for_work():
    c = town()
    act = called(c, CARO)
    roster(c, act, line(c, act, CARO), slots=BOTH)
    done = c.act.hash
    body = {"party": {"common": True}, "deal": {"act": done, "deal": 0}}

    answer = c.record("thanks", body, THE_COMMON, refs=[(done, "answers")])

    assert allowed(answer)


# ------------------------------------------------- paying instead, objecting, mending
def test_what_is_agreed_instead_settles_it():
    c = town()
    act = called(c, CARO)
    owed = {"act": act, "deal": 0, "move": 0}

    c.trade(
        deal(
            "settle",
            money(CARO, COMMON, 80_00, "MXN"),
            release(COMMON, CARO, owed=owed, quantity=50),
        )
    )

    assert c.owed(act).open == 0
    assert c.balance(COMMON, "MXN", "till") == 80_00


def _contest(c, act, who, outcome=None, *, slots=None):
    body = {"deal": {"act": act, "deal": 0}}
    body |= {"outcome": outcome} if outcome else {}
    slots = slots or (slot(who),)
    return c.record("contest", body, *slots, by=who, refs=[(act, "contests")])


def test_who_is_called_wrongly_contests_and_a_mediator_takes_it_back():
    c = town()
    act = called(c, CARO, DORA)
    place = sorted((CARO, DORA)).index(CARO)
    named = {"deal": {"act": act, "deal": place}}
    refs = [(act, "contests")]

    opened = c.record("contest", named, slot(CARO), by=CARO, refs=refs)
    contested = c.owed(act, place).contested
    less = named | {"moves": [{"move": 0, "delta": -50}]}
    c.ok("adjust", less, slot(GINA, MEDIATE), refs=[(act, "adjusts")])
    upheld = named | {"outcome": "upheld"}
    closed = c.record("contest", upheld, slot(GINA, MEDIATE), by=GINA, refs=refs)

    assert allowed(opened)
    assert contested
    assert allowed(closed)
    assert (c.owed(act, place).open, c.owed(act, 1 - place).open) == (0, 50)


@pytest.mark.parametrize(("days", "refused"), [(14, False), (15, True)])
def test_dues_may_be_contested_for_the_agreed_days(days, refused):
    c = town()
    act = called(c, CARO)
    c.later(days=days)

    answer = _contest(c, act, CARO)

    assert answer == (TooLateToContest(14),) if refused else allowed(answer)


def test_a_roster_may_be_contested_for_the_days_of_the_witnesses():
    c = town()
    body = mandate("brief", COMMON, "attest", [EVA, FEDE], kinds=["roster"])
    c.ok("mandate", body | {"contest_days": 3}, THE_COMMON, by=COMMON)
    act = called(c, CARO)
    both = tuple(slot(one, number("brief")) for one in (EVA, FEDE))
    roster(c, act, line(c, act, CARO), slots=both)
    done = c.act.hash

    in_time = _contest(c.copy().later(days=3), done, CARO)
    too_late = _contest(c.copy().later(days=4), done, CARO)

    assert allowed(in_time)
    assert too_late == (TooLateToContest(3),)


def test_a_line_that_was_not_so_is_mended_by_the_two_whom_it_concerns():
    c = town()
    act = called(c, BETO, CARO)
    roster(c, act, line(c, act, BETO), line(c, act, CARO), slots=BOTH)
    done = c.act.hash
    place = sorted((BETO, CARO)).index(CARO)
    moves = [{"move": move, "delta": -20} for move in (0, 1)]
    body = {"deal": {"act": done, "deal": place}, "moves": moves}

    c.ok("adjust", body, slot(CARO), THE_COMMON, refs=[(done, "adjusts")])

    assert c.owed(act, place).open == 20


def test_who_still_owes_work_cannot_leave_until_it_is_done_or_excused():
    c = town()
    act = called(c, DORA)

    refused = c.record("leave", {"member": DORA}, slot(DORA))
    roster(c, act, line(c, act, DORA, "exempt", why=ILL), private=[ILL])
    left = c.record("leave", {"member": DORA}, slot(DORA))

    assert refused == (NotSettledYet(DORA, "obligation"),)
    assert allowed(left)


# ---------------------------------------------------------- fields that go together
def _read(kind, body):
    c = town()
    answer = circuit.read(c.draft(kind, body, by=CARO), c.state.genesis)
    return (answer.path, answer.reason) if isinstance(answer, Malformed) else None


ONE = {"deal": 0, "member": CARO, "how": "there", "quantity": 50}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([ONE], None),
        ([], ("body.lines", "1 to 64 items are allowed")),
        ([ONE | {"by": DORA}], ("body.lines.0.by", "goes with sent")),
        (
            [ONE | {"how": "sent", "by": CARO}],
            ("body.lines.0.by", "is another than who was called"),
        ),
        ([ONE | {"why": ILL}], ("body.lines.0.why", "goes with exempt")),
        ([ONE | {"how": "exempt"}], ("body.lines.0.why", "goes with exempt")),
        ([ONE, ONE], ("body.lines", "must be sorted by deal, each once")),
        ([ONE, ONE | {"deal": 1}], None),
    ],
)
def test_lines_of_a_roster(lines, expected):
    body = {"day": 1, "dues": ILL, "category": WORK, "unit": "DAY", "lines": lines}

    assert _read("roster", body) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, None),
        ({"members": []}, ("body.members", "1 to 64 items are allowed")),
        ({"members": [CARO, CARO]}, ("body.members", "must be sorted, each item once")),
        ({"quantity": 0}, ("body.quantity", "must lie within 1 and 9007199254740991")),
    ],
)
def test_fields_of_dues(more, expected):
    assert _read("dues", dues_of(town()) | more) == expected
