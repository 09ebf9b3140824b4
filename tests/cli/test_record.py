"""Recording lines: what is answered, and what happens to every kind of bad line."""

import json
import secrets
import subprocess
import time

import pytest

from tests.cli.club import (
    SIGN,
    id_of,
    new_id,
    process,
    refused,
    running,
    seed_of,
    urdimbre,
)
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.keys import ed25519
from urdimbre.core import drafting
from urdimbre.core.chain.entry import act_hash, commitment, key_id

ANSWERED = ["line", "id", "ok", "height", "index"]
REFUSED = ["line", "id", "ok", "code", "message", "hint"]


def test_a_recorded_line_is_answered_with_its_place(club):
    line = club.barter("ana", "beto", 500)

    ran = club.record(line)

    (answer,) = ran.lines
    assert ran.code == 0
    assert list(answer) == ANSWERED
    assert (answer["line"], answer["id"], answer["ok"]) == (1, line["act"]["id"], True)
    assert answer["index"] == club.size() - 2
    assert club.balance("ana") == -500


def test_answers_come_in_the_order_of_the_lines(club):
    lines = [club.barter("ana", "beto", 1) for _ in range(450)]
    lines[3:3] = [b"{\n"]
    lines[300:300] = [b"[]\n"]

    ran = club.record(*lines)

    assert [answer["line"] for answer in ran.lines] == list(range(1, 453))
    assert [a["line"] for a in ran.lines if not a["ok"]][:2] == [4, 301]


def test_an_act_may_be_given_as_its_canonical_text(club):
    line = club.barter("ana", "beto", 500)
    text = json.dumps(line["act"], sort_keys=True, separators=(",", ":"))

    ran = club.record(line | {"act": text})

    assert ran.code == 0


def test_a_later_line_may_build_on_an_earlier_one(club):
    ran = club.record(club.admission("dora"), club.barter("ana", "dora", 100))

    assert ran.code == 0
    assert club.balance("dora") == 100


def test_an_empty_file_is_no_error(club):
    ran = club.record()

    assert (ran.code, ran.out) == (0, "")


def test_refused_lines_do_not_stop_the_others(club):
    ran = club.record(
        club.barter("ana", "beto", 900_00),
        club.barter("ana", "beto", 100),
    )

    assert ran.code == 4
    assert [answer["ok"] for answer in ran.lines] == [False, True]
    assert club.balance("beto") == 100


def test_a_key_that_does_not_open_concerns_its_line_only(club):
    (club.path / "keys" / "kek").write_bytes(bytes(32))
    body = {
        "basis": "founders",
        "effects": [{"effect": "parameter", "name": "draft_days", "value": 7}],
    }

    ran = club.record(
        club.barter("ana", "beto", 1),
        club.by_common("decision", body),
        club.barter("ana", "beto", 2),
    )

    assert ran.code == 4
    assert [one["ok"] for one in ran.lines] == [True, False, True]
    assert ran.lines[1]["code"] == "seal_damaged"
    assert "keys/kek" in ran.lines[1]["hint"]


def test_an_unknown_member(club):
    answer = refused(club, club.barter("ana", "nobody", 100))

    assert answer["code"] == "unknown_member"
    assert id_of("nobody") in answer["message"]


def test_a_limit_crossed_names_what_is_still_available(club):
    club.record(club.barter("ana", "beto", 150_00))

    answer = refused(club, club.barter("ana", "carla", 50_01))

    assert answer["code"] == "over_credit_limit"
    assert "-200.01 SOL" in answer["message"]
    assert "50.00 SOL" in answer["hint"]


def test_a_consent_missing(club):
    act = club.barter_act("ana", "beto", 100)

    answer = refused(club, club.signed(act, "ana"))

    assert answer["code"] == "consent_missing"
    assert id_of("beto") in answer["message"]


def test_a_consent_beyond_its_cap(club):
    now = int(time.time())
    mandate = {
        "id": new_id(),
        "principal": id_of("ana"),
        "agents": [id_of("carla")],
        "purpose": "act",
        "kinds": ["exchange"],
        "from": now - 10,
        "until": now + 86_400,
        "unit": SIGN,
        "max_each": 5_00,
    }
    granted = club.record(club.signed(club.draft("mandate", mandate, "ana"), "ana"))
    assert granted.code == 0, granted
    act = club.barter_act("ana", "beto", 5_01, id_=new_id())
    under = club.signed(act, "beto")
    text = _signature(club, act, "carla", mandate["id"])
    under["signatures"].append(text)

    answer = refused(club, under)

    assert answer["code"] == "beyond_mandate"
    assert "5.00 SOL" in answer["message"]


def _signature(club, act, name, mandate):
    from urdimbre.core.chain.entry import signature_input

    text = signature_input(club.genesis, id_of(name), mandate, act)
    return {
        "member": id_of(name),
        "key_id": key_id(ed25519.public_key(seed_of(name)).hex()),
        "mandate": mandate,
        "signature": ed25519.sign(seed_of(name), text).hex(),
    }


def test_a_revoked_key(club):
    new = secrets.token_bytes(32)
    added = drafting.key(ed25519.public_key(new).hex(), "app")
    old = key_id(ed25519.public_key(seed_of("ana")).hex())
    add = club.draft("key", {"add": added}, "ana")
    line = club.signed(add, "ana")
    line["signatures"] += club.signed(add, "ana", seeds={"ana": new})["signatures"]
    revoke = club.draft("key", {"revoke": old}, "ana")
    changed = club.record(line, club.signed(revoke, "ana", seeds={"ana": new}))
    assert changed.code == 0, changed

    answer = refused(club, club.barter("ana", "beto", 100))

    assert answer["code"] == "key_revoked"
    assert old in answer["message"]


def test_a_replayed_act_gets_its_first_receipt_again(club):
    line = club.barter("ana", "beto", 100)

    first, second = club.record(line, line), club.record(line)

    assert second.code == 0
    assert {(a["height"], a["index"]) for a in (*first.lines, *second.lines)} == {
        (first.lines[0]["height"], first.lines[0]["index"])
    }
    assert club.balance("ana") == -100


def test_an_act_of_another_circuit(club):
    act = club.barter_act("ana", "beto", 100)

    answer = refused(club, club.signed(act, "ana", "beto", genesis="ab" * 32))

    assert answer["code"] == "bad_signature"


def test_a_voided_act(club):
    act = club.barter_act("ana", "beto", 100)
    void = club.draft("void", {"act": act_hash(club.genesis, act)}, "beto")
    assert club.record(club.signed(void, "beto")).code == 0

    answer = refused(club, club.signed(act, "ana", "beto"))

    assert answer["code"] == "voided"


def test_an_expired_act_tells_the_times_as_people_read_them(club):
    then = int(time.time()) - 60

    answer = refused(club, club.barter("ana", "beto", 100, valid_until=then))

    assert answer["code"] == "expired"
    assert time.strftime("%Y-%m-%d %H:%M", time.gmtime(then)) in answer["message"]


def test_an_id_taken(club):
    line = club.barter("ana", "beto", 100)
    assert club.record(line).code == 0

    other = club.barter("ana", "beto", 200, id_=line["act"]["id"])
    answer = refused(club, other)

    assert (answer["code"], answer["id"]) == ("id_taken", line["act"]["id"])
    assert act_hash(club.genesis, _canonical(line)) in answer["message"]


def _canonical(line):
    return json.dumps(line["act"], sort_keys=True, separators=(",", ":")).encode()


def test_keys_on_the_server_sign_for_their_members(club):
    body = {
        "basis": "founders",
        "effects": [{"effect": "parameter", "name": "draft_days", "value": 7}],
    }

    ran = club.record(club.by_common("decision", body))

    assert ran.code == 0


def test_the_server_signs_for_nobody_whose_key_it_does_not_hold(club):
    act = club.barter_act("ana", "beto", 100)

    answer = refused(club, club.signed(act, "ana", sign_with=(id_of("beto"),)))

    assert answer["code"] == "no_server_key"
    assert id_of("beto") in answer["message"]


def test_a_key_under_a_pin_is_not_used(club):
    from urdimbre.adapters.keys.server import KEK_FILE, KeyEncryptionKey

    kek = KeyEncryptionKey.read(club.path / KEK_FILE)
    desk = Desk(club.path / "desk.db")
    (held,) = desk.keys_of(club.founder)
    sealed = kek.seal(kek.open(held.sealed), pin="1234")
    desk.add_keys([held._replace(sealed=sealed, pin=True)])
    body = {
        "basis": "founders",
        "effects": [{"effect": "dismiss", "mandate": new_id()}],
    }

    answer = refused(club, club.by_common("decision", body))

    assert answer["code"] == "pin_needed"


def test_private_texts_are_kept_on_the_desk(club):
    salt, text = secrets.token_bytes(16), "sopa de maní"
    committed = commitment(salt, "goods", text.encode())
    act = club.barter_act("ana", "beto", 100, private=[committed])
    private = [{"field": "goods", "salt": salt.hex(), "payload": text}]

    ran = club.record(club.signed(act, "ana", "beto") | {"private": private})

    kept = Desk(club.path / "desk.db").payloads_of(act_hash(club.genesis, act))
    assert ran.code == 0
    assert [(one.field, one.payload.decode()) for one in kept] == [("goods", text)]
    assert text.encode() not in (club.path / "registry.db").read_bytes()


def test_private_texts_of_a_refused_act_are_not_kept(club):
    salt = secrets.token_bytes(16)
    committed = commitment(salt, "goods", b"sopa")
    act = club.barter_act("ana", "beto", 900_00, private=[committed])
    private = [{"field": "goods", "salt": salt.hex(), "payload_hex": b"sopa".hex()}]

    refused(club, club.signed(act, "ana", "beto") | {"private": private})

    assert Desk(club.path / "desk.db").payloads([committed]) == {}


def test_a_private_text_that_the_act_does_not_commit_to(club):
    private = [{"field": "goods", "salt": "ab" * 16, "payload": "sopa"}]

    answer = refused(club, club.barter("ana", "beto", 100) | {"private": private})

    assert answer["code"] == "malformed"
    assert "private.0" in answer["message"]


def test_lines_come_from_stdin_and_each_is_answered_before_the_next(club):
    program = running(
        "record", club.path, "-", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with program:
        for number in (1, 2, 3):
            line = json.dumps(club.barter("ana", "beto", number)).encode() + b"\n"
            program.stdin.write(line)
            program.stdin.flush()
            answer = json.loads(program.stdout.readline())
            assert (answer["line"], answer["ok"]) == (number, True)
        program.stdin.write(b'{"act": ')
        program.stdin.close()
        last = json.loads(program.stdout.readline())

    assert (last["line"], last["code"]) == (4, "malformed")
    assert program.returncode == 4


def test_a_folder_that_is_no_circuit(tmp_path):
    lines = tmp_path / "lines.jsonl"
    lines.write_text("{}\n", "utf-8")

    ran = urdimbre("record", tmp_path, lines, "--json")

    assert (ran.code, ran.error["code"]) == (5, "not_a_circuit")


def test_a_file_that_is_not_there(club):
    ran = urdimbre("record", club.path, club.path / "nothing.jsonl", "--json")

    assert (ran.code, ran.error["code"]) == (5, "file_not_found")


def test_a_folder_that_is_open_already(club):
    from urdimbre.adapters.folder import open_circuit
    from urdimbre.projections.project import Projection

    circuit = open_circuit(club.path, projector=Projection())
    try:
        ran = club.record(club.barter("ana", "beto", 100))
        looked = urdimbre("balances", club.path, "--json")
    finally:
        circuit.close()

    assert (ran.code, ran.error["code"]) == (6, "already_open")
    assert looked.code == 0


@pytest.mark.parametrize("days", [-2, 31])
def test_a_clock_far_off_records_nothing_until_it_is_accepted(club, monkeypatch, days):
    line = club.barter("ana", "beto", 100, valid_until=int(time.time()) + 80 * 86_400)
    off = time.time() + days * 86_400
    before = club.size()
    monkeypatch.setattr("urdimbre.adapters.clock.time.time", lambda: off)

    ran = club.record(line)

    assert (ran.code, ran.error["code"]) == (6, "clock_off")
    assert time.strftime("%Y-%m-%d", time.gmtime(off)) in ran.error["message"]
    assert [answer["code"] for answer in ran.lines] == ["clock_off"]
    assert "--accept-clock" in ran.lines[0]["hint"]
    assert club.size() == before

    from urdimbre.cli.serving import settle_clock
    from urdimbre.cli.speaking import speaker

    settle_clock(club.path, voice=speaker([]), accept=True)
    assert club.record(line).code == 0


def test_a_full_disk_tells_every_line_and_loses_nothing(club):
    import resource

    lines = [club.barter("ana", "beto", 1 + n) for n in range(30)]
    path = club.write(*lines)
    most = (club.path / "registry.db").stat().st_size // 2
    before = club.size()

    ran = process(
        *("record", club.path, path, "--json"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )

    assert ran.code == 1
    assert {answer["code"] for answer in ran.lines} == {"storage_failed"}
    assert [answer["line"] for answer in ran.lines] == list(range(1, 31))
    assert ran.error["code"] == "storage_failed"
    assert "Traceback" not in ran.err
    assert club.size() == before
    assert urdimbre("verify", club.path, "--json").json["ok"] is True
    assert club.record(*lines).code == 0
