"""A market and a meeting in a real browser, with scripts and without; axe looks on."""

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA, DELIA
from tests.web.browsing import PHONE, open_as, press, sign
from tests.web.test_accessible import found
from tests.web.test_market import FOUNDER, witnessed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A voice that keeps what it was told to say.
VOICE = """
window.told = [];
Object.defineProperty(window, "speechSynthesis", {
  value: {speaking: false, cancel() {}, speak(one) { window.told.push(one.text); }},
});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""
DUMB = "Object.defineProperty(window, 'speechSynthesis', {value: undefined});"
WAYS = [("es", True), ("pt", False), ("en", True)]


@pytest.fixture(scope="module")
def served_folder(tmp_path_factory):
    """A circuit with witnesses to exchanges."""
    return witnessed(tmp_path_factory.mktemp("served") / "circuit")


class Table:
    """The tablet on the table, and a witness with a phone of her own."""

    def __init__(self, chromium, address, language, *, scripts):
        more = {"locale": language, "java_script_enabled": scripts}
        self.contexts = [
            chromium.new_context(base_url=address, viewport=PHONE, **more)
            for _ in range(2)
        ]
        self.contexts[0].add_init_script(VOICE)
        self.contexts[1].add_init_script(DUMB)
        self.tablet = open_as(self.contexts[0], FOUNDER)
        self.witness = open_as(self.contexts[1], DELIA)
        self.scripts = scripts
        self.faults = []

    def look(self, page):
        """Let axe look at a page; without scripts it cannot."""
        if self.scripts:
            self.faults += found(page)
            page.set_viewport_size(PHONE)

    def leave(self):
        for one in self.contexts:
            one.close()

    def line(self, giver, taker, what):
        """Two taps and a thing."""
        page = self.tablet
        press(page, f"a.pick:has-text('{giver}')")
        self.look(page)
        press(page, f"a.pick:has-text('{taker}')")
        self.look(page)
        page.fill("[name=what]", what)
        press(page, "form.typed .row button")


@pytest.fixture
def table(chromium, address, request):
    language, scripts = request.param
    table = Table(chromium, address, language, scripts=scripts)
    yield table
    table.leave()


@pytest.mark.parametrize("table", WAYS, indirect=True)
def test_a_market_from_the_first_tap_to_the_second_witness(table):
    page = table.tablet
    page.goto("/market")
    table.look(page)
    press(page, "form[action$=begin] button")
    table.look(page)
    table.line("Ana", "Beto", "Pan de anís")
    table.line("Beto", "Ana", "Miel de monte")

    press(page, "a[href$=sheet]")
    table.look(page)
    button = page.locator("#read-sheet")
    if table.scripts:
        expect(button).to_be_visible()
        button.click()
        page.wait_for_function("window.told.length >= 4")
        assert "Pan de anís" in page.evaluate("window.told[0]")
    else:
        expect(button).to_be_hidden()
    press(page, "form[action$=close] button")
    table.look(page)
    press(page, "form[action$=attest] button")
    sheet = page.url

    table.witness.goto(sheet)
    expect(table.witness.locator("#read-sheet")).to_be_hidden()
    press(table.witness, "form[action$=attest] button")

    recorded = table.witness.locator("li a[href^='/notebook/']")
    expect(recorded).to_have_count(2)
    table.look(table.witness)
    assert table.faults == []


def test_minutes_are_attested_on_the_phones_of_two(chromium, address):
    table = Table(chromium, address, "es", scripts=True)
    page = table.tablet
    page.goto("/meetings/new")
    table.look(page)
    for name in (ANA, DELIA, FOUNDER):
        page.locator("label").filter(has_text=name).click()
    page.fill("[name=text]", "Cuatro jornadas al año.")
    press(page, "form.typed .row button")
    page.locator("details").first.locator("summary").click()
    page.fill("[name=set_work_days]", "4")
    for name in (DELIA, FOUNDER):
        attests = page.locator("#id_attest label").filter(has_text=name)
        attests.click()
    table.look(page)
    press(page, "form.typed > .row button")
    table.look(page)
    draft = page.url
    sign(page)
    page.goto("/acting")
    press(page, "form button:has-text('Fundadora')")
    page.goto(draft)
    sign(page)

    table.witness.goto(draft)
    expect(table.witness.locator("main")).to_contain_text("Cuatro jornadas al año.")
    sign(table.witness)
    table.witness.goto("/agreements")
    press(table.witness, "li a[href^='/meetings/']")

    expect(table.witness.locator("main")).to_contain_text("Desde ahora: 4.")
    table.look(table.witness)
    table.leave()
    assert table.faults == []
