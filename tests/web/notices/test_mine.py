"""Her page on notices: an address that is hers, how often, of what; its links."""

import time

import pytest

from tests.web.acting import ANA, BETO, text
from tests.web.allowing import member_of
from tests.web.notices.conftest import ADDRESS, wants
from tests.web.notices.test_outbox import letters, news, post

CHOSEN = {"digest": "daily", "amounts": "on"}


def box(name=ANA):
    from urdimbre.web.notices.models import Letterbox

    return Letterbox.objects.filter(person=member_of(name)).first()


def link_in(letter):
    plain = letter.get_body(("plain",)).get_content()
    (link,) = [one for one in plain.split() if one.startswith(ADDRESS)]
    return link.removeprefix(ADDRESS)


def test_without_a_mail_server_the_page_says_so_and_takes_no_address(as_member):
    ana = as_member(ANA)

    page = text(ana.get("/notices"))
    assert "This circuit sends no mail" in page
    assert "Where letters go" not in page
    ana.post("/notices/address", {"address": "ana@example.org"})

    assert box() is None
    assert letters() == []


def test_a_file_that_cannot_be_used_sends_nothing_either(as_member, smtp, place):
    (place / "keys" / "mail.json").write_text("{}")

    assert "This circuit sends no mail" in text(as_member(ANA).get("/notices"))


def test_nothing_goes_to_an_address_before_its_link_was_opened(smtp, as_member):
    from django.test import Client

    ana = as_member(ANA)
    assert (
        ana.post("/notices/address", {"address": "ana@example.org"}).status_code == 302
    )
    news(ANA, "1")
    now = int(time.time())
    assert post(now) == 1
    (asked,) = smtp.letters
    assert asked["List-Unsubscribe"] is None
    assert "Open the link in it" in text(ana.get("/notices"))
    stranger, link = Client(headers={"Accept-Language": "en"}), link_in(asked)

    assert "Shall letters from" in text(stranger.get(link))
    assert post(now + 3600) == 0
    assert not box().confirmed
    assert "From now on letters go to ana@example.org." in text(stranger.post(link))

    assert post(now + 3600) == 1
    assert smtp.letters[1]["List-Unsubscribe"]
    page = text(ana.get("/notices"))
    assert "was taken by the mail server" in page
    assert "How often" in page


def test_a_link_is_good_for_a_week_and_for_its_own_address_only(
    smtp, as_member, monkeypatch
):
    ana = as_member(ANA)
    ana.post("/notices/address", {"address": "ana@example.org"})
    now = int(time.time())
    post(now)
    link = link_in(smtp.letters[0])
    real = time.time
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: real() + 7 * 86_400 + 2)
        assert ana.get(link).status_code == 404
    assert ana.get(link).status_code == 200

    ana.post("/notices/address", {"address": "otra@example.org"})

    assert ana.get(link).status_code == 404
    assert ana.get("/notices/yes/no:such:thing").status_code == 404
    assert ana.get("/notices/stop/nosuchthing").status_code == 404


@pytest.mark.parametrize(
    "wrong", ["ana", "ana@", "ana@example.org\nBcc: x@y.org", "x" * 300]
)
def test_what_is_no_address_is_refused_beside_the_field_and_kept(
    smtp, as_member, wrong
):
    answer = as_member(ANA).post("/notices/address", {"address": wrong})

    assert answer.status_code == 422
    assert box() is None
    assert wrong.split("\n")[0] in answer.content.decode()


def test_nobody_asks_at_more_than_three_addresses_a_day(smtp, as_member):
    ana = as_member(ANA)
    for number in range(3):
        typed = {"address": f"a{number}@example.org"}
        assert ana.post("/notices/address", typed).status_code == 302
        post(int(time.time()))

    answer = ana.post("/notices/address", {"address": "a3@example.org"})

    assert answer.status_code == 422
    assert "Several addresses were asked today" in text(answer)
    assert [one["To"] for one in smtp.letters] == [
        f"a{number}@example.org" for number in range(3)
    ]


def test_an_address_is_asked_once_however_often_it_is_sent(smtp, as_member):
    ana = as_member(ANA)
    for _ in range(3):
        ana.post("/notices/address", {"address": "ana@example.org"})

    assert len(letters()) == 1


def test_keeping_the_address_that_is_hers_asks_nothing(smtp, as_member):
    wants(ANA)

    as_member(ANA).post("/notices/address", {"address": "ana@example.org"})

    assert box().confirmed
    assert letters() == []


def test_an_empty_address_forgets_the_old_one_and_what_waited(smtp, as_member):
    wants(ANA)
    news(ANA, "1")

    as_member(ANA).post("/notices/address", {"address": ""})

    assert box() is None
    assert post() == 0


def test_she_chooses_how_often_and_whether_amounts_are_told(smtp, as_member):
    wants(ANA)
    ana = as_member(ANA)

    ana.post("/notices/often", CHOSEN)

    assert (box().digest, box().amounts) == ("daily", True)
    ana.post("/notices/often", {"digest": "never"})
    assert (box().digest, box().amounts) == ("never", False)


@pytest.mark.parametrize("wrong", [{}, {"digest": "hourly"}, CHOSEN | {"amounts": "2"}])
def test_a_rhythm_that_is_not_offered_is_refused(smtp, as_member, wrong):
    wants(ANA)

    assert as_member(ANA).post("/notices/often", wrong).status_code == 422
    assert box().digest == "weekly"


def test_who_has_no_address_chooses_no_rhythm(smtp, as_member):
    assert as_member(ANA).post("/notices/often", CHOSEN).status_code == 302
    assert box() is None


def test_she_chooses_for_each_kind_and_what_waits_follows(smtp, as_member):
    from urdimbre.web.notices.kinds import KINDS
    from urdimbre.web.notices.models import News, Wish

    wants(ANA)
    news(ANA, "1", mail="digest")
    ana = as_member(ANA)
    chosen = {kind.code: kind.mail for kind in KINDS}

    ana.post("/notices/kinds", chosen | {"decided": "now"})
    assert [(one.kind, one.mail) for one in Wish.objects.all()] == [("decided", "now")]
    assert News.objects.get().mail == "now"
    ana.post("/notices/kinds", chosen | {"decided": "no"})

    assert News.objects.get().mail == ""
    page = ana.get("/notices/kinds").content.decode()
    assert '<option value="no" selected>' in page
    assert ana.post("/notices/kinds", chosen | {"due": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("wish", "digest", "way"),
    [
        (None, "weekly", "digest"),
        (None, "never", ""),
        ("now", "never", "now"),
        ("no", "weekly", ""),
        ("digest", "monthly", "digest"),
    ],
)
def test_how_a_kind_comes(place, wish, digest, way):
    from urdimbre.web.notices.gathering import how

    assert how("decided", wish, digest) == way


def test_she_ends_the_letters_and_begins_them_again(smtp, as_member):
    wants(ANA)
    ana = as_member(ANA)
    news(ANA, "1")

    ana.post("/notices/end")
    assert "You have ended the letters." in text(ana.get("/notices"))
    ana.post("/notices/again")

    assert box().wanted
    assert post() == 0  # what waited when she ended them is not told later
    assert box().since >= int(time.time()) - 60


def test_opening_the_link_of_a_letter_ends_nothing_before_she_says_so(smtp, as_member):
    from django.test import Client

    wants(ANA)
    news(ANA, "1")
    post()
    stop = smtp.letters[0]["List-Unsubscribe"].strip("<>").removeprefix(ADDRESS)
    stranger = Client(headers={"Accept-Language": "en"})

    page = text(stranger.get(stop))

    assert "Send me no more letters" in page
    assert box().wanted
    assert "No more letters will come" in text(stranger.post(stop))
    assert not box().wanted


def test_one_members_choices_are_not_anothers(smtp, as_member):
    wants(ANA)

    as_member(BETO).post("/notices/often", CHOSEN)
    as_member(BETO).post("/notices/end")

    assert (box().digest, box().wanted) == ("weekly", True)
    assert "ana@example.org" not in text(as_member(BETO).get("/notices"))


def test_she_takes_along_what_is_known_of_her_notices_but_no_secret(smtp, as_member):
    import json

    from tests.push_catcher import Subscriber
    from tests.web.notices.test_devices import ENDPOINT
    from urdimbre.web.notices.known import known_of

    wants(ANA)
    ana = as_member(ANA)
    ana.post("/notices/calendar/make")
    one = Subscriber().typed(ENDPOINT)
    ana.post("/notices/devices/add", one)

    known = known_of(member_of(ANA))

    assert known["letters"]["address"] == "ana@example.org"
    assert known["calendar"] == {"amounts": False}
    assert len(known["devices"]) == 1
    told = json.dumps(known)
    assert box().nonce not in told
    assert not any(secret in told for secret in one.values())


def test_an_address_that_stands_in_no_letter_is_refused(smtp, as_member):
    answer = as_member(ANA).post("/notices/address", {"address": '"\x1c"@example.org'})

    assert answer.status_code == 422
    assert "That is no e-mail address" in text(answer)
    assert letters() == []
