"""Lines that are no acts: what is answered, where the fault lies, what is kept."""

import json

import pytest

from tests.cli.club import refused, urdimbre

REFUSED = ["line", "id", "ok", "code", "message", "hint"]


@pytest.mark.parametrize(
    "raw",
    [
        b"\n",
        b"{\n",
        b"[]\n",
        b"null\n",
        b"{}\n",
        b'{"act": {}, "more": 1}\n',
        b'{"act": {}, "act": {}}\n',
        b'{"act": []}\n',
        b'{"act": 7}\n',
        b'{"act": "{"}\n',
        b'{"act": "\xc3\xb1"}\n',
        b'{"act": {"name": "\\ud800"}}\n',
        b'{"act": {"n": NaN}}\n',
        b'{"act": ' + b"[" * 100_000 + b"}\n",
        b'{"act": {}, "signatures": {}}\n',
        b'{"act": {}, "signatures": [{}]}\n',
        b'{"act": {}, "sign_with": "ana"}\n',
        b'{"act": {}, "sign_with": ["ana"]}\n',
        b'{"act": {}, "private": [{}]}\n',
        b'{"act": {}}\n',
        '{"act": "año"}\n'.encode("latin-1"),
        b"{" + b" " * (1 << 20) + b"}\n",
    ],
)
def test_a_line_that_is_none_is_malformed_and_names_itself(club, raw):
    before = club.size()

    ran = club.record(raw, club.barter("ana", "beto", 100))

    answer = ran.lines[0]
    assert ran.code == 4
    assert list(answer) == REFUSED
    assert (answer["line"], answer["id"]) == (1, None)
    assert (answer["ok"], answer["code"]) == (False, "malformed")
    assert ran.lines[-1]["ok"] is True
    assert club.size() == before + 2


def test_a_file_in_another_encoding_records_nothing(club):
    lines = json.dumps(club.barter("ana", "beto", 100)) + "\n"
    before = club.size()

    ran = club.record((lines * 2).encode("utf-16"))

    assert ran.code == 4
    assert {answer["code"] for answer in ran.lines} == {"malformed"}
    assert club.size() == before


def test_a_half_written_last_line_records_nothing_of_itself(club):
    whole = json.dumps(club.barter("ana", "beto", 100)).encode()

    ran = club.record(whole + b"\n", whole[: len(whole) // 2])

    assert [(a["line"], a["ok"]) for a in ran.lines] == [(1, True), (2, False)]
    assert ran.lines[1]["code"] == "malformed"
    assert "cut short" in ran.lines[1]["message"]
    assert club.balance("ana") == -100


def test_a_last_line_without_its_end_is_taken(club):
    ran = club.record(json.dumps(club.barter("ana", "beto", 100)).encode())

    assert ran.code == 0


def test_a_byte_order_mark_is_no_part_of_the_first_line(club):
    whole = json.dumps(club.barter("ana", "beto", 100)).encode()

    ran = club.record(b"\xef\xbb\xbf" + whole + b"\r\n")

    assert ran.code == 0


@pytest.mark.parametrize("minor", [0, -5, 2**53, 1.5, "5", True, None])
def test_a_wrong_amount(club, minor):
    line = club.barter("ana", "beto", 100)
    line["act"]["body"]["deals"][0]["moves"][1]["quantity"] = minor

    answer = refused(club, line)

    assert answer["code"] == "malformed"
    assert "quantity" in answer["message"]


@pytest.mark.parametrize("digits", [17, 21, 31, 4000])
def test_a_number_that_is_too_large_is_told_with_its_field(club, digits):
    line = club.barter("ana", "beto", 100)
    line["act"]["body"]["deals"][0]["moves"][1]["quantity"] = int("9" * digits)

    answer = refused(club, line)

    assert answer["id"] == line["act"]["id"]
    assert "at body.deals.0.moves.1.quantity: must lie within" in answer["message"]


def test_a_number_of_endless_digits_is_told_as_such(club):
    raw = json.dumps(club.barter("ana", "beto", 100)).encode()
    raw = raw.replace(b'"quantity": 100', b'"quantity": ' + b"9" * 5000)

    answer = refused(club, raw)

    assert (answer["code"], answer["id"]) == ("malformed", None)
    assert "a number has too many digits" in answer["message"]


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "it is not UTF-8 text, from byte 11 on"),
        ("es", "no es texto UTF-8 desde el byte 11"),
        ("pt", "não é texto UTF-8 a partir do byte 11"),
    ],
)
def test_a_line_in_another_encoding_says_where_and_what_to_do(club, language, reason):
    path = club.write('{"act": "aña"}\n'.encode("latin-1"))

    ran = urdimbre("record", club.path, path, "--json", "--lang", language)

    assert reason in ran.lines[0]["message"]
    assert "UTF-8" in ran.lines[0]["hint"]


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "body.day: must lie within 0 and"),
        ("es", "body.day: tiene que estar entre 0 y"),
        ("pt", "body.day: tem que estar entre 0 e"),
    ],
)
def test_what_the_rules_cannot_read_is_told_in_the_reader_s_language(
    club, language, reason
):
    act = json.loads(club.barter_act("ana", "beto", 100))
    act["body"]["day"] = -1
    line = club.signed(json.dumps(act).encode(), "ana", "beto")

    ran = urdimbre("record", club.path, club.write(line), "--json", "--lang", language)

    assert ran.lines[0]["code"] == "malformed"
    assert reason in ran.lines[0]["message"]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("more", 1, "more has no place there, only act, signatures, private"),
        ("signatures", {}, "signatures: a list is needed"),
        ("signatures", [7], "signatures.0: an object is needed"),
        ("signatures", [{"member": "a"}], "signatures.0.key_id is missing"),
        ("sign_with", [7], "sign_with.0: a member is needed"),
        ("sign_with", ["ana"], "sign_with.0: hex of 16 bytes is needed"),
        ("private", [{"field": "a"}], "private.0.salt is missing"),
        (
            "private",
            [{"field": "a", "salt": "00" * 16}],
            "private.0: one text payload, or payload_hex, is needed",
        ),
        (
            "private",
            [{"field": "a", "salt": "00" * 16, "payload": "x", "payload_hex": "00"}],
            "private.0: one text payload, or payload_hex, is needed",
        ),
        (
            "private",
            [{"field": "a", "salt": "00" * 16, "payload": "x", "text": ""}],
            "private.0.text has no place there, only field, salt, payload",
        ),
    ],
)
def test_a_field_that_is_wrong_is_named(club, field, value, reason):
    answer = refused(club, club.barter("ana", "beto", 100) | {field: value})

    assert answer["code"] == "malformed"
    assert reason in answer["message"]
