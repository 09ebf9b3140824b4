"""Of what members are told: each kind, when, once, and to whom."""

import secrets
import time

import pytest

from tests.web.acting import (
    ANA,
    BARTER,
    BETO,
    CARLA,
    DELIA,
    GOODS,
    LEND,
    confirm,
    exchanged,
    propose,
)
from tests.web.allowing import allow, member_of
from tests.web.notices.conftest import wants
from tests.web.place import HOUSEHOLD
from urdimbre.core.accounts import COMMON

DAY = 86_400


def told(name, kind="", *, amounts=False):
    """What somebody is told, in English."""
    from django.utils import translation

    from urdimbre.web.notices.models import News
    from urdimbre.web.notices.sentences import told as sentences

    rows = News.objects.filter(person=member_of(name), kind__startswith=kind)
    if kind != "decided":  # that of the founders, before the tests
        rows = rows.exclude(kind="decided")
    with translation.override("en"):
        lines = sentences(rows.order_by("pk"), amounts=amounts)
    return [(one.sentence.replace("\xa0", " "), one.path) for one in lines]


def gathered(*, ahead=0):
    from urdimbre.web.notices.gathering import gather

    return gather(int(time.time()) + ahead)


def day(ahead):
    from django.utils import translation

    from urdimbre.web import wording

    with translation.override("en"):
        return wording.day(wording.today() + ahead)


def test_a_draft_that_waits_is_told_to_whose_signature_it_misses(as_member, number_of):
    from urdimbre.web.exchanges.models import Draft

    wants(BETO)
    wants(ANA)
    ana = as_member(ANA)
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    gathered()
    assert told(BETO) == []
    confirm(ana, draft)

    gathered()
    assert gathered() == 0

    until = Draft.objects.get(pk=draft.split("/")[-1]).valid_until
    from urdimbre.web import wording

    ahead = wording.to_day(wording.local(until).date()) - wording.today()
    sentence = f"Ana Quispe has written a draft; it waits for you until {day(ahead)}."
    assert told(BETO) == [(sentence, draft)]
    assert told(ANA) == []


def test_who_acts_for_a_household_is_told_for_it(as_member, number_of):
    wants(CARLA)
    wants(BETO)
    ana = as_member(ANA)
    draft = propose(ana, "barter", number_of(HOUSEHOLD), BARTER)
    confirm(ana, draft)

    gathered()

    for name in (CARLA, BETO):
        ((sentence, path),) = told(name)
        assert sentence.startswith("Ana Quispe has written a draft; it waits until")
        assert sentence.endswith("for somebody to sign for Familia Núñez.")
        assert path == draft


def test_what_was_signed_before_anybody_was_told_is_told_to_nobody(
    as_member, number_of
):
    wants(BETO)
    ana = as_member(ANA)
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    confirm(ana, draft)
    gathered()
    confirm(as_member(BETO), draft)

    gathered()

    assert told(BETO) == []


def test_the_maker_is_told_what_became_of_her_drafts(as_member, number_of):
    wants(ANA)
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "gift", number_of(BETO), GOODS)
    declined = propose(ana, "barter", number_of(BETO), BARTER)
    confirm(ana, declined)
    beto.post(f"{declined}/decline")
    expired = propose(ana, "gift", number_of(DELIA), GOODS)
    confirm(ana, expired)

    gathered()
    early = told(ANA, "answered")
    gathered(ahead=15 * DAY)

    assert early == [
        (
            (
                "All have signed what you wrote with Beto Mamani: it stands in the "
                "common notebook."
            ),
            receipt,
        ),
        (
            "Your draft with Beto Mamani was declined; nothing has been written down.",
            declined,
        ),
    ]
    assert told(ANA, "answered")[2:] == [
        (
            "Your draft with Delia Rojas has expired; nothing has been written down.",
            expired,
        )
    ]


def test_what_happened_before_she_wanted_letters_is_not_told(as_member, number_of):
    exchanged(as_member(ANA), as_member(BETO), "gift", number_of(BETO), GOODS)
    wants(ANA, since=int(time.time()) + 60)

    gathered()

    assert told(ANA) == []


def test_what_she_owes_is_told_before_and_after_its_day(as_member, number_of):
    from urdimbre.web import wording

    wants(BETO)
    wants(ANA)
    due = wording.to_date(wording.today() + 3).isoformat()
    lent = LEND | {"due": "date", "due_day": due}
    exchanged(as_member(ANA), as_member(BETO), "lend", number_of(BETO), lent)

    gathered()

    sentence = f"What you owe Ana Quispe is due on {day(3)}."
    assert told(BETO, "due") == [(sentence, "/exchange/settle")]
    loud = f"You owe Ana Quispe 3 pieces, due on {day(3)}."
    assert [one for one, _ in told(BETO, "due", amounts=True)] == [loud]
    assert told(ANA, "due") == []


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(4, []), (3, ["soon"]), (0, ["soon"]), (-1, ["late"]), (-7, ["late"]), (-8, [])],
)
def test_a_term_is_told_within_its_days_only(
    as_member, number_of, monkeypatch, ahead, said
):
    from urdimbre.web import wording
    from urdimbre.web.notices.models import News

    wants(BETO)
    today = wording.today()
    due = wording.to_date(today + 9).isoformat()
    lent = LEND | {"due": "date", "due_day": due}
    exchanged(as_member(ANA), as_member(BETO), "lend", number_of(BETO), lent)
    monkeypatch.setattr(wording, "today", lambda: today + 9 - ahead)

    gathered()

    rows = News.objects.filter(kind="due")
    assert list(rows.values_list("said", flat=True)) == said


def test_a_work_day_that_is_near_is_told_to_who_is_called(behind, place):
    from urdimbre.web import wording

    wants(BETO)
    wants(ANA)
    body = {
        "day": wording.today(),
        "due": wording.today() + 3,
        "category": "work.common",
        "quantity": 100,
        "unit": "DAY",
        "members": [behind.members[BETO]],
    }
    keeper = [(behind.members["Fundadora"], behind.common_policy)]
    agreement = behind.circuit.registry.state.get("agreement").version
    receipt = behind.record(
        "dues", body, by=COMMON, signers=keeper, agreement=agreement
    )

    gathered()

    ((sentence, path),) = told(BETO)
    assert sentence.startswith(f"You are called to common work on {day(3)}: ")
    assert path == f"/work/{receipt.index}"
    assert told(ANA) == []


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (15, ""),
        (13, "«Pan de maíz» ends on {day}. If it still holds, renew it with one tap."),
        (2, "«Pan de maíz» ends on {day}. If it still holds, renew it with one tap."),
        (
            -1,
            (
                "«Pan de maíz» ended on {day}; others do not see it any more. You can "
                "renew it."
            ),
        ),
    ],
)
def test_an_offer_that_ends_is_told_and_never_goes_in_silence(place, left, sentence):
    from urdimbre.web import wording
    from urdimbre.web.catalogue.models import Listing

    wants(ANA)
    now = int(time.time())
    Listing.objects.create(
        kind="offer",
        member=member_of(ANA),
        title="Pan de maíz",
        category="food.prepared",
        days=90,
        created=now,
        until=now + left * DAY,
    )

    gathered()

    ends = day((now + left * DAY) // DAY - wording.today())
    expected = [(sentence.format(day=ends), "/catalogue/mine")]
    assert told(ANA) == (expected if sentence else [])


def test_an_offer_is_told_of_twice_and_once_more_when_it_has_ended(place):
    from urdimbre.web.catalogue.models import Listing
    from urdimbre.web.notices.models import News

    wants(ANA)
    now = int(time.time())
    Listing.objects.create(
        kind="need",
        member=member_of(ANA),
        title="Pan",
        category="food.prepared",
        days=90,
        created=now,
        until=now + 14 * DAY - 60,
    )

    stages = []
    for ahead in (0, 1, 11, 12, 15, 16):
        gathered(ahead=ahead * DAY)
        News.objects.update(mail="")  # as if it had been sent
        stages.append(News.objects.filter(kind="ending").count())

    assert stages == [1, 1, 2, 2, 3, 3]


def test_what_was_written_under_her_permission_is_told_to_her(as_member, place):
    wants(DELIA)
    made = allow(DELIA, COMMON, unit="BOB")
    founder = as_member("Fundadora")
    founder.post("/acting/choose", {"member": COMMON})
    typed = {"what": "2 kg arroz", "price": "25,50", "who": member_of(DELIA)}
    draft = founder.post(f"/on-account/{made}", typed)["Location"]
    receipt = confirm(founder, draft)["Location"]

    gathered()

    sentence = (
        "the common has written something on your account, as you have permitted. "
        "Look whether it is right."
    )
    assert told(DELIA, "written") == [(sentence, receipt)]


def test_an_objection_and_how_it_ended_is_told_to_the_other_side(as_member, debit):
    wants(BETO)
    wants(ANA)
    ana, receipt = as_member(ANA), debit(BETO, ANA)
    number = receipt.split("/")[-1]
    draft = ana.post(f"{receipt}/contest", {"words": "No"})["Location"]
    confirm(ana, draft)

    gathered()

    opened = f"Ana Quispe objects to the entry of receipt {number}."
    assert told(BETO, "objections") == [(opened, receipt)]
    assert told(ANA, "objections") == []
    draft = ana.post(f"{receipt}/contest", {"outcome": "withdrawn", "words": ""})
    confirm(ana, draft["Location"])
    gathered()
    taken_back = (
        f"Ana Quispe takes back the objection to the entry of receipt {number}."
    )
    assert told(BETO, "objections")[1:] == [(taken_back, receipt)]


def test_a_decision_of_a_meeting_is_told_to_all(behind):
    wants(BETO)
    wants(ANA)
    minutes = secrets.token_hex(32)
    there = sorted(behind.members[one] for one in (CARLA, DELIA))
    body = {
        "basis": "meeting",
        "effects": [],
        "minutes": minutes,
        "attested_by": there,
    }
    keeper = (behind.members["Fundadora"], behind.common_policy)
    signers = [keeper, *((one, "") for one in there)]
    behind.record("decision", body, by=COMMON, signers=signers, private=[minutes])

    gathered()

    sentence = "A meeting has decided something: see what is agreed."
    for name in (ANA, BETO):
        assert told(name, "decided")[-1] == (sentence, "/agreements")


def test_nothing_is_noted_of_who_wants_no_letters(as_member, number_of):
    from urdimbre.web.notices.models import News

    wants(BETO, confirmed=False)
    ana = as_member(ANA)
    confirm(ana, propose(ana, "barter", number_of(BETO), BARTER))

    assert gathered() == 0
    assert not News.objects.exists()


def test_no_sentence_of_a_kind_tells_an_amount_unless_asked():
    from urdimbre.web.notices.kinds import KINDS

    for kind in KINDS:
        assert not any("{amount}" in one for one in kind.says.values())
        assert set(kind.says_amounts) <= set(kind.says)
        assert kind.mail in ("now", "digest")
