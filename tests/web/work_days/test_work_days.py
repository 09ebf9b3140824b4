"""Work days on the pages: called, written down, witnessed, paid instead, thanked."""

import json

import pytest

from tests.web.acting import ANA, BETO, CARLA, DELIA, confirm, text
from tests.web.place import HOUSEHOLD
from tests.web.work_days.conftest import FOUNDER


@pytest.fixture
def ids(place):
    from urdimbre.web.circuit.models import Person

    return dict(Person.objects.values_list("name", "member"))


def day_from_now(days):
    from urdimbre.web import wording

    return wording.to_date(wording.today() + days).isoformat()


def call_form(ids, *names, **more):
    typed = {
        "category": "work.common",
        "day": day_from_now(3),
        "quantity": "1",
        "unit": "DAY",
        "price": "80",
        "members": [ids[one] for one in names],
    }
    return typed | more


@pytest.fixture
def called(as_member, ids):
    """Call some to a work day; returns its page and the place of each in the call."""

    def call(*names, **more):
        founder = as_member(FOUNDER)
        answer = founder.post("/work/call", call_form(ids, *names, **more))
        assert answer.status_code == 302, text(answer)
        receipt = confirm(founder, answer["Location"])["Location"]
        position = receipt.rpartition("/")[2]
        places = sorted(ids[one] for one in names)
        return f"/work/{position}", {one: places.index(ids[one]) for one in names}

    return call


def taps(places, **more):
    """What is tapped: for each by name how she has done her part."""
    typed = {"day": day_from_now(0)}
    return typed | {f"how_{places[name]}": how for name, how in more.items()}


def owed(client):
    return text(client.get("/work")).partition("What you owe")[2]


def test_who_is_called_sees_what_she_owes_and_until_when(called, as_member):
    page, _ = called(ANA, CARLA)

    shown = owed(as_member(ANA))
    others = owed(as_member(BETO))

    assert "1 day" in shown.partition("All work days")[0]
    assert "To be fulfilled by" in shown
    assert "You owe no common work." in others
    assert "Instead of 1 day one may give" in text(as_member(ANA).get(page))


def test_two_witnesses_sign_a_roster_and_who_did_not_come_still_owes(
    called, as_member, ids
):
    page, places = called(ANA, CARLA, HOUSEHOLD)
    beto, delia = as_member(BETO), as_member(DELIA)
    asked = beto.get(f"{page}/roster").content.decode()
    typed = taps(places, **{ANA: "there", CARLA: "sent"})

    second = beto.post(f"{page}/roster", typed)
    named = {f"by_{places[CARLA]}": "Chucho, su hijo", "details": "1"}
    draft = beto.post(f"{page}/roster", typed | named)["Location"]
    first = confirm(beto, draft)
    waits = text(delia.get(page))
    recorded = confirm(delia, draft)

    assert 'value="exempt"' not in asked
    assert f"Who came for {CARLA}?" in text(second)
    assert first["Location"] == draft
    assert "Waiting for a witness" in waits
    assert recorded["Location"].startswith("/receipts/")
    told = text(as_member(ANA).get(page))
    assert f"{ANA} Was there" in told
    assert f"{CARLA} Sent somebody" in told
    # She who reads it sees of others only what they did.
    assert "open:" not in told
    assert "open: 1 day" in text(beto.get(page))
    assert "You owe no common work." in owed(as_member(ANA))


def test_a_name_that_is_no_member_stays_on_the_desk(called, as_member, place):
    from urdimbre.web.exchanges.models import Payload

    page, places = called(CARLA)
    founder = as_member(FOUNDER)
    typed = taps(places, **{CARLA: "sent"})
    typed |= {f"by_{places[CARLA]}": "Chucho, su hijo", "details": "1"}

    draft = founder.post(f"{page}/roster", typed)["Location"]
    confirm(founder, draft)

    kept = Payload.objects.get(field="worked_by")
    assert json.loads(bytes(kept.payload)) == {"0": "Chucho, su hijo"}
    assert "Chucho" not in founder.get(page).content.decode()


def test_a_member_who_came_for_another_signs_and_is_credited(called, as_member):
    page, places = called(CARLA)
    founder = as_member(FOUNDER)
    typed = taps(places, **{CARLA: "sent"})
    typed |= {f"by_{places[CARLA]}": "ana quispe", "details": "1"}

    draft = founder.post(f"{page}/roster", typed)["Location"]
    waits = confirm(founder, draft)
    recorded = confirm(as_member(ANA), draft)

    assert waits["Location"] == draft
    assert recorded["Location"].startswith("/receipts/")
    assert f"{ANA} came instead" in text(as_member(CARLA).get(page))
    assert "Common work" in text(as_member(ANA).get("/statement?period=all"))


def test_an_excuse_is_read_by_her_and_the_common_alone(called, as_member):
    page, places = called(ANA, CARLA)
    founder = as_member(FOUNDER)
    typed = taps(places, **{ANA: "exempt", CARLA: "there"})
    missing = founder.post(f"{page}/roster", typed | {"details": "1"})
    typed |= {f"why_{places[ANA]}": "Tiene fiebre", "details": "1"}

    draft = founder.post(f"{page}/roster", typed)["Location"]
    receipt = confirm(founder, draft)["Location"]

    assert missing.status_code == 422
    for client in (as_member(ANA), founder):
        assert "Tiene fiebre" in text(client.get(page))
        assert "5469656e6520666965627265" in _opened(client, receipt)
    other = as_member(CARLA)
    assert "Is excused" in text(other.get(page))
    assert "Tiene fiebre" not in other.get(page).content.decode()
    assert "5469656e6520666965627265" not in _opened(other, receipt)


def _opened(client, receipt):
    """The private fields that a proof hands out."""
    import base64

    answer = client.get(f"{receipt}/proof")
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    extra = next(line for line in lines if line.startswith("extra "))
    return base64.b64decode(extra.removeprefix("extra ")).decode("latin-1")


def test_a_witness_who_stands_on_it_cannot_sign(called, as_member):
    page, places = called(ANA, DELIA)
    beto = as_member(BETO)
    draft = beto.post(f"{page}/roster", taps(places, **{ANA: "there", DELIA: "there"}))[
        "Location"
    ]
    confirm(beto, draft)

    delia = as_member(DELIA)
    shown = delia.get(draft)
    answer = confirm(delia, draft)

    assert "Is this right?" not in text(shown)
    assert answer["Location"] == draft


def test_the_common_thanks_for_the_day_and_those_who_were_called_read_it(
    called, as_member
):
    page, places = called(ANA, CARLA)
    founder = as_member(FOUNDER)
    assert "Thank for the day" not in text(founder.get(page))
    draft = founder.post(f"{page}/roster", taps(places, **{ANA: "there"}))["Location"]
    confirm(founder, draft)

    thanks = founder.post(f"{page}/thanks", {"words": "El agua corre clara."})
    assert thanks.status_code == 302, text(thanks)
    confirm(founder, thanks["Location"])

    assert "El agua corre clara." in text(as_member(ANA).get(page))
    assert "Thank for the day" not in text(founder.get(page))
    assert founder.post(f"{page}/thanks", {"words": "x"}).status_code == 404


def test_what_may_be_paid_instead_settles_it(called, as_member):
    page, _ = called(ANA)
    ana, founder = as_member(ANA), as_member(FOUNDER)
    key = f"{page.rpartition('/')[2]}.0.0"

    shown = ana.get(f"/exchange/settle?owed={key}")
    typed = {"quantity": "1", "against": "money", "price": "80"}
    founder.post("/acting/choose", {"member": "00" * 16})
    draft = ana.post(f"/exchange/settle?owed={key}", typed)["Location"]
    confirm(ana, draft)
    recorded = confirm(founder, draft)

    assert "Instead of 1 day one may give 80.00 BOB." in text(shown)
    assert recorded["Location"].startswith("/receipts/")
    assert "You owe no common work." in owed(ana)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": "2020-01-01"}, "does not lie between"),
        ({"quantity": "7"}, "days of common work in a year"),
        ({"quantity": "much"}, ""),
        ({"quantity": "0"}, "The amount must be above zero."),
        ({"price": "x"}, ""),
        ({"members": []}, "This is needed here."),
        ({"members": ["00" * 16]}, "Choose"),
        ({"unit": "KGM"}, "Choose one of the list."),
        ({"day": "soon"}, "Write a day"),
        ({"category": "food.grain"}, "Choose one of the list."),
    ],
)
def test_what_is_typed_wrong_stands_beside_its_field(as_member, ids, wrong, sentence):
    answer = as_member(FOUNDER).post("/work/call", call_form(ids, ANA, **wrong))

    content = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text(answer)
    # What was right is kept.
    name = next(iter({"price", "quantity"} - wrong.keys()))
    assert {"price": 'value="80"', "quantity": 'value="1"'}[name] in content


def test_a_roster_on_which_nobody_stands_is_asked_again(called, as_member):
    page, places = called(ANA)
    founder = as_member(FOUNDER)

    nobody = founder.post(f"{page}/roster", {"day": day_from_now(0)})
    other = founder.post(f"{page}/roster", taps(places, **{ANA: "asleep"}))
    ahead = founder.post(
        f"{page}/roster", {"day": day_from_now(9), f"how_{places[ANA]}": "there"}
    )

    assert [one.status_code for one in (nobody, other, ahead)] == [422] * 3
    assert "Tap at least one." in text(nobody)
    assert "lies after the present day" in text(ahead)


def test_a_roster_excuses_seven_at_most_at_once(called, as_member, monkeypatch):
    from urdimbre.web.work_days import counting

    monkeypatch.setattr(counting, "REASONS_MAX", 1)
    page, places = called(ANA, CARLA)
    typed = taps(places, **{ANA: "exempt", CARLA: "exempt"}) | {"details": "1"}
    typed |= {f"why_{place}": "fiebre" for place in places.values()}

    answer = as_member(FOUNDER).post(f"{page}/roster", typed)

    assert answer.status_code == 422
    assert "At most 1 can be excused at once." in text(answer)
    assert "fiebre" in text(answer) or 'value="fiebre"' in answer.content.decode()


def test_doors_are_shut_to_those_who_have_no_part(called, as_member):
    page, _ = called(ANA, CARLA)
    ana = as_member(ANA)

    assert ana.get("/work/call").status_code == 404
    assert ana.get(f"{page}/roster").status_code == 404
    assert ana.post(f"{page}/thanks", {"words": "x"}).status_code == 404
    assert ana.get("/work/1").status_code == 404
    assert ana.get("/work/999999").status_code == 404


def test_where_each_reads_her_own_the_others_stay_closed(
    called, as_member, monkeypatch
):
    from urdimbre.web.work_days import looking, rosters

    page, _ = called(ANA)

    def own(name, otherwise=None):
        return {"log_readers": "own", "work_days": "6"}.get(name, otherwise)

    monkeypatch.setattr(rosters, "agreed", own)
    monkeypatch.setattr(looking, "agreed", own)

    assert as_member(CARLA).get(page).status_code == 404
    assert "No work day has been called yet." in text(as_member(CARLA).get("/work"))
    for reader in (ANA, BETO, FOUNDER):
        assert as_member(reader).get(page).status_code == 200


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_pages_are_small_and_in_every_language(called, as_member, language):
    page, places = called(ANA, CARLA, HOUSEHOLD)
    founder = as_member(FOUNDER, language)
    typed = taps(places, **{ANA: "exempt", CARLA: "sent"})
    pages = [
        founder.get(one) for one in ("/work", "/work/call", page, f"{page}/roster")
    ]

    for answer in (*pages, founder.post(f"{page}/roster", typed)):
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.content.decode()
        assert len(answer.content) <= 40_000


def test_sixty_four_stand_on_one_roster(as_member, place, monkeypatch):
    """As many as one call holds; packed, as browsers get it, the page stays small."""
    import gzip
    from types import SimpleNamespace

    from urdimbre.web.work_days import counting

    left = [(place, f"{place:032x}", 100) for place in range(64)]
    body = SimpleNamespace(members=[who for _, who, _ in left], due=20_000)
    day = SimpleNamespace(body=body, position=1, open=(1,), left=lambda: list(left))
    monkeypatch.setattr(counting, "work_day", lambda *_: day)

    answer = as_member(FOUNDER).get("/work/1/roster")

    content = answer.content
    assert content.count(b'value="there"') == 64
    assert len(gzip.compress(content)) <= 10_000
