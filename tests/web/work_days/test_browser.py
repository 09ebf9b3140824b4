"""A work day in a real browser: large taps, two witnesses, axe finds nothing."""

import shutil
from datetime import date, timedelta

import pytest

from tests.web.acting import ANA, BETO, DELIA
from tests.web.browsing import PHONE, look_over, open_as, press, sign
from tests.web.test_accessible import found
from tests.web.work_days.conftest import FOUNDER

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def served_folder(first_place, tmp_path_factory):
    """A copy of the circuit that has agreed on work days."""
    folder = tmp_path_factory.mktemp("served") / "circuit"
    return shutil.copytree(first_place, folder)


def entered(chromium, address, name, **more):
    context = chromium.new_context(base_url=address, viewport=PHONE, **more)
    return open_as(context, name)


class Scene:
    """Three who look at a work day, with or without scripts."""

    def __init__(self, chromium, address, language, scripts):
        more = {"locale": language, "java_script_enabled": scripts}
        self.scripts = scripts
        self.faults = []
        self.founder, self.witness, self.other = (
            entered(chromium, address, name, **more) for name in (FOUNDER, BETO, DELIA)
        )

    def look(self, page):
        """Let axe look at a page; without scripts it cannot."""
        if self.scripts:
            self.faults += found(page)
            page.set_viewport_size(PHONE)

    def call(self):
        """Call all for a week from now; return the address of the day."""
        page = self.founder
        page.goto("/work/call")
        in_a_week = date.today() + timedelta(days=7)  # noqa: DTZ011 - a day to come
        page.fill("[name=day]", in_a_week.isoformat())
        page.fill("[name=price]", "80")
        self.look(page)
        look_over(page)
        self.look(page)
        sign(page)
        return f"/work/{page.url.rpartition('/')[2]}"

    def attest(self, day):
        """A witness taps for Ana, another one signs too; return the tap's size."""
        page = self.witness
        page.goto(day)
        self.look(page)
        press(page, f"a[href='{day}/roster']")
        asked = page.locator("form.taps fieldset")
        assert not asked.filter(has_text=BETO).count()
        there = asked.filter(has_text=ANA).locator("label").first
        there.click()
        self.look(page)
        size = there.bounding_box()
        press(page, "form.taps > .row button")
        sign(page)
        self.other.goto(day)
        press(self.other, "a[href^='/drafts/']")
        self.look(self.other)
        sign(self.other)
        return size

    def count(self, day):
        """The founder writes down that somebody came for Carla."""
        page = self.founder
        page.goto(f"{day}/roster")
        row = page.locator("form.taps fieldset").filter(has_text="Carla")
        row.locator("label").nth(1).click()
        press(page, "form.taps > .row button")
        self.look(page)
        page.fill("[name^=by_]", "Chucho")
        look_over(page)
        sign(page)

    def thank(self, day):
        """The common thanks."""
        self.founder.goto(day)
        self.look(self.founder)
        self.founder.fill("[name=words]", "El agua corre clara.")
        press(self.founder, "form[action$=thanks] button")
        sign(self.founder)


@pytest.mark.parametrize(
    ("language", "scripts"), [("es", True), ("pt", False), ("en", True)]
)
def test_a_work_day_from_the_call_to_the_thanks(chromium, address, language, scripts):
    scene = Scene(chromium, address, language, scripts)

    day = scene.call()
    size = scene.attest(day)
    recorded = scene.other.url
    scene.count(day)
    scene.thank(day)
    scene.witness.goto(day)

    assert scene.faults == []
    assert "/receipts/" in recorded
    assert size["height"] >= 56
    assert size["width"] >= 56
    assert "El agua corre clara." in scene.witness.inner_text("main")
