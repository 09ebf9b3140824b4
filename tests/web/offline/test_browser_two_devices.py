"""Two phones exchange pictures, with and without a connection."""

import json
import random
from base64 import b64decode
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.web.acting import ANA, BETO, CARLA, DELIA
from tests.web.offline.devices import (
    EGGS,
    phone,
    picture,
    prepare,
    promise,
    read_picture,
    state,
)
from urdimbre.core.chain import slip

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VECTORS = Path(__file__).parents[2] / "vectors" / "slips.json"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DETECTOR = """window.BarcodeDetector = class {
  async detect(seen) {
    const canvas = document.createElement('canvas');
    canvas.width = seen.videoWidth || seen.width;
    canvas.height = seen.videoHeight || seen.height;
    canvas.getContext('2d').drawImage(seen, 0, 0);
    const rawValue = await window.readPicture(canvas.toDataURL('image/png'));
    return rawValue ? [{rawValue}] : [];
  }
};"""
"""Stands in for the reader that Android's browsers have and this one lacks."""


@pytest.fixture
def url(address):
    return address.replace("127.0.0.1", "localhost")


@pytest.fixture
def phone_of(chromium, url):
    told, pages = [], []

    def given(name, *, reads=False):
        page = phone(chromium, url, name, script=DETECTOR if reads else "")
        if reads:
            page.expose_function("readPicture", from_canvas)
        page.on("pageerror", lambda one: told.append(str(one)))
        pages.append(page)
        return page

    yield given
    for page in pages:
        page.context.close()
    assert told == []


def from_canvas(address):
    return read_picture(b64decode(address.partition(",")[2]))


def scan(page, png):
    """Take a photo of what another phone shows."""
    page.locator("[data-go=scan]:visible").click()
    page.set_input_files(
        "[data-photo]", {"name": "p.png", "mimeType": "image/png", "buffer": png}
    )


def test_two_phones_exchange_pictures_where_nothing_reaches_the_circuit(phone_of):
    payee = phone_of(DELIA, reads=True)
    payer = phone_of(ANA, reads=True)
    prepare(payee)
    for one in (payer, payee):
        one.context.set_offline(True)

    promise(payer, DELIA)
    scan(payee, picture(payer))
    look = payee.locator("[data-view=look]")
    expect(look).to_contain_text(EGGS)
    expect(look).to_contain_text("You receive in signs")
    expect(look).to_contain_text(ANA)
    payee.locator("[data-sign]").click()
    scan(payer, picture(payee))
    expect(payer.locator("[data-view=scan] [data-say=both]")).to_be_visible()
    expect(state(payer, "promise")).to_be_visible()
    expect(state(payee, "promise")).to_be_visible()

    payee.context.set_offline(False)
    expect(state(payee, "recorded")).to_be_visible()
    payer.context.set_offline(False)
    expect(state(payer, "recorded")).to_be_visible()
    links = {one.locator("[data-link]").get_attribute("href") for one in (payer, payee)}
    assert len(links) == 1
    payer.goto(links.pop())
    expect(payer.locator("main")).to_contain_text(EGGS)


def test_where_the_browser_cannot_read_a_photo_the_server_does(phone_of):
    payee, payer = phone_of(BETO), phone_of(CARLA)
    prepare(payer)
    prepare(payee)
    payer.context.set_offline(True)

    promise(payer, BETO)
    scan(payee, picture(payer))
    payee.locator("[data-sign]").click()
    answer = picture(payee)
    scan(payer, answer)
    expect(payer.locator("[data-view=scan] [data-say=reader]")).to_be_visible()
    payer.fill("#pasted", read_picture(answer))
    payer.locator("[data-paste] button:not([type])").click()
    expect(payer.locator("[data-view=scan] [data-say=both]")).to_be_visible()
    expect(state(payee, "recorded")).to_be_visible()


def test_a_device_signs_nothing_that_it_cannot_trust(phone_of):
    """Between others, of an unknown key, of strange bytes, of another circuit."""
    ana, beto, delia = phone_of(ANA), phone_of(BETO), phone_of(DELIA)
    promise(ana, DELIA, signs="1")
    good = ana.locator("[data-text]").input_value()
    prepare(beto)

    def told(page, pasted, name):
        page.locator("[data-view=start] [data-go=scan]").click()
        page.fill("#pasted", pasted)
        page.locator("[data-paste] button:not([type])").click()
        expect(page.locator(f"[data-view=scan] [data-say={name}]")).to_be_visible()
        page.locator("[data-view=scan] [data-go=start]").click()

    told(beto, good, "others")
    told(beto, "https://elsewhere.example/", "broken")
    told(beto, good[:-3], "broken")
    data = slip.from_text(good)
    other = bytes((*data[:3], data[3] ^ 1, *data[4:]))
    told(beto, slip.to_text(other), "circuit")
    forged = data[:-1] + bytes((data[-1] ^ 1,))
    prepare(delia)
    told(delia, slip.to_text(forged), "signature")


def test_a_device_that_does_not_know_the_key_yet_signs_nothing(phone_of, chromium, url):
    delia = phone_of(DELIA)
    carla = phone(chromium, url, CARLA)
    promise(carla, DELIA, signs="1")
    text = carla.locator("[data-text]").input_value()
    carla.context.close()
    delia.evaluate(
        """async () => {
          const book = await Outbox.book();
          book.people.forEach(one => { one.keys = []; });
          window.fetch = () => Promise.reject(new TypeError());
          const opening = indexedDB.open('urdimbre-offline', 1);
          await new Promise(done => { opening.onsuccess = done; });
          const put = opening.result.transaction('book', 'readwrite');
          put.objectStore('book').put(book, 'book');
          await new Promise(done => { put.oncomplete = done; });
          opening.result.close();
        }"""
    )
    delia.context.set_offline(True)
    delia.reload()
    delia.locator("[data-view=start] [data-go=scan]").click()
    delia.fill("#pasted", text)
    delia.locator("[data-paste] button:not([type])").click()

    expect(delia.locator("[data-view=scan] [data-say=signature]")).to_be_visible()


def test_the_camera_reads_as_well(chromium, url):
    """The frames are the browser's own test picture; the reader says what is in it."""
    page = phone(chromium, url, ANA, script=CAMERA + DETECTOR)
    said = []
    page.expose_function("readPicture", lambda _: said.append(1) or "URD1:BB8")
    page.locator("[data-view=start] [data-go=scan]").click()
    page.locator("[data-camera] button").click()

    expect(page.locator("[data-view=scan] [data-say=broken]")).to_be_visible()
    assert said
    page.context.close()


CAMERA = """navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d').fillRect(0, 0, 9, 9);
  return canvas.captureStream(5);
};"""


@pytest.fixture(scope="module")
def scripts(chromium, address):
    """A page with our scripts for slips and pictures."""
    context = chromium.new_context(base_url=address.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    page.goto("/offline")
    words = {"keys": slip.KEYS, "words": slip.WORDS, "shapes": slip.SHAPES}
    page.evaluate(f"Slips.know({json.dumps(words)})")
    yield page
    context.close()


@pytest.mark.parametrize(
    "case", json.loads(VECTORS.read_text("ascii"))["cases"], ids=lambda one: one["name"]
)
def test_the_script_reads_and_writes_the_golden_slips(scripts, case):
    told = scripts.evaluate(
        """async ([data, genesis]) => {
          const found = await Slips.read(Slips.bytes(data), genesis);
          return [found.act || found.answers, Slips.hex(Slips.write(found, genesis)),
            Slips.text(Slips.bytes(data)),
            Slips.hex(Slips.untext(Slips.text(Slips.bytes(data))))];
        }""",
        [case["slip"], case["genesis"]],
    )

    text = slip.to_text(bytes.fromhex(case["slip"]))
    act = case.get("act") or case["answers"]
    assert told == [act, case["slip"], text, case["slip"]]


def test_the_script_refuses_what_the_core_refuses(scripts):
    """Golden slips with a byte changed: whatever the core reads, the script reads."""
    chance = random.Random(17)
    for case in json.loads(VECTORS.read_text("ascii"))["cases"]:
        data = bytearray.fromhex(case["slip"])
        changed = []
        for _ in range(60):
            one = bytearray(data)
            one[chance.randrange(len(one))] = chance.randrange(256)
            changed.append(bytes(one))
        found = scripts.evaluate(
            """([all, genesis]) => Promise.all(all.map(
              one => Slips.read(Slips.bytes(one), genesis)
                .then(told => told.act || told.answers).catch(() => '')))""",
            [[one.hex() for one in changed], case["genesis"]],
        )
        assert found == [read_by_core(one, case["genesis"]) for one in changed]


def read_by_core(data, genesis):
    try:
        found = slip.read(data, genesis)
    except (slip.BrokenSlip, slip.OtherCircuit):
        return ""
    return found.act.decode() if isinstance(found, slip.Slip) else found.act


def test_what_the_script_draws_is_read_by_an_independent_reader(scripts):
    """Every version that slips come to, and lengths odd and even."""

    chance = random.Random(2026)
    texts = [
        "".join(chance.choices(LETTERS, k=length))
        for length in (1, 2, 19, 20, *range(25, 900, 17), 911)
    ]
    drawn = scripts.evaluate("all => all.map(Qr.matrix)", texts)

    sizes = set()
    for text, rows in zip(texts, drawn, strict=True):
        size = len(rows) + 8
        sizes.add(len(rows))
        seen = Image.new("L", (size, size), 255)
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                seen.putpixel((x + 4, y + 4), 0 if dark else 255)
        large = seen.resize((4 * size, 4 * size), Image.Resampling.NEAREST)
        assert [one.text for one in zxingcpp.read_barcodes(large)] == [text]
    assert len(sizes) >= 18
    for wrong in ("a", "A" * 971):
        assert scripts.evaluate(FAILS, wrong) == "RangeError"


FAILS = """text => {
  try { Qr.matrix(text); } catch (failed) { return failed.name; }
}"""
