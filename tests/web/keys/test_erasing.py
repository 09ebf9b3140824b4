"""What is known of a member is erased on a page of hers, and her acts stay.

Each test has a circuit of its own here: what is erased does not come back.
"""

import pytest

from tests.web.acting import GOODS, LEND, propose, text
from tests.web.keyring import confirm, exchange, member_of, with_device
from tests.web.place import NAMES, PASSWORD, handle
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection

ANA, BETO, CARLA, DELIA = NAMES
OFFER = {
    "kind": "offer",
    "title": "Zapallos criollos",
    "text": "Directo de la huerta",
    "category": "food.prepared",
    "modes": ["barter"],
}
INDEXED = "zapallos"
"""How the index of the search has a word of it."""


def erase(client, *parts, **typed):
    return client.post(
        "/erase", {"what": parts, "sure": "on", "password": PASSWORD} | typed
    )


def on_disk(place):
    """All that the files of the desk hold, whatever is deleted and still readable."""
    return b"".join(path.read_bytes() for path in sorted(place.glob("desk.db*")))


def has(place, *words):
    held = on_disk(place)
    return [word.encode() in held for word in words]


def test_what_she_chooses_is_gone_from_the_disk_and_the_rest_stays(
    as_member, number_of, place
):
    ana, delia = as_member(ANA), as_member(DELIA)
    receipt = exchange(ana, delia, number_of(DELIA))["Location"]
    assert ana.post("/catalogue/new", OFFER).status_code == 302
    words = (GOODS["what"], OFFER["title"], OFFER["text"], INDEXED, ANA)
    assert has(place, *words) == [True] * 5

    answer = erase(ana, "texts", "offers")

    assert answer.status_code == 200
    assert "Texts in your exchanges, your thanks and old drafts: 1" in text(answer)
    assert has(place, *words) == [False, False, False, False, True]
    assert ana.get("/catalogue?q=zapallos").status_code == 200
    for one in (ana, delia):
        shown = text(one.get(receipt))
        assert GOODS["what"] not in shown
        assert "Ana Quispe" in shown
    assert "Your offers and needs" not in text(ana.get("/erase"))


def test_all_at_once_leaves_a_number_and_a_notebook_that_verifies(
    as_member, number_of, place
):
    from urdimbre.web import opened

    ana, delia = as_member(ANA), as_member(DELIA)
    receipt = exchange(ana, delia, number_of(DELIA))["Location"]
    member = member_of(ANA)
    before = opened.circuit().registry.size

    answer = erase(ana, *("texts", "person", "login"))

    assert "Erased" in text(answer)
    assert "Log out" not in text(answer)
    assert ana.get("/")["Location"].startswith("/login")
    entering = {"handle": handle(ANA), "password": PASSWORD}
    assert ana.post("/login", entering).status_code != 302
    assert has(place, ANA, GOODS["what"]) == [False, False]
    assert f"member {member[:8]}" in text(delia.get(receipt))
    assert opened.circuit().registry.size == before
    assert verify_folder(place, projector=Projection()).told()["ok"]
    kinds = {one.what for one in opened.circuit().desk.erased()}
    assert kinds == {"payload", "person", "login"}


def test_texts_of_what_is_still_owed_wait_until_it_is_settled(
    as_member, number_of, place
):
    ana, delia = as_member(ANA), as_member(DELIA)
    draft = propose(ana, "lend", number_of(DELIA), LEND)
    confirm(ana, draft)
    receipt = confirm(delia, draft)["Location"]
    exchange(ana, delia, number_of(DELIA))

    page = text(delia.get("/erase"))
    erase(delia, "texts")

    assert "Texts that wait: 1." in page
    assert has(place, LEND["what"], GOODS["what"]) == [True, False]
    assert LEND["what"] in text(ana.get(receipt))


def test_drafts_that_came_to_nothing_go_and_those_that_wait_stay(
    as_member, number_of, place
):
    ana, beto = as_member(ANA), as_member(BETO)
    gone = propose(ana, "gift", number_of(BETO), GOODS | {"what": "Choclos tiernos"})
    ana.post(f"{gone}/decline")
    waiting = propose(ana, "gift", number_of(BETO), GOODS | {"what": "Papas nativas"})
    confirm(ana, waiting)

    erase(ana, "texts")

    assert has(place, "Choclos", "Papas nativas") == [False, True]
    assert ana.get(gone).status_code == 404
    assert confirm(beto, waiting)["Location"].startswith("/receipts/")


def test_nothing_of_anybody_else_is_erased(as_member, number_of, place):
    ana, beto = as_member(ANA), as_member(BETO)
    exchange(beto, as_member(DELIA), number_of(DELIA))
    beto.post("/catalogue/new", OFFER)

    erase(ana, *("person", "login"))
    nothing = erase(beto, "person", "nothing-such")

    assert nothing.status_code == 422
    assert has(place, BETO, GOODS["what"], OFFER["title"]) == [True] * 3
    assert beto.get("/").status_code == 200


def test_she_who_acts_for_the_household_erases_only_her_own(as_member, place):
    from tests.web.place import HOUSEHOLD

    carla = as_member(CARLA)
    carla.post("/acting/choose", {"member": member_of(HOUSEHOLD)})

    erase(carla, "person")

    assert has(place, CARLA, HOUSEHOLD) == [False, True]


UNSURE = {
    "nothing chosen": ({"what": []}, "Choose what shall be erased."),
    "not sure": ({"sure": []}, "Say that you know it"),
    "another password": ({"password": "guess"}, "That is not your password."),
}


@pytest.mark.parametrize("why", UNSURE)
def test_nothing_is_erased_before_she_has_said_that_she_means_it(as_member, place, why):
    changed, told = UNSURE[why]
    ana = as_member(ANA)

    answer = erase(ana, "person", **changed)

    assert answer.status_code == 422
    assert told in text(answer)
    assert has(place, ANA) == [True]


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_the_page_says_in_her_language_what_stays(as_member, language):
    ana = as_member(ANA, language)

    shown = text(ana.get("/erase"))
    done = text(erase(ana, "person"))

    assert STAYS[language] in shown
    assert DONE[language] in done


STAYS = {
    "es": "códigos y firmas. En el lugar de cada texto queda un sello",
    "pt": "códigos e assinaturas. No lugar de cada texto fica um selo",
    "en": "codes and signatures. In the place of each text stands a seal",
}
DONE = {"es": "Borrado", "pt": "Apagado", "en": "Erased"}


def test_keys_that_the_server_keeps_are_ended_not_erased_here(as_member):
    ana = as_member(ANA)
    with_device(ana)

    shown = text(ana.get("/erase"))

    assert "are erased when you end them" in shown
    assert erase(ana, "keys").status_code == 422
