"""A paper sheet typed line by line: understood, kept, written down, told."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.web.acting import ANA, BETO, CARLA, DELIA, text
from tests.web.allowing import member_of
from tests.web.office.deskwork import no_of, picture_of
from tests.web.paper_sheets.sheetwork import balance, kept, sheet, written
from tests.web.place import HOUSEHOLD, PASSWORD


def with_photo(client, address):
    """Add a photo to a sheet."""
    answer = client.post(f"{address}/photo", {"photo": photo()})
    assert answer["Location"] == address, text(answer)


def photo(colour="white"):
    """A small photo as a browser sends it."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return SimpleUploadedFile("sheet.png", file.getvalue(), "image/png")


def test_it_is_shown_as_understood_and_what_is_not_is_kept(clerk):
    lines = (
        "Ana; Beto; 2 kg arroz; 12,50",
        "Ana -> Carla; 1 docena huevos",
        "Nadie; Beto; 2 kg arroz; 5",
        "Núñez; Beto; pan; 3",
        "Ana; Ana; pan; 3",
        "Ana; Beto; pan; 1.234",
        "Ana; Beto",
        "Ana; Beto; pan; 0",
    )

    answer = clerk.post("/sheets/new", sheet(lines))

    shown = text(answer)
    assert answer.status_code == 200
    assert "1. Ana Quispe → Beto Mamani" in shown
    assert "12.50 totaí" in shown
    assert "2. Ana Quispe → Carla Núñez" in shown
    assert "Ana Quispe: you sign under her mandate" in shown
    assert "Beto Mamani: she confirms it herself" in shown
    assert "Carla Núñez: you sign for yourself" in shown
    for problem in (
        "Nobody here is called «Nadie».",
        "«Núñez» can be one of several",
        "Nobody exchanges with herself.",
        "«1.234» can be read in two ways.",
        "Write who gives; who receives; what; for how many signs.",
        "The amount must be above zero.",
    ):
        assert problem in shown
    assert "Ana; Ana; pan; 3" in answer.content.decode()

    address = kept(clerk, *lines)
    page = text(clerk.get(address))
    assert "Left out for now" in page
    assert "Nadie; Beto; 2 kg arroz; 5" in page

    corrected = clerk.post(address, {"rest": "Delia; Ana; 2 kg arroz; 5\nX; Y"})
    page = text(corrected)
    assert "3. Delia Rojas → Ana Quispe" in page
    assert "X; Y" in page


def test_under_a_mandate_a_line_is_recorded_at_once(as_member, clerk):
    before = balance(ANA)
    address = kept(clerk, "Ana; Carla; 2 kg arroz; 12,50")
    with_photo(clerk, address)

    page = written(clerk, address)

    assert "Receipt" in page
    assert balance(ANA) == before + 1250
    receipt = clerk.get(address).content.decode().split("/receipts/")[1].split('"')[0]
    for client in (clerk, as_member(ANA)):
        shown = text(client.get(f"/receipts/{receipt}"))
        assert "Paper sheet line 1, recorded by Carla Núñez" in shown
        assert "with a sealed photo" in shown
        assert "under a mandate" in shown
    # Pressed again, it stays one.
    written(clerk, address)
    assert balance(ANA) == before + 1250


def test_the_photo_is_sealed_and_seen_by_few(as_member, clerk):
    from urdimbre.web.exchanges.models import Payload
    from urdimbre.web.sheets.models import Sheet, SheetPhoto

    address = kept(clerk, "Carla; Ana; 1 pan")
    with_photo(clerk, address)
    written(clerk, address)

    found = Sheet.objects.get(pk=address.rpartition("/")[2])
    row = SheetPhoto.objects.get(sheet=found)
    told = [
        json.loads(bytes(one.payload)) for one in Payload.objects.filter(field="sheet")
    ]
    mine = {
        "by": member_of(CARLA),
        "line": 1,
        "photo": row.digest,
        "sheet": found.pk,
    }
    assert mine in told
    assert clerk.get(f"{address}/photo")["Content-Type"] == "image/jpeg"
    assert as_member("Fundadora").get(f"{address}/photo").status_code == 200
    assert as_member(BETO).get(f"{address}/photo").status_code == 404


def test_who_has_mandated_nobody_confirms_it_herself(as_member, clerk):
    before = balance(BETO)
    address = kept(clerk, "Ana; Beto; 2 kg arroz; 7")

    page = written(clerk, address)

    assert "waits for Beto Mamani" in page
    assert balance(BETO) == before
    beto = as_member(BETO)
    sheet = clerk.get(address).content.decode()
    draft = sheet.split(f"/beside/{no_of(BETO)}")[0].rpartition('"')[2]
    assert f'href="{draft}"' in beto.get("/").content.decode()
    assert "line 1, recorded by Carla Núñez" in text(beto.get(draft))
    receipt = beto.post(f"{draft}/confirm")["Location"]
    assert receipt.startswith("/receipts/")
    assert balance(BETO) == before - 700


def test_or_she_signs_beside_the_clerk(clerk):
    address = kept(clerk, "Ana; Delia; 2 kg arroz; 7")
    written(clerk, address)
    page = clerk.get(address).content.decode()
    where = page.split(f"/beside/{no_of(DELIA)}")[0].rpartition('"')[2]
    typed = {"picture": picture_of(DELIA), "secret": PASSWORD}

    answer = clerk.post(f"{where}/beside/{no_of(DELIA)}", typed)

    assert answer["Location"] == address
    assert "Receipt" in text(clerk.get(address))


def test_witnesses_attest_for_who_gives(as_member, clerk, witnesses):
    before = balance(DELIA)
    address = kept(clerk, "Delia; Ana; 2 kg arroz; 9")
    preview = text(clerk.post("/sheets/new", sheet(["Delia; Ana; pan; 1"])))
    assert "Delia Rojas: two witnesses attest" in preview

    page = written(clerk, address)

    assert "waits for Delia Rojas" in page
    beto = as_member(BETO)
    draft = beto.get("/office").content.decode().split('href="/drafts/')[1]
    receipt = beto.post(f"/drafts/{draft.split(chr(34))[0]}/confirm")["Location"]
    assert receipt.startswith("/receipts/")
    assert balance(DELIA) == before + 900
    shown = text(clerk.get(receipt))
    assert "attested by Beto Mamani" in shown
    assert "attested by Carla Núñez" in shown


def test_beyond_the_mandate_she_confirms_it_herself(as_member, clerk):
    address = kept(clerk, "Beto; Ana; un chancho; 50,01")

    preview = text(clerk.post("/sheets/new", sheet(["Beto; Ana; un chancho; 50,01"])))
    page = written(clerk, address)

    assert "Ana Quispe: she confirms it herself" in preview
    assert "Ana Quispe" in page.split("waits for")[1]
    ana = as_member(ANA)
    draft = ana.get("/").content.decode().split('href="/drafts/')[1].split('"')[0]
    assert "chancho" in text(ana.get(f"/drafts/{draft}"))
    assert ana.post(f"/drafts/{draft}/confirm").status_code == 302


def test_what_the_rules_refuse_is_told_with_its_line(clerk):
    address = kept(clerk, "Ana; Carla; una casa; 5000")

    answer = clerk.post(f"{address}/write")

    assert answer.status_code == 422
    shown = text(answer)
    assert "Not written down" in shown
    assert "1. Ana; Carla; una casa; 5000" in shown
    assert "Reduce the amount" in shown
    number = f"{address}/1/drop"
    assert clerk.post(number)["Location"] == address
    assert "una casa" not in text(clerk.get(address))


def test_a_written_line_is_not_taken_off(clerk):
    address = kept(clerk, "Carla; Ana; 1 pan")
    written(clerk, address)

    clerk.post(f"{address}/1/drop")

    assert "Receipt" in text(clerk.get(address))
    assert clerk.post(f"{address}/7/drop").status_code == 404


def test_only_clerks_type_sheets_and_only_their_own(as_member, clerk):
    address = kept(clerk, "Carla; Ana; 1 pan")
    delia, founder = as_member(DELIA), as_member("Fundadora")

    assert delia.get("/sheets").status_code == 404
    assert delia.post("/sheets/new", sheet(["Ana; Beto; pan"])).status_code == 404
    assert founder.get("/sheets").status_code == 200
    for path in (address, f"{address}/write", f"{address}/1/drop"):
        assert founder.post(path).status_code == 404
    assert "1 line" in text(clerk.get("/sheets"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"text": "  "}, "This is needed here."),
        ({"text": "\0"}, "There is a character that cannot be kept."),
        ({"day": "2999-01-01"}, "That day is still to come."),
        ({"day": "1999-01-01"}, "Choose a day within a year."),
        ({"day": "31/12"}, "Write a day"),
        ({"unit": "XYZ"}, "Choose one of the list."),
    ],
)
def test_what_is_typed_wrong_is_told_beside_its_field(clerk, more, told):
    answer = clerk.post("/sheets/new", sheet(["Ana; Beto; pan"]) | more)

    assert answer.status_code == 422
    assert told in text(answer)


def test_a_file_that_is_no_photo(clerk):
    file = SimpleUploadedFile("x.png", b"<svg/>", "image/png")
    address = kept(clerk, "Carla; Ana; 1 pan")

    answer = clerk.post(f"{address}/photo", {"photo": file})

    assert answer.status_code == 422
    assert "This photo cannot be read." in text(answer)
    assert clerk.get(f"{address}/photo").status_code == 404
    assert clerk.post(f"{address}/photo").status_code == 422


def test_what_is_sealed_keeps_its_photo(clerk):
    address = kept(clerk, "Carla; Ana; 1 pan")
    with_photo(clerk, address)
    written(clerk, address)
    before = clerk.get(f"{address}/photo").content

    clerk.post(f"{address}/photo", {"photo": photo("red")})

    assert clerk.get(f"{address}/photo").content == before
    assert "Another photo" not in text(clerk.get(address))


def test_numbers_of_cards_name_people_and_households_take_part(clerk):
    from urdimbre.web.circuit.codes import code_of

    number = code_of(member_of(ANA))

    shown = text(clerk.post("/sheets/new", sheet([f"{number}\t{HOUSEHOLD}\tpan\t3"])))

    assert "1. Ana Quispe → Familia Núñez" in shown


def test_more_lines_than_a_sheet_has(clerk):
    lines = ["Ana; Beto; pan"] * 61

    shown = text(clerk.post("/sheets/new", sheet(lines)))

    assert "60. Ana Quispe" in shown
    assert "61. Ana Quispe" not in shown
    assert "The list is too long." in shown
