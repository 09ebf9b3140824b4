"""Voice notes: known by their bytes, bounded, without what the recorder wrote."""

import random
import wave
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.acting import ANA, BETO, text

WHERE = b"-16.4897-068.1193"


@pytest.fixture(autouse=True)
def listing(place):
    from urdimbre.web.catalogue.models import Listing

    yield Listing
    Listing.objects.all().delete()


def wav(seconds=1):
    out = BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(random.Random(1).randbytes(8000 * seconds))
    return out.getvalue()


def box(name, body):
    return (8 + len(body)).to_bytes(4, "big") + name + body


def mp4():
    trak = box(b"trak", box(b"udta", WHERE) + box(b"mdia", b"m" * 20))
    moov = box(b"moov", box(b"mvhd", b"h" * 20) + trak + box(b"udta", WHERE))
    head = box(b"ftyp", b"M4A \0\0\0\0isom")
    return head + moov + box(b"mdat", b"the sound")


def mp3():
    note = b"ID3\x04\0\0" + bytes([0, 0, 0, len(WHERE)]) + WHERE
    return note + b"\xff\xfb\x90\x00the sound" + b"TAG" + WHERE.ljust(125, b"\0")


def noted_wav():
    raw = wav()
    return raw + b"LIST" + len(WHERE).to_bytes(4, "little") + WHERE + b"\0"


SOUNDS = {
    "ogg": b"OggS\0\x02the sound",
    "webm": b"\x1a\x45\xdf\xa3the sound",
    "mp4": mp4(),
    "mp3": mp3(),
    "aac": b"\xff\xf1\x50\x80the sound",
    "wav": noted_wav(),
}
TYPES = {"mp3": "audio/mpeg"}


def sent(client, raw, path="/catalogue/new", name="nota.bin"):
    file = SimpleUploadedFile(name, raw, "audio/ogg")
    return client.post(path, {"kind": "need", "title": "Leña", "voice": file})


@pytest.mark.parametrize("kind", SOUNDS)
def test_a_sound_is_known_by_its_bytes_and_loses_what_the_recorder_wrote(
    as_member, listing, kind
):
    assert sent(as_member(ANA), SOUNDS[kind]).status_code == 302

    beto = as_member(BETO)
    address = f"/catalogue/{listing.objects.get().pk}/voice"
    assert f'src="{address}"' in beto.get("/catalogue").content.decode()
    answer = beto.get(address)
    assert answer["Content-Type"] == TYPES.get(kind, f"audio/{kind}")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert WHERE not in answer.content
    if kind == "wav":
        with wave.open(BytesIO(answer.content)) as sound:
            assert sound.getnframes() == 8000
    else:
        assert b"the sound" in answer.content


def test_what_follows_in_a_sound_keeps_its_place(place):
    from urdimbre.web.catalogue.voices import bare

    raw = mp4()

    emptied = bare(raw, "mp4")

    assert len(emptied) == len(raw)
    assert emptied.index(b"mdat") == raw.index(b"mdat")
    assert emptied.count(b"free") == 2


@pytest.mark.parametrize(
    "boxes",
    [
        box(b"moov", b"") * 200_000,
        box(b"moov", box(b"trak", b"")) * 100_000,
        b"".join(
            (8 * (50_000 - no)).to_bytes(4, "big") + b"moov" for no in range(50_000)
        ),
    ],
)
def test_a_sound_made_of_boxes_without_end_is_read_at_once(place, boxes):
    from urdimbre.web.catalogue.voices import bare

    raw = box(b"ftyp", b"M4A ") + boxes

    assert bare(raw, "mp4") == raw


NO_SOUND = {
    "text": b"hola",
    "empty": b"",
    "html": b"<html><script>alert(1)</script>",
    "svg": b"<svg onload=alert(1)>",
    "a photo": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0",
    "amr": b"#!AMR\n",
    "id3 and nothing": b"ID3\x04\0\0\0\0\0\x7f",
    "one byte": b"\xff",
}


@pytest.mark.parametrize("name", NO_SOUND)
def test_what_is_no_sound_is_refused_beside_its_field(as_member, listing, name):
    answer = sent(as_member(ANA), NO_SOUND[name])

    assert answer.status_code == 422
    assert 'value="Leña"' in answer.content.decode()
    assert "errorlist" in answer.content.decode()
    assert listing.objects.count() == 0


@pytest.mark.parametrize(("size", "taken"), [(2_000_000, True), (2_000_001, False)])
def test_the_longest_note_is_taken_and_one_byte_more_is_not(as_member, size, taken):
    answer = sent(as_member(ANA), SOUNDS["ogg"].ljust(size, b"\0"))

    assert (answer.status_code == 302) == taken
    assert taken or "at most 2 MB" in text(answer)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_sound_never_breaks_the_page(as_member, seed):
    chance = random.Random(seed)
    kind = sorted(SOUNDS)[seed % len(SOUNDS)]
    raw = bytearray(SOUNDS[kind][: chance.randint(8, 400)])
    for _ in range(chance.randint(1, 8)):
        raw[chance.randrange(4, len(raw))] = chance.choice([0, 1, 255, 8])

    assert sent(as_member(ANA), bytes(raw)).status_code in (302, 422)


@pytest.mark.parametrize(
    ("asked", "status", "piece"),
    [
        ("", 200, slice(None)),
        ("bytes=0-", 206, slice(None)),
        ("bytes=0-1", 206, slice(2)),
        ("bytes=4-9999", 206, slice(4, None)),
        ("bytes=9999-", 416, slice(0)),
        ("bytes=5-2", 416, slice(0)),
        ("bytes=-5", 200, slice(None)),
        ("pages=1-2", 200, slice(None)),
    ],
)
def test_a_piece_of_it_may_be_asked_for(as_member, listing, asked, status, piece):
    ana = as_member(ANA)
    sent(ana, SOUNDS["ogg"])

    address = f"/catalogue/{listing.objects.get().pk}/voice"
    answer = ana.get(address, headers={"Range": asked})

    assert answer.status_code == status
    assert answer.content == SOUNDS["ogg"][piece]


def test_members_hear_it_and_strangers_do_not(as_member, listing):
    from django.test import Client

    sent(as_member(ANA), SOUNDS["ogg"])
    address = f"/catalogue/{listing.objects.get().pk}/voice"

    assert Client().get(address).status_code == 302
    assert as_member(BETO).get("/catalogue/unknown/voice").status_code == 404
    listing.objects.update(withdrawn=True)
    assert as_member(BETO).get(address).status_code == 404
    assert as_member(ANA).get(address).status_code == 200


def test_the_policy_lets_the_browser_play_it(as_member):
    policy = as_member(ANA).get("/catalogue")["Content-Security-Policy"]

    assert "media-src 'self'" in policy


def test_it_is_taken_away_and_erased_with_what_it_belongs_to(as_member, listing):
    from urdimbre.web.catalogue.models import Voice

    ana = as_member(ANA)
    sent(ana, SOUNDS["ogg"])
    pk = listing.objects.get().pk
    change = {"kind": "need", "title": "Leña", "remove": ["voice"]}
    assert f"/catalogue/{pk}/voice" in text_of(ana.get(f"/catalogue/{pk}/change"))
    ana.post(f"/catalogue/{pk}/change", change)
    assert not Voice.objects.exists()

    sent(ana, SOUNDS["ogg"], path=f"/catalogue/{pk}/change")
    assert Voice.objects.exists()
    ana.post(f"/catalogue/{pk}/erase")

    assert not Voice.objects.exists()


def text_of(answer):
    return answer.content.decode()
