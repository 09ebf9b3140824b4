"""Programs propose, sign and decline: the same acts and refusals as on the pages."""

import secrets

import pytest

from tests.web.acting import ANA, BETO, CARLA, DELIA, text
from tests.web.acting import BARTER as TYPED
from tests.web.api.asking import (
    BARTER,
    GIFT,
    JSON,
    LEND,
    TWO_PARTIES,
    confirm,
    exchanged,
    problem,
    propose,
)
from tests.web.keyring import member_of
from tests.web.place import HOUSEHOLD


@pytest.mark.parametrize("mode", TWO_PARTIES)
def test_two_programs_make_an_exchange_and_hold_the_receipt(program, number_of, mode):
    unit = "BOB" if mode == "sale" else "TOTAI"
    ana, beto = program(ANA), program(BETO, cap_unit=unit, cap=87_50)

    recorded = exchanged(ana, beto, mode, TWO_PARTIES[mode] | {"with": number_of(BETO)})

    receipt = beto.get(f"/api/receipts/{recorded['position']}").json()
    assert receipt["id"] == recorded["id"]
    assert receipt["mode"] == mode
    assert receipt["sentences"] == recorded["sentences"]
    proof = beto.get(f"/api/receipts/{recorded['position']}/proof").json()["proof"]
    assert proof.startswith("c2sp.org/tlog-proof@v1")
    line = ana.get("/api/statement?limit=100").json()["items"]
    assert {one["position"] for one in line} >= {recorded["position"]}


def test_a_loan_is_settled_through_its_obligation(program, number_of):
    ana, beto = program(ANA), program(BETO)
    lent = exchanged(ana, beto, "lend", LEND | {"with": number_of(BETO)})
    [owed] = [
        one
        for one in beto.get("/api/obligations?limit=100").json()["items"]
        if one["key"].startswith(f"{lent['position']}.")
    ]
    assert owed["debtor"]["name"] == BETO

    exchanged(beto, ana, "settle", {"owed": owed["key"], "quantity": 3})

    left = beto.get("/api/obligations?limit=100").json()["items"]
    assert owed["key"] not in [one["key"] for one in left]


def test_the_page_and_the_program_see_the_same_draft(program, as_member, number_of):
    draft = propose(program(ANA), "barter", BARTER | {"with": number_of(BETO)})

    shown = text(as_member(ANA).get(f"/drafts/{draft['id']}"))

    for sentence in draft["sentences"]:
        assert " ".join(sentence.split()) in " ".join(shown.split())


def test_a_rule_refuses_with_its_own_code_and_words(program, as_member, number_of):
    far = BARTER | {"direction": "receive", "with": number_of(BETO), "signs": 900_00}
    answer = program(ANA).post("/api/exchanges/barter", far, content_type=JSON)

    # Both would pass a limit; whose comes first is decided by their ids.
    assert problem(answer, 422) in {"over_credit_limit", "over_high_limit"}
    page = as_member(ANA).post(
        f"/exchange/barter?with={number_of(BETO)}",
        TYPED | {"direction": "receive", "signs": "900"},
    )
    assert page.status_code == 422
    told = answer.json()
    assert f"{told['message']} {told['hint']}".replace("\xa0", " ") in text(page)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"quantity": "3"}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"misspelt": 1}, "misspelt"),
        ({"direction": "sideways"}, "direction"),
        ({"category": "nothing.of.ours"}, "category"),
        ({"signs": None}, "signs"),
        ({"sign": None}, "signs"),
        ({"signs": 90, "sign": "HORA"}, "signs"),
        ({"what": "\x00"}, "what"),
    ],
)
def test_a_field_that_is_wrong_is_named(program, number_of, changed, field):
    asked = BARTER | {"with": number_of(BETO)} | changed

    answer = program(ANA).post("/api/exchanges/barter", asked, content_type=JSON)

    assert problem(answer, 422) == "not_understood"
    assert answer.json()["message"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"sign": "NOTOURS"}, "unknown_unit_here"), ({"with": 999}, "no_partner")],
)
def test_what_the_circuit_does_not_have_is_told(program, number_of, changed, code):
    asked = BARTER | {"with": number_of(BETO)} | changed

    answer = program(ANA).post("/api/exchanges/barter", asked, content_type=JSON)

    assert problem(answer, 422) == code


def test_nobody_is_her_own_partner(program, number_of):
    asked = GIFT | {"with": number_of(ANA)}

    answer = program(ANA).post("/api/exchanges/gift", asked, content_type=JSON)

    assert problem(answer, 422) == "no_partner"


def test_an_id_serves_once(program, number_of):
    ana, beto = program(ANA), program(BETO)
    asked = GIFT | {"with": number_of(BETO), "id": secrets.token_hex(16)}
    draft = propose(ana, "gift", asked)
    assert draft["id"] == asked["id"]

    answers = [ana.post("/api/exchanges/gift", asked, content_type=JSON)]
    confirm(ana, draft)
    confirm(beto, draft)
    answers.append(ana.post("/api/exchanges/gift", asked, content_type=JSON))

    for answer in answers:
        assert problem(answer, 409) == "id_taken"
        assert answer.json()["act"] == asked["id"]


def test_confirming_twice_answers_with_what_was_recorded(program, number_of):
    ana, beto = program(ANA), program(BETO)
    draft = propose(ana, "barter", BARTER | {"with": number_of(BETO)})
    confirm(ana, draft)
    again = ana.post(f"/api/drafts/{draft['id']}/confirm")
    assert problem(again, 409) == "nothing_to_sign"

    first, second = confirm(beto, draft), confirm(beto, draft)

    assert first == second
    assert first["position"] > 0


def test_a_draft_is_declined_or_withdrawn(program, number_of):
    ana, beto = program(ANA), program(BETO)
    offered = propose(ana, "gift", GIFT | {"with": number_of(BETO)})
    confirm(ana, offered)
    mine = propose(ana, "gift", GIFT | {"with": number_of(BETO)})
    waiting = beto.get("/api/drafts?limit=100").json()["items"]
    assert offered["id"] in [one["id"] for one in waiting if one["waits_for_me"]]

    said_no = beto.post(f"/api/drafts/{offered['id']}/decline").json()
    withdrawn = ana.post(f"/api/drafts/{mine['id']}/decline").json()

    assert (said_no["state"], withdrawn["state"]) == ("declined", "cancelled")
    for client, one in ((beto, offered), (ana, mine)):
        answer = client.post(f"/api/drafts/{one['id']}/confirm")
        assert problem(answer, 409) == "nothing_to_sign"


@pytest.mark.parametrize(("cap", "signed"), [(9_00, True), (8_99, False)])
def test_the_cap_is_for_all_exchanges_together(program, number_of, cap, signed):
    ana = program(ANA, cap=cap)
    pays = BARTER | {"direction": "receive", "with": number_of(BETO)}
    confirm(ana, propose(ana, "barter", pays))
    second = propose(ana, "barter", pays)

    answer = ana.post(f"/api/drafts/{second['id']}/confirm")

    assert (answer.status_code == 200) == signed
    left = ana.get("/api/me").json()["left"]["minor"]
    if not signed:
        assert problem(answer, 422) == "over_cap"
        assert answer.json()["act"] == second["id"]
    assert left == (0 if signed else cap - 4_50)
    assert program(ANA).post(f"/api/drafts/{second['id']}/decline").status_code == 200


def test_what_costs_nothing_needs_no_cap(program, number_of):
    ana = program(ANA, cap=0, cap_unit="")

    draft = propose(ana, "barter", BARTER | {"with": number_of(BETO)})

    assert confirm(ana, draft)["state"] == "waiting"


@pytest.mark.parametrize("paid", ["now", "later"])
def test_money_given_or_promised_is_another_unit_than_the_cap(program, number_of, paid):
    asked = TWO_PARTIES["sale"] | {"direction": "receive", "with": number_of(BETO)}
    ana = program(ANA)
    draft = propose(ana, "sale", asked | {"paid": paid})

    answer = ana.post(f"/api/drafts/{draft['id']}/confirm")

    assert problem(answer, 422) == "over_cap"
    assert (
        program(ANA, cap_unit="BOB", cap=87_50)
        .post(f"/api/drafts/{draft['id']}/confirm")
        .status_code
        == 200
    )


def test_letting_a_debt_go_counts_as_giving(program, number_of):
    """A creditor's program could else forgive for a crumb whatever is owed to her."""
    ana, beto = program(ANA, cap_unit="BOB", cap=87_50), program(BETO)
    sold = TWO_PARTIES["sale"] | {"with": number_of(BETO), "paid": "later"}
    beto_pays = program(BETO, cap_unit="BOB", cap=87_50)
    position = exchanged(ana, beto_pays, "sale", sold)["position"]
    crumb = GIFT | {"back_quantity": 1, "unit": "C62", "against": "goods"}
    del crumb["direction"]
    asked = crumb | {"owed": f"{position}.0.1", "quantity": 87_50}
    draft = propose(beto, "settle", asked)
    confirm(beto, draft)

    confirm(ana, draft)

    assert ana.get("/api/me").json()["left"]["minor"] == 0


def test_a_refused_signature_costs_nothing(program, number_of, monkeypatch):
    from urdimbre.web.exchanges import signing

    ana = program(ANA)
    draft = propose(
        ana, "barter", BARTER | {"direction": "receive", "with": number_of(BETO)}
    )

    def late(*_, **__):
        raise signing.NothingToSign

    monkeypatch.setattr(signing, "sign", late)

    answer = ana.post(f"/api/drafts/{draft['id']}/confirm")

    assert problem(answer, 409) == "nothing_to_sign"
    assert ana.get("/api/me").json()["left"]["minor"] == 50_00


def test_a_token_never_signs_with_a_key_that_opens_with_a_pin(program, number_of):
    from urdimbre.web import opened
    from urdimbre.web.membership import pins

    delia, member = program(DELIA), member_of(DELIA)
    [key] = [one.key_id for one in opened.circuit().desk.keys_of(member)]
    draft = propose(delia, "gift", GIFT | {"with": number_of(BETO)})
    pins.change(member, key, pin=None, new_pin="cuatro cosas")
    try:
        answer = delia.post(f"/api/drafts/{draft['id']}/confirm")
    finally:
        pins.change(member, key, pin="cuatro cosas", new_pin=None)

    assert problem(answer, 422) == "key_elsewhere"
    assert delia.get(f"/api/drafts/{draft['id']}").json()["state"] == "preparing"


def test_a_program_signs_exchanges_only(program, as_member):
    draft = as_member(ANA).post("/keys/server")["Location"]

    answers = [
        program(ANA).get(f"/api{draft}"),
        program(ANA).post(f"/api{draft}/confirm"),
        program(ANA).post(f"/api{draft}/decline"),
    ]

    assert {problem(one, 403) for one in answers} == {"exchanges_only"}


def test_a_program_of_a_household_signs_under_its_policy(program, number_of):
    household = program(CARLA, member=HOUSEHOLD)
    assert household.get("/api/me").json()["name"] == HOUSEHOLD
    assert household.get("/api/me").json()["person"] == CARLA

    recorded = exchanged(
        household, program(ANA), "gift", GIFT | {"with": number_of(ANA)}
    )

    assert recorded["sentences"][0].startswith(HOUSEHOLD)


def test_who_may_no_longer_act_for_it_has_a_token_for_nothing(program, monkeypatch):
    from urdimbre.web.api import callers

    household = program(CARLA, member=HOUSEHOLD)
    monkeypatch.setattr(callers, "may_act", lambda *_: False)

    assert problem(household.get("/api/me"), 403) == "may_not_act"


def test_acts_beyond_the_agreement_are_refused_with_a_time_to_wait(
    program, number_of, monkeypatch
):
    from urdimbre.recording.answers import TooManyActs
    from urdimbre.web.exchanges import signing

    ana = program(ANA)
    draft = propose(ana, "gift", GIFT | {"with": number_of(BETO)})
    refused = TooManyActs(member_of(ANA), 600, 42)
    monkeypatch.setattr(signing, "sign", lambda *_: refused)

    answer = ana.post(f"/api/drafts/{draft['id']}/confirm")

    assert problem(answer, 429) == "too_many_acts"
    assert answer["Retry-After"] == "42"


def test_what_may_be_recorded_all_the_same_stays_counted(
    program, number_of, monkeypatch
):
    from urdimbre.recording.answers import Unanswered
    from urdimbre.web.exchanges import signing

    ana = program(ANA)
    asked = BARTER | {"direction": "receive", "with": number_of(BETO)}
    draft = propose(ana, "barter", asked)

    def unanswered(*_, **__):
        raise Unanswered(1)

    monkeypatch.setattr(signing, "sign", unanswered)

    assert ana.post(f"/api/drafts/{draft['id']}/confirm").status_code == 500
    assert ana.get("/api/me").json()["left"]["minor"] == 50_00 - 4_50


def test_a_machine_that_cannot_record_says_so(program, number_of, monkeypatch):
    from urdimbre.recording.answers import Overloaded
    from urdimbre.web.exchanges import signing

    ana = program(ANA)
    draft = propose(ana, "gift", GIFT | {"with": number_of(BETO)})

    def overloaded(*_, **__):
        raise Overloaded(waiting=1)

    monkeypatch.setattr(signing, "sign", overloaded)

    answer = ana.post(f"/api/drafts/{draft['id']}/confirm")

    assert problem(answer, 503) == "overloaded"
    assert answer["Retry-After"] == "1"
