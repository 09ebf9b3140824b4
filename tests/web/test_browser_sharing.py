"""A text for a chat group is copied in a real browser, with one tap or by hand."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA
from tests.web.browsing import PHONE, open_as

STARTS = re.compile("^Circuito de prueba\nAna Quispe\n")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_text_is_copied_with_one_tap_and_can_be_marked_without_javascript(
    address, chromium, javascript
):
    context = chromium.new_context(
        viewport=PHONE, base_url=address, locale="en", java_script_enabled=javascript
    )
    page = open_as(context, ANA)
    page.goto("/members/2")
    page.click("text=Share my card")
    field, button = page.locator("#text"), page.locator("[data-copy]")
    expect(field).to_have_value(STARTS)
    if javascript:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        button.click()
        expect(page.locator("[data-done]")).to_have_text(
            "Copied. Paste it into your chat."
        )
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == field.input_value()
    else:
        expect(button).to_be_hidden()
    context.close()


def test_over_plain_http_the_older_way_of_copying_serves(address, chromium):
    context = chromium.new_context(viewport=PHONE, base_url=address, locale="en")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(
        "window.kept = navigator.clipboard;"
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
    )
    page = open_as(context, ANA)
    page.goto("/members/2/share")

    page.locator("[data-copy]").click()

    expect(page.locator("[data-done]")).to_have_text("Copied. Paste it into your chat.")
    copied = page.evaluate("window.kept.readText()")
    assert copied == page.locator("#text").input_value()
    context.close()
