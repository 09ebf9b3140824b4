"""The outbox: what goes together, when, in whose language; sent once, never lost."""

import base64
import time

import pytest

from tests.web.acting import ANA, BARTER, BETO, DELIA, confirm, propose
from tests.web.allowing import member_of
from tests.web.notices.conftest import ADDRESS, mail_file, wants
from urdimbre.adapters.post import MailUnfit

NOW = 1_800_000_000
MINUTE, HOUR, DAY = 60, 3600, 86_400


def news(name, about, *, mail="now", kind="decided"):
    """Something that waits to be told."""
    from urdimbre.web.notices.models import News

    News.objects.create(
        person=member_of(name),
        kind=kind,
        about=about,
        said="meeting",
        path="/agreements",
        at=NOW,
        mail=mail,
    )


def post(at=NOW):
    """Put together and send, as the program does each minute."""
    from django.conf import settings

    from urdimbre.adapters.post import mail_server
    from urdimbre.web.notices import posting

    posting.put_together(at)
    return posting.send_waiting(mail_server(settings.DIRECTORY), at)


def letters():
    from urdimbre.web.notices.models import Letter

    return list(Letter.objects.order_by("made", "pk"))


def test_a_letter_is_whole_short_and_can_be_ended_with_one_tap(smtp, as_member):
    from django.test import Client

    from urdimbre.web.notices.models import Letterbox

    wants(ANA)
    as_member(ANA)
    news(ANA, "1")

    assert post() == 1

    (letter,) = smtp.letters
    assert letter["To"] == "ana@example.org"
    assert letter["From"] == "Circuito de prueba <c@circuito.example>"
    assert letter["Subject"] == "Novedades de Circuito de prueba"
    plain = letter.get_body(("plain",)).get_content()
    assert "Una asamblea decidió algo" in plain
    assert f"{ADDRESS}/agreements" in plain
    html = letter.get_body(("html",)).get_content()
    assert f'<a href="{ADDRESS}/agreements">' in html
    assert "style" not in html
    stop = letter["List-Unsubscribe"].strip("<>")
    assert stop in plain
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_tap = Client(enforce_csrf_checks=True).post(
        stop.removeprefix(ADDRESS), {"List-Unsubscribe": "One-Click"}
    )
    assert one_tap.status_code == 200
    assert not Letterbox.objects.get().wanted


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("es", "Novedades de Circuito de prueba"),
        ("pt", "Novidades de Circuito de prueba"),
        ("en", "News from Circuito de prueba"),
    ],
)
def test_a_letter_speaks_the_language_of_whom_it_goes_to(smtp, language, subject):
    from urdimbre.web.circuit.models import Login

    Login.objects.filter(handle="ana").update(language=language)
    wants(ANA)
    news(ANA, "1")

    post()

    assert smtp.letters[0]["Subject"] == subject


def test_news_of_one_pass_go_together_and_what_comes_soon_after_waits(smtp):
    wants(ANA)
    news(ANA, "1")
    news(ANA, "2")
    post()
    news(ANA, "3")
    post(NOW + 14 * MINUTE)
    assert len(smtp.letters) == 1

    post(NOW + 15 * MINUTE)

    plain = [one.get_body(("plain",)).get_content() for one in smtp.letters]
    assert [one.count("decidió") for one in plain] == [2, 1]


def test_nothing_is_sent_twice(smtp):
    wants(ANA)
    news(ANA, "1")

    assert [post(NOW + n * HOUR) for n in range(4)] == [1, 0, 0, 0]
    assert [one.state for one in letters()] == ["sent"]


@pytest.mark.parametrize(
    ("digest", "days"), [("daily", 1), ("weekly", 7), ("monthly", 30)]
)
def test_what_is_not_urgent_comes_in_the_rhythm_she_chose(smtp, digest, days):
    wants(ANA, digest=digest, since=NOW)
    news(ANA, "1", mail="digest")
    post(NOW + days * DAY - 1)
    assert smtp.letters == []
    post(NOW + days * DAY)
    news(ANA, "2", mail="digest")
    post(NOW + 2 * days * DAY - 1)
    assert len(smtp.letters) == 1

    post(NOW + 2 * days * DAY)

    assert len(smtp.letters) == 2


def test_a_long_list_is_told_in_several_letters_and_nothing_left_out(smtp):
    wants(ANA, digest="weekly")
    for number in range(21):
        news(ANA, str(number), mail="digest")

    post()
    post(NOW + 15 * MINUTE)

    plain = [one.get_body(("plain",)).get_content() for one in smtp.letters]
    assert [one.count("decidió") for one in plain] == [20, 1]


def test_a_letter_that_the_server_does_not_take_is_tried_again_more_rarely(smtp):
    wants(ANA)
    news(ANA, "1")
    smtp.refuse = "451 later"

    waits, at = [], NOW
    for _ in range(7):
        post(at)
        (letter,) = letters()
        waits.append(letter.next_at - at)
        assert post(letter.next_at - 1) == 0
        at = letter.next_at
    assert waits == [60, 300, 1_800, 7_200, 21_600, 43_200, 86_400]
    assert (letter.state, letter.tries, letter.reason) == ("waiting", 7, "later")

    post(at)

    (letter,) = letters()
    assert (letter.state, letter.tries) == ("given_up", 8)
    assert post(at + 30 * DAY) == 0


def test_once_the_server_takes_it_the_letter_goes(smtp):
    wants(ANA)
    news(ANA, "1")
    smtp.refuse = "451 later"
    post()
    smtp.refuse = ""

    assert post(NOW + MINUTE) == 1
    assert "decidió" in smtp.letters[0].get_body(("plain",)).get_content()


@pytest.mark.parametrize("which", ["refuse", "refuse_recipient"])
def test_an_address_that_is_not_there_is_not_tried_again(smtp, which):
    wants(ANA)
    news(ANA, "1")
    setattr(smtp, which, "550 nobody here")

    post()

    (letter,) = letters()
    assert (letter.state, letter.reason) == ("given_up", "nobody here")


def test_a_server_that_is_away_keeps_the_letter_waiting(place):
    mail_file(place, port=1)
    wants(ANA)
    news(ANA, "1")

    assert post() == 0
    (letter,) = letters()
    assert letter.state == "waiting"


def test_a_letter_cut_off_while_it_was_sent_goes_again_under_its_own_name(smtp):
    wants(ANA)
    news(ANA, "1")

    def cut_off():
        smtp.after_taking = None
        raise ConnectionAbortedError  # it has taken the letter and cannot say so

    smtp.after_taking = cut_off
    assert post() == 0
    assert post(NOW + 59) == 0

    assert post(NOW + 60) == 1
    names = [one["Message-ID"] for one in smtp.letters]
    assert len(names) == 2
    assert len(set(names)) == 1


def test_a_program_killed_while_it_sent_leaves_the_letter_to_the_next(
    smtp, monkeypatch
):
    from urdimbre.web.notices import posting

    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    wants(ANA)
    news(ANA, "1")
    with monkeypatch.context() as patched:
        patched.setattr(posting, "hand_over", killed)
        with pytest.raises(Killed):
            post()

    assert post(NOW + 10 * MINUTE - 1) == 0
    assert post(NOW + 10 * MINUTE) == 1
    assert len(smtp.letters) == 1


def test_two_workers_do_not_send_one_letter_twice(smtp, place):
    from urdimbre.adapters.post import mail_server
    from urdimbre.web.notices import posting

    wants(ANA)
    news(ANA, "1")
    posting.put_together(NOW)
    (letter,) = letters()

    first = posting._sent(letter, mail_server(place), NOW)
    second = posting._sent(letter, mail_server(place), NOW)

    assert (first, second) == (True, False)
    assert len(smtp.letters) == 1


def test_what_a_letter_told_is_forgotten_once_it_has_gone(smtp, as_member, number_of):
    from urdimbre.web.notices.gathering import gather
    from urdimbre.web.notices.models import News

    wants(BETO)
    ana = as_member(ANA)
    confirm(ana, propose(ana, "barter", number_of(BETO), BARTER))
    now = int(time.time())
    gather(now)
    assert News.objects.get(kind="waiting").values["who"] == member_of(ANA)

    post(now)

    assert News.objects.get(kind="waiting").values == {}
    assert "Ana Quispe" in smtp.letters[0].get_body(("plain",)).get_content()


def test_who_says_stop_while_a_letter_waits_gets_none(smtp):
    from urdimbre.web.notices.mine import no_more

    box = wants(ANA)
    news(ANA, "1")
    smtp.refuse = "451 later"
    post()
    no_more(box)
    smtp.refuse = ""

    assert post(NOW + HOUR) == 0
    assert smtp.letters == []
    assert letters() == []


def test_the_address_is_kept_to_lines_of_its_own(smtp, place):
    from urdimbre.web.circuit import surroundings
    from urdimbre.web.circuit.models import Display

    Display.objects.filter(name="name").update(value="Uno\nBcc: x@example.org")
    surroundings.forget()
    wants(ANA)
    news(ANA, "1")

    post()

    (letter,) = smtp.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Novedades de Uno Bcc: x@example.org"
    surroundings.forget()


def test_the_circuit_enters_with_its_password(smtp, place):
    mail_file(place, port=smtp.port, user="circuito", password="maiz")
    wants(ANA)
    news(ANA, "1")

    post()

    assert base64.b64decode(smtp.entered[0]).decode() == "\0circuito\0maiz"


def test_without_a_mail_server_nothing_is_gathered_and_nothing_claimed(
    place, as_member, number_of
):
    from urdimbre.web.notices import posting
    from urdimbre.web.notices.models import News

    wants(BETO)
    ana = as_member(ANA)
    confirm(ana, propose(ana, "barter", number_of(BETO), BARTER))

    assert posting.post_once(NOW) == 0
    assert not News.objects.exists()
    assert letters() == []


def test_a_pass_gathers_puts_together_and_sends(smtp, as_member, number_of):
    from urdimbre.web.notices import posting

    wants(BETO)
    ana = as_member(ANA)
    confirm(ana, propose(ana, "barter", number_of(BETO), BARTER))

    assert posting.post_once(int(time.time())) == 1
    assert posting.post_once(int(time.time()) + HOUR) == 0
    assert len(smtp.letters) == 1


def test_what_is_long_gone_is_dropped_and_what_waits_is_kept(place):
    from urdimbre.web.notices.gathering import forget_old
    from urdimbre.web.notices.models import Letter, News

    news(ANA, "1")
    for state in ("sent", "waiting"):
        Letter.objects.create(person=member_of(ANA), state=state, made=NOW, next_at=NOW)

    forget_old(NOW + 400 * DAY)
    assert (News.objects.count(), len(letters())) == (1, 2)
    forget_old(NOW + 400 * DAY + 1)

    assert (News.objects.count(), [one.state for one in letters()]) == (0, ["waiting"])


@pytest.mark.parametrize("what", ["person", "login"])
def test_what_is_known_of_her_letters_goes_with_her_name_or_her_login(place, what):
    from urdimbre.web import opened
    from urdimbre.web.notices.models import Letter, Letterbox, News, Wish

    member, desk = member_of(DELIA), opened.circuit().desk
    wants(DELIA)
    news(DELIA, "1")
    Wish.objects.create(person=member, kind="due", mail="no")
    Letter.objects.create(person=member, made=NOW, next_at=NOW)

    erase = {"person": desk.erase_person, "login": desk.erase_login}[what]
    erase(member)

    for kind in (Letter, Letterbox, News, Wish):
        assert not kind.objects.exists()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"host": 3}, '"host" is missing or of another kind'),
        ({"sender": ""}, '"sender" is missing or of another kind'),
        ({"sender": "nobody"}, '"sender" is no address of mail'),
        ({"port": 0}, '"port" is no port'),
        ({"port": 65_536}, '"port" is no port'),
        ({"port": True}, '"port" is missing or of another kind'),
        ({"security": "ssl"}, '"security" is none of tls, starttls, none'),
        (
            {"host": "mail.example"},
            '"security": "none" is for a server on this machine only',
        ),
        (
            {"address": "http://circuito.example"},
            '"address" does not begin with https://',
        ),
        ({"password": "maíz"}, '"password" has letters that no mail server takes'),
        ({"pass": "x"}, '"pass" is not known'),
    ],
)
def test_what_the_host_has_written_wrongly_is_named(place, more, reason):
    from urdimbre.adapters.post import mail_server

    path = mail_file(place, **more)

    with pytest.raises(MailUnfit) as failed:
        mail_server(place)

    assert failed.value.values == {"path": str(path), "reason": reason}


def test_a_file_that_is_no_json_is_named(place):
    from urdimbre.adapters.post import mail_server

    mail_file(place).write_text("[]")
    with pytest.raises(MailUnfit, match="no JSON object"):
        mail_server(place)


def test_the_first_and_the_last_port_serve(place):
    from urdimbre.adapters.post import mail_server

    for port in (1, 65_535):
        mail_file(place, port=port, address="https://a.example/")
        server = mail_server(place)
        assert (server.port, server.address) == (port, "https://a.example")


def test_what_members_write_is_text_in_both_parts_of_a_letter(smtp):
    from urdimbre.web.notices.models import News

    wants(ANA)
    News.objects.create(
        person=member_of(ANA),
        kind="ending",
        about="1",
        said="soon",
        values={"title": "<b>Pan & más</b> {who}", "day": 20_000},
        path="/catalogue/mine",
        at=NOW,
        mail="now",
    )

    post()

    (letter,) = smtp.letters
    assert "«<b>Pan & más</b> {who}»" in letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert "«&lt;b&gt;Pan &amp; más&lt;/b&gt; {who}»" in html


def test_an_address_that_stands_in_no_letter_keeps_back_nobody_elses(smtp):
    wants(ANA, address='"\x1c"@example.org')
    wants(BETO, address="beto@example.org")
    news(ANA, "1")
    news(BETO, "1")

    post()

    assert [letter["To"] for letter in smtp.letters] == ["beto@example.org"]
    assert sorted(one.state for one in letters()) == ["given_up", "sent"]
