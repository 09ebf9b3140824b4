"""Anybody drops a receipt and reads what it proves, and what it does not."""

import json
import random
from base64 import b64decode, b64encode
from dataclasses import replace

import pytest

from tests.adapters import making
from tests.adapters.test_node_key import NEW, change
from tests.web.acting import ANA, BETO, DELIA, GOODS, exchanged, text
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain import notes
from urdimbre.core.federation.witness import Witness


@pytest.fixture
def stranger(place):
    from django.test import Client

    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def receipt(as_member, number_of):
    return exchanged(as_member(ANA), as_member(BETO), "gift", number_of(BETO), GOODS)


@pytest.fixture
def proof(as_member, receipt):
    return as_member(ANA).get(f"{receipt}/proof").content


def dropped(client, content, name="act.tlog-proof"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post("/check", {"file": SimpleUploadedFile(name, content)})


def test_a_stranger_reads_what_her_file_proves(stranger, proof, receipt):
    answer = dropped(stranger, proof)

    shown = text(answer)
    number = receipt.split("/")[-1]
    assert answer.status_code == 200
    assert f"of Circuito de prueba, under number {number}." in shown
    assert "Today's notebook still contains it." in shown
    assert "2 signatures under it are genuine." in shown
    assert "Tortillas de maíz azul" in shown
    assert "no witness has signed the seal" in shown
    assert "comes from the same host" in shown


def test_a_stranger_is_not_told_who_the_members_are(stranger, as_member, proof):
    strange, known = (
        text(dropped(stranger, proof)),
        text(dropped(as_member(DELIA), proof)),
    )

    assert [name for name in (ANA, BETO) if name in strange] == []
    assert f"It was signed by: {ANA}, {BETO}." in known or (
        f"It was signed by: {BETO}, {ANA}." in known
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("es", "Qué demuestra"),
        ("pt", "O que prova"),
        ("en", "What it proves"),
    ],
)
def test_it_is_told_in_three_languages(stranger, proof, language, sentence):
    stranger.defaults["HTTP_ACCEPT_LANGUAGE"] = language

    assert sentence in text(dropped(stranger, proof))


def test_a_pasted_receipt_counts_with_the_line_ends_of_a_form(stranger, proof):
    pasted = proof.decode().replace("\n", "\r\n").strip()

    answer = stranger.post("/check", {"text": f"  \r\n{pasted}"})

    assert "What it proves" in text(answer)


def test_no_form_has_to_be_fetched_first(proof, place):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)

    assert client.cookies == {}
    assert dropped(client, proof).status_code == 200


def lines_of(proof):
    return proof.decode().split("\n")


def flipped(line):
    """The line with one bit of its base64 content changed."""
    head, _, encoded = line.rpartition(" ")
    raw = bytearray(b64decode(encoded))
    raw[len(raw) // 2] ^= 1
    return f"{head} {b64encode(raw).decode()}".strip()


def with_line(proof, number, change):
    lines = lines_of(proof)
    lines[number] = change(lines[number])
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("number", "change", "sentence"),
    [
        (0, lambda _: "c2sp.org/tlog-proof@v2", "This is no receipt"),
        (1, flipped, ""),
        (2, lambda _: "index 1", "does not belong to the seal"),
        (3, flipped, "does not belong to the seal"),
        (-6, lambda _: "urdimbre/" + "0" * 32, ""),
        (-5, lambda line: str(int(line) + 1), ""),
        (-4, flipped, "does not belong to the seal"),
        (-2, flipped, "was not signed by this notebook"),
    ],
)
def test_every_part_of_a_receipt_is_looked_at(
    stranger, proof, number, change, sentence
):
    answer = dropped(stranger, with_line(proof, number, change))

    shown = text(answer)
    if number == -6:
        # Signed by nobody whom this page knows: it says so, and proves little.
        assert "it comes from another circuit" in shown
        return
    assert answer.status_code == 422
    assert "It proves nothing." in shown
    assert sentence in shown


def test_a_text_that_was_not_signed_is_found(stranger, proof):
    def change(line):
        raw = b64decode(line.removeprefix("extra "))
        length = int.from_bytes(raw[:4], "big")
        openings = json.loads(raw[4 + length :])
        for one in openings.values():
            one["payload"] = b'{"0.0":"Oro"}'.hex()
        told = raw[: 4 + length] + json.dumps(openings).encode()
        return f"extra {b64encode(told).decode()}"

    answer = dropped(stranger, with_line(proof, 1, change))

    assert answer.status_code == 422
    assert "is not the one that was signed" in text(answer)


def test_a_genuine_receipt_that_todays_notebook_contradicts_is_an_alarm(
    stranger, proof, monkeypatch
):
    from urdimbre.web import opened

    registry = opened.circuit().registry
    monkeypatch.setattr(type(registry), "continues", lambda *_: False)

    shown = text(dropped(stranger, proof))

    assert "Today's notebook does not contain what this receipt proves." in shown
    assert "still contains it" not in shown


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b'{"0.0": "rice", "0.1": "salt"}', "rice, salt"),
        (b'["rice"]', '["rice"]'),
        (b'{"0.0": "\\ud800"}', "?"),
        (b"[" * 50_000, "["),
        (b"\xff", "\ufffd"),
    ],
)
def test_descriptions_of_goods_are_read_as_words(place, payload, shown):
    from urdimbre.web.notebook.checking import _text

    told = _text({"field": "goods", "payload": payload.hex()})

    assert told.startswith(shown)
    assert told.encode()


def test_todays_notebook_continues_only_what_it_was(place):
    from urdimbre.web import opened

    registry = opened.circuit().registry
    told = notes.parse_checkpoint(notes.parse_note(registry.checkpoint().encode()).text)

    assert registry.continues(told.size, told.root)
    assert not registry.continues(told.size, bytes(32))
    assert not registry.continues(told.size - 1, told.root)
    assert not registry.continues(told.size + 1, told.root)


def test_the_lines_of_witnesses_are_shown_as_what_they_are(
    stranger, proof, monkeypatch
):
    read = notes.parse_proof(proof)
    seed = making.seed_of("witness")
    key = notes.VerifierKey(
        name="testigo.example", kind=notes.COSIGNATURE, key=ed25519.public_key(seed)
    )
    line = notes.cosign_note(
        read.note.text, key, lambda one: ed25519.sign(seed, one), time=1
    )
    cosigned = notes.Note(read.note.text, (*read.note.signatures, line))
    more = notes.proof_bytes(
        notes.Proof(index=read.index, path=read.path, note=cosigned, extra=read.extra)
    )

    shown = text(dropped(stranger, more))

    assert "That these witnesses saw the notebook: testigo.example." in shown
    assert "no witness has signed" not in shown

    from urdimbre.web.notebook import verdict

    row = Witness(key.key.hex(), key.name, "testigo.example", version=1)
    monkeypatch.setattr(verdict, "witnesses", lambda _: [row])
    shown = text(dropped(stranger, more))

    assert "witnesses saw the notebook under this seal: testigo.example." in shown
    assert "this page does not know their keys" not in shown
    monkeypatch.setattr(
        verdict, "witnesses", lambda _: [replace(row, public=making.node().key.hex())]
    )
    assert "this page does not know their keys" in text(dropped(stranger, more))


@pytest.mark.parametrize("content", [b"", b"  \r\n ", b"\0", b"\xff" * 99, b"dear"])
def test_what_is_no_receipt_is_refused_in_a_sentence(stranger, content):
    answer = dropped(stranger, content)

    assert answer.status_code == 422
    assert "It proves nothing." in text(answer)


@pytest.mark.parametrize("length", [(1 << 19) + 1, 1 << 20, 3 << 20])
def test_what_is_too_long_is_refused_before_it_is_kept(stranger, length, monkeypatch):
    from django.core.files import uploadhandler

    monkeypatch.setattr(
        uploadhandler, "TemporaryUploadedFile", lambda *_: pytest.fail("kept on disk")
    )
    answer = dropped(stranger, b"x" * length)

    assert answer.status_code == 413
    assert "This is too long to be a receipt." in text(answer)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=nothing",
        "application/json",
        "text/plain",
        "",
    ],
)
def test_no_body_makes_the_page_fail(stranger, content_type):
    answer = stranger.generic(
        "POST", "/check", b"--x\r\nnonsense %ff=%00\xff", content_type=content_type
    )

    assert 400 <= answer.status_code < 500


def entry_with(proof, act):
    """The receipt with another act in it, so that nothing fits."""
    raw = b64decode(lines_of(proof)[1].removeprefix("extra "))
    entry = bytes((1, 0)) + act
    return len(entry).to_bytes(4, "big") + entry + raw[-2:]


@pytest.mark.parametrize(
    "openings",
    [
        b"[]",
        b"[" * 60_000,
        b"1" * 5_000,
        b'{"a":1}',
        b'{"a":{"salt":1,"payload":"00","field":"x"}}',
        b'{"a":{"salt":"00","payload":"00","field":5}}',
        b'{"a":{"salt":"00","payload":"00","field":"\\ud800"}}',
        b'{"\\ud800":{"salt":"zz","payload":"00","field":"x"}}',
        b"{}\xff",
    ],
)
def test_openings_of_any_shape_break_nothing(stranger, proof, openings):
    raw = b64decode(lines_of(proof)[1].removeprefix("extra "))
    told = raw[: 4 + int.from_bytes(raw[:4], "big")] + openings

    answer = dropped(
        stranger, with_line(proof, 1, lambda _: f"extra {b64encode(told).decode()}")
    )

    assert answer.status_code == 422


@pytest.mark.slow
def test_a_thousand_changed_receipts_are_answered_and_none_breaks_the_page(
    stranger, proof
):
    chance = random.Random(3)
    for _ in range(1_000):
        changed = bytearray(proof)
        for _ in range(chance.choice([1, 1, 2, 8])):
            at = chance.randrange(len(changed))
            cut = slice(at, at + chance.choice([0, 1, 1, 40]))
            changed[cut] = chance.randbytes(chance.choice([0, 1, 1, 3]))
        answer = dropped(stranger, bytes(changed))
        assert answer.status_code in (200, 422)
        if answer.status_code == 200 and bytes(changed).strip() != proof.strip():
            # Only a line that no key of ours has signed may differ unseen.
            assert "it comes from another circuit" in text(answer)


def test_the_picture_on_a_receipt_leads_to_it(as_member, receipt, place):
    page = as_member(ANA).get(receipt).content.decode()
    from urdimbre.web.entries import entry_at

    number = int(receipt.split("/")[-1])
    link = f"http://testserver/check/{number}/{entry_at(number).act.hash}"
    from urdimbre.web.exchanges.picture import picture_of

    assert link in page
    assert picture_of(link) in page
    assert "No names, things or amounts." in page


def test_the_link_says_whether_the_notebook_has_the_act(stranger, receipt, place):
    from urdimbre.web.entries import entry_at

    number = int(receipt.split("/")[-1])
    digest = entry_at(number).act.hash

    found = stranger.get(f"/check/{number}/{digest}")
    other = stranger.get(f"/check/{number - 1}/{digest}")

    assert found.status_code == 200
    assert "The notebook has this act under this number." in text(found)
    assert [name for name in (ANA, BETO, "Tortillas") if name in text(found)] == []
    assert other.status_code == 404
    assert "The notebook has no act with this fingerprint" in text(other)


def test_the_link_takes_a_party_to_her_receipt_and_others_to_the_answer(
    as_member, receipt, place
):
    from urdimbre.web.entries import entry_at

    number = int(receipt.split("/")[-1])
    link = f"/check/{number}/{entry_at(number).act.hash}"

    assert as_member(BETO).get(link)["Location"] == receipt
    assert as_member(DELIA).get(link).status_code == 200


@pytest.mark.parametrize(
    "path", ["5/x", f"5/{'0' * 64}", f"5/{'A' * 64}", f"{'9' * 30}/{'0' * 64}"]
)
def test_a_link_that_leads_nowhere(stranger, path):
    assert stranger.get(f"/check/{path}").status_code == 404


def test_what_other_programs_need_stands_on_the_notebook_page(as_member, place):
    from urdimbre.web import opened

    registry = opened.circuit().registry
    shown = text(as_member(ANA).get("/notebook"))

    assert registry.genesis in shown
    assert registry.node_key.hex() in shown


def test_a_checkpoint_under_an_earlier_key_is_known_by_it(tmp_path):
    """The last block gave the node another key, and the old one sealed it."""
    from urdimbre.web.notebook.log_keys import key_of, log_keys

    circuit = making.found(tmp_path)
    circuit.record(change(circuit))
    registry = circuit.registry
    note = notes.parse_note(registry.checkpoint().encode())
    old, new = (bytes.fromhex(making.public_of(one)) for one in (making.NODE, NEW))

    assert registry.node_key == new
    assert key_of(registry, note).key == old
    assert log_keys(registry, note) == [new, old]
    registry.close()


def test_the_key_in_force_is_all_that_is_needed_as_a_rule(place):
    from urdimbre.web import opened
    from urdimbre.web.notebook.log_keys import log_keys

    registry = opened.circuit().registry
    note = notes.parse_note(registry.checkpoint().encode())

    assert log_keys(registry, note) == [registry.node_key]
