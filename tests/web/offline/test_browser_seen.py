"""The page without a connection as it is seen: axe, widths, limits it holds to."""

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA, BETO, DELIA
from tests.web.offline.devices import fill, phone, prepare, promise
from tests.web.test_accessible import found

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def url(address):
    return address.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_axe_finds_nothing_in_any_view(chromium, url, language):
    page = phone(chromium, url, ANA, locale=language)
    faults = found(page)
    fill(page, DELIA, signs="99")
    expect(page.locator("[data-new] [data-say=most]")).to_be_visible()
    faults += found(page)
    page.fill("#signs", "1")
    page.locator("[data-new] button:not([type])").click()
    expect(page.locator("[data-view=look]")).to_be_visible()
    faults += found(page)
    page.locator("[data-sign]").click()
    expect(page.locator("[data-view=show]")).to_be_visible()
    page.locator("[data-view=show] summary").click()
    faults += found(page)
    page.locator("[data-view=show] [data-go=scan]").click()
    expect(page.locator("[data-view=scan]")).to_be_visible()
    faults += found(page)
    page.goto("/scan")
    faults += found(page)
    page.context.close()

    assert faults == []


def test_what_waits_to_be_sent_is_seen_on_every_page(chromium, url):
    page = phone(chromium, url, BETO, script=NO_SYNC)
    page.route("**/offline/outbox", lambda route: route.abort())
    promise(page, DELIA, signs="")
    page.goto("/statement")
    expect(page.locator("[data-pending] button")).to_have_text("Send 1 pending")
    faults = found(page)
    page.locator("form[data-leaving] button").click()
    expect(page.locator("[data-unsent]")).to_be_visible()
    faults += found(page)
    page.context.close()

    assert faults == []


NO_SYNC = "delete ServiceWorkerRegistration.prototype.sync;"

TABLE = [
    ("5", "refuse", ""),
    ("5,01", "refuse", "limit"),
    ("5,01", "owe", ""),
    ("15,01", "owe", "most"),
    ("15", "owe", "owing"),
]
"""The worked table of docs/rules/promises-without-a-connection.md, and one below it."""


@pytest.fixture(scope="module")
def ana(chromium, address):
    page = phone(chromium, address.replace("127.0.0.1", "localhost"), ANA)
    page.context.set_offline(True)
    page.evaluate(KNOW)
    prepare_offline(page)
    promise(page, BETO, signs="35")
    yield page
    page.context.close()


def prepare_offline(page):
    page.goto("/offline")
    expect(page.locator("[data-off]")).to_be_visible()
    expect(page.locator("[data-view=start]")).to_be_visible()


@pytest.mark.parametrize(("amount", "on_limit", "told"), TABLE)
def test_the_worked_table_of_the_rules(ana, amount, on_limit, told):
    prepare_offline(ana)
    fill(ana, DELIA, signs=amount, on_limit=on_limit)

    if told:
        expect(ana.locator(f"[data-new] [data-say={told}]")).to_be_visible()
    else:
        expect(ana.locator("[data-view=look]")).to_be_visible()
        expect(ana.locator("[data-sign]")).to_be_visible()
        owed = ana.locator("[data-view=look] dd[data-if=owe]")
        expect(owed).to_have_count(1 if on_limit == "owe" else 0)


KNOW = """async () => {
  const book = await Outbox.book(), opening = indexedDB.open('urdimbre-offline', 1);
  Object.assign(book.signs[0], {balance: 1000, low: -3000});
  book.owe_max = 999;
  await new Promise(done => { opening.onsuccess = done; });
  const put = opening.result.transaction('book', 'readwrite');
  put.objectStore('book').put(book, 'book');
  await new Promise(done => { put.oncomplete = done; });
  opening.result.close();
}"""
"""Balance 10.00, limit -30.00; 9.99 may stay owed."""


def test_a_device_without_a_key_says_what_it_needs(chromium, url):
    from tests.web.browsing import PHONE, open_as

    context = chromium.new_context(viewport=PHONE, locale="en", base_url=url)
    page = open_as(context, DELIA)
    page.goto("/offline")
    expect(page.locator("[data-say=unprepared]")).to_be_visible()
    faults = found(page)
    context.close()

    assert faults == []


def test_a_promise_is_thrown_away_only_by_two_presses(chromium, url):
    page = phone(chromium, url, DELIA)
    prepare(page)
    page.context.set_offline(True)
    promise(page, BETO, signs="1")
    drop = page.locator("[data-drop]")

    drop.click()
    expect(drop).to_have_text("Press once more to throw it away for good")
    drop.click()
    expect(page.locator("[data-list]")).to_be_hidden()
    page.context.close()
