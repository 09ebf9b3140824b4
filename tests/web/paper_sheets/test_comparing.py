"""A sheet reconciled: totals on paper, the notebook beside them, and the correction."""

import pytest

from tests.web.acting import ANA, BETO, CARLA, DELIA, text
from tests.web.office.deskwork import no_of, picture_of
from tests.web.paper_sheets.sheetwork import balance, kept, written
from tests.web.place import PASSWORD


@pytest.fixture
def recorded(clerk):
    """A sheet whose first lines are recorded, and whose last one waits for Beto."""
    address = kept(
        clerk,
        "Ana; Carla; 2 kg arroz; 12,50",
        "Ana; Carla; 1 pan; 3",
        "Ana; Beto; 1 pan; 4",
    )
    written(clerk, address)
    return address


def totals(**typed):
    """Ana is the first of the three, Carla the last."""
    return typed


def test_where_both_agree_it_says_so(clerk, recorded):
    typed = totals(gave_0="15,50", took_2="15,50")

    answer = clerk.post(f"{recorded}/compare", typed)

    assert answer["Location"] == f"{recorded}/compare"
    page = clerk.get(f"{recorded}/compare")
    assert "Paper and notebook agree." in text(page)
    assert 'value="15.50"' in page.content.decode()


def test_a_difference_is_shown_line_by_line(clerk, recorded):
    clerk.post(f"{recorded}/compare", totals(gave_0="19,50", took_2="14"))

    page = text(clerk.get(f"{recorded}/compare"))

    assert "Ana Quispe: gave" in page
    assert "On paper 19.50 totaí In the notebook 15.50 totaí" in page
    assert "More on paper 4.00 totaí" in page
    assert "3. Ana Quispe → Beto Mamani" in page
    assert "waits for Beto Mamani" in page
    assert "Carla Núñez: received" in page
    assert "More in the notebook 1.50 totaí" in page
    assert "Paper and notebook agree." not in page


def test_the_way_out_is_a_linked_correction_that_both_sign(as_member, clerk):
    ana, before = as_member(ANA), balance(ANA)
    address = kept(clerk, "Ana; Carla; 2 kg arroz; 12,50")
    written(clerk, address)
    clerk.post(f"{address}/compare", {"gave_0": "11"})
    asked = f"{address}/1/correct"
    assert asked in clerk.get(f"{address}/compare").content.decode()
    assert "Ana; Carla; 2 kg arroz; 12,50" in text(clerk.get(asked))

    answer = clerk.post(asked, {"move_0": "2", "move_1": "11"})

    assert answer["Location"] == f"{address}/compare", text(answer)
    page = clerk.get(f"{address}/compare")
    assert "A correction waits for its signatures." in text(page)
    draft = "/drafts/" + page.content.decode().split("/drafts/")[1].split("/")[0]
    typed = {"picture": picture_of(ANA), "secret": PASSWORD}
    signed = clerk.post(f"{draft}/beside/{no_of(ANA)}", typed)
    assert signed["Location"] == f"{address}/compare"
    recorded = clerk.post(f"{draft}/confirm")["Location"]

    assert recorded.startswith("/receipts/")
    assert balance(ANA) == before + 1100
    assert "Paper and notebook agree." in text(clerk.get(f"{address}/compare"))
    assert "adjusted later" in text(ana.get("/statement"))


def test_a_correction_only_lowers_and_keeps_what_was_typed(clerk, recorded):
    asked = f"{recorded}/1/correct"

    more = clerk.post(asked, {"move_0": "2", "move_1": "12,51"})
    same = clerk.post(asked, {"move_0": "2", "move_1": "12,50"})

    assert more.status_code == same.status_code == 422
    assert "a correction only lowers that" in text(more)
    assert 'value="12,51"' in more.content.decode()
    assert "Nothing differs from what stands." in text(same)


def test_what_waits_is_not_corrected_and_other_clerks_see_nothing(
    as_member, clerk, recorded
):
    founder, delia = as_member("Fundadora"), as_member(DELIA)

    assert clerk.get(f"{recorded}/3/correct").status_code == 404
    assert clerk.get(f"{recorded}/9/correct").status_code == 404
    for client in (founder, delia, as_member(BETO)):
        for path in ("compare", "1/correct"):
            assert client.get(f"{recorded}/{path}").status_code == 404


def test_an_amount_with_two_readings_is_asked_about(clerk, recorded):
    answer = clerk.post(f"{recorded}/compare", {"gave_0": "1.234", "took_0": "x"})

    assert answer.status_code == 422
    assert "Do you mean this?" in text(answer)
    assert 'value="1.234"' in answer.content.decode()
    assert "On paper" not in text(clerk.get(f"{recorded}/compare"))
    assert CARLA in text(answer)


def test_what_is_missing_is_typed_as_a_further_line(clerk, recorded):
    answer = clerk.post(recorded, {"rest": "Carla; Ana; 1 queso; 2"})
    assert answer["Location"] == recorded
    assert "4. Carla Núñez → Ana Quispe" in text(clerk.get(recorded))

    page = written(clerk, recorded)

    assert page.count("Receipt") == 3


def test_pressed_twice_there_is_one_correction(clerk):
    from urdimbre.web.exchanges.models import Draft

    address = kept(clerk, "Ana; Carla; 2 kg arroz; 12,50")
    written(clerk, address)
    asked, before = f"{address}/1/correct", Draft.objects.count()

    answers = [clerk.post(asked, {"move_0": "2", "move_1": "11"}) for _ in "ab"]

    assert [one["Location"] for one in answers] == [f"{address}/compare"] * 2
    assert Draft.objects.count() == before + 1
