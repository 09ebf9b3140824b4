"""A phone whose connection is gone, in a real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA
from tests.web.browsing import PHONE, open_as

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_without_a_connection_it_says_so_and_goes_on_afterwards(chromium, address):
    url = address.replace("127.0.0.1", "localhost")
    context = chromium.new_context(viewport=PHONE, locale="es", base_url=url)
    page = open_as(context, ANA)
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.goto("/statement")

    context.set_offline(True)
    page.goto("/board")
    expect(page.locator("[data-off] h2")).to_have_text("No hay conexión")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(251, 246, 236)"

    context.set_offline(False)
    page.goto("/board")
    expect(page.locator("main")).to_contain_text("Tablero")
    kept = page.evaluate(KEPT)
    assert sorted(one.partition("?")[0] for one in kept) == [
        "/offline",
        "/static/urdimbre/icon.svg",
        "/static/urdimbre/keys.js",
        "/static/urdimbre/offline.js",
        "/static/urdimbre/outbox.js",
        "/static/urdimbre/pocket.js",
        "/static/urdimbre/qr.js",
        "/static/urdimbre/slip.js",
        "/static/urdimbre/urdimbre.css",
        "/static/urdimbre/warp.svg",
    ]
    context.close()


KEPT = """async () => {
  const all = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys())
      all.push(new URL(one.url).pathname + new URL(one.url).search);
  return all;
}"""
