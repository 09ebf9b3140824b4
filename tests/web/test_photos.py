"""Photos of offers: painted anew, bounded, for members only, erased with the offer."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.web.acting import ANA, BETO, text

PLACE = "-16.4897"


@pytest.fixture(autouse=True)
def listing(place):
    from urdimbre.web.catalogue.models import Listing

    yield Listing
    Listing.objects.all().delete()


def picture(kind="JPEG", size=(1600, 1200), mode="RGB", **more):
    out = BytesIO()
    Image.new(mode, size, "orange").save(out, kind, **more)
    return out.getvalue()


def with_exif():
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: turned a quarter
    exif[0x010E] = f"taken at {PLACE}"
    return picture(exif=exif)


def sent(client, raw, name="huevos.jpg", path="/catalogue/new"):
    file = SimpleUploadedFile(name, raw, "image/jpeg")
    return client.post(path, {"kind": "offer", "title": "Huevos", "photo": file})


def test_a_photo_is_painted_anew_upright_and_without_what_the_phone_wrote(
    as_member, listing
):
    from urdimbre.web.catalogue.models import Photo

    raw = with_exif()
    assert PLACE.encode() in raw

    assert sent(as_member(ANA), raw).status_code == 302

    kept = Photo.objects.get()
    for bytes_, most, size_max in (
        (kept.large, 1024, 200_000),
        (kept.small, 320, 20_000),
    ):
        with Image.open(BytesIO(bytes_)) as shown:
            assert (shown.format, shown.size) == ("JPEG", (most * 3 // 4, most))
            assert not shown.getexif()
        assert PLACE.encode() not in bytes_
        assert len(bytes_) < size_max


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("WEBP", "RGBA"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
    ],
)
def test_every_usual_kind_of_photo_is_taken(as_member, listing, kind, mode):
    if mode in ("P", "1"):
        out = BytesIO()
        Image.new("RGB", (40, 30), "orange").convert(mode).save(out, kind)
        raw = out.getvalue()
    elif mode == "CMYK":
        out = BytesIO()
        Image.new(mode, (40, 30)).save(out, kind)
        raw = out.getvalue()
    else:
        raw = picture(kind, (40, 30), mode)

    assert sent(as_member(ANA), raw).status_code == 302


def huge_png(width, height):
    """The head of a PNG that says it is that large, with little in it."""

    def part(kind, body):
        size, check = struct.pack(">I", len(body)), zlib.crc32(kind + body)
        return size + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = part(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + body + part(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BROKEN = {
    "svg": SVG,
    "svg with a jpeg's name": b"\xff\xd8\xff" + SVG,
    "gif": picture("GIF"),
    "bmp": picture("BMP", (20, 20)),
    "tiff": picture("TIFF", (20, 20)),
    "half a jpeg": picture()[:2000],
    "half a png": picture("PNG")[:60],
    "nothing but a head": b"\xff\xd8\xff\xe0",
    "text": b"hola",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "empty": b"",
    "17 million dots": huge_png(17_000, 1_000),
    "a bomb": huge_png(60_000, 60_000),
    "half a bomb": huge_png(10_000, 10_000),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_photo_is_refused_beside_its_field(as_member, listing, name):
    answer = sent(as_member(ANA), BROKEN[name])

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'value="Huevos"' in shown
    assert "errorlist" in shown
    assert "The browser does not keep files" in text(answer)
    assert listing.objects.count() == 0


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_photo_never_breaks_the_page(as_member, seed):
    import random

    chance = random.Random(seed)
    kind = ("JPEG", "PNG", "WEBP")[seed % 3]
    raw = bytearray(picture(kind, (64, 48)))
    for _ in range(chance.randint(1, 12)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)

    assert sent(as_member(ANA), bytes(raw)).status_code in (302, 422)


@pytest.mark.parametrize(("size", "taken"), [(8_000_000, True), (8_000_001, False)])
def test_the_largest_photo_is_taken_and_one_byte_more_is_not(as_member, size, taken):
    raw = picture(size=(40, 30))
    raw += b"\0" * (size - len(raw))

    answer = sent(as_member(ANA), raw)

    assert (answer.status_code == 302) == taken
    assert taken or "at most 8 MB" in text(answer)


def test_only_so_much_of_a_file_is_kept_in_memory(place):
    from urdimbre.web.uploads import KEPT_MAX, BoundedUpload

    upload = BoundedUpload()
    upload.new_file("photo", "a.jpg", "image/jpeg", None)
    for start in range(0, 20_000_000, 1_000_000):
        upload.receive_data_chunk(b"\0" * 1_000_000, start)
    file = upload.file_complete(20_000_000)

    assert file.size == 20_000_000
    assert len(file.read()) == KEPT_MAX


def test_members_see_it_and_strangers_do_not(as_member, listing):
    from django.test import Client

    sent(as_member(ANA), picture())
    one = listing.objects.get()
    address = f"/catalogue/{one.pk}/photo/small"

    beto = as_member(BETO)
    assert address in beto.get("/catalogue").content.decode()
    answer = beto.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    assert Client().get(address).status_code == 302
    assert beto.get(f"/catalogue/{one.pk}/photo/huge").status_code == 404
    assert beto.get("/catalogue/unknown/photo/small").status_code == 404
    listing.objects.update(withdrawn=True)
    assert beto.get(address).status_code == 404
    assert as_member(ANA).get(address).status_code == 200


def test_a_photo_is_changed_and_taken_away(as_member, listing):
    from urdimbre.web.catalogue.models import Photo

    ana = as_member(ANA)
    sent(ana, picture())
    change = f"/catalogue/{listing.objects.get().pk}/change"
    sent(ana, picture(size=(50, 50)), path=change)
    with Image.open(BytesIO(Photo.objects.get().large)) as shown:
        assert shown.size == (50, 50)

    ana.post(change, {"kind": "offer", "title": "Huevos"})
    assert Photo.objects.exists()
    ana.post(change, {"kind": "offer", "title": "Huevos", "remove": ["photo"]})

    assert not Photo.objects.exists()


@pytest.mark.parametrize("way", ["its owner", "the desk", "the pages' own tables"])
def test_it_is_erased_with_what_it_shows(as_member, listing, place, way):
    from urdimbre.web import opened
    from urdimbre.web.catalogue.models import Photo

    ana = as_member(ANA)
    out = BytesIO()
    Image.effect_noise((400, 300), 90).save(out, "JPEG")
    sent(ana, out.getvalue())
    one = listing.objects.get()
    mark = bytes(Photo.objects.get().large)[2000:2100]
    files = [place / "desk.db", place / "desk.db-wal"]
    assert any(mark in one.read_bytes() for one in files)

    if way == "its owner":
        ana.post(f"/catalogue/{one.pk}/erase")
    elif way == "the desk":
        desk = opened.circuit().desk
        desk.erase_listings(desk.listings_of(one.member))
    else:
        one.delete()

    assert not Photo.objects.exists()
    if way != "the pages' own tables":
        assert not any(mark in one.read_bytes() for one in files if one.exists())
