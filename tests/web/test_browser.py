"""Two people, two browsers without JavaScript: a sale, a barter and a gift."""

import time
import urllib.request
from pathlib import Path

import pytest

from tests.processes import free_port, started
from tests.web.acting import ANA, BETO, DELIA
from tests.web.conftest import make_place
from tests.web.place import PASSWORD, handle

CHROMIUM = Path("/usr/bin/chromium")
SERVE = (
    "import sys; from pathlib import Path; from urdimbre.web.serving import serve;"
    "serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]), demo=False)"
)
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
WAIT_MS = 15_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A real server on a circuit, in a process of its own."""
    folder = make_place(tmp_path_factory.mktemp("browser") / "circuit")
    port = free_port()
    server = started("-c", SERVE, folder, port, stdout=None)
    url = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{url}/login", timeout=5).close()  # noqa: S310
            break
        except OSError:
            time.sleep(0.2)
    yield url
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="module")
def chromium(address):
    """Started after the server: Django does nothing while Playwright's loop runs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(QUIET)
        )
        yield browser
        browser.close()


@pytest.fixture
def page_of(chromium, address):
    """Open a phone without JavaScript and enter as somebody."""
    opened = []

    def page(name):
        context = chromium.new_context(
            viewport=PHONE, java_script_enabled=False, locale="en", base_url=address
        )
        opened.append(context)
        return entered(context, name)

    yield page
    for context in opened:
        context.close()


def entered(context, name):
    """Enter as somebody; returns her page."""
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/login")
    page.fill("[name=handle]", handle(name))
    page.fill("[name=password]", PASSWORD)
    page.click("form.typed button")
    return page


def give(page, mode, other):
    page.goto("/exchange?direction=give")
    page.click(f"a.{mode}")
    page.click(f"a.line:has-text('{other}')")
    page.fill("[name=what]", "Huevos de campo")
    page.select_option("[name=category]", "food.animal")
    page.fill("[name=quantity]", "2")
    page.select_option("[name=unit]", "DZN")


def sign(page):
    page.click("button:has-text('sign')")


def confirm_waiting(page):
    page.goto("/")
    page.click("section.note a.line")
    sign(page)


@pytest.mark.parametrize(
    ("mode", "typed", "sentence"),
    [
        ("sale", {"price": "30,00"}, "Delia Rojas pays Ana Quispe 30.00"),
        ("barter", {"signs": "3"}, "Delia Rojas passes 3.00"),
        ("gift", {}, "Ana Quispe gives Delia Rojas 2"),
    ],
)
def test_an_exchange_confirmed_by_the_other_party(page_of, mode, typed, sentence):
    ana, delia = page_of(ANA), page_of(DELIA)
    give(ana, mode, DELIA)
    for name, value in typed.items():
        ana.fill(f"[name={name}]", value)
    ana.click("form.typed .row button")
    sign(ana)

    confirm_waiting(delia)

    shown = delia.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")
    assert "Recorded in the common notebook." in shown
    assert sentence in shown


def test_nothing_is_wider_than_a_small_phone_and_targets_are_large(chromium, address):
    context = chromium.new_context(viewport=PHONE, locale="es", base_url=address)
    page = entered(context, BETO)
    for path in ("/", "/exchange", "/exchange/sale?with=2", "/board", "/notebook"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.evaluate(SMALL_TARGETS) == [], path
    context.close()


# Links inside a running text may be smaller (WCAG 2.5.8); the radio sits in its label.
SMALL_TARGETS = """() => [...document.querySelectorAll(
  'button, .button, .tabs a, .chips a, a.line, a.pick, summary, select, input' +
  ', .choices label'
)].filter(one => {
  const box = one.getBoundingClientRect();
  const inside = ['radio', 'checkbox', 'hidden'].includes(one.type);
  return !inside && box.height > 0 && box.height < 43.5;
}).map(one => one.outerHTML.slice(0, 90))"""
