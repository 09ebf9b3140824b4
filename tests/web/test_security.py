"""Her way in: how she enters, on which devices she is, and what happened."""

import pytest
from django.contrib.auth.hashers import make_password

from tests.web.acting import ANA, BETO, DELIA, text
from tests.web.place import PASSWORD

CHROME = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/120.0 Mobile"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
TYPED = {"handle": "ana", "new": "otra-clave-nueva", "password": PASSWORD}


@pytest.fixture
def somebody(place):
    """Enter on a device of one's own; gives the client."""
    from django.test import Client

    from urdimbre.web.circuit.models import Login, Person

    kept = []

    def entered(name, agent=CHROME):
        member = Person.objects.get(name=name).member
        login = Login.objects.get(member=member)
        kept.append((login.pk, login.handle, login.password))
        client = Client(headers={"Accept-Language": "en", "User-Agent": agent})
        typed = {"handle": login.handle, "password": PASSWORD}
        assert client.post("/login", typed).status_code == 302
        return client

    yield entered
    for pk, handle, password in reversed(kept):
        Login.objects.filter(pk=pk).update(handle=handle, password=password)


def test_where_she_is_inside_is_shown_and_ended(somebody):
    phone, desk = somebody(BETO), somebody(BETO, FIREFOX)

    page = desk.get("/security")
    shown = text(page)
    assert "Android · Chrome" in shown
    assert "Windows · Firefox" in shown
    assert phone.session.session_key not in page.content.decode()
    assert desk.post("/security/end", {"device": "all"}).status_code == 302

    assert phone.get("/").status_code == 302
    assert desk.get("/").status_code == 200
    assert "A device was sent out." in text(desk.get("/security"))


def test_nobody_sends_out_the_devices_of_another(somebody):
    beto, delia = somebody(BETO), somebody(DELIA)
    assert "this device" in text(beto.get("/security"))

    delia.post("/security/end", {"device": "all"})
    delia.post("/security/end", {"device": beto.session.session_key})

    assert beto.get("/").status_code == 200


def test_a_new_password_sends_out_all_others_and_is_told(somebody):
    one, other = somebody(ANA), somebody(ANA)

    changed = one.post("/security", TYPED)

    assert changed["Location"] == "/security"
    assert one.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert "Your short name or password was changed." in text(one.get("/security"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"password": "no"}, "That is not your password."),
        ({"handle": "beto"}, "That name is taken."),
        ({"handle": "Ñ"}, "Use two or more of a-z"),
        ({"new": "12345"}, "Take at least six characters."),
        ({"handle": ""}, "This is needed here."),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(somebody, typed, sentence):
    ana = somebody(ANA)

    answer = ana.post("/security", TYPED | typed)

    assert answer.status_code == 422
    assert sentence in text(answer)
    again = ana.post("/login", {"handle": "ana", "password": PASSWORD})
    assert again.status_code == 302


def test_who_has_no_password_chooses_one_without_having_to_tell_it(somebody):
    from urdimbre.web.circuit.entering import seal
    from urdimbre.web.circuit.models import Login

    delia = somebody(DELIA)
    login = Login.objects.get(handle="delia")
    login.password = make_password(None)
    login.save()
    session = delia.session
    session["seal"] = seal(login)
    session.save()

    page = delia.get("/security")
    assert "You have no password" in text(page)
    assert 'name="password"' not in page.content.decode()
    refused = delia.post("/erase", {"what": "offers", "sure": "on", "password": "x"})
    assert refused.status_code in (404, 422)
    changed = delia.post("/security", {"handle": "delia", "new": "seis-o-mas"})

    assert changed.status_code == 302
    assert delia.get("/").status_code == 200
    fits = delia.post("/login", {"handle": "delia", "password": "seis-o-mas"})
    assert fits.status_code == 302


def test_what_happened_stands_there_and_cannot_be_altered_unseen(somebody):
    from urdimbre.web.security.models import SecurityEvent

    ana = somebody(ANA)
    ana.post("/login", {"handle": "ana", "password": "wrong"})
    assert "Each line follows" in text(ana.get("/security?check=1"))
    shown = text(ana.get("/security"))
    assert "Somebody tried to enter with a wrong password." in shown
    assert "Somebody entered with your password." in shown

    line = SecurityEvent.objects.order_by("pk").first()
    SecurityEvent.objects.filter(pk=line.pk).update(at=line.at + 1)
    told = text(ana.get("/security?check=1"))
    SecurityEvent.objects.filter(pk=line.pk).update(at=line.at)

    assert f"Line {line.pk} does not follow" in told
    assert "Each line follows" in text(ana.get("/security?check=1"))


def test_a_line_that_is_taken_out_is_missed(somebody):
    from urdimbre.web.security import log
    from urdimbre.web.security.models import SecurityEvent

    somebody(ANA)
    somebody(BETO)
    lines = list(SecurityEvent.objects.order_by("pk"))
    assert len(lines) > 1

    assert log.first_broken(lines) is None
    assert log.first_broken(lines[1:]) == lines[1].pk


def test_each_sees_her_own_lines_only(somebody, as_member):
    from urdimbre.web.circuit.models import Person
    from urdimbre.web.security import log

    ana, beto = (Person.objects.get(name=name).member for name in (ANA, BETO))
    log.note("code_made", ana, by=beto)

    assert "by Beto Mamani" in text(as_member(ANA, "en").get("/security"))
    assert "A code to enter" not in text(as_member(DELIA, "en").get("/security"))
