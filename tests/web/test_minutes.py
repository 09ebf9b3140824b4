"""Minutes of a meeting whose decision takes effect."""

import io

import pytest
from PIL import Image

from tests.web.acting import ANA, BETO, CARLA, DELIA, confirm, text
from tests.web.place import HOUSEHOLD

FOUNDER = "Fundadora"


@pytest.fixture
def made_place(template, tmp_path):
    """A copy of the circuit for each test: a meeting ends the founders' mandate."""
    import shutil

    from django.db import connections

    from urdimbre.web import opened

    folder = shutil.copytree(template, tmp_path / "circuit")
    yield folder
    opened.close()
    connections.close_all()


@pytest.fixture
def ids(place):
    from urdimbre.web.circuit.models import Person

    return dict(Person.objects.values_list("name", "member"))


@pytest.fixture
def founder(as_member):
    return as_member(FOUNDER)


def picture(size=(800, 600), *, noisy=False):
    colours = Image.effect_noise(size, 90) if noisy else Image.new("L", size, 200)
    out = io.BytesIO()
    colours.convert("RGB").save(out, "JPEG", quality=95)
    out.seek(0)
    out.name = "page.jpg"
    return out


def today():
    from urdimbre.web import wording

    return wording.to_date(wording.today()).isoformat()


def written(founder, ids, *names, **more):
    """Write the minutes; return the address where it is asked what changes."""
    typed = {
        "day": today(),
        "present": [ids[one] for one in names or (ANA, BETO, DELIA)],
        "text": "Ofertas: seis meses.\nBeto cuida la llave del local.",
    }
    answer = founder.post("/meetings/new", typed | more)
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def choices(ids, **more):
    return {
        "signers": [ids[ANA], ids[CARLA]],
        "need": "1",
        "attest": [ids[ANA], ids[BETO]],
    } | more


def decided(founder, ids, page, **more):
    answer = founder.post(page, choices(ids, **more))
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def attested(as_member, founder, draft):
    """Let all sign; return the position."""
    assert confirm(founder, draft)["Location"] == draft
    assert confirm(as_member(ANA), draft)["Location"] == draft
    receipt = confirm(as_member(BETO), draft)["Location"]
    assert receipt.startswith("/receipts/")
    return receipt.rpartition("/")[2]


def test_the_founder_is_ticked_among_members_with_pictures(founder, ids):
    page = founder.get("/meetings/new").content.decode()

    boxes = [one for one in page.split("</label>") if 'name="present"' in one]
    assert len(boxes) == 5
    assert all('<svg class="icon"' in one for one in boxes)
    assert HOUSEHOLD not in page.partition("<main")[2]


def test_a_decision_takes_effect_once_two_have_attested(founder, as_member, ids):
    from urdimbre.web import opened
    from urdimbre.web.minutes.models import Minutes

    page = written(founder, ids, photo=picture())
    assert "Now: 90" in text(founder.get(page))
    draft = decided(founder, ids, page, set_offer_days="180")
    shown = as_member(ANA, "es").get(draft)
    assert shown.status_code == 404  # nobody sees it before its maker has signed
    position = attested(as_member, founder, draft)

    act = opened.circuit().registry.state
    assert act.get("agreement/offer_days").value == 180
    minutes = text(as_member(CARLA).get(f"/meetings/{position}"))
    assert "Ofertas: seis meses." in minutes
    assert "Ana Quispe, Beto Mamani, Delia Rojas" in minutes
    assert "Days that an offer or a need stays in the catalogue. From now on: 180." in (
        minutes
    )
    assert "Attested by Ana Quispe, Beto Mamani." in minutes
    photo = as_member(CARLA).get(f"/meetings/{position}/photo")
    assert Image.open(io.BytesIO(photo.content)).format == "JPEG"
    assert "Ofertas: seis meses." in text(as_member(CARLA).get("/meetings"))
    founder.get("/meetings")
    assert not Minutes.objects.exists()


def test_agreements_say_since_which_minutes(founder, as_member, ids):
    draft = decided(founder, ids, written(founder, ids), set_offer_days="180")
    position = attested(as_member, founder, draft)

    page = as_member(CARLA, "en").get("/agreements").content.decode()

    line = next(one for one in page.split("<li>") if "stays in the catalogue" in one)
    assert f'href="/meetings/{position}"' in line
    assert "by the minutes of" in line
    assert '<b class="end">180</b>' in line
    assert "with minutes of a meeting" in page


def test_what_is_attested_is_read_first(founder, as_member, ids):
    draft = decided(founder, ids, written(founder, ids, photo=picture()))
    confirm(founder, draft)

    ana, carla = as_member(ANA), as_member(CARLA)

    assert "Beto cuida la llave del local." in text(ana.get(draft))
    assert ana.get(f"{draft}/photo").status_code == 200
    assert carla.get(draft).status_code == 404
    assert carla.get(f"{draft}/photo").status_code == 404


def test_minutes_without_a_change_are_recorded_too(founder, as_member, ids):
    draft = decided(founder, ids, written(founder, ids))
    position = attested(as_member, founder, draft)

    shown = text(as_member(DELIA).get(f"/meetings/{position}"))
    assert "From now on others sign for the common:" in shown
    assert as_member(DELIA).get(f"/meetings/{position}/photo").status_code == 404


def test_who_signs_for_the_common_changes_and_the_founder_no_more(
    founder, as_member, ids
):
    attested(as_member, founder, decided(founder, ids, written(founder, ids)))

    assert founder.get("/meetings/new").status_code == 404
    carla = as_member(CARLA)
    page = written(carla, ids)
    assert "founders stop acting" not in text(carla.get(page))
    answer = carla.post(page, {"attest": [ids[ANA], ids[BETO]]})
    shown = text(carla.get(answer["Location"]))
    assert "It changes no agreement." in shown


def test_witnesses_are_named_for_a_year(founder, as_member, ids):
    from urdimbre.web.membership import keys

    draft = decided(
        founder, ids, written(founder, ids), witnesses=[ids[BETO], ids[DELIA]]
    )
    assert "Witnesses until" in text(founder.get(draft))
    attested(as_member, founder, draft)

    assert keys.mandate_to_attest(ids[BETO], "exchange")
    assert keys.mandate_to_attest(ids[DELIA], "roster")
    assert keys.mandate_to_attest(ids[ANA], "exchange") is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"set_offer_days": "6"}, "Must lie within 7 and 366."),
        ({"set_offer_days": "weekly"}, "Write a whole number."),
        ({"set_offer_days": "²"}, "Write a whole number."),
        ({"set_currency": "XXX"}, "Choose one of the list."),
        ({"signers": []}, "Say who signs for the common from now on."),
        ({"need": "3"}, "So many were not chosen."),
        ({"witnesses": ["{BETO}"]}, "One witness alone attests nothing"),
        ({"attest": ["{BETO}"]}, "Tick two of those who were there."),
        ({"attest": ["{ANA}", "{BETO}", "{DELIA}"]}, "Tick two of those who were"),
        ({"attest": ["{ANA}", "{CARLA}"]}, "Choose one of the list."),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(founder, ids, changed, sentence):
    by_name = {"{ANA}": ANA, "{BETO}": BETO, "{CARLA}": CARLA, "{DELIA}": DELIA}
    typed = {
        name: [ids[by_name[one]] for one in value] if isinstance(value, list) else value
        for name, value in changed.items()
    }

    answer = founder.post(written(founder, ids), choices(ids, **typed))

    assert answer.status_code == 422
    assert sentence in text(answer)


@pytest.mark.parametrize(("days", "refused"), [(0, False), (1, True)])
def test_a_meeting_lies_not_ahead(founder, ids, days, refused):
    from urdimbre.web import wording

    day = wording.to_date(wording.today() + days).isoformat()
    typed = {"day": day, "present": [ids[ANA], ids[BETO]], "text": "x"}

    answer = founder.post("/meetings/new", typed)

    assert (answer.status_code == 422) == refused
    assert ("This day has not come yet." in text(answer)) == refused


def test_two_at_least_were_there(founder, ids):
    typed = {"day": today(), "present": [ids[ANA]], "text": "Solo Ana"}

    answer = founder.post("/meetings/new", typed)

    assert answer.status_code == 422
    assert "two attest the minutes" in text(answer)
    assert "Solo Ana" in text(answer)


def test_a_declined_decision_is_taken_up_again(founder, as_member, ids):
    page = written(founder, ids)
    draft = decided(founder, ids, page)
    confirm(founder, draft)
    as_member(ANA).post(f"{draft}/decline")

    assert page in founder.get("/meetings").content.decode()
    change = page.replace("decide", "write")
    assert "Ofertas: seis meses." in text(founder.get(change))
    again = founder.post(page, choices(ids))["Location"]
    assert again != draft
    assert founder.get(page)["Location"] == again
    assert founder.get(change)["Location"] == page


def test_what_nobody_has_signed_is_changed_from_the_draft(founder, ids):
    import re

    page = written(founder, ids)
    draft = decided(founder, ids, page, set_offer_days="180")
    shown = founder.get(draft).content.decode()
    change = re.search(rf'href="({page}[^"]*)"', shown)[1].replace("&amp;", "&")

    again = founder.get(change).content.decode()
    answer = founder.post(change, choices(ids, set_offer_days="120"))

    assert 'value="180"' in again
    assert again.count("checked") == 4
    assert "From now on: 120." in text(founder.get(answer["Location"]))
    assert founder.get(draft).status_code == 404
    confirm(founder, answer["Location"])
    late = change.replace(draft.rpartition("/")[2], answer["Location"][-32:])
    assert founder.get(late).status_code == 302


def test_minutes_nobody_has_signed_can_be_thrown_away(founder, ids):
    page = written(founder, ids)

    founder.post(page.replace("decide", "forget"))

    assert founder.get(page).status_code == 404


def test_erased_minutes_say_so_and_the_decision_stays(founder, as_member, ids):
    from urdimbre.web.entries import entry_at
    from urdimbre.web.exchanges.models import Payload

    draft = decided(founder, ids, written(founder, ids), set_offer_days="180")
    position = attested(as_member, founder, draft)
    Payload.objects.filter(commitment__in=entry_at(int(position)).act.private).delete()

    shown = text(as_member(DELIA).get(f"/meetings/{position}"))

    assert "The minutes are kept no more" in shown
    assert "From now on: 180." in shown
    assert "kept no more" in text(as_member(DELIA).get("/meetings"))


def test_the_receipt_of_an_attester_holds_minutes_and_photo(founder, as_member, ids):
    draft = decided(
        founder,
        ids,
        written(founder, ids, photo=picture((3000, 2000), noisy=True)),
    )
    position = attested(as_member, founder, draft)
    ana = as_member(ANA)

    proof = ana.get(f"/receipts/{position}/proof")
    file = io.BytesIO(proof.content)
    file.name = "minutes.tlog-proof"
    checked = ana.post("/check", {"file": file})

    assert len(proof.content) < 1 << 19
    assert checked.status_code == 200, text(checked)


@pytest.mark.parametrize(
    "payload",
    [
        *(b"Acta a mano", b"[1]", b'{"present": 3}', b"\xff\xfe", b"[" * 9000),
        b'{"text": "\\ud800"}',
    ],
)
def test_minutes_of_other_programs_are_shown_as_they_are(place, payload):
    from urdimbre.web.exchanges.models import Payload
    from urdimbre.web.minutes import sealed

    row = Payload(commitment="0", field="minutes", salt=b"", payload=payload, act="")

    assert sealed.read([row]).text == payload.decode(errors="replace")


@pytest.mark.parametrize("day", ["1e99", "-9999999", "99999999999999999999", '"x"'])
def test_a_day_that_there_is_not_is_left_out(place, day):
    from urdimbre.web.exchanges.models import Payload
    from urdimbre.web.minutes import sealed

    words = f'{{"day": {day}, "text": "Acta"}}'.encode()
    row = Payload(commitment="0", field="minutes", salt=b"", payload=words, act="")

    found = sealed.read([row])

    assert (found.day, found.text) == ("", "Acta")


def test_another_act_has_no_minutes(founder, ids):
    assert founder.get("/meetings/0").status_code == 404
    assert founder.get("/meetings/0/photo").status_code == 404


def test_only_who_signs_for_the_common_writes(as_member, founder, ids):
    page = written(founder, ids)
    ana = as_member(ANA)

    assert ana.get("/meetings").status_code == 200
    for closed in ("/meetings/new", page, page.replace("decide", "write")):
        assert ana.get(closed).status_code == 404
        assert ana.post(closed, {}).status_code == 404
    assert ana.post(page.replace("decide", "forget")).status_code == 404
