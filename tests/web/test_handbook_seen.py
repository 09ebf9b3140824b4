"""The handbook in a browser: pictures of the real screens, and a page read aloud."""

import io
import os
import time
import urllib.request
from pathlib import Path

import pytest
from django.utils import translation
from PIL import Image
from playwright.sync_api import expect

from tests.cli.club import running
from tests.processes import free_port
from tests.web.browsing import PHONE, WAIT_MS, browser, press
from urdimbre.web.handbook import pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BYTES_MAX = 60_000
PICTURED = {
    "first-steps": ("maria", "/"),
    "people": ("eusebio", "/members"),
    "offers-and-needs": ("maria", "/catalogue"),
    "exchanging": ("maria", "/exchange"),
    "offline": ("maria", "/scan"),
    "receipts": ("maria", "/receipts/{receipt}"),
    "mistakes": ("maria", "/receipts/{receipt}/adjust"),
    "statement": ("maria", "/statement"),
    "saturday": ("maria", "/together"),
    "market": ("ramon", "/market"),
    "work-days": ("eusebio", "/work"),
    "board": ("maria", "/board"),
    "office": ("maria", "/office"),
    "sharing": ("maria", "/members/4/share"),
    "meetings": ("maria", "/meetings"),
    "own-words": ("ramon", "/agreements/words"),
    "host": ("maria", "/notebook/honest"),
    "keys": ("maria", "/keys"),
    "my-way-in": ("maria", "/security"),
    "notices": ("maria", "/notices"),
    "programs": ("maria", "/programs"),
    "everything": ("maria", "/everything"),
    "erasure": ("maria", "/erase"),
}


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_each_page_has_a_picture_that_is_small_enough_for_a_poor_connection(language):
    assert set(PICTURED) == set(pages.ABOUT)
    for name in pages.ABOUT:
        found = pages.page(language, name).picture
        assert found, f"make handbook takes the picture of {name}"
        assert found.stat().st_size <= BYTES_MAX
        with Image.open(found) as picture:
            assert picture.size == (PHONE["width"], PHONE["height"])


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo, served; its address."""
    folder = tmp_path_factory.mktemp("demo") / "circuit"
    port = free_port()
    program = running("demo", folder, "--port", port, "--json")
    told = program.stdout.readline()
    assert told, "the demo did not start"
    address = f"http://localhost:{port}"
    _answers(program, f"{address}/login")
    yield address
    program.terminate()
    program.communicate(timeout=120)


def _answers(program, page):
    """Wait until the demo listens: it names who may enter some time before."""
    for _ in range(300):
        assert program.poll() is None, "the demo has ended"
        try:
            urllib.request.urlopen(page, timeout=60).close()  # noqa: S310 - ours
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the demo does not answer")


def test_pictures_are_taken_of_the_real_screens(demo, tmp_path):
    """``make handbook`` keeps them: URDIMBRE_PICTURES is the folder they go to."""
    folder = Path(os.environ.get("URDIMBRE_PICTURES") or tmp_path)
    with browser() as chromium:
        for language in pages.LANGUAGES:
            for who in dict.fromkeys(taker for taker, _ in PICTURED.values()):
                phone = chromium.new_context(
                    locale=language, viewport=PHONE, base_url=demo
                )
                _take(phone, language, who, folder / language)
                phone.close()

    assert len(list(folder.glob("*/*.webp"))) == len(PICTURED) * len(pages.LANGUAGES)


def _take(phone, language, who, folder):
    page = phone.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/login")
    press(page, f"button[value={who}]")
    page.goto("/statement")
    first = page.locator("main a.line[href^='/receipts/']").first
    receipt = first.get_attribute("href").rpartition("/")[2]
    folder.mkdir(parents=True, exist_ok=True)
    for name, (taker, path) in PICTURED.items():
        if taker != who:
            continue
        answer = page.goto(path.format(receipt=receipt))
        assert answer.ok, path
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("a.tap[href^='/handbook/']").last).to_have_attribute(
            "href", f"/handbook/{name}"
        )
        taken = Image.open(io.BytesIO(page.screenshot()))
        taken.save(folder / f"{name}.webp", quality=60, method=6)


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_page_is_read_aloud_and_stops_when_asked(chromium, address, language):
    """Chromium without a sound card has no voices: what it is given is looked at."""
    context = chromium.new_context(locale=language, viewport=PHONE, base_url=address)
    context.add_init_script(VOICE)
    page = context.new_page()
    page.goto("/handbook/board")
    with translation.override(language):
        label = translation.gettext("Read this page aloud")
    button = page.get_by_role("button", name=label)

    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    said, languages = page.evaluate("[heard.map(one => one.text), heard[0].lang]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    context.close()

    assert said[0] == pages.page(language, "board").title
    assert len(said) == len(set(said)) > 5
    assert languages == language


VOICE = """
  window.heard = [];
  Object.defineProperty(window, "speechSynthesis", {value: {
    speaking: false,
    speak(one) { heard.push(one); this.speaking = true; },
    cancel() { this.speaking = false; },
  }});
"""


def test_where_the_browser_has_no_voice_no_button_is_shown(chromium, address):
    context = chromium.new_context(
        base_url=address, locale="en", java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/handbook/board")

    expect(page.locator("h1")).to_have_text(pages.page("en", "board").title)
    expect(page.locator("[data-aloud]")).to_be_hidden()
    context.close()
