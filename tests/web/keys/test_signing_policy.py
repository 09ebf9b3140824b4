"""A household, an initiative or a fund changes on a page how it signs."""

import re

import pytest

from tests.web.acting import BARTER, GOODS, propose, text
from tests.web.keyring import BAKERY, FUND, confirm, member_of, with_device
from tests.web.place import HOUSEHOLD, NAMES

ANA, BETO, CARLA, DELIA = NAMES


@pytest.fixture
def page_of(number_of):
    return lambda name: f"/members/{number_of(name)}/policy"


def wish(*people, need=1, **more):
    return {"of": [member_of(one) for one in people], "need": need, **more}


def rules_of(name):
    from urdimbre.web.membership import keys

    return [
        (one.kinds, one.need, set(one.of), one.max and (one.max.quantity, one.max.unit))
        for one in keys.policy_of(member_of(name)).rules
    ]


def ids(*people):
    return {member_of(one) for one in people}


# ------------------------------------------------------------------------- changing it
def test_a_fund_gathers_the_signatures_that_its_present_policy_demands(
    as_member, page_of
):
    ana, beto = as_member(ANA), as_member(BETO)
    phone = with_device(ana)
    typed = wish(ANA, BETO, need=2, more="carla nunez", change=3)
    before = rules_of(FUND)

    again = ana.post(page_of(FUND), typed)
    assert again.status_code == 422
    draft = ana.post(page_of(FUND), {**typed, "anyway": "on"})["Location"]
    assert confirm(ana, draft, phone, by="device")["Location"] == draft
    assert rules_of(FUND) == before
    beto.post("/acting/choose", {"member": member_of(FUND)})
    shown = text(beto.get(draft))
    assert confirm(beto, draft)["Location"].startswith("/receipts/")

    assert f"Who signs for {FUND} Signatures needed: 2." in shown
    assert "Mandate, Signing policy: 3 of these sign: Ana" in shown
    everybody = ids(ANA, BETO, CARLA)
    assert rules_of(FUND) == [
        (("mandate", "policy"), 3, everybody, None),
        (("any",), 2, everybody, None),
    ]


@pytest.mark.parametrize(("signs", "enough"), [("8", True), ("8,01", False)])
def test_a_new_limit_is_in_force_from_then_on(
    as_member, number_of, page_of, signs, enough
):
    ana, delia = as_member(ANA), as_member(DELIA)
    limits = {"limit": "8", "unit": "TOTAI", "small": 1, "small_of": []}
    typed = wish(ANA, BETO, CARLA, need=2, change=1, **limits)
    draft = ana.post(page_of(BAKERY), typed)["Location"]
    assert confirm(ana, draft)["Location"].startswith("/receipts/")
    deal = {**BARTER, "direction": "receive", "signs": signs}
    draft = propose(ana, "barter", number_of(DELIA), deal)
    confirm(ana, draft)

    answer = confirm(delia, draft)

    assert answer["Location"].startswith("/receipts/") == enough
    assert rules_of(BAKERY)[1] == (
        ("exchange",),
        1,
        ids(ANA, BETO, CARLA),
        (800, "TOTAI"),
    )


def test_the_form_begins_with_what_holds_today(as_member, page_of):
    ana = as_member(ANA)
    limits = {
        "limit": "8,50",
        "unit": "TOTAI",
        "small": 1,
        "small_of": [member_of(ANA)],
    }
    typed = wish(ANA, BETO, CARLA, need=2, change=1, **limits)
    confirm(ana, ana.post(page_of(BAKERY), typed)["Location"])

    answer = ana.get(page_of(BAKERY))
    content = answer.content.decode()
    shown = text(answer).replace("\N{NO-BREAK SPACE}", " ")

    assert "Exchange, up to 8.50 totaí: 1 of these sign: Ana Quispe." in shown
    assert "more than this page can draw" not in shown
    filled = dict(re.findall(r'name="(\w+)" value="([^"]*)"', content))
    now = {name: filled[name] for name in ("need", "change", "limit", "small")}
    assert now == {"need": "2", "change": "1", "limit": "8.50", "small": "1"}
    (alone,) = re.findall(r'name="small_of"[^>]*value="(\w+)"[^>]*checked', content)
    assert alone == member_of(ANA)


# --------------------------------------------------------------------- who may, and not
def test_only_who_signs_for_it_sees_and_changes_how(as_member, page_of, number_of):
    delia, carla = as_member(DELIA), as_member(CARLA)
    link = f'href="{page_of(HOUSEHOLD)}"'
    its_page = f"/members/{number_of(HOUSEHOLD)}"

    assert link in carla.get(its_page).content.decode()
    assert link not in delia.get(its_page).content.decode()
    assert delia.get(page_of(HOUSEHOLD)).status_code == 404
    assert delia.post(page_of(HOUSEHOLD), wish(DELIA)).status_code == 404
    assert carla.get(page_of(ANA)).status_code == 404
    assert carla.get(f"/members/{2**40}/policy").status_code == 404


def test_who_may_sign_other_things_does_not_change_the_policy(as_member, page_of):
    """Carla signs for the bakery, but not by the rule that decides on policies."""
    carla = as_member(CARLA)
    draft = carla.post(page_of(BAKERY), wish(CARLA))["Location"]

    answer = confirm(carla, draft)

    assert answer.status_code == 422
    assert "The signature of Carla Núñez has no role in this act." in text(answer)


def test_it_asks_for_the_password_once_more(as_member, page_of):
    ana = as_member(ANA)
    draft = ana.post(page_of(BAKERY), wish(ANA, BETO))["Location"]

    answer = confirm(ana, draft, password="guess")

    assert answer.status_code == 422
    assert "That is not your password." in text(answer)


def test_who_no_longer_signs_acts_for_it_no_longer(as_member, page_of):
    beto, carla = as_member(BETO), as_member(CARLA)
    beto.post("/acting/choose", {"member": member_of(HOUSEHOLD)})
    assert HOUSEHOLD in text(beto.get("/"))
    draft = carla.post(page_of(HOUSEHOLD), wish(CARLA))["Location"]
    assert confirm(carla, draft)["Location"].startswith("/receipts/")

    assert HOUSEHOLD not in text(beto.get("/acting"))
    assert HOUSEHOLD not in text(beto.get("/statement"))
    assert "Beto Mamani" in text(beto.get("/statement"))
    assert HOUSEHOLD in text(carla.get("/acting"))


def test_what_was_signed_by_the_old_rules_is_asked_for_again(
    as_member, number_of, page_of
):
    ana, delia = as_member(ANA), as_member(DELIA)
    ana.post("/acting/choose", {"member": member_of(BAKERY)})
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    confirm(ana, draft)
    change = ana.post(page_of(BAKERY), wish(ANA, BETO))["Location"]
    assert confirm(ana, change)["Location"].startswith("/receipts/")

    assert confirm(delia, draft)["Location"] == draft
    assert f"Still to sign {BAKERY}" in text(delia.get(draft))
    assert confirm(ana, draft)["Location"].startswith("/receipts/")


# ------------------------------------------------------------- what is not proposed
def everybody(**more):
    return wish(ANA, BETO, CARLA, **more)


WRONG = {
    "nobody": (lambda: wish(need=1), "Choose at least one person."),
    "too many": (
        lambda: wish(ANA, need=2),
        "You have chosen fewer persons than that.",
    ),
    "too many to change": (
        lambda: wish(ANA, need=1, change=2),
        "You have chosen fewer persons than that.",
    ),
    "no fewer": (
        lambda: everybody(need=2, small=2, limit="5", unit="TOTAI"),
        "That is not fewer than for all else",
    ),
    "half a limit": (lambda: everybody(need=2, small=1), "This is needed here."),
    "the other half": (
        lambda: everybody(need=2, limit="5", unit="TOTAI"),
        "This is needed here.",
    ),
    "no amount": (
        lambda: everybody(need=2, small=1, limit="much", unit="TOTAI"),
        "Write a number, such as 12 or 12.50.",
    ),
    "too few for the limit": (
        lambda: everybody(
            need=3, small=2, limit="5", unit="TOTAI", small_of=[member_of(ANA)]
        ),
        "You have chosen fewer persons than that.",
    ),
    "a stranger": (lambda: wish(ANA, more="Zoila"), "Nobody here is called Zoila."),
    "a household": (lambda: wish(ANA, more=HOUSEHOLD), "Nobody here is called"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_nobody_could_fulfil_is_told_beside_its_field(as_member, page_of, what):
    typed, told = WRONG[what]

    answer = as_member(ANA).post(page_of(BAKERY), typed())

    assert answer.status_code == 422
    assert told in text(answer)


def test_two_of_one_name_are_told_apart_by_their_codes(as_member, page_of):
    from urdimbre.web.circuit.models import Person

    Person.objects.filter(name=DELIA).update(name=CARLA, code="M-7")
    ana = as_member(ANA)

    both = ana.post(page_of(BAKERY), wish(ANA, more=CARLA))
    one = ana.post(page_of(BAKERY), wish(ANA, more="m-7"))

    assert f"Several are called {CARLA}: write the code instead." in text(both)
    assert one["Location"].startswith("/drafts/")


def test_a_policy_that_only_the_host_could_fulfil_is_asked_about_once_more(
    as_member, page_of
):
    ana = as_member(ANA)
    asked = ana.post(page_of(HOUSEHOLD), {})
    carla = as_member(CARLA)

    first = carla.post(page_of(HOUSEHOLD), wish(CARLA, BETO, need=2))
    second = carla.post(page_of(HOUSEHOLD), wish(CARLA, BETO, need=2, anyway="on"))
    less = carla.post(page_of(HOUSEHOLD), wish(CARLA, BETO, need=2, change=1))

    assert asked.status_code == 404
    assert first.status_code == 422
    assert "they can give 1 of the 2 signatures" in text(first)
    assert second["Location"].startswith("/drafts/")
    assert less["Location"].startswith("/drafts/")


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_the_page_speaks_three_languages(as_member, page_of, language):
    answer = as_member(ANA, language).get(page_of(BAKERY))

    assert answer.status_code == 200
    assert answer["Content-Language"] == language
    assert len(answer.content) <= 40_000
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_all_that_a_fund_does_counts_the_keys_of_the_server_as_one(as_member, page_of):
    ana = as_member(ANA)

    answer = ana.post(page_of(FUND), wish(ANA, BETO, need=2, change=1))

    assert answer.status_code == 422
    assert "they can give 1 of the 2 signatures" in text(answer)
