"""Two people, two browsers without JavaScript: a sale, a barter and a gift."""

import pytest

from tests.web.acting import ANA, BETO, DELIA
from tests.web.browsing import (
    PHONE,
    fill_in,
    look_over,
    open_as,
    open_waiting,
    sign,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
]


@pytest.fixture
def page_of(chromium, address):
    """Open a phone without JavaScript and enter as somebody."""
    opened = []

    def page(name):
        context = chromium.new_context(
            viewport=PHONE, java_script_enabled=False, locale="en", base_url=address
        )
        opened.append(context)
        return open_as(context, name)

    yield page
    for context in opened:
        context.close()


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
    fill_in(ana, mode, DELIA)
    for name, value in typed.items():
        ana.fill(f"[name={name}]", value)
    look_over(ana)
    sign(ana)

    open_waiting(delia)
    sign(delia)

    shown = delia.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")
    assert "Recorded in the common notebook." in shown
    assert sentence in shown


def test_nothing_is_wider_than_a_small_phone_and_targets_are_large(chromium, address):
    context = chromium.new_context(viewport=PHONE, locale="es", base_url=address)
    page = open_as(context, BETO)
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
