"""Secrets lie in files of their own: in no database, bundle or backup."""

import stat

import pytest

from tests.cli.club import founded, urdimbre
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.keys.server import KEK_FILE, NODE_FILE, KeyEncryptionKey


@pytest.fixture(scope="module")
def club(tmp_path_factory):
    """A club whose founder's key the server keeps, and which witnesses others."""
    made = founded(tmp_path_factory.mktemp("keys"))
    made.admit("ana")
    assert urdimbre("witness", made.path, "--json").code == 0
    return made


@pytest.fixture(scope="module")
def secrets(club):
    """Each secret of the club, by name."""
    named = {name: club.path / name for name in (KEK_FILE, NODE_FILE, "keys/witness")}
    found = {name: path.read_bytes() for name, path in named.items()}
    (held,) = Desk(club.path / "desk.db").keys_of(club.founder)
    kek = KeyEncryptionKey.read(club.path / KEK_FILE)
    return found | {"seed of the founder": kek.open(held.sealed)}


def test_each_key_has_a_file_of_its_own_that_only_its_owner_reads(club, secrets):
    files = sorted((club.path / "keys").iterdir())

    assert [one.name for one in files] == ["kek", "node", "witness"]
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert len(set(secrets.values())) == len(secrets) == 4


@pytest.mark.parametrize("what", ["database", "bundle", "backup"])
def test_none_of_them_is_in(club, secrets, what, tmp_path):
    path = tmp_path / "written"
    commands = {
        "bundle": ("export", club.path, "--what", "all", "-o", path),
        "backup": ("backup", club.path, "-o", path),
    }
    if what in commands:
        assert urdimbre(*commands[what]).code == 0
    kept = [*club.path.glob("*.db*")] if what == "database" else [path]

    content = b"".join(one.read_bytes() for one in kept)

    assert club.founder.encode() in content or bytes.fromhex(club.founder) in content
    for name, secret in secrets.items():
        assert secret not in content, name
        assert secret.hex().encode() not in content, name
