"""Server-held keys: sealed, and in files that only their owner reads."""

import os
import stat

import pytest

from urdimbre.adapters.keys.server import (
    KEK_FILE,
    NODE_FILE,
    KeyEncryptionKey,
    KeyExists,
    KeyFileDamaged,
    KeyFileUnsafe,
    KeyMissing,
    PinNeeded,
    PinNotSet,
    SealDamaged,
    WrongPin,
    create_node_key,
    node_key,
)

SEED = bytes(range(32))
KEK = KeyEncryptionKey(b"\x01" * 32)
OTHER_KEK = KeyEncryptionKey(b"\x02" * 32)
PIN = "a pin of hers: ñ"


@pytest.fixture(scope="module")
def under_pin():
    """A seed sealed under KEK and PIN, made once because it takes a while."""
    return KEK.seal(SEED, pin=PIN)


def test_a_sealed_key_opens_to_the_same_seed(under_pin):
    assert KEK.open(KEK.seal(SEED)) == SEED
    assert KEK.open(under_pin, pin=PIN) == SEED


def test_keys_sealed_today_open_for_ever():
    """A blob of the first version, made once."""
    sealed = bytes.fromhex(
        "011fade07e2025054f26c6042ca30fa0c673950c82bef221da8d666fde89bd7a208cab67"
        "0fd304040c23897e5ea44ba67dcff4bfd7d0803f91cfeaa7509b9e320db6a311d34e34d8"
        "0c"
    )
    with_pin = bytes.fromhex(
        "021d5639f0fc41b1a528e28e6315e7109b92a7e8b48d40859b61ec0a6d1246ebf0fc42e9"
        "85816cf607e0bf4460a4a8ebfff40561229ed92a8603f0c771b844e42c7ad6b11628f732"
        "8c734ae1c9e96e01de8cbe43da57b253d0913e82a784d6c59cb967782ce28fee33bb2872"
        "f6b6bd319ed568348d699a487d28ecbf64d0f72809"
    )

    assert KEK.open(sealed) == SEED
    assert KEK.open(with_pin, pin="1234") == SEED


def test_sealing_twice_gives_two_seals(under_pin):
    sealed = KEK.seal(SEED)

    assert sealed != KEK.seal(SEED)
    assert SEED not in sealed + under_pin


def test_the_kek_alone_does_not_open_a_key_with_a_pin(under_pin):
    with pytest.raises(PinNeeded):
        KEK.open(under_pin)
    with pytest.raises(WrongPin):
        KEK.open(under_pin, pin="1234")


def test_the_pin_alone_does_not_open_it_either(under_pin):
    with pytest.raises(SealDamaged):
        OTHER_KEK.open(under_pin, pin=PIN)


def test_a_seal_under_another_kek_does_not_open():
    with pytest.raises(SealDamaged):
        OTHER_KEK.open(KEK.seal(SEED))


def test_a_pin_is_not_taken_for_a_key_that_has_none():
    with pytest.raises(PinNotSet):
        KEK.open(KEK.seal(SEED), pin=PIN)


def test_each_changed_byte_of_a_seal_is_noticed():
    sealed = KEK.seal(SEED)

    for at in range(len(sealed)):
        odd = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealDamaged):
            KEK.open(odd)


@pytest.mark.parametrize("length", [0, 1, 24, 25, 40, 72])
def test_a_seal_cut_short_is_noticed(length):
    with pytest.raises(SealDamaged):
        KEK.open(KEK.seal(SEED)[:length])


def test_a_seal_with_a_pin_does_not_pass_for_one_without(under_pin):
    with pytest.raises(SealDamaged):
        KEK.open(b"\x01" + under_pin[1:])


def test_a_kek_is_made_once_and_read_again(tmp_path):
    path = tmp_path / KEK_FILE

    made = KeyEncryptionKey.create(path)

    assert KeyEncryptionKey.read(path).open(made.seal(SEED)) == SEED
    assert len(path.read_bytes()) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["kek"]


def test_a_key_file_is_never_written_over(tmp_path):
    path = tmp_path / KEK_FILE
    KeyEncryptionKey.create(path)
    before = path.read_bytes()

    with pytest.raises(KeyExists) as refused:
        KeyEncryptionKey.create(path)

    assert refused.value.path == path
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["kek"]


def test_a_link_that_leads_nowhere_is_not_followed_to_make_a_key(tmp_path):
    path = tmp_path / "kek"
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(KeyExists):
        KeyEncryptionKey.create(path)

    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_kek_is_named_and_not_made(tmp_path):
    path = tmp_path / KEK_FILE

    with pytest.raises(KeyMissing, match=str(path)):
        KeyEncryptionKey.read(path)

    assert not path.exists()


@pytest.mark.parametrize(
    ("mode", "safe"),
    [
        (0o600, True),
        (0o400, True),
        (0o640, False),
        (0o604, False),
        (0o620, False),
        (0o601, False),
        (0o700, False),
        (0o4600, False),
    ],
)
def test_a_key_file_is_its_owners_alone(tmp_path, mode, safe):
    path = tmp_path / "kek"
    KeyEncryptionKey.create(path)
    path.chmod(mode)

    if safe:
        assert KeyEncryptionKey.read(path)
        return
    with pytest.raises(KeyFileUnsafe, match=f"chmod 600 {path}") as refused:
        KeyEncryptionKey.read(path)
    assert stat.S_IMODE(refused.value.mode) == mode


def test_a_loose_umask_does_not_loosen_a_key_file(tmp_path):
    before = os.umask(0)
    try:
        create_node_key(tmp_path / NODE_FILE)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / NODE_FILE).stat().st_mode) == 0o600


def test_only_a_plain_file_is_a_key_file(tmp_path):
    create_node_key(tmp_path / "node")
    (tmp_path / "link").symlink_to(tmp_path / "node")
    (tmp_path / "folder").mkdir(mode=0o600)
    os.mkfifo(tmp_path / "pipe", mode=0o600)

    for odd in ("link", "folder", "pipe"):
        with pytest.raises(KeyFileUnsafe):
            node_key(tmp_path / odd)


def test_a_path_through_a_file_is_the_systems_own_failure(tmp_path):
    create_node_key(tmp_path / "node")

    with pytest.raises(NotADirectoryError):
        node_key(tmp_path / "node" / "node")


@pytest.mark.parametrize(("length", "whole"), [(0, 0), (31, 0), (32, 1), (33, 0)])
def test_a_key_file_has_32_bytes(tmp_path, length, whole):
    path = tmp_path / "node"
    create_node_key(path)
    path.write_bytes(bytes(length))

    if whole:
        assert node_key(path) == bytes(32)
        return
    with pytest.raises(KeyFileDamaged) as refused:
        node_key(path)
    assert (refused.value.path, refused.value.length) == (path, length)


def test_the_nodes_key_lies_in_a_file_of_its_own(tmp_path):
    seed = create_node_key(tmp_path / NODE_FILE)
    KeyEncryptionKey.create(tmp_path / KEK_FILE)

    assert node_key(tmp_path / NODE_FILE) == seed
    assert (tmp_path / KEK_FILE).read_bytes() != seed
    with pytest.raises(KeyExists):
        create_node_key(tmp_path / NODE_FILE)


def test_no_secret_is_printed():
    assert repr(KEK) == "KeyEncryptionKey(...)"
    assert str(WrongPin()) == "the PIN does not open this key"
