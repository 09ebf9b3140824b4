"""Why a file does not serve is told in the reader's language, within the sentence."""

import sqlite3
import tarfile
from contextlib import closing

import pytest

from tests.cli.club import urdimbre


def a_bundle_that_lacks_its_checkpoint(club, folder):
    assert (
        urdimbre("export", club.path, "--what", "all", "-o", folder / "all").code == 0
    )
    with tarfile.open(folder / "all") as whole, tarfile.open(folder / "x", "w") as cut:
        for member in whole:
            if member.name != "checkpoint":
                cut.addfile(member, whole.extractfile(member))
    return ("verify", folder / "x")


def a_checkpoint_that_is_none(club, folder):
    (folder / "x").write_text("x\n")
    return ("verify", club.path, "--from", folder / "x")


def a_note_with_a_wrong_line(club, folder):
    (folder / "x").write_text("one\n\n- no dash\n")
    return ("consistency", club.path, "--since", folder / "x")


def a_snapshot_cut_short(club, folder):
    assert urdimbre("snapshot", club.path, "-o", folder / "x").code == 0
    (folder / "x").write_bytes((folder / "x").read_bytes()[:-5])
    return ("verify", club.path, "--from", folder / "x")


def a_backup_that_was_altered(club, folder):
    assert urdimbre("backup", club.path, "-o", folder / "x").code == 0
    content = (folder / "x").read_bytes()
    at = content.index(b'"sum":"') + 7
    other = b"0" if content[at : at + 1] != b"0" else b"1"
    (folder / "x").write_bytes(content[:at] + other + content[at + 1 :])
    return ("restore", folder / "x", folder / "back")


def a_registry_that_does_not_fit(club, folder):
    assert folder
    with closing(sqlite3.connect(club.path / "registry.db")) as registry, registry:
        registry.execute("UPDATE state SET value = value || ' ' WHERE place = 3")
    return ("record", club.path, club.write(club.barter("ana", "beto", 1)))


@pytest.mark.parametrize(
    ("made", "code", "es", "pt"),
    [
        (
            a_bundle_that_lacks_its_checkpoint,
            "not_a_bundle",
            "falta checkpoint",
            "falta checkpoint",
        ),
        (
            a_checkpoint_that_is_none,
            "bad_checkpoint",
            "falta la línea en blanco antes de las firmas",
            "falta a linha em branco antes das assinaturas",
        ),
        (
            a_note_with_a_wrong_line,
            "not_a_checkpoint",
            "línea 3: falta la raya con espacio",
            "linha 3: falta o travessão com espaço",
        ),
        (a_snapshot_cut_short, "not_a_snapshot", "está cortada", "está cortado"),
        (
            a_backup_that_was_altered,
            "not_a_backup",
            "fue alterado",
            "foi alterado",
        ),
        (
            a_registry_that_does_not_fit,
            "damaged",
            "no se puede leer",
            "não se pode ler",
        ),
    ],
)
def test_why_it_does_not_serve(club, tmp_path, made, code, es, pt):
    command = made(club, tmp_path)

    spanish = urdimbre(*command, "--lang", "es", "--json")
    portuguese = urdimbre(*command, "--lang", "pt", "--json")

    assert (spanish.error["code"], portuguese.error["code"]) == (code, code)
    assert es in spanish.error["message"]
    assert pt in portuguese.error["message"]
