"""The office in a browser: mandate, entry, sheet and paper; axe finds nothing."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA, BETO, CARLA
from tests.web.browsing import PHONE, look_over, open_as, press, sign
from tests.web.place import PASSWORD
from tests.web.test_accessible import found

pytestmark = [pytest.mark.browser, pytest.mark.slow]
UNTIL = (dt.date.today() + dt.timedelta(days=30)).isoformat()  # noqa: DTZ011 - as a member types it
LINES = (
    "Ana; Carla; 2 kg arroz; 12,50\nBeto; Ana; 1 docena huevos; 6\nNadie; Beto; pan; 3"
)


def picture_of(page, name):
    """The picture that stands beside a name on the page of her terms."""
    expect(page.locator("main .line", has_text=name)).to_be_visible()
    return page.locator("main .line svg").first.get_attribute("aria-label")


def allow_beside(page, name):
    """Let a member who has no device allow the clerk to write for her."""
    page.goto("/office/somebody")
    page.fill("[name=who]", name)
    press(page, "form.typed > .row button")
    picture = picture_of(page, name)
    page.fill("[name=each]", "20")
    page.fill("[name=month]", "60")
    page.fill("[name=until]", UNTIL)
    look_over(page)
    page.get_by_label(picture, exact=True).check()
    page.fill("[name=secret]", PASSWORD)


def enter_for(page, other):
    """Write at the desk what she receives from another."""
    page.goto("/exchange?direction=receive")
    press(page, "a.barter")
    press(page, f"a.line:has-text('{other}')")
    page.check("[name=direction][value=receive]")
    page.fill("[name=what]", "Huevos de campo")
    page.select_option("[name=category]", "food.animal")
    page.fill("[name=quantity]", "2")
    page.fill("[name=signs]", "25")
    look_over(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_day_in_the_office_on_a_phone(chromium, address, javascript):
    context = chromium.new_context(
        locale="es", base_url=address, viewport=PHONE, java_script_enabled=javascript
    )
    page = open_as(context, CARLA)
    looked = (lambda: found(page)) if javascript else list  # axe is a script itself

    allow_beside(page, ANA)
    faults = looked()
    press(page, "form.typed > .row button")
    expect(page.get_by_text(f"Anotar por {ANA}").first).to_be_visible()
    faults += looked()
    press(page, "form[action$=open] button >> nth=0")
    both = page.locator("aside", has_text=CARLA)
    expect(both).to_contain_text(f"{CARLA} anota por {ANA}")
    faults += looked()

    enter_for(page, BETO)
    expect(page.locator(".errorlist")).to_contain_text("Anota como mucho 20,00 totaí")
    faults += looked()
    page.fill("[name=signs]", "12")
    look_over(page)
    expect(both).to_contain_text(f"{CARLA} anota por {ANA}")
    sign(page)
    expect(page.locator("main")).to_contain_text(f"anotó {CARLA}")
    faults += looked()
    press(page, "aside form button")

    page.goto("/sheets/new")
    page.fill("[name=text]", LINES)
    look_over(page)
    left_out = page.locator("section[role=alert]")
    expect(left_out).to_contain_text("Aquí nadie se llama «Nadie»")
    faults += looked()
    press(page, "button[name=keep]")
    press(page, "form[action$=write] button")
    expect(page.locator("main")).to_contain_text("espera a Beto Mamani")
    faults += looked()
    press(page, "a[href$=compare]")
    page.fill("[name=gave_0]", "11")
    press(page, "form.typed > .row button")
    expect(page.locator("main")).to_contain_text("De más en el cuaderno")
    faults += looked()
    press(page, "a[href$=correct]")
    faults += looked()
    context.close()

    assert faults == []
