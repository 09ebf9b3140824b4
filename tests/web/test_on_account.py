"""The fiado notebook: permissions given, seen and ended; entries told to her."""

import datetime as dt

import pytest

from tests.web.acting import ANA, BETO, CARLA, DELIA, text
from tests.web.allowing import allow, member_of
from tests.web.place import HOUSEHOLD
from urdimbre.core.accounts import COMMON


def day_ahead(days=30):
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()  # noqa: DTZ011 - as a member types it


def permission(**more):
    return {
        "creditor": COMMON,
        "most": "300",
        "fetchers": "beto",
        "until": day_ahead(),
        "due": "harvest",
        **more,
    }


def given(client, **more):
    """Give a permission and sign it; return its id."""
    from urdimbre.web.exchanges.standing import permissions

    before = {one.id for one in permissions()}
    answer = client.post("/on-account/give", permission(**more))
    assert answer.status_code == 302, text(answer)
    draft = answer["Location"]
    receipt = client.post(f"{draft}/confirm")["Location"]
    assert "may write what" in text(client.get(receipt))
    (made,) = [one.id for one in permissions() if one.id not in before]
    return made


@pytest.fixture
def founder(as_member):
    client = as_member("Fundadora")
    yield client
    client.post("/acting/choose", {"member": member_of("Fundadora")})


def fetched(**more):
    return {"what": "2 kg arroz, 1 aceite", "price": "25,50", **more}


def test_a_permission_is_looked_over_in_words_and_needs_no_password(as_member):
    delia = as_member(DELIA)

    answer = delia.post("/on-account/give", permission())
    shown = text(delia.get(answer["Location"]))

    assert "the common may write what Delia Rojas takes on account" in shown
    assert "300.00 BOB" in shown
    assert "These may fetch too: Beto Mamani." in shown
    assert "password" not in shown


def test_what_is_fetched_is_written_owed_at_harvest_and_told_to_her(as_member, founder):
    delia = as_member(DELIA)
    made = given(delia)
    assert "Delia Rojas" in text(founder.get("/on-account"))

    answer = founder.post(f"/on-account/{made}", fetched(who=member_of(BETO)))
    assert answer.status_code == 302, text(answer)
    draft = answer["Location"]
    shown = text(founder.get(draft))
    assert "fetched by Beto Mamani" in shown
    assert "Still to sign the common Waits" in shown
    signed = founder.post(f"{draft}/confirm")

    assert signed["Location"].startswith("/receipts/")
    home = text(delia.get("/"))
    assert "Written for you without your signature" in home
    assert "2 kg of arroz, 1 piece of aceite for 25.50 BOB; Beto Mamani" in home
    assert "written by Fundadora" in home
    assert "To be fulfilled at harvest." in home
    assert delia.get(signed["Location"]).status_code == 200
    notebook = text(delia.get("/on-account"))
    assert "Owed now 25.50 BOB" in notebook


def test_up_to_how_much_is_the_last_coin_that_can_be_fetched(as_member, founder):
    made = given(as_member(ANA), most="20", due="open")

    who = member_of(ANA)
    over = founder.post(f"/on-account/{made}", fetched(price="20.01", who=who))
    just = founder.post(f"/on-account/{made}", fetched(price="20.00", who=who))

    assert over.status_code == 422
    assert "errorlist" in over.content.decode()
    assert 'value="20.01"' in over.content.decode()
    assert founder.post(f"{just['Location']}/confirm").status_code == 302
    more = founder.post(f"/on-account/{made}", fetched(price="0.01", who=who))
    assert more.status_code == 422


def test_only_who_may_fetch_can_be_chosen(as_member, founder):
    made = given(as_member(DELIA), fetchers="")

    answer = founder.post(f"/on-account/{made}", fetched(who=member_of(BETO)))

    assert answer.status_code == 422


def test_who_gave_it_ends_it_and_nobody_else(as_member, founder):
    delia = as_member(DELIA)
    made = given(delia)
    assert as_member(ANA).post(f"/on-account/{made}/end").status_code == 404

    draft = delia.post(f"/on-account/{made}/end")["Location"]
    assert "writes nothing more on account of Delia Rojas" in text(delia.get(draft))
    assert delia.post(f"{draft}/confirm")["Location"].startswith("/receipts/")

    assert founder.get(f"/on-account/{made}").status_code == 404


def test_a_household_permits_it_through_one_of_its_people(as_member):
    carla = as_member(CARLA)
    carla.post("/acting/choose", {"member": member_of(HOUSEHOLD)})

    made = given(carla, fetchers="")

    assert made
    carla.post("/acting/choose", {"member": member_of(CARLA)})


def test_others_neither_see_nor_write_on_an_account(as_member):
    made = allow(DELIA, COMMON)
    ana = as_member(ANA)

    assert "Delia" not in text(ana.get("/on-account"))
    assert ana.get(f"/on-account/{made}").status_code == 404
    assert ana.post(f"/on-account/{made}", fetched()).status_code == 404


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"fetchers": "Nadie"}, "Nobody here is called «Nadie»."),
        ({"fetchers": "Núñez"}, "can be one of several"),
        ({"until": day_ahead(-1)}, "That day has gone by."),
        ({"until": day_ahead(400)}, "Choose a day within a year."),
        ({"most": "1.234"}, "Do you mean this?"),
        ({"most": "0"}, "above zero"),
        ({"creditor": ""}, "errorlist"),
        ({"due": "date", "due_day": ""}, "This is needed here."),
    ],
)
def test_what_is_typed_wrong_is_told_beside_it_and_kept(as_member, typed, told):
    answer = as_member(ANA).post("/on-account/give", permission(**typed))

    assert answer.status_code == 422
    assert told in text(answer) or told in answer.content.decode()
    assert 'value="300"' in answer.content.decode() or "most" in typed


ODD = ["", "-1", "1e9", "x" * 5000, "\0", "\u202e1", "٣", "1.234", "0", "9" * 24, "💥"]


@pytest.mark.parametrize("odd", ODD)
def test_nothing_typed_breaks_a_page(as_member, founder, odd):
    made = allow(DELIA, COMMON)
    ana = as_member(ANA)
    for name in permission():
        answer = ana.post("/on-account/give", permission(**{name: odd}))
        assert answer.status_code in (302, 422), name
    for name in fetched(who=""):
        typed = fetched(who=member_of(DELIA)) | {name: odd}
        answer = founder.post(f"/on-account/{made}", typed)
        assert answer.status_code in (302, 422), name
    assert ana.get("/on-account/nonsense").status_code == 404
    assert ana.post("/on-account/nonsense/end").status_code == 404
