"""Reading what the other shows, without a script: a photo, a link, a code."""

import json
from io import BytesIO

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFilter

from tests.web.acting import ANA, BETO, DELIA, GOODS, propose, text
from tests.web.keyring import member_of, with_device
from tests.web.offline.slips import EGGS, book_of, promise, signed
from urdimbre.core.chain.slip import to_text, write


def photo(said, *, turned=0, blurred=0, sort="PNG"):
    """A picture of ours as a camera gives it."""
    out = BytesIO()
    segno.make(said, error="m", micro=False).save(out, kind="png", scale=5, border=4)
    seen = Image.open(out).convert("L").rotate(turned, expand=True, fillcolor=200)
    taken = BytesIO()
    seen.filter(ImageFilter.GaussianBlur(blurred)).save(taken, sort)
    return SimpleUploadedFile("photo", taken.getvalue())


def empty(width=400, height=400):
    out = BytesIO()
    Image.new("L", (width, height), 255).save(out, "PNG")
    return SimpleUploadedFile("photo", out.getvalue())


@pytest.mark.parametrize(
    ("turned", "blurred", "sort"), [(0, 0, "PNG"), (7, 1, "JPEG"), (90, 1, "WEBP")]
)
def test_a_photo_of_a_promise_becomes_a_draft_to_sign(as_member, turned, blurred, sort):
    ana, delia = as_member(ANA), as_member(DELIA)
    book = book_of(ana)
    slip = signed(promise(book, member_of(DELIA)), book, with_device(ana))
    shown = to_text(write(slip, book["genesis"]))

    taken = photo(shown, turned=turned, blurred=blurred, sort=sort)
    answer = delia.post("/scan", {"photo": taken})

    assert answer.status_code == 302, text(answer)
    page = delia.get(answer["Location"])
    assert EGGS in text(page)
    assert "Is this right?" in text(page)


def test_the_script_gets_the_text_and_nothing_is_made_of_it(as_member):
    from urdimbre.web.exchanges.models import Draft

    before = Draft.objects.count()
    answer = as_member(DELIA).post(
        "/scan", {"photo": photo("URD1:BB8")}, headers={"Accept": "application/json"}
    )

    assert json.loads(answer.content) == {"text": "URD1:BB8"}
    assert Draft.objects.count() == before


def test_a_waiting_draft_is_shown_as_a_link_and_as_a_code(as_member, number_of):
    ana, delia, beto = as_member(ANA), as_member(DELIA), as_member(BETO)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    assert "Show it to the other" not in text(ana.get(draft))
    ana.post(f"{draft}/confirm")
    from urdimbre.web.exchanges.models import Draft
    from urdimbre.web.exchanges.showing import code_of, hash_of

    found = Draft.objects.get(pk=draft.rpartition("/")[2])
    code, link = code_of(found), f"{draft}/{hash_of(found)}"
    shown = text(ana.get(draft))

    assert f"{code[:4]} {code[4:]}" in shown
    assert len(code) == 8
    for typed in (code, f"{code[:4]} {code[4:].lower()}"):
        assert delia.post("/scan", {"code": typed})["Location"] == draft
    taken = photo(f"https://circuit.example{link}")
    assert delia.post("/scan", {"photo": taken})["Location"] == draft
    assert delia.get(link)["Location"] == draft
    for who, where in ((beto, link), (delia, f"{draft}/{'0' * 64}")):
        assert who.get(where).status_code == 404
    assert "Nothing with that code waits" in text(beto.post("/scan", {"code": code}))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Take a photo or type the code."),
        ({"code": "ABCD 2345"}, "Nothing with that code waits for you."),
        ({"code": "x" * 50}, "at most 20 characters"),
        ({"photo": lambda: photo("hello")}, "no promise that two devices pass"),
        ({"photo": lambda: photo("URD1:BB8")}, "no promise that two devices pass"),
        (
            {"photo": lambda: photo(f"https://a.b/drafts/{'0' * 32}/{'0' * 64}")},
            "no promise that two devices pass",
        ),
        (
            {"photo": lambda: SimpleUploadedFile("x", b"GIF89a")},
            "This photo cannot be read.",
        ),
        ({"photo": empty}, "No picture of ours was found"),
        ({"photo": lambda: empty(5000, 4000)}, "The photo is too large."),
        (
            {"photo": lambda: SimpleUploadedFile("x", b"\xff" * 8_000_001)},
            "The photo is too large.",
        ),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(as_member, typed, told):
    ana = as_member(ANA)
    given = {name: one() if callable(one) else one for name, one in typed.items()}

    answer = ana.post("/scan", given)

    assert answer.status_code == 422
    assert told in text(answer)
    if "code" in typed:
        assert typed["code"] in answer.content.decode()


def test_the_script_is_told_that_nothing_was_read(as_member):
    answer = as_member(ANA).post(
        "/scan", {"photo": empty()}, headers={"Accept": "application/json"}
    )

    assert answer.status_code == 422
