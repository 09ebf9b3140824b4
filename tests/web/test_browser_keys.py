"""A key that a browser makes and never gives away, in a real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA, DELIA
from tests.web.browsing import (
    PHONE,
    fill_in,
    look_over,
    open_as,
    open_waiting,
    press,
    sign,
)
from tests.web.place import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def browser_of(chromium, address):
    """Open a browser of somebody's, with JavaScript, and enter."""
    contexts = []

    def page(name, *, script=""):
        context = chromium.new_context(viewport=PHONE, locale="en", base_url=address)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = open_as(context, name)
        page.on("pageerror", lambda one: told.append(str(one)))
        return page

    told = []
    yield page
    for context in contexts:
        context.close()
    assert told == []


def looked_for_keys(page):
    """Wait until the page's script has looked which keys are in this browser."""
    page.wait_for_selector("html[data-keys=looked]", state="attached")


def register(page):
    page.goto("/keys")
    page.click("button:has-text('Make a key on this device')")
    page.fill("[name=password]", PASSWORD)
    page.click("button[value=server]")
    page.wait_for_url("**/receipts/*")
    page.goto("/keys")
    return page.inner_text("li:has(.tag:visible) code")


def test_a_key_is_made_in_the_browser_signs_and_cannot_be_used_elsewhere(browser_of):
    ana = browser_of(ANA)
    key = register(ana)
    propose_gift(ana)
    draft = ana.url
    expect(ana.locator("button[value=device]")).to_be_visible()

    elsewhere = browser_of(ANA)
    elsewhere.goto(draft)
    looked_for_keys(elsewhere)
    expect(elsewhere.locator("button[value=device]")).to_be_hidden()
    press(ana, "button[value=device]")

    delia = browser_of(DELIA)
    open_waiting(delia)
    sign(delia)
    delia.wait_for_url("**/receipts/*")
    ana.goto(delia.url)
    expect(ana.locator("main")).to_contain_text("key on her own device")
    assert len(key) == 16


def propose_gift(page):
    fill_in(page, "gift", DELIA)
    look_over(page)
    page.wait_for_url("**/drafts/*")


def test_the_secret_cannot_be_taken_out_and_stays_when_she_logs_out(browser_of):
    ana = browser_of(ANA)
    key = register(ana)

    assert ana.evaluate(TAKE_OUT, key) == "InvalidAccessError"
    press(ana, "text=Log out")

    assert ana.evaluate(TAKE_OUT, key) == "InvalidAccessError"


TAKE_OUT = """async id => {
  const opening = indexedDB.open('urdimbre', 1);
  await new Promise(done => { opening.onsuccess = done; });
  const reading = opening.result.transaction('keys').objectStore('keys').get(id);
  await new Promise(done => { reading.onsuccess = done; });
  opening.result.close();
  try {
    await crypto.subtle.exportKey('pkcs8', reading.result);
    return 'taken out';
  } catch (failed) {
    return failed.name;
  }
}"""


def test_a_browser_without_such_keys_is_told_and_keeps_the_servers(browser_of):
    without = """
      const generate = crypto.subtle.generateKey.bind(crypto.subtle);
      crypto.subtle.generateKey = (algorithm, ...others) =>
        algorithm.name === 'Ed25519'
          ? Promise.reject(new DOMException('', 'NotSupportedError'))
          : generate(algorithm, ...others);
    """
    ana = browser_of(ANA, script=without)

    ana.goto("/keys")

    looked_for_keys(ana)
    expect(ana.locator("text=This browser cannot keep such a key")).to_be_visible()
    making = ana.locator("button:has-text('Make a key on this device')")
    expect(making).to_be_hidden()
    propose_gift(ana)
    expect(ana.locator("button[value=server]")).to_be_visible()
    expect(ana.locator("button[value=device]")).to_be_hidden()


def test_pages_of_keys_fit_a_small_phone(browser_of):
    ana = browser_of(ANA)
    for path in ("/keys", "/keys/guardians"):
        ana.goto(path)
        assert ana.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
