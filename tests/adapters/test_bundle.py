"""Bundles: the whole log in one file, verified without the folder."""

import io
import tarfile

import pytest

from tests.adapters import making, scene
from urdimbre.adapters import bundle
from urdimbre.adapters.desk import Desk, Person, sealed
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.core import drafting
from urdimbre.projections.project import Projection


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recorded")
    circuit = making.found(folder, projector=Projection())
    scene.play(circuit)
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(240)]
    # One group is one block, so the number of entries is known.
    for answer in circuit.registry.submit_many(entries, group=300):
        assert isinstance(answer, making.Receipt)
    circuit.registry.close()
    return folder


@pytest.fixture
def written(folder, tmp_path):
    store = SqliteStore(folder / "registry.db", write=False)
    bundle.write_bundle(store, tmp_path / "all.tar")
    store.close()
    return tmp_path / "all.tar"


def contents(path):
    with tarfile.open(path) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}


def rewritten(path, files):
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def test_its_layout_is_that_of_c2sp(written):
    assert list(contents(written)) == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/27",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/27",
        "headers.jsonl",
    ]


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (999, 256, "tile/0/999"),
        (1000, 256, "tile/0/x001/000"),
        (1_234_067, 256, "tile/0/x001/x234/067"),
        (1_234_067, 8, "tile/0/x001/x234/067.p/8"),
    ],
)
def test_tiles_are_named_as_c2sp_names_them(number, width, path):
    assert bundle.tile_path("0", number, width) == path


def test_it_verifies_with_the_roots_of_the_folder(folder, written):
    inside = verify_folder(folder, projector=Projection())
    outside = bundle.verify_bundle(written)

    assert outside.ok
    assert (outside.log_root, outside.state_root) == (
        inside.log_root,
        inside.state_root,
    )
    assert (outside.acts, outside.blocks) == (inside.acts, inside.blocks)


def test_the_same_registry_gives_the_same_bytes(folder, written, tmp_path):
    store = SqliteStore(folder / "registry.db", write=False)
    bundle.write_bundle(store, tmp_path / "again.tar")
    store.close()

    assert (tmp_path / "again.tar").read_bytes() == written.read_bytes()


def test_its_entries_are_those_of_the_log(folder, written):
    store = SqliteStore(folder / "registry.db", write=False)
    expected = list(store.entries())
    store.close()

    assert list(bundle.read_entries(written)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/27",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/27",
        "headers.jsonl",
    ],
)
def test_one_altered_byte_of_any_file_shows(written, name):
    files = contents(written)
    content = bytearray(files[name])
    content[len(content) // 2] ^= 1
    files[name] = bytes(content)
    rewritten(written, files)

    try:
        verified = bundle.verify_bundle(written).ok
    except bundle.NotABundle:  # an altered length cuts the tile short
        verified = False

    assert not verified


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000", "tile/entries/000"])
def test_a_missing_file_makes_it_no_bundle(written, name):
    files = contents(written)
    del files[name]
    rewritten(written, files)

    with pytest.raises(bundle.NotABundle):
        bundle.verify_bundle(written)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_a_bundle_that_was_sent_by_half_is_none(written, share):
    whole = written.read_bytes()
    written.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(bundle.NotABundle):
        bundle.verify_bundle(written)


def test_a_file_too_many_shows(written):
    rewritten(written, contents(written) | {"names.txt": b"Ana"})

    error = bundle.verify_bundle(written).first_error

    assert error is not None
    assert error.key == {"file": "names.txt"}


def test_a_file_that_stands_twice_makes_it_no_bundle(written):
    """Else one reader would take the first, another the last."""
    with tarfile.open(written, "a") as tar:
        member = tarfile.TarInfo("checkpoint")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))

    with pytest.raises(bundle.NotABundle, match="twice"):
        bundle.verify_bundle(written)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tile/entries/001.p/27", "tile/entries/001.p/26"),
        ("tile/entries/001.p/27", "tile/entries/001"),
        ("tile/entries/001.p/27", "tile/entries/x000/001.p/27"),
        ("tile/entries/000", "tile/entries/000.p/256"),
    ],
)
def test_a_tile_of_entries_has_the_name_of_its_place_and_width(written, old, new):
    files = contents(written)
    files = {new if name == old else name: one for name, one in files.items()}
    rewritten(written, files)

    with pytest.raises(bundle.NotABundle, match="holds"):
        bundle.verify_bundle(written)


def test_entries_are_cut_into_tiles_in_one_way(written):
    files = contents(written)
    full, rest = files["tile/entries/000"], files.pop("tile/entries/001.p/27")
    last = int.from_bytes(rest[:2], "big") + 2
    files |= {
        "tile/entries/000": full + rest[:last],
        "tile/entries/001.p/26": rest[last:],
    }
    rewritten(written, files)

    with pytest.raises(bundle.NotABundle, match="holds so many entries: 257"):
        bundle.verify_bundle(written)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines.replace(b"\n", b"\r\n"),
        lambda lines: lines.replace(b"\n", b"\r"),
        lambda lines: lines[:-1],
        lambda lines: lines + b"\n",
    ],
)
def test_headers_are_told_in_one_way(written, change):
    files = contents(written)
    rewritten(written, files | {"headers.jsonl": change(files["headers.jsonl"])})

    error = bundle.verify_bundle(written).first_error

    assert error is not None
    assert error.table == "header"


def test_another_file_is_no_bundle(tmp_path):
    (tmp_path / "photo.tar").write_bytes(b"no tar")

    assert not bundle.is_bundle(tmp_path / "photo.tar")
    with pytest.raises(bundle.NotABundle):
        list(bundle.read_entries(tmp_path / "photo.tar"))


def test_it_holds_no_names_payloads_or_salts(tmp_path):
    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto")
    desk = Desk(tmp_path / "desk.db")
    desk.add_persons([Person(making.id_of("ana"), "Ana Quispe Mamani", "Calle 7")])
    kept = sealed("description", b"two sacks of maize")
    desk.add_payloads([kept])
    ana, beto = making.id_of("ana"), making.id_of("beto")
    deal = drafting.deal("gift", drafting.goods(ana, beto, category="food", quantity=1))
    body = drafting.exchange(making.DAY, deal)
    private = [kept.commitment]
    act = circuit.draft("exchange", body, by="ana", private=private)
    circuit.record(circuit.sign(act, "ana", "beto"))

    bundle.write_bundle(circuit.registry.store, tmp_path / "all.tar")

    circuit.registry.close()
    whole = (tmp_path / "all.tar").read_bytes()
    desk_bytes = b"".join(one.read_bytes() for one in tmp_path.glob("desk.db*"))
    private = (b"Ana Quispe", b"Calle 7", b"two sacks", kept.salt)
    assert [one for one in private if one not in desk_bytes] == []
    assert [one for one in private if one in whole or one.hex().encode() in whole] == []
    assert kept.commitment.encode() in whole
