"""What a person does in a real browser, for the tests that drive one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.web.place import PASSWORD, handle

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
WAIT_MS = 60_000


@contextmanager
def browser() -> Iterator[Any]:
    """Run a Chromium; Django does nothing while it runs, so servers start before."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT_MS)  # else five seconds, too few when it is busy
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(QUIET)
        )
        yield chromium
        chromium.close()


def press(page, selector):
    """Press what leads to another page, and wait until that page is there."""
    with page.expect_navigation():
        page.click(selector)


def open_as(context, name):
    """Enter as somebody in a browser of her own; return her page."""
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/login")
    page.fill("[name=handle]", handle(name))
    page.fill("[name=password]", PASSWORD)
    press(page, "form.typed button")
    return page


def fill_in(page, mode, other):
    """Choose a mode and a partner, and say what is given."""
    page.goto("/exchange?direction=give")
    press(page, f"a.{mode}")
    press(page, f"a.line:has-text('{other}')")
    page.fill("[name=what]", "Huevos de campo")
    page.select_option("[name=category]", "food.animal")
    page.fill("[name=quantity]", "2")
    page.select_option("[name=unit]", "DZN")


def look_over(page):
    """Send the form: the draft is shown."""
    press(page, "form.typed > .row button")


def sign(page):
    """Sign the draft that is shown."""
    press(page, "form[action$=confirm] button")


def open_waiting(page):
    """Look at the draft that waits for her."""
    page.goto("/")
    press(page, "section.note a.line")
