"""Browsers that show that something is new: sealed, quiet, and only the known ones."""

import http.client
import json
import time
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.push_catcher import PushCatcher, Subscriber, claims, unb64
from tests.web.acting import ANA, BARTER, BETO, confirm, propose, text
from tests.web.allowing import member_of
from tests.web.notices.conftest import mail_file, wants
from urdimbre.adapters import push

MINUTE, HOUR, DAY = 60, 3600, 86_400
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.fixture
def catcher(monkeypatch):
    """All push services of the world, here."""
    with PushCatcher() as server:

        def connection(_where, **more):
            return http.client.HTTPConnection(*server.server_address, **more)

        monkeypatch.setattr(push, "HTTPSConnection", connection)
        yield server


def device(name=BETO):
    from urdimbre.web.notices.models import Device

    return Device.objects.filter(person=member_of(name)).first()


def added(client, endpoint=ENDPOINT):
    """Have a browser tell its member; return the browser."""
    found = Subscriber()
    answer = client.post("/notices/devices/add", found.typed(endpoint))
    assert answer.status_code == 302, text(answer)
    return found


def something_new(as_member, number_of):
    ana = as_member(ANA)
    confirm(ana, propose(ana, "barter", number_of(BETO), BARTER))


def passed(ahead=0):
    from urdimbre.web.notices import posting

    return posting.post_once(int(time.time()) + ahead)


def test_the_example_of_the_standard_comes_out_to_the_byte():
    """RFC 8291, appendix A."""
    one = push.from_text("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    to = push.Browser(
        endpoint=ENDPOINT,
        public=push.from_text(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6"
            "SRpkNtoIAiw4"
        ),
        secret=push.from_text("BTBZMqHH6r4Tts7J_aSIgg"),
    )

    sealed = push.sealed(
        b"When I grow up, I want to be a watermelon",
        to,
        key=ec.derive_private_key(int.from_bytes(one), ec.SECP256R1()),
        salt=push.from_text("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert push.as_text(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3"
        "vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuw"
        "XPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_what_is_sent_is_sealed_quiet_and_says_who_sends(
    as_member, number_of, catcher, place
):
    beto = as_member(BETO)
    browser = added(beto)
    mail_file(place, port=1)
    something_new(as_member, number_of)

    passed()

    ((path, headers, body),) = catcher.taken
    assert path == "/fcm/send/abc"
    assert json.loads(browser.opened(body)) == {"text": "Hay algo nuevo"}
    assert b"Ana" not in body
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["TTL"] == str(DAY)
    assert headers["Topic"] == "urdimbre"
    told = claims(headers["Authorization"])
    assert told["aud"] == "https://fcm.googleapis.com"
    assert 0 < told["exp"] - time.time() <= 12 * HOUR
    assert told["sub"] == "mailto:c@circuito.example"
    page = beto.get("/notices/devices").content.decode()
    assert f'data-push="{told["key"]}"' in page
    assert len(unb64(told["key"])) == 65


def test_a_device_is_told_without_any_mail_server_and_once(
    as_member, number_of, catcher
):
    added(as_member(BETO))
    something_new(as_member, number_of)

    passed()
    passed(HOUR)

    assert len(catcher.taken) == 1
    assert "sub" not in claims(catcher.taken[0][1]["Authorization"])


def test_what_comes_soon_after_waits_and_goes_together(as_member, number_of, catcher):
    added(as_member(BETO))
    something_new(as_member, number_of)
    passed()
    something_new(as_member, number_of)
    something_new(as_member, number_of)
    passed(14 * MINUTE)
    assert len(catcher.taken) == 1

    passed(15 * MINUTE + 2)

    assert len(catcher.taken) == 2


def test_the_language_is_hers(as_member, number_of, catcher):
    from urdimbre.web.circuit.models import Login

    browser = added(as_member(BETO))
    Login.objects.filter(handle="beto").update(language="pt")
    something_new(as_member, number_of)

    passed()

    assert json.loads(browser.opened(catcher.taken[0][2]))["text"] == "Há novidades"


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_browser_that_is_gone_is_forgotten(as_member, number_of, catcher, status):
    added(as_member(BETO))
    something_new(as_member, number_of)
    catcher.status = status

    passed()

    assert device() is None


@pytest.mark.parametrize("status", [307, 400, 429, 500])
def test_one_that_does_not_answer_is_tried_again_more_rarely_and_then_left(
    as_member, number_of, catcher, status
):
    from urdimbre.web.notices import devices

    added(as_member(BETO))
    something_new(as_member, number_of)
    catcher.status = status
    passed()
    waits = []
    while device().waiting and len(waits) < 9:
        waits.append(device().next_at)
        assert devices.push_waiting(device().next_at - 1, about="") == 0
        devices.push_waiting(device().next_at, about="")

    tried = [path for path, _, _ in catcher.taken]
    assert tried == ["/fcm/send/abc"] * 5
    assert [b - a for a, b in pairwise(waits)] == [300, 1800, 7200]
    assert not device().waiting


def test_a_program_killed_meanwhile_leaves_it_to_the_next(
    as_member, number_of, catcher, monkeypatch
):
    class Killed(BaseException):
        pass

    def killed(*_, **__):
        raise Killed

    added(as_member(BETO))
    something_new(as_member, number_of)
    with monkeypatch.context() as patched:
        patched.setattr(push, "push", killed)
        with pytest.raises(Killed):
            passed()

    passed(9 * MINUTE)
    assert catcher.taken == []
    passed(10 * MINUTE + 2)

    assert len(catcher.taken) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/a",
        "https://127.0.0.1/a",
        "https://localhost/a",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com.evil.example/a",
        "https://evilfcm.googleapis.com/a",
        "https://user@fcm.googleapis.com/a",
        "https://fcm.googleapis.com:22/a",
        "https://fcm.googleapis.com:x/a",
        "https://[fcm.googleapis.com/a",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/a\r\nX: y",
        "https://fcm.googleapis.com/" + "a" * 1000,
        "",
    ],
)
def test_only_known_services_are_ever_asked(as_member, endpoint):
    answer = as_member(BETO).post("/notices/devices/add", Subscriber().typed(endpoint))

    assert answer.status_code == 422
    assert "uses a service that this circuit does not know" in text(answer)
    assert device() is None


@pytest.mark.parametrize(
    "endpoint",
    [
        ENDPOINT,
        "https://updates.push.services.mozilla.com/wpush/v2/a",
        "https://web.push.apple.com/a",
        "https://wns2-by3p.notify.windows.com/w/?token=a",
        "https://fcm.googleapis.com:443/a",
    ],
)
def test_the_services_of_the_usual_browsers_are_known(as_member, endpoint):
    added(as_member(BETO), endpoint)

    assert device().endpoint == endpoint


@pytest.mark.parametrize(
    "more",
    [
        {"public": ""},
        {"public": "ñ"},
        {"public": "A" * 87},
        {"secret": "AAAA"},
        {"secret": "x"},
    ],
)
def test_keys_that_are_none_are_refused(as_member, more):
    typed = Subscriber().typed(ENDPOINT) | more

    assert as_member(BETO).post("/notices/devices/add", typed).status_code == 422


def test_a_browser_belongs_to_who_used_it_last(as_member):
    added(as_member(BETO))
    added(as_member(ANA))

    assert device(BETO) is None
    assert device(ANA).endpoint == ENDPOINT


def test_more_than_ten_devices_are_not_kept_and_the_oldest_goes(as_member):
    from urdimbre.web.notices.models import Device

    beto = as_member(BETO)
    for number in range(11):
        added(beto, f"{ENDPOINT}{number}")
        Device.objects.filter(endpoint=f"{ENDPOINT}{number}").update(made=number)

    left = Device.objects.values_list("endpoint", flat=True)
    assert len(left) == 10
    assert f"{ENDPOINT}0" not in left


def test_she_ends_one_of_hers_and_nobody_elses(as_member):
    beto = as_member(BETO)
    added(beto)
    number = device().pk

    as_member(ANA).post("/notices/devices/end", {"device": number})
    for odd in ("", "x", "²", "9" * 30):
        assert beto.post("/notices/devices/end", {"device": odd}).status_code == 302
    assert device() is not None
    beto.post("/notices/devices/end", {"device": number})

    assert device() is None


def test_she_chooses_what_is_shown_on_her_devices(as_member, number_of, catcher):
    from urdimbre.web.notices.kinds import KINDS

    beto = as_member(BETO)
    assert "On my devices" not in text(beto.get("/notices/kinds"))
    added(beto)
    usual = [kind.code for kind in KINDS if kind.mail == "now"]
    page = beto.get("/notices/kinds").content.decode()
    shown = [one for one in usual if f'value="{one}"' in page]
    assert shown == usual
    chosen = {kind.code: kind.mail for kind in KINDS}
    without = [one for one in usual if one != "waiting"]

    beto.post("/notices/kinds", chosen | {"devices": without})
    something_new(as_member, number_of)
    passed()
    assert catcher.taken == []
    beto.post("/notices/kinds", chosen | {"devices": [*usual, "decided"]})
    something_new(as_member, number_of)
    passed()

    assert len(catcher.taken) == 1


@pytest.mark.parametrize(
    ("kind", "wish", "shown"),
    [
        ("waiting", None, True),
        ("waiting", "", True),
        ("waiting", "no", False),
        ("decided", None, False),
        ("decided", "yes", True),
    ],
)
def test_what_is_shown_on_devices(place, kind, wish, shown):
    from urdimbre.web.notices.gathering import pushes

    assert pushes(kind, wish) == shown


def test_mail_and_devices_are_two_ways_of_one_notice(
    as_member, number_of, catcher, smtp
):
    wants(BETO)
    added(as_member(BETO))
    something_new(as_member, number_of)

    assert passed() == 1

    assert (len(smtp.letters), len(catcher.taken)) == (1, 1)


def test_the_key_is_made_once_and_only_its_owner_reads_it(place):
    first = push.public_of(push.own_key(place))

    assert push.public_of(push.own_key(place)) == first
    file = place / "keys" / "push"
    assert file.stat().st_mode & 0o077 == 0
    assert [one.name for one in file.parent.glob(".push*")] == []


def test_without_the_extra_the_page_says_so(as_member, monkeypatch):
    from urdimbre.web.notices import devices

    monkeypatch.setattr(devices, "library", lambda: None)
    beto = as_member(BETO)

    page = text(beto.get("/notices/devices"))

    assert "This circuit tells no devices" in page
    typed = Subscriber().typed(ENDPOINT)
    assert beto.post("/notices/devices/add", typed).status_code == 422
    assert passed() == 0


def test_devices_go_with_her_name(as_member):
    from urdimbre.web import opened

    added(as_member(BETO))
    member = member_of(BETO)

    opened.circuit().desk.erase_person(member)

    from urdimbre.web.notices.models import Device

    assert not Device.objects.filter(person=member).exists()


@pytest.mark.parametrize(
    "host",
    [f"{'a' * 64}.push.apple.com", ".push.apple.com", "a..push.apple.com"],
)
def test_a_name_that_no_machine_can_have_hinders_nobody_elses_notices(
    as_member, number_of, host
):
    """Looking such a name up is an error of its own kind; no name is looked up here."""
    from urdimbre.web.notices.models import Device

    added(as_member(BETO))
    typed = Subscriber().typed(f"https://{host}/a")
    assert as_member(BETO).post("/notices/devices/add", typed).status_code == 422
    Device.objects.update(endpoint=f"https://{host}/a")  # as it was taken before
    something_new(as_member, number_of)

    assert passed() == 0

    assert device() is None
