"""Timestamps after RFC 3161, from a real authority on loopback."""

import json
import shutil
import signal
import time
from dataclasses import replace
from hashlib import sha512
from pathlib import Path

import pytest

from tests.cli.anchored import checkpoint_of, note_of
from tests.cli.club import urdimbre
from tests.processes import python
from tests.stamper import openssl, stamper


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    with stamper(tmp_path_factory.mktemp("tsa") / "one") as running:
        yield running


@pytest.fixture(scope="module")
def another(tmp_path_factory):
    with stamper(tmp_path_factory.mktemp("tsa") / "two") as running:
        yield running


def stamp(club, authority, *more):
    return urdimbre("anchor", club.path, "--tsa", authority.url, "--json", *more)


def verify(club, authority):
    options = ("--anchors", "--tsa-cert", authority.root, "--json")
    return urdimbre("verify", club.path, *options)


def verdicts(ran):
    return [(one["size"], one["verdict"]) for one in ran.json["anchors"]["stamps"]]


def grow(club):
    assert club.record(club.barter("ana", "beto", 1)).code == 0


def test_the_timestamp_is_of_the_checkpoint(club, authority):
    before = int(time.time())
    checkpoint = checkpoint_of(club)

    ran = stamp(club, authority, "--tsa-cert", authority.root)
    verified = verify(club, authority)

    assert (ran.code, verified.code) == (0, 0)
    (told,) = verified.json["anchors"]["stamps"]
    assert (told["size"], told["verdict"]) == (checkpoint.size, "holds")
    assert told["stamped"] == told["root"] == checkpoint.root.hex()
    assert before <= told["time"] <= int(time.time())


def test_the_log_of_a_club_in_postgres_is_compared_too(moved, authority):
    checkpoint = checkpoint_of(moved)
    assert stamp(moved, authority).code == 0
    grow(moved)

    verified = verify(moved, authority)

    assert verified.code == 0, verified
    assert verdicts(verified) == [(checkpoint.size, "holds")]


def test_other_programs_can_check_it(club, authority):
    size = checkpoint_of(club).size
    stamp(club, authority)

    stamps = club.path / "stamps"
    told = openssl(
        *("ts", "-verify", "-data", stamps / f"{size}.checkpoint"),
        *("-in", stamps / f"{size}.tsr", "-CAfile", authority.root),
    )

    assert "Verification: OK" in told


def test_a_checkpoint_is_stamped_once(club, authority):
    stamp(club, authority)
    asked = authority.asked

    again = stamp(club, authority)

    assert (again.code, authority.asked) == (0, asked)


def test_killed_at_each_write_point_it_is_stamped_in_the_end(club, authority, tmp_path):
    size = checkpoint_of(club).size
    (tmp_path / "scratch").mkdir()

    ran = python(
        Path(__file__).with_name("dying_stamping.py"),
        *(club.path, authority.url, authority.root, tmp_path / "scratch"),
        capture_output=True,
        timeout=600,
    )

    assert ran.returncode == 0, ran.stderr
    points = [json.loads(line) for line in ran.stdout.splitlines()]
    whole = [f"{size}.checkpoint", f"{size}.tsr"]
    assert len(points) >= 4  # each of two files is synced, then takes its name
    for one in points:
        assert (one["ended"], one["code"]) == (-signal.SIGKILL, 0), one
        assert one["left"] == whole, one
        there = replace(club, path=Path(one["path"]))
        assert verdicts(verify(there, authority)) == [(size, "holds")]


def test_what_it_proves_is_said(club, authority):
    size = checkpoint_of(club).size
    stamp(club, authority)

    options = ("--anchors", "--tsa-cert", authority.root)
    ran = urdimbre("verify", club.path, *options)

    assert ran.code == 0
    assert f"with its first {size} entries" in ran.err
    assert f"timestamp stamps/{size}.tsr." in ran.err


def test_an_answer_that_is_none_is_refused_and_not_kept(club, authority):
    for spoilt in (b"", b"hello"):
        authority.spoil.append(spoilt)

        ran = stamp(club, authority)

        assert (ran.code, ran.error["code"]) == (1, "stamp_refused")
    assert not (club.path / "stamps").exists()


def test_an_answer_to_an_older_question_is_refused_and_not_kept(club, authority):
    data, query = authority.folder / "data", authority.folder / "other.tsq"
    data.write_bytes(note_of(club))
    openssl("ts", "-query", "-data", data, "-sha512", "-cert", "-out", query)
    authority.spoil.append(authority.answer(query.read_bytes()))

    ran = stamp(club, authority)

    assert (ran.code, ran.error["code"]) == (1, "stamp_refused")
    assert "of another request" in ran.error["message"]
    assert not (club.path / "stamps").exists()


def test_an_answer_about_something_else_is_refused_and_not_kept(club, authority):
    meant, other = (sha512(one).digest() for one in (note_of(club), b"other"))
    authority.swap = (meant, other)

    ran = stamp(club, authority)

    authority.swap = (b"", b"")
    assert (ran.code, ran.error["code"]) == (1, "stamp_refused")
    assert "of something else" in ran.error["message"]
    assert not (club.path / "stamps").exists()


def test_an_authority_that_another_certificate_vouches_for_is_refused(
    club, authority, another
):
    ran = stamp(club, authority, "--tsa-cert", another.root)

    assert (ran.code, ran.error["code"]) == (1, "stamp_refused")
    assert not (club.path / "stamps").exists()


def test_an_authority_that_does_not_answer_is_told(club):
    ran = urdimbre("anchor", club.path, "--tsa", "http://127.0.0.1:9/", "--json")

    assert (ran.code, ran.error["code"]) == (7, "tsa_unreachable")


def test_a_timestamp_of_a_stranger_proves_nothing(club, authority, another):
    size = checkpoint_of(club).size
    stamp(club, another)

    ran = verify(club, authority)

    assert (ran.code, verdicts(ran)) == (0, [(size, "not_trusted")])
    assert "Not proven" in ran.err


def test_a_changed_timestamp_proves_nothing(club, authority):
    size = checkpoint_of(club).size
    stamp(club, authority)
    kept = club.path / "stamps" / f"{size}.tsr"
    raw = bytearray(kept.read_bytes())
    raw[-20] ^= 1
    kept.write_bytes(raw)

    assert verdicts(verify(club, authority)) == [(size, "not_trusted")]


def test_a_log_that_was_rewritten_after_its_timestamp_is_found_out(club, authority):
    copy = club.path.with_name("copy")
    shutil.copytree(club.path, copy)
    grow(club)
    size = checkpoint_of(club).size
    stamp(club, authority)
    original, club.path = club.path, copy
    grow(club)
    shutil.copytree(original / "stamps", copy / "stamps")

    ran = verify(club, authority)

    assert (ran.code, verdicts(ran)) == (3, [(size, "contradicts")])
    assert f"EVIDENCE: the timestamp stamps/{size}.tsr says root" in ran.err


def test_a_log_that_has_lost_its_end_is_found_out(club, authority):
    copy = club.path.with_name("copy")
    shutil.copytree(club.path, copy)
    grow(club)
    size = checkpoint_of(club).size
    stamp(club, authority)
    shutil.copytree(club.path / "stamps", copy / "stamps")
    club.path = copy

    ran = verify(club, authority)

    assert (ran.code, verdicts(ran)) == (3, [(size, "beyond")])


def test_a_timestamp_of_another_circuit_is_ignored(club, authority, tmp_path):
    from tests.cli.club import founded

    (tmp_path / "elsewhere").mkdir()
    other = founded(tmp_path / "elsewhere")
    stamp(other, authority)
    size = checkpoint_of(other).size
    shutil.copytree(other.path / "stamps", club.path / "stamps")

    ran = verify(club, authority)

    assert (ran.code, verdicts(ran)) == (0, [(size, "unsigned")])
    assert "Ignored" in ran.err


def test_a_file_that_is_no_certificate_is_told(club, authority, tmp_path):
    stamp(club, authority)
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("hello")

    options = ("--anchors", "--tsa-cert", wrong, "--json")
    ran = urdimbre("verify", club.path, *options)

    assert (ran.code, ran.error["code"]) == (2, "bad_certificate")


def test_a_circuit_that_anchors_nothing_verifies_as_well(club, authority):
    """Every anchor is optional."""
    ran = verify(club, authority)

    assert ran.code == 0
    assert ran.json["anchors"]["stamps"] == []
