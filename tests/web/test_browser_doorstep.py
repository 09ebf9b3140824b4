"""A phone that two share, in a real browser, with and without its scripts."""

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA, DELIA
from tests.web.browsing import PHONE, WAIT_MS, open_as, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PIN = "mi perro come"


@pytest.mark.parametrize("scripts", [True, False])
def test_each_opens_hers_and_hides_it_with_one_tap(chromium, address, scripts):
    context = chromium.new_context(
        locale="es", base_url=address, viewport=PHONE, java_script_enabled=scripts
    )
    for name in (ANA, DELIA):
        page = open_as(context, name)
        page.goto("/stay")
        page.fill("[name=pin]", f"{PIN} {name}")
        press(page, "form.typed button")
        expect(page.locator(".tag")).to_have_text("queda en este aparato")
        press(page, "form[action='/logout'] button")
        page.close()
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/login")
    expect(page.locator("a.pick")).to_have_count(2)

    press(page, f"a.pick:has-text('{ANA}')")
    page.fill("[name=pin]", f"{PIN} {ANA}")
    press(page, "form.typed button")

    expect(page.locator("h1")).to_have_text(ANA)
    balance = page.locator("section[aria-label=Saldos] .big").first
    expect(balance).to_be_hidden()
    page.click("summary:has-text('Mis saldos')")
    expect(balance).to_be_visible()
    press(page, "form[action='/hide'] button")
    expect(page.locator("table")).to_be_visible()
    expect(page.locator("a, form, header")).to_have_count(0)
    page.goto("/")
    expect(page.locator("a.pick")).to_have_count(2)
    context.close()
