"""Phones that promise without a connection, in real browsers."""

from io import BytesIO

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.web.browsing import PHONE, open_as
from tests.web.place import PASSWORD

EGGS = "Huevos de campo"
expect.set_options(timeout=30_000)  # two cores, and others on them


def phone(chromium, url, name, *, script="", locale="en"):
    """Open a phone of somebody's with a key on it, ready to go without a connection."""
    context = chromium.new_context(
        viewport=PHONE, locale=locale, base_url=url, service_workers="allow"
    )
    if script:
        context.add_init_script(script)
    page = open_as(context, name)
    page.goto("/keys")
    make = page.locator("form[data-make] button")
    expect(make).to_be_visible()
    make.click()
    page.fill("[name=password]", PASSWORD)
    page.click("button[value=server]")
    page.wait_for_url("**/receipts/*")
    prepare(page)
    return page


def prepare(page):
    """Open the page once with a connection; the browser keeps it from then on."""
    page.goto("/offline")
    expect(page.locator("[data-view=start]")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")


def fill(page, other, **typed):
    """Say what is promised: eggs received for signs, if nothing else is said."""
    page.locator("[data-view=start] [data-go=new]").click()
    page.select_option("#with", label=other)
    page.fill("#what", typed.get("what", EGGS))
    page.select_option("#category", "food.animal")
    page.fill("#quantity", typed.get("quantity", "2"))
    page.select_option("#unit", "DZN")
    page.fill("#signs", typed.get("signs", "4,50"))
    page.select_option("#on_limit", typed.get("on_limit", "refuse"))
    if typed.get("give"):
        page.check("[name=direction][value=give]")
    page.locator("[data-new] button:not([type])").click()


def promise(page, other, **typed):
    """Fill in, look it over, sign on this device; the picture is shown."""
    fill(page, other, **typed)
    page.locator("[data-sign]").click()
    expect(page.locator("[data-view=show]")).to_be_visible()


def picture(page):
    """Photograph what the page shows."""
    expect(page.locator("[data-view=show]")).to_be_visible()
    return page.locator("canvas").screenshot()


def read_picture(png):
    """Read a photo as a telephone would."""
    found = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    return found[0].text if found else ""


def state(page, name):
    """The lines of the list that stand there."""
    return page.locator(f"[data-list] [data-state={name}]:visible")
