"""Keys in an app or a device made for it: bytes go out, a signature comes back."""

import re
import subprocess
import sys
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.house.tree import ROOT
from tests.stamper import openssl
from tests.web.acting import BARTER, GOODS, propose, text
from tests.web.keyring import FUND, Device, confirm, key_ids, member_of
from tests.web.keyring import with_device as with_key_in_a_browser
from tests.web.place import NAMES, PASSWORD
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain.entry import key_id

ANA, BETO, CARLA, DELIA = NAMES
PROGRAM = ROOT / "tools" / "sign_act.py"


def program(*arguments, typed=""):
    """Run the program that signs, as somebody would on another machine."""
    return subprocess.run(
        [sys.executable, str(PROGRAM), *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd="/",
        input=typed,
        text=True,
    )


def sheet_of(client, draft, key):
    """The page that gives out the bytes, and the bytes."""
    page = f"{draft}/apart/{key}"
    return page, client.get(f"{page}/bytes").content


def signed_apart(client, draft, seed, *, password=PASSWORD):
    """Sign a draft with a key that only the test has."""
    key = key_id(ed25519.public_key(seed).hex())
    page, message = sheet_of(client, draft, key)
    typed = {"signature": ed25519.sign(seed, message).hex(), "password": password}
    return client.post(page, typed)


def with_apart(client, *, custody="hardware"):
    """Register a key kept apart; returns its seed."""
    one = Device()
    typed = {"custody": custody, "public": one.public}
    draft = client.post("/keys/apart", typed)["Location"]
    assert signed_apart(client, draft, one.seed)["Location"] == draft
    assert confirm(client, draft)["Location"].startswith("/receipts/")
    return one.seed


# ------------------------------------------------------------------------ registering
def test_a_key_kept_apart_is_registered_by_its_own_signature_and_signs(
    as_member, number_of
):
    ana, delia = as_member(ANA), as_member(DELIA)
    seed = with_apart(ana)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)

    assert signed_apart(ana, draft, seed)["Location"] == draft
    receipt = confirm(delia, draft)["Location"]

    assert "Ana Quispe key in a device made for it" in text(delia.get(receipt))
    assert "In a device made for it" in text(ana.get("/keys"))


def test_without_the_signature_of_the_new_key_it_is_not_registered(as_member):
    ana = as_member(ANA)
    one = Device()
    typed = {"custody": "app", "public": one.public}
    draft = ana.post("/keys/apart", typed)["Location"]

    assert confirm(ana, draft)["Location"] == draft
    assert len(key_ids(ana)) == 1
    assert "The new key must sign as well" in text(ana.get(draft))
    answer = signed_apart(ana, draft, one.seed)

    assert answer["Location"].startswith("/receipts/")
    assert len(key_ids(ana)) == 2


def pem(public):
    body = b64encode(bytes.fromhex("302a300506032b6570032100" + public)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


WAYS = {
    "hex": str,
    "capitals in groups": lambda public: re.sub("(.{8})", r"\1 ", public).upper(),
    "base64": lambda public: b64encode(bytes.fromhex(public)).decode(),
    "base64 of addresses": lambda public: (
        b64encode(bytes.fromhex(public), b"-_").decode().rstrip("=")
    ),
    "pem": pem,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_public_key_is_read_in_each_form_that_programs_write(as_member, way):
    ana = as_member(ANA)
    one = Device()

    draft = ana.post("/keys/apart", {"custody": "app", "public": WAYS[way](one.public)})

    assert f"A further key: {one.id}, key in an app." in text(
        ana.get(draft["Location"])
    )


ODD = (
    "00" * 32,
    "hello",
    "ab" * 31,
    "ñ" * 20,
    pem("00" * 32),
    b64encode(bytes(44)).decode(),
)


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_sound_key_is_refused_beside_its_field(as_member, odd):
    answer = as_member(ANA).post("/keys/apart", {"custody": "app", "public": odd})

    assert answer.status_code == 422
    assert "is not a sound Ed25519 key." in text(answer)


def test_a_key_of_somebody_else_is_refused(as_member):
    from urdimbre.web import opened

    (held,) = opened.circuit().registry.state.of("key", member_of(BETO))
    typed = {"custody": "app", "public": held.public}

    answer = as_member(ANA).post("/keys/apart", typed)

    assert answer.status_code == 422
    assert "has been used before." in text(answer)


# ----------------------------------------------------------------------- the signature
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_a_signature_that_does_not_fit_is_refused_in_three_languages(
    as_member, number_of, language
):
    seed = with_apart(as_member(ANA))
    ana, delia = as_member(ANA, language), as_member(DELIA)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    page, message = sheet_of(ana, draft, key_id(ed25519.public_key(seed).hex()))
    of_the_base64 = ed25519.sign(seed, b64encode(message))

    false = ana.post(page, {"signature": of_the_base64.hex()})
    short = ana.post(page, {"signature": "abc"})
    nothing = ana.post(page, {})

    assert [one.status_code for one in (false, short, nothing)] == [422] * 3
    assert FALSE[language] in text(false)
    assert SHORT[language] in text(short)
    assert SHORT[language] in text(nothing)
    assert delia.get(draft).status_code == 404


FALSE = {
    "en": "The signature of Ana Quispe does not fit the act.",
    "es": "La firma de Ana Quispe no corresponde al acto.",
    "pt": "A assinatura de Ana Quispe não corresponde ao ato.",
}
SHORT = {
    "en": "This is no signature: an Ed25519 signature has 64 bytes.",
    "es": "Esto no es una firma: una firma Ed25519 tiene 64 bytes.",
    "pt": "Isto não é uma assinatura: uma assinatura Ed25519 tem 64 bytes.",
}


def test_acts_on_keys_ask_for_her_password_here_too(as_member):
    ana = as_member(ANA)
    one = Device()
    typed = {"custody": "app", "public": one.public}
    draft = ana.post("/keys/apart", typed)["Location"]

    answer = signed_apart(ana, draft, one.seed, password="guess")

    assert answer.status_code == 422
    assert "That is not your password." in text(answer)


def test_the_page_shows_the_same_bytes_in_every_form(as_member, number_of):
    ana = as_member(ANA)
    seed = with_apart(ana)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    page, message = sheet_of(ana, draft, key_id(ed25519.public_key(seed).hex()))

    shown = ana.get(page).content.decode()

    assert message.startswith(b"urdimbre/act/v1\0")
    assert b64encode(message).decode() in shown
    assert message.hex() in shown
    assert sha256(message).hexdigest() in shown
    assert '<figure class="qr"><svg' in shown
    assert "Tortillas de maíz azul" in shown
    assert len(shown.encode()) <= 40_000


@pytest.mark.parametrize(("spare", "drawn"), [(0, True), (-1, False)])
def test_a_long_act_has_a_file_and_no_picture(
    as_member, number_of, monkeypatch, spare, drawn
):
    from urdimbre.web.exchanges import apart

    ana = as_member(ANA)
    seed = with_apart(ana)
    draft = propose(ana, "barter", number_of(DELIA), BARTER)
    page, message = sheet_of(ana, draft, key_id(ed25519.public_key(seed).hex()))
    monkeypatch.setattr(apart, "PICTURE_BYTES_MAX", len(message) + spare)

    shown = ana.get(page).content.decode()

    assert ("In the picture: the bytes in base64." in shown) == drawn
    assert ("There are too many bytes for a picture." in shown) == (not drawn)


def test_nobody_elses_bytes_are_given_out(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    seed = with_apart(ana)
    key = key_id(ed25519.public_key(seed).hex())
    draft = propose(ana, "gift", number_of(DELIA), GOODS)

    assert beto.get(f"{draft}/apart/{key}/bytes").status_code == 404
    assert beto.get(f"{draft}/apart/{key}").status_code == 404
    assert ana.get(f"{draft}/apart/{'0' * 16}/bytes").status_code == 404
    assert ana.get(f"{draft}/apart/{'0' * 16}")["Location"] == draft


def test_a_browser_is_not_asked_for_a_key_kept_apart(as_member, number_of):
    ana = as_member(ANA)
    with_apart(ana)
    alone = ana.get(propose(ana, "gift", number_of(DELIA), GOODS)).content.decode()
    device = with_key_in_a_browser(ana)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    both = ana.get(draft).content.decode()

    assert "data-act" not in alone
    assert f'data-own="{device.id}"' in both
    assert confirm(ana, draft, device, by="device")["Location"] == draft


def test_a_fund_is_signed_with_a_key_kept_apart_under_its_policy(as_member, number_of):
    ana, beto, delia = as_member(ANA), as_member(BETO), as_member(DELIA)
    seed = with_apart(ana)
    for one in (ana, beto):
        one.post("/acting/choose", {"member": member_of(FUND)})
    draft = propose(ana, "gift", number_of(DELIA), GOODS)

    assert signed_apart(ana, draft, seed)["Location"] == draft
    assert confirm(beto, draft)["Location"] == draft
    assert confirm(delia, draft)["Location"].startswith("/receipts/")


def test_she_who_has_lost_all_is_given_a_key_that_is_kept_apart(
    as_member, number_of, later
):
    ana, beto = as_member(ANA), as_member(BETO)
    of = {"of": [member_of(BETO)], "need": 1}
    confirm(ana, ana.post("/keys/guardians", of)["Location"])
    one = Device()
    begin = f"/keys/recovery/{number_of(ANA)}/begin"

    draft = ana.post(begin, {"public": pem(one.public), "custody": "hardware"})
    draft = draft["Location"]
    assert beto.get(draft).status_code == 404
    assert "Yes, I sign" not in text(ana.get(draft))
    assert signed_apart(ana, draft, one.seed)["Location"] == draft
    assert confirm(beto, draft)["Location"].startswith("/receipts/")
    later(72 * 3600 + 1)
    ana = as_member(ANA)  # so long away, she shows again that it is she

    gift = propose(ana, "gift", number_of(DELIA), GOODS)
    assert signed_apart(ana, gift, one.seed)["Location"] == gift


# ------------------------------------------------------------------------- with tools
def test_the_program_makes_a_key_shows_the_act_and_signs_it(
    as_member, number_of, tmp_path
):
    ana, delia = as_member(ANA), as_member(DELIA)
    key, bytes_file = tmp_path / "my-key.pem", tmp_path / "bytes"
    public = program("new", key).stdout.strip()
    typed = {"custody": "app", "public": public}
    draft = ana.post("/keys/apart", typed)["Location"]
    page, message = sheet_of(ana, draft, key_id(public))
    bytes_file.write_bytes(message)

    no = program("sign", key, bytes_file, typed="no\n")
    yes = program("sign", key, bytes_file, typed="yes\n")
    ana.post(page, {"signature": yes.stdout, "password": PASSWORD})
    assert confirm(ana, draft)["Location"].startswith("/receipts/")
    gift = propose(ana, "gift", number_of(DELIA), GOODS)
    page, message = sheet_of(ana, gift, key_id(public))
    bytes_file.write_bytes(message)
    given = program("sign", key, bytes_file, "--yes").stdout

    assert (no.returncode, no.stdout) == (130, "")
    assert f'"key": "{public}"' in yes.stderr
    assert f"you sign as: {member_of(ANA)}" in yes.stderr
    assert key.stat().st_mode & 0o777 == 0o600
    assert program("public", key).stdout.strip() == public
    assert ana.post(page, {"signature": given})["Location"] == gift
    assert confirm(delia, gift)["Location"].startswith("/receipts/")


def test_the_program_signs_nothing_but_acts_and_never_writes_over_a_key(tmp_path):
    key, other = tmp_path / "key.pem", tmp_path / "other"
    program("new", key)
    before = key.read_bytes()
    odd = [b"urdimbre/login/v1\0" + bytes(100), b"urdimbre/act/v1\0" + bytes(20)]
    odd.append(b"urdimbre/act/v1\0" + bytes(64) + b'{"a": 1}')

    for content in odd:
        other.write_bytes(content)
        told = program("sign", key, other, "--yes")
        assert (told.returncode, told.stdout) == (2, ""), content
    assert program("sign", other, other).returncode == 2
    assert program("new", key).returncode == 2
    assert key.read_bytes() == before


@pytest.mark.parametrize("by_file", [True, False])
def test_openssl_signs_as_the_page_tells(as_member, number_of, tmp_path, by_file):
    ana, delia = as_member(ANA), as_member(DELIA)
    key, bytes_file, signature = (tmp_path / one for one in ("key", "act", "signature"))
    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    public = openssl("pkey", "-in", key, "-pubout")

    def handed_in(draft, short):
        page, message = sheet_of(ana, draft, short)
        bytes_file.write_bytes(message)
        where = ("-in", bytes_file, "-out", signature)
        openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, *where)
        made = signature.read_bytes()
        typed = {"file": SimpleUploadedFile("signature", made)}
        if not by_file:
            typed = {"signature": b64encode(made).decode()}
        return ana.post(page, {**typed, "password": PASSWORD})

    typed = {"custody": "app", "public": public}
    draft = ana.post("/keys/apart", typed)["Location"]
    body = "".join(public.split("-----")[2].split())
    short = key_id(b64decode(body)[-32:].hex())
    assert handed_in(draft, short)["Location"] == draft
    assert confirm(ana, draft)["Location"].startswith("/receipts/")
    gift = propose(ana, "gift", number_of(DELIA), GOODS)

    assert handed_in(gift, short)["Location"] == gift
    assert confirm(delia, gift)["Location"].startswith("/receipts/")


def test_a_file_that_is_no_signature_is_told_beside_it(as_member, number_of):
    ana = as_member(ANA)
    seed = with_apart(ana)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    page, _ = sheet_of(ana, draft, key_id(ed25519.public_key(seed).hex()))

    for content in (b"\xff" * 63, b"x" * 5000, b"hello"):
        file = SimpleUploadedFile("signature", content)
        answer = ana.post(page, {"file": file})
        assert answer.status_code == 422
        assert "This is no signature" in text(answer)
