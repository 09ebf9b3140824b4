"""From one command to a verified notebook: forty people, a phone, no setting opened."""

import datetime as dt
import gettext
import re

import pytest
from playwright.sync_api import expect

from tests.cli.club import running, urdimbre
from tests.house.tree import ROOT
from tests.processes import free_port
from tests.web.browsing import DESK, PHONE, WAIT_MS, browser, press
from tests.web.sheets import words_on
from tests.web.test_accessible import found
from tests.web.test_founding import SLOWLY_MS, address_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GIVEN = ("Rosa", "Julio", "María", "Tomás", "Lidia", "Hilda", "Nelly", "Pablo")
FAMILIES = ("Condori", "Pari", "Choque", "Poma", "Cusi")
LOCALE = ROOT / "src/urdimbre/words/locale"
PEOPLE = [f"{given} {family}" for family in FAMILIES for given in GIVEN]
SEND = "main form.typed .row button:not(.quiet)"


@pytest.fixture
def founding(tmp_path):
    """The one command; its circuit is in ``circuit``."""
    port = free_port()
    program = running("start", tmp_path / "circuit", "--port", port, "--json")
    yield program, tmp_path
    program.terminate()
    program.communicate(timeout=120)


class Club:
    """Forty neighbours, and what they have in their hands."""

    def __init__(self, chromium, folder, **settings):
        self.chromium, self.folder, self.settings = chromium, folder, settings
        self.script = settings["java_script_enabled"]
        language = settings["locale"][:2]
        self.words = gettext.translation(
            "django", LOCALE, [language], fallback=language == "en"
        )
        self.faults = []
        self.cards = {}

    def say(self, sentence):
        """The sentence in the language of this circuit."""
        return self.words.gettext(sentence)

    def phone(self):
        """A browser that nobody has entered with."""
        context = self.chromium.new_context(**self.settings)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        return page

    def look(self, page):
        """Let axe look at a page in both sizes; without scripts it cannot."""
        if self.script:
            self.faults += found(page)
            page.set_viewport_size(self.settings["viewport"])

    def found(self, url):
        """Three minutes: what are you starting?"""
        page = self.phone()
        page.goto(url)
        self.look(page)
        press(page, f"a.pick:has-text('{self.say('Land, work and savings')}')")
        press(page, "a.pick >> nth=0")
        page.fill("[name=name]", "Comunidad Villa Adela")
        page.fill("[name=place]", "El Alto")
        page.fill("[name=person]", "Julia Mamani")
        page.click("form.typed button")
        page.wait_for_url("**/enter?**", timeout=SLOWLY_MS)
        press(page, SEND)
        press(page, f"a:has-text('{self.say('I have kept it')}')")
        self.url = page.url.rstrip("/")
        self.founder = page

    def bring(self):
        """Five minutes: a pasted list, looked over before anybody is admitted."""
        page = self.founder
        page.goto(f"{self.url}/members/bring")
        lines = [f"{at}. {name}, 700{at:05}" for at, name in enumerate(PEOPLE, 1)]
        page.fill("[name=people]", "\n".join([*lines, ", 70012345"]))
        press(page, SEND)
        admit = self.words.ngettext(
            "Admit %(count)s person", "Admit %(count)s people", 40
        )
        expect(page.locator("main")).to_contain_text(admit % {"count": len(PEOPLE)})
        self.look(page)
        press(page, "button[name=admit]")
        self.look(page)

    def print_cards(self):
        """Four minutes: a sheet with a card for each."""
        with self.founder.expect_download() as taken:
            self.founder.click("form[action$='cards.pdf'] button")
        path = self.folder / "cards.pdf"
        taken.value.save_as(path)
        words = "\n" + words_on(path.read_bytes())
        for name in PEOPLE:
            card = words.partition(f"\n{name}\n")[2]
            self.cards[name] = re.search(r"(?:[A-Z0-9]{4}-){2}[A-Z0-9]{4}", card)[0]

    def enter(self, name):
        """Somebody enters on a phone of hers, with what her card says."""
        page = self.phone()
        page.goto(f"{self.url}/enter?code={self.cards[name]}")
        expect(page.locator("[name=name]")).to_have_value(name)
        press(page, SEND)
        self.look(page)
        press(page, f"a:has-text('{self.say('I have kept it')}')")
        return page

    def exchange(self, giver, taker, mode, name, **typed):
        """One gives on her phone, the other confirms on hers; return the receipt."""
        giver.goto(f"{self.url}/exchange?direction=give")
        press(giver, f"a.{mode}")
        giver.fill("[name=q]", name)
        press(giver, "form[role=search] button")
        press(giver, f"a.line:has-text('{name}')")
        giver.fill("[name=what]", "Huevos de campo")
        giver.select_option("[name=category]", "food.animal")
        giver.fill("[name=quantity]", "12")
        for field, value in typed.items():
            giver.fill(f"[name={field}]", value)
        values = giver.locator("[name=price], [name=signs]")
        expect(values).to_have_count(0 if mode == "gift" else 1)
        self.look(giver)
        press(giver, SEND)
        press(giver, "form[action$=confirm] button")
        taker.goto(self.url)
        press(taker, "section.note a.line")
        press(taker, "form[action$=confirm] button")
        self.look(taker)
        return taker

    def buy_together(self, buyer):
        """A list from the chat, one goes and buys, each coin is accounted for."""
        page = self.founder
        page.goto(f"{self.url}/purchases/new")
        page.fill(
            "[name=text]", f"{buyer}: 2 arroz\nJulia Mamani: arroz 1 kg, aceite 2\n"
        )
        press(page, SEND)
        self.look(page)
        press(page, "button[name=keep]")
        for field, value in {
            "bought_0": "3",
            "price_0": "31",
            "bought_1": "2",
            "price_1": "25",
            "buyer": "Julio",
            "margin": "5",
        }.items():
            page.fill(f"[name={field}]", value)
        press(page, SEND)
        page.fill("[name=paid_0]", "25")
        page.fill("[name=paid_1]", "40")
        press(page, SEND)
        press(page, "form[action$=write] button")
        self.look(page)
        return page

    def work(self, came):
        """All are called; after the work the founder taps for each who was there."""
        page = self.founder
        page.goto(f"{self.url}/work/call")
        day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)
        page.fill("[name=day]", day.isoformat())
        page.fill("[name=price]", "80")
        press(page, SEND)
        press(page, "form[action$=confirm] button")
        self.look(page)
        number = page.url.rpartition("/")[2]
        page.goto(f"{self.url}/work/{number}/roster")
        for name in came:
            row = page.locator("form.taps fieldset").filter(has_text=name)
            row.locator("label").first.click()
        self.look(page)
        press(page, "form.taps > .row button")
        press(page, "form[action$=confirm] button")
        page.goto(f"{self.url}/work/{number}")
        self.look(page)
        return page

    def take_all(self):
        """Two minutes: the whole notebook as one file, and one's own things."""
        page = self.founder
        page.goto(f"{self.url}/notebook")
        self.look(page)
        with page.expect_download() as taken:
            page.click("form[action$=bundle] button")
        taken.value.save_as(self.folder / "all.tar")
        return self.folder / "all.tar"


@pytest.mark.parametrize(
    ("locale", "viewport", "script"),
    [
        ("es-BO", PHONE, True),
        ("pt-BR", DESK, False),
        ("en-GB", PHONE, False),
        ("pt-BR", PHONE, True),
        ("en-GB", DESK, True),
    ],
)
def test_a_circuit_of_forty_in_thirty_minutes(founding, locale, viewport, script):
    program, folder = founding
    url = address_of(program)
    settings = {"locale": locale, "viewport": viewport, "java_script_enabled": script}
    with browser() as chromium:
        club = Club(chromium, folder, **settings)
        club.found(url)
        club.bring()
        club.print_cards()
        rosa, tomas = club.enter("Rosa Condori"), club.enter("Tomás Poma")

        sold = club.exchange(rosa, tomas, "barter", "Tomás Poma", signs="10")
        recorded = club.say("Recorded in the common notebook.")
        expect(sold.locator("main")).to_contain_text(recorded)
        given = club.exchange(rosa, tomas, "gift", "Tomás Poma")
        expect(given.locator("main")).to_contain_text(recorded)

        bought = club.buy_together("Rosa Condori")
        expect(bought.locator("main")).to_contain_text(
            re.compile(r"(?<!\d)6[.,]20(?!\d)")
        )
        worked = club.work(["Rosa Condori", "Hilda Cusi"])
        expect(worked.locator("main")).to_contain_text("Rosa Condori")

        path = club.take_all()
        for page in (rosa, club.founder):
            page.goto(f"{club.url}/statement")
            club.look(page)

    assert club.faults == []
    verified = urdimbre("verify", path, "--json")
    assert (verified.code, verified.json["ok"]) == (0, True)
    assert verified.json["acts"] > len(PEOPLE)
