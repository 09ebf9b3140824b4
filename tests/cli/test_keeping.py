"""Snapshots, backups and other hosts, as operators type them."""

import errno
import json
import os
import subprocess
from contextlib import closing

import pytest

from tests import processes
from tests.cli.club import id_of, seed_of, urdimbre
from urdimbre.adapters import traces
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.folder import read_only
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain.entry import ZERO16, ZERO32, decode, key_id, signature_input


def checkpoint_of(club, path=None):
    """What a member's device keeps: the last checkpoint, in a file."""
    file = club.path.parent / f"seen {len(list(club.path.parent.iterdir()))}"
    reading = read_only(path or club.path)
    with closing(reading):
        file.write_text(reading.store.mark("checkpoint"))
    return file


def test_a_snapshot_is_written_and_checked(club, tmp_path):
    file = tmp_path / "state"

    written = urdimbre("snapshot", club.path, "-o", file, "--json")
    checked = urdimbre("snapshot", file, "--json", "--genesis", club.genesis)

    assert (written.code, checked.code) == (0, 0)
    assert written.json == checked.json
    assert written.json["size"] == club.size()
    assert urdimbre("snapshot", club.path, "-o", file).code == 6
    other = urdimbre("snapshot", file, "--log-key", "00" * 32, "--json")
    assert (other.code, other.error["code"]) == (3, "not_a_snapshot")
    assert urdimbre("snapshot", tmp_path / "nowhere", "-o", file).code == 5
    assert urdimbre("snapshot", file, "--genesis", "short").code == 2


def test_a_backup_comes_back_and_catches_up(club, tmp_path):
    club.record(club.barter("ana", "beto", 500))
    backup = urdimbre("backup", club.path, "-o", tmp_path / "kept", "--json")
    assert (backup.code, backup.json["size"]) == (0, club.size())
    club.record(club.barter("ana", "beto", 700))
    urdimbre("export", club.path, "--what", "all", "-o", tmp_path / "all.tar")
    seen, new = checkpoint_of(club), tmp_path / "new"
    keys = ("--keys", club.path / "keys")

    back = urdimbre("restore", tmp_path / "kept", new, *keys, "--checkpoint", seen)
    ran = urdimbre("run", new, "--json")
    caught = urdimbre("catch-up", new, "--from", tmp_path / "all.tar", "--json")

    assert (back.code, ran.code, ran.error["code"]) == (0, 6, "behind")
    assert (caught.code, caught.json["open"]) == (0, True)
    assert caught.json["size"] == club.size()
    assert urdimbre("verify", new).code == 0
    assert urdimbre("balances", new).out == urdimbre("balances", club.path).out


def test_while_pages_are_served_a_backup_is_taken_and_the_address_remembered(
    club, tmp_path
):
    port = processes.free_port()
    program = processes.started(
        *("-m", "urdimbre.cli", "run", club.path, "--port", port),
        stderr=subprocess.DEVNULL,
    )
    with program:
        assert program.stdout.readline().startswith(b"http://localhost")
        made = urdimbre("backup", club.path, "-o", tmp_path / "kept")
        program.terminate()
        program.wait(120)

    assert made.code == 0
    assert traces.kept(club.path)["serving"] == {"host": "localhost"}
    back = urdimbre("restore", tmp_path / "kept", tmp_path / "new", "--nothing-later")
    assert back.code == 0
    assert urdimbre("verify", tmp_path / "new").code == 0


def test_nobody_was_asked_and_what_then(club, tmp_path):
    urdimbre("backup", club.path, "-o", tmp_path / "kept", "--private-days", "0")
    new = tmp_path / "new"

    back = urdimbre("restore", tmp_path / "kept", new, "--keys", club.path / "keys")
    closed = urdimbre("catch-up", new, "--json")
    opened = urdimbre("catch-up", new, "--nothing-later", "--json")

    assert (back.code, closed.code, opened.code) == (0, 6, 0)
    assert "--nothing-later" in urdimbre("restore", "--help").out
    gone = urdimbre("restore", tmp_path / "nowhere", tmp_path / "x", "--json")
    assert (gone.code, gone.error["code"]) == (5, "file_not_found")
    silent = urdimbre(
        "restore", tmp_path / "kept", tmp_path / "x", "--checkpoint", "nobody", "--json"
    )
    assert (silent.code, silent.error["code"]) == (7, "checkpoint_unreachable")
    assert not (tmp_path / "x").exists()


def test_a_member_whose_login_is_lost_enters_with_a_new_code(club, tmp_path):
    urdimbre("backup", club.path, "-o", tmp_path / "kept", "--private-days", "0")
    urdimbre("restore", tmp_path / "kept", tmp_path / "new", "--nothing-later")

    made = urdimbre("entry-code", tmp_path / "new", id_of("ana"), "--json")

    assert made.code == 0, made
    desk = Desk(tmp_path / "new" / "desk.db")
    assert desk.use_code(made.json["entry_code"]) == id_of("ana")
    nobody = urdimbre("entry-code", tmp_path / "new", "nobody", "--json")
    assert (nobody.code, nobody.error["code"]) == (5, "member_not_found")


def test_a_checkpoint_is_asked_for_over_http(club, tmp_path):
    urdimbre("backup", club.path, "-o", tmp_path / "kept")
    seen = checkpoint_of(club)
    seen.rename(tmp_path / "checkpoint")
    server = processes.started(
        *("-u", "-m", "http.server", "0", "--bind", "127.0.0.1"),
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = server.stdout.readline().split(b" port ")[1].split()[0].decode()
        where = f"http://127.0.0.1:{port}/checkpoint"
        back = urdimbre(
            "restore", tmp_path / "kept", tmp_path / "new", "--checkpoint", where
        )
        missing = urdimbre(
            "restore",
            tmp_path / "kept",
            tmp_path / "other",
            "--checkpoint",
            f"{where}-of-nobody",
        )
    finally:
        server.terminate()
        server.communicate()

    assert (back.code, missing.code) == (0, 7)


def test_the_log_is_handed_to_another_host(club, tmp_path):
    line, keys = tmp_path / "line", tmp_path / "new keys"
    made = urdimbre(
        "hand-over",
        club.path,
        "--keys",
        keys,
        "-o",
        line,
        "--sign-with",
        f"{club.founder}:common",
    )
    assert made.code == 0, made

    recorded = urdimbre("record", club.path, line, "--json")
    after = club.record(club.barter("ana", "beto", 1))
    urdimbre("backup", club.path, "-o", tmp_path / "kept")
    back = urdimbre(
        "restore",
        tmp_path / "kept",
        tmp_path / "new",
        "--keys",
        keys,
        "--checkpoint",
        checkpoint_of(club),
    )

    assert (recorded.code, back.code) == (0, 0)
    assert (after.code, after.error["code"]) == (6, "node_key_changed")
    moved = club.__class__(tmp_path / "new", club.genesis, club.founder)
    assert moved.record(moved.barter("ana", "beto", 1)).code == 0
    assert urdimbre("verify", tmp_path / "new").code == 0


def test_a_bundle_is_reopened_and_taken_over(club, tmp_path):
    """The founder's key lies on the lost server: its desk is needed to sign."""
    club.record(club.barter("ana", "beto", 500))
    bundle, new = tmp_path / "all.tar", tmp_path / "new"
    urdimbre("export", club.path, "--what", "all", "-o", bundle)
    opened = urdimbre("reopen", bundle, new, "--checkpoint", checkpoint_of(club))
    assert opened.code == 0, opened
    line = json.loads((new / "node-act.jsonl").read_text())
    unsigned = urdimbre("take-over", new, new / "node-act.jsonl", "--json")
    assert (unsigned.code, unsigned.error["code"]) == (4, "consent_missing")

    line["signatures"].append(founders_signature(club, line["act"].encode()))
    (tmp_path / "signed").write_text(json.dumps(line))
    taken = urdimbre("take-over", new, tmp_path / "signed", "--json")

    assert taken.code == 0, taken
    moved = club.__class__(new, club.genesis, club.founder)
    assert moved.record(moved.barter("ana", "beto", 1)).code == 0
    assert moved.balance("beto") == 501
    assert urdimbre("verify", new).code == 0
    (tmp_path / "broken").write_text("{}")
    broken = urdimbre("take-over", new, tmp_path / "broken", "--json")
    assert (broken.code, broken.error["code"]) == (2, "bad_line")


def founders_signature(club, act):
    """The founder signs under the common's policy, with her key of the old server."""
    from urdimbre.adapters.keys.server import KEK_FILE, KeyEncryptionKey

    reading = read_only(club.path)
    rows = {row.key: row.value for row in reading.store.state()}
    reading.close()
    policy = json.loads(rows[f"member/{id_of('common')}"])["policy"]
    from urdimbre.adapters.folder import ServerKeys

    desk = Desk(club.path / "desk.db", write=False)
    kek = KeyEncryptionKey.read(club.path / KEK_FILE)
    slot = ServerKeys(desk, kek, b"").slot(
        act, club.genesis, member=club.founder, mandate=policy
    )
    return {
        "key_id": slot.key_id,
        "mandate": slot.mandate,
        "member": slot.member,
        "signature": slot.signature.hex(),
    }


def limited(*arguments):
    """Run where no file may have more than 20 kB: as on a full disk."""
    most = 20_000
    program = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n"
        "from urdimbre.cli.application import run\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    return processes.python("-c", program, *arguments, "--json", capture_output=True)


@pytest.mark.parametrize("command", ["snapshot", "backup", "restore", "reopen"])
def test_a_full_disk_leaves_nothing_half_made(club, tmp_path, command):
    club.record(*(club.barter("ana", "beto", 1 + n) for n in range(60)))
    urdimbre("backup", club.path, "-o", tmp_path / "kept")
    urdimbre("export", club.path, "--what", "all", "-o", tmp_path / "all.tar")
    before = sorted(tmp_path.iterdir())
    arguments = {
        "snapshot": (club.path, "-o", tmp_path / "new"),
        "backup": (club.path, "-o", tmp_path / "new"),
        "restore": (tmp_path / "kept", tmp_path / "new"),
        "reopen": (tmp_path / "all.tar", tmp_path / "new"),
    }

    ran = limited(command, *arguments[command])

    assert ran.returncode == 1, ran
    assert json.loads(ran.stderr.splitlines()[-1])["code"] != "unexpected"
    assert sorted(tmp_path.iterdir()) == before
    assert urdimbre("verify", club.path).code == 0


@pytest.mark.parametrize("command", ["snapshot", "backup", "restore", "reopen"])
def test_a_disk_that_fails_to_keep_leaves_nothing_half_made(
    club, tmp_path, command, monkeypatch
):
    """The writing went well, and then the disk says that it has lost it."""
    urdimbre("backup", club.path, "-o", tmp_path / "kept")
    urdimbre("export", club.path, "--what", "all", "-o", tmp_path / "all.tar")
    before = sorted(tmp_path.iterdir())
    arguments = {
        "snapshot": (club.path, "-o", tmp_path / "new"),
        "backup": (club.path, "-o", tmp_path / "new"),
        "restore": (tmp_path / "kept", tmp_path / "new"),
        "reopen": (tmp_path / "all.tar", tmp_path / "new"),
    }

    def lost(handle):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", lost)
        ran = urdimbre(command, *arguments[command], "--json")

    assert (ran.code, ran.error["code"]) == (1, "system_failed")
    assert sorted(tmp_path.iterdir()) == before


def refounded(club, tmp_path, *names):
    """Write the genesis; return the run, and the line if there is one."""
    founders = [part for name in names for part in ("--founder", id_of(name))]
    line = tmp_path / "genesis"
    ran = urdimbre(
        "refound",
        club.path,
        *founders,
        "--keys",
        tmp_path / "keys",
        "-o",
        line,
        "--yes",
        "--json",
    )
    return ran, json.loads(line.read_text()) if line.exists() else None


def sign_genesis(line, *names):
    act = line["act"].encode()
    for name in names:
        seed = seed_of(name)
        text = signature_input(ZERO32, id_of(name), ZERO16, act)
        line["signatures"].append(
            {
                "key_id": key_id(ed25519.public_key(seed).hex()),
                "member": id_of(name),
                "signature": ed25519.sign(seed, text).hex(),
            }
        )
    return json.dumps(line)


def test_two_members_found_anew_what_nobody_can_bring_back(club, tmp_path):
    """Openly: whoever is shown the opening finds the old circuit's last checkpoint."""
    urdimbre("backup", club.path, "-o", tmp_path / "kept")
    club.record(club.barter("ana", "beto", 500))
    seen = checkpoint_of(club)
    saved = tmp_path / "saved"
    urdimbre("restore", tmp_path / "kept", saved, "--checkpoint", seen)
    old = club.__class__(saved, club.genesis, club.founder)

    made, line = refounded(old, tmp_path, "ana", "beto")
    (tmp_path / "signed").write_text(sign_genesis(line, "ana", "beto"))
    new = tmp_path / "new"
    founded = urdimbre(
        "found", tmp_path / "signed", new, "--keys", tmp_path / "keys", "--json"
    )

    assert (made.code, founded.code) == (0, 0), founded
    assert founded.json["genesis"] != club.genesis
    assert urdimbre("verify", new).code == 0
    [opening] = Desk(new / "desk.db").payloads_of(founded.json["genesis"])
    told = json.loads(opening.payload)
    assert (told["genesis"], told["seen"]) == (club.genesis, seen.read_text())
    reading = read_only(saved)
    assert told["checkpoint"] == reading.store.mark("checkpoint")
    fresh = read_only(new)
    genesis = json.loads(decode(fresh.store.entry(0)).act)
    fresh.close()
    assert genesis["private"] == [opening.commitment]
    before = json.loads(decode(reading.store.entry(0)).act)["body"]
    reading.close()
    for name in ("agreement", "limits", "units"):
        assert genesis["body"][name] == before[name]
    assert genesis["body"]["need"] == 2
    moved = club.__class__(new, founded.json["genesis"], club.founder)
    assert moved.record(moved.barter("ana", "beto", 1)).code == 0


def test_nobody_founds_alone_nor_for_somebody_without_keys(club, tmp_path):
    for names in (("ana",), ("ana", "ana"), ("ana", "stranger"), ("ana", "common")):
        ran, line = refounded(club, tmp_path, *names)
        assert (ran.code, ran.error["code"], line) == (4, "cannot_refound", None)


def test_a_genesis_without_a_founders_signature_founds_nothing(club, tmp_path):
    _, line = refounded(club, tmp_path, "ana", "beto")
    (tmp_path / "signed").write_text(sign_genesis(line, "ana"))
    other = dict(line, private=[dict(line["private"][0], payload="another")])
    (tmp_path / "other").write_text(json.dumps(other))
    new, keys = tmp_path / "new", ("--keys", tmp_path / "keys")

    refused = urdimbre("found", tmp_path / "signed", new, *keys, "--json")
    false = urdimbre("found", tmp_path / "other", new, *keys, "--json")

    assert (refused.code, false.code, false.error["code"]) == (4, 2, "bad_line")
    assert not new.exists()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", "no es una constancia: "),
        ("pt", "não é um comprovante: "),
    ],
)
def test_why_a_copy_does_not_catch_up_is_told_in_the_reader_s_language(
    club, tmp_path, language, told
):
    (tmp_path / "scrap").write_text("no receipt")

    ran = urdimbre(
        *("catch-up", club.path, "--from", tmp_path / "scrap", "--lang", language),
        "--json",
    )

    assert (ran.code, ran.error["code"]) == (3, "cannot_catch_up")
    assert told in ran.error["message"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", "no funda de nuevo un circuito."),
        ("pt", "não funda de novo um circuito."),
    ],
)
def test_why_nobody_founds_anew_is_told_in_the_reader_s_language(
    club, tmp_path, language, told
):
    ran = urdimbre(
        *("refound", club.path, "--founder", id_of("ana"), "--lang", language),
        *("--keys", tmp_path / "keys", "-o", tmp_path / "line", "--json"),
    )

    assert (ran.code, ran.error["code"]) == (4, "cannot_refound")
    assert told in ran.error["message"]
