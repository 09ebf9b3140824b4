"""The outbox as the server sees it: taken once, refused with the way out, bounded."""

import json
import secrets
from dataclasses import replace

import pytest

from tests.web.acting import ANA, BETO, DELIA, text
from tests.web.keyring import confirm, member_of, with_device
from tests.web.offline.slips import EGGS, book_of, promise, send, signed
from urdimbre.core.chain.slip import Answer, Signature, write
from urdimbre.core.units import Quantity


@pytest.fixture
def ana(as_member):
    return as_member(ANA)


@pytest.fixture
def device(ana):
    return with_device(ana)


def acts():
    from urdimbre.projections.models import ActLine

    return ActLine.objects.count()


def test_a_device_takes_along_what_it_needs_and_nothing_about_others_accounts(
    ana, device
):
    book = book_of(ana)

    assert book["me"] == {"id": member_of(ANA), "name": ANA, "kind": "person"}
    assert book["keys"][device.id] == device.public
    assert [one["name"] for one in book["people"]] == [
        BETO,
        "Carla Núñez",
        DELIA,
        "Fundadora",
    ]
    assert all(
        set(one) == {"id", "no", "name", "kind", "keys"} for one in book["people"]
    )
    assert [one["code"] for one in book["signs"]] == ["TOTAI", "HORA"]
    assert (book["signs"][0]["steps"], book["signs"][1]["steps"]) == (100, 3600)
    assert (book["offline_max"], book["draft_days"]) == (5000, 14)
    assert len(book["known"]) == 64


def test_a_promise_waits_for_the_other_like_any_draft(ana, device, as_member):
    book, before = book_of(ana), acts()
    slip = signed(promise(book, member_of(DELIA)), book, device)

    status, told = send(ana, slip, book)

    assert (status, told["state"], acts()) == (200, "waiting", before)
    shown = text(as_member(DELIA).get(told["link"]))
    assert EGGS in shown
    assert "4.50" in shown
    answer = confirm(as_member(DELIA), told["link"])
    assert answer["Location"].startswith("/receipts/")
    assert EGGS in text(ana.get(answer["Location"]))
    assert send(ana, slip, book)[1] == {
        "state": "recorded",
        "link": answer["Location"],
    }


def test_what_both_have_signed_is_recorded_once_whoever_sends_it_how_often(
    ana, device, as_member
):
    delia = as_member(DELIA)
    hers, book, before = with_device(delia), book_of(ana), acts()
    slip = signed(promise(book, member_of(DELIA)), book, device)
    both = signed(slip, book, hers, member=member_of(DELIA))

    answers = [send(delia, both, book), send(ana, both, book), send(ana, slip, book)]

    assert {status for status, _ in answers} == {200}
    assert len({told["link"] for _, told in answers}) == 1
    assert answers[0][1]["state"] == "recorded"
    assert acts() == before + 1


def test_an_answer_signs_the_draft_that_waits(ana, device, as_member):
    from urdimbre.core.chain.entry import act_hash

    delia = as_member(DELIA)
    hers, book = with_device(delia), book_of(ana)
    slip = signed(promise(book, member_of(DELIA)), book, device)
    both = signed(slip, book, hers, member=member_of(DELIA))
    answer = Answer(act_hash(book["genesis"], slip.act), both.signatures[1:])

    assert send(delia, answer, book)[1]["code"] == "not_her_slip"
    assert send(ana, slip, book)[1]["state"] == "waiting"
    assert send(as_member(BETO), answer, book)[1]["code"] == "not_her_slip"
    assert send(delia, answer, book)[1]["state"] == "recorded"


def refused(answer):
    status, told = answer
    assert (status, told["state"]) == (422, "refused")
    assert told["sentence"]
    assert told["hint"]
    return told["code"]


def drafts():
    from urdimbre.web.exchanges.models import Draft

    return Draft.objects.count()


def test_what_the_rules_refuse_is_refused_with_the_way_out_and_leaves_nothing(
    ana, device
):
    book, before = book_of(ana), drafts()
    unknown = signed(promise(book, secrets.token_hex(16)), book, device)

    assert refused(send(ana, unknown, book)) == "unknown_member"
    assert drafts() == before


def test_signatures_are_verified_and_keys_must_be_hers(ana, device, as_member):
    book = book_of(ana)
    slip = promise(book, member_of(DELIA))
    good = signed(slip, book, device)
    (one,) = good.signatures
    bad = replace(good, signatures=(one._replace(signature=bytes(64)),))
    strange = replace(
        good, signatures=(Signature(one.member, "11" * 32, one.signature),)
    )
    others = replace(
        good, signatures=(Signature(member_of(DELIA), one.key, one.signature),)
    )

    assert refused(send(ana, bad, book)) == "bad_signature"
    assert refused(send(ana, strange, book)) == "unknown_key"
    assert refused(send(ana, others, book)) == "unknown_key"
    assert send(ana, good, book)[1]["state"] == "waiting"


def test_a_slip_between_others_or_of_another_circuit_is_not_taken(
    ana, device, as_member
):
    book = book_of(ana)
    slip = signed(promise(book, member_of(DELIA)), book, device)
    beto = as_member(BETO)

    assert refused(send(beto, slip, book)) == "not_her_slip"
    elsewhere = book | {"genesis": "ab" * 32}
    assert refused(send(ana, slip, elsewhere)) == "slip_of_another_circuit"


def test_the_same_number_with_other_bytes_is_refused(ana, device):
    book = book_of(ana)
    slip = promise(book, member_of(DELIA))
    other = replace(slip, act=slip.act.replace(b'"quantity":450', b'"quantity":451'))
    assert send(ana, signed(slip, book, device), book)[1]["state"] == "waiting"

    assert refused(send(ana, signed(other, book, device), book)) == "id_taken"


def test_a_promise_that_the_other_declined_stays_declined(ana, device, as_member):
    book = book_of(ana)
    slip = signed(promise(book, member_of(DELIA)), book, device)
    link = send(ana, slip, book)[1]["link"]
    as_member(DELIA).post(f"{link}/decline")

    assert refused(send(ana, slip, book)) == "promise_closed"


def test_no_more_is_promised_than_was_agreed_until_it_is_recorded(
    ana, device, as_member
):
    """50.00 is the default; the last step is allowed, the next refused."""
    beto = as_member(BETO)
    hers, book = with_device(beto), book_of(beto)
    first, second = (
        signed(promise(book, member_of(DELIA), amount=amount), book, hers)
        for amount in (3000, 2000)
    )
    more = signed(promise(book, member_of(DELIA), amount=1), book, hers)
    gift = signed(promise(book, member_of(DELIA), amount=0), book, hers)

    links = [send(beto, one, book)[1]["link"] for one in (first, second)]
    assert refused(send(beto, more, book)) == "promised_too_much"
    assert send(beto, gift, book)[1]["state"] == "waiting"
    as_member(DELIA).post(f"{links[0]}/decline")
    assert send(beto, more, book)[1]["state"] == "waiting"


def test_what_was_recorded_counts_until_her_device_has_known_a_later_act(as_member):
    delia, ana = as_member(DELIA), as_member(ANA)
    hers, book = with_device(delia), book_of(delia)
    slip = signed(promise(book, member_of(ANA), amount=5000), book, hers)
    link = send(delia, slip, book)[1]["link"]
    confirm(ana, link)
    again = signed(promise(book, member_of(ANA), amount=1), book, hers)

    assert refused(send(delia, again, book)) == "promised_too_much"
    assert send(delia, again, book_of(delia))[1]["state"] == "waiting"


def test_what_came_by_photo_counts_as_long_as_a_draft_waits_and_not_for_ever(
    as_member,
):
    """A photo does not say which act her device knew last."""
    from urdimbre.core.refusals import Refusal
    from urdimbre.web.circuit.entering import here_of
    from urdimbre.web.circuit.models import Login
    from urdimbre.web.exchanges.models import Draft
    from urdimbre.web.offline.models import Promised
    from urdimbre.web.offline.taking import Device, take

    Promised.objects.all().delete()
    delia, ana = as_member(DELIA), as_member(ANA)
    hers, book = with_device(delia), book_of(delia)
    login = Login.objects.get(member=member_of(ANA))
    here = here_of(login, login.member)

    def photo(amount):
        slip = signed(promise(book, member_of(ANA), amount=amount), book, hers)
        return take(here, write(slip, book["genesis"]), Device())

    most = photo(5000)
    confirm(ana, f"/drafts/{most.pk}")
    soon = photo(1)
    Draft.objects.filter(pk=most.pk).update(created=most.created - 14 * 86_400 - 1)

    assert isinstance(soon, Refusal)
    assert soon.code == "promised_too_much"
    assert photo(1).state == "waiting"


def test_the_refusal_of_too_much_names_sum_and_agreement():
    from urdimbre.web.offline.answers import PromisedTooMuch

    told = PromisedTooMuch("Ana", Quantity(5001, "SOL"), Quantity(5000, "SOL"))

    assert told.sentence() == (
        "With this Ana would have promised 5001 SOL without a connection; the circuit "
        "agreed on 5000 SOL at most."
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"slip": ""},
        {"slip": "%%%"},
        {"slip": "ñ"},
        {"slip": "AAAA"},
        {"slip": "A" * 200_000},
        {"known": "xyz"},
        {"known": ""},
        {"made": "-1"},
        {"made": "9" * 40},
    ],
)
def test_whatever_is_sent_is_answered_with_a_sentence(ana, device, changed):
    book = book_of(ana)
    good = signed(promise(book, member_of(DELIA)), book, device)

    assert refused(send(ana, good, book, changed)) == "slip_unreadable"


def test_an_act_that_is_no_exchange_does_not_come_by_this_door(ana, device):
    from urdimbre.core import drafting

    book = book_of(ana)
    me = book["me"]["id"]
    act = drafting.draft(
        "void", {"act": "ab" * 32}, by=me, id_="cd" * 16, valid_until=2_000_000_000
    )
    slip = signed(replace(promise(book, me), act=act, openings=()), book, device)

    assert refused(send(ana, slip, book)) == "slip_unreadable"


def test_what_is_no_act_at_all_is_refused(ana, device):
    book = book_of(ana)
    slip = replace(promise(book, book["me"]["id"]), act=b'{"a":1}', openings=())

    assert refused(send(ana, slip, book)) == "malformed"


def test_a_stranger_sends_nothing(place):
    from django.test import Client

    assert Client().post("/offline/outbox")["Location"] == "/login"
    assert Client().get("/offline/book")["Location"].startswith("/login?next=")


def test_a_slip_needs_the_form_of_a_page(as_member, ana, device):
    """Another site cannot send for her."""
    from django.test import Client

    book = book_of(ana)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ana.cookies
    slip = signed(promise(book, member_of(DELIA)), book, device)
    posted = {"slip": write(slip, book["genesis"]).hex(), "known": book["known"]}

    assert strict.post("/offline/outbox", posted).status_code == 403
    told = strict.post(
        "/offline/outbox", posted, headers={"X-CSRFToken": book["token"]}
    )
    assert json.loads(told.content)["code"] == "slip_unreadable"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("goods", b'{"0.0": "\\ud800"}'),
        ("goods", b"[" * 50_000),
        ("goods", b"\xff"),
        ("sheet", b'{"by": "x", "line": Infinity}'),
        ("sheet", b'{"by": "\\ud800", "line": 1}'),
        ("sheet", b'{"by": "x", "line": 1, "photo": "\\ud800"}'),
        ("sheet", b"[" * 50_000),
    ],
)
def test_words_that_no_page_can_show_close_nobodys_pages(
    ana, device, as_member, field, words
):
    book, delia = book_of(ana), as_member(DELIA)
    slip = promise(book, member_of(DELIA), field=field, words=words)
    status, told = send(ana, signed(slip, book, device), book)
    assert (status, told["state"]) == (200, "waiting")

    for client in (ana, delia):
        for page in ("/", told["link"]):
            assert client.get(page).status_code == 200
    confirmed = delia.post(f"{told['link']}/confirm")
    for client in (ana, delia):
        for page in (confirmed["Location"], "/statement", "/statement.csv"):
            assert client.get(page).status_code == 200
