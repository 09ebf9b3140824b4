"""A phone that promises without a connection, and sends when it is back."""

import time

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA, BETO, CARLA, DELIA
from tests.web.browsing import open_as, open_waiting, press, sign
from tests.web.offline.devices import (
    EGGS,
    fill,
    phone,
    picture,
    prepare,
    promise,
    read_picture,
    state,
)
from tests.web.place import PASSWORD, handle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def url(address):
    """Service workers and keys need a name that browsers trust."""
    return address.replace("127.0.0.1", "localhost")


@pytest.fixture
def phone_of(chromium, url):
    """Give phones; whatever their scripts complain about fails the test."""
    told, pages = [], []

    def given(name, **more):
        page = phone(chromium, url, name, **more)
        page.on("pageerror", lambda one: told.append(str(one)))
        pages.append(page)
        return page

    yield given
    for page in pages:
        page.context.close()
    assert told == []


def test_what_was_promised_without_a_connection_is_sent_when_it_is_back(
    phone_of, chromium, url
):
    ana = phone_of(ANA)
    ana.context.set_offline(True)
    ana.goto("/board")
    expect(ana.locator("[data-off]")).to_be_visible()

    promise(ana, DELIA)
    assert read_picture(picture(ana)) == ana.locator("[data-text]").input_value()
    expect(state(ana, "promise")).to_have_text("Promise, not recorded")
    expect(ana.locator("[data-list]")).to_contain_text(f"2 dozens · {EGGS}")
    expect(ana.locator("[data-list]")).to_contain_text("4.50")
    ana.goto("/statement")
    expect(ana.locator("[data-pending] button")).to_have_text("Send 1 pending")

    ana.context.set_offline(False)
    expect(state(ana, "waiting")).to_be_visible()
    delia = open_as(chromium.new_context(base_url=url, locale="en"), DELIA)
    open_waiting(delia)
    expect(delia.locator("main")).to_contain_text(EGGS)
    sign(delia)
    delia.wait_for_url("**/receipts/*")
    delia.context.close()

    ana.goto("/offline")
    expect(state(ana, "recorded")).to_be_visible()
    ana.locator("[data-link]").click()
    ana.wait_for_url("**/receipts/*")
    expect(ana.locator("main")).to_contain_text(EGGS)


def test_it_goes_by_itself_when_another_page_is_opened(phone_of):
    beto = phone_of(BETO)
    beto.context.set_offline(True)
    promise(beto, DELIA, signs="")
    beto.context.set_offline(False)

    beto.goto("/board")

    expect(beto.locator("main")).to_contain_text("Board")
    expect(beto.locator("[data-pending]")).to_be_hidden()
    beto.goto("/offline")
    expect(state(beto, "waiting")).to_be_visible()


def test_the_worker_sends_without_any_page(phone_of):
    """What a browser does when it is back, by its own tool for it."""
    carla = phone_of(CARLA)
    carla.context.set_offline(True)
    promise(carla, DELIA, signs="")
    carla.goto("about:blank")
    carla.context.set_offline(False)
    carla.goto("/static/urdimbre/icon.svg")

    tool = carla.context.new_cdp_session(carla)
    found = []
    tool.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(told["registrations"]),
    )
    tool.send("ServiceWorker.enable")
    until = time.monotonic() + 60
    while not found:
        carla.evaluate("0")
        assert time.monotonic() < until, "no worker is registered"
    asked = {
        "origin": carla.evaluate("location.origin"),
        "registrationId": found[0]["registrationId"],
        "tag": "urdimbre-outbox",
        "lastChance": False,
    }
    tool.send("ServiceWorker.dispatchSyncEvent", asked)

    carla.wait_for_function(STATE_IS, arg="waiting", polling=200)


STATE_IS = """async wanted => {
  const opening = indexedDB.open('urdimbre-offline', 1);
  await new Promise(done => { opening.onsuccess = done; });
  const all = opening.result.transaction('slips').objectStore('slips').getAll();
  await new Promise(done => { all.onsuccess = done; });
  opening.result.close();
  return all.result.length > 0 && all.result.every(one => one.state === wanted);
}"""


def test_a_refusal_is_shown_with_the_way_out_and_nothing_is_lost(phone_of):
    """Two devices of hers do not know of each other; the circuit knows of both."""
    tablet, pocket = phone_of(DELIA), phone_of(DELIA)
    pocket.context.set_offline(True)
    promise(tablet, ANA, signs="10")
    expect(state(tablet, "waiting")).to_be_visible()
    promise(pocket, ANA, signs="45")
    pocket.context.set_offline(False)

    expect(state(pocket, "refused")).to_be_visible()
    shown = pocket.locator("[data-list] [data-refused]")
    expect(shown).to_contain_text("would have promised 55.00")
    expect(shown).to_contain_text("make this exchange in the ordinary way")
    expect(pocket.locator("[data-pending] button")).to_have_text("Send 1 pending")

    tablet.locator("[data-list] [data-link]").click()
    tablet.locator("form[action$=decline] button").click()
    expect(tablet.locator("h1")).to_have_text(DELIA)
    pocket.locator("[data-pending] button").click()
    expect(state(pocket, "waiting")).to_be_visible()
    expect(pocket.locator("[data-pending]")).to_be_hidden()


def test_logging_out_warns_of_what_was_not_sent_and_keeps_it(phone_of, url):
    """`Clear-Site-Data` empties the cache, not what she has promised."""
    ana = phone_of(ANA, script=NO_SYNC)
    ana.route("**/offline/outbox", lambda route: route.abort())
    promise(ana, CARLA, signs="")
    ana.goto("/statement")
    expect(ana.locator("[data-pending] button")).to_have_text("Send 1 pending")

    ana.locator("form[data-leaving] button").click()
    expect(ana.locator("[data-unsent]")).to_be_visible()
    expect(ana.locator("[data-unsent]")).to_be_focused()
    with ana.expect_navigation(url="**/login"):
        ana.locator("form[data-leaving] button").click()
    assert ana.evaluate(KEPT) == {"slips": 1, "book": 0}

    enter(ana, BETO)
    expect(ana.locator("h1")).to_have_text(BETO)
    prepare_without_key(ana)
    expect(ana.locator("[data-list]")).to_be_hidden()
    ana.goto("/statement")
    expect(ana.locator("[data-pending]")).to_be_hidden()
    with ana.expect_navigation(url="**/login"):
        ana.locator("form[data-leaving] button").click()

    ana.unroute("**/offline/outbox")
    enter(ana, ANA)
    ana.wait_for_function(STATE_IS, arg="waiting", polling=200)
    ana.goto("/offline")
    expect(state(ana, "waiting")).to_be_visible()


NO_SYNC = "delete ServiceWorkerRegistration.prototype.sync;"
"""As in Firefox and Safari, which send only while a page is open."""


def prepare_without_key(page):
    page.goto("/offline")
    expect(page.locator("[data-say=unprepared]")).to_be_visible()


def enter(page, name):
    page.goto("/login")
    page.fill("[name=handle]", handle(name))
    page.fill("[name=password]", PASSWORD)
    press(page, "form.typed button")


KEPT = """async () => {
  const opening = indexedDB.open('urdimbre-offline', 1), found = {};
  await new Promise(done => { opening.onsuccess = done; });
  for (const name of ['slips', 'book']) {
    const all = opening.result.transaction(name).objectStore(name).count();
    await new Promise(done => { all.onsuccess = done; });
    found[name] = all.result;
  }
  opening.result.close();
  return found;
}"""


def test_the_device_holds_to_what_was_agreed(phone_of):
    ana = phone_of(ANA)
    prepare(ana)
    ana.context.set_offline(True)

    fill(ana, BETO, signs="50,01")
    expect(ana.locator("[data-new] [data-say=most]")).to_be_visible()
    ana.fill("#signs", "50")
    ana.locator("[data-new] button:not([type])").click()
    ana.locator("[data-sign]").click()
    expect(ana.locator("[data-view=show]")).to_be_visible()
    ana.locator("[data-view=show] [data-go=start]").click()
    fill(ana, BETO, signs="0,01")
    expect(ana.locator("[data-new] [data-say=most]")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"quantity": "dos"}, "amount"),
        ({"quantity": "1.234"}, "two"),
        ({"quantity": "0"}, "amount"),
        ({"quantity": "1,5"}, "amount"),
        ({"quantity": ""}, "empty"),
        ({"signs": "4,505"}, "two"),
        ({"signs": "4,5055"}, "amount"),
        ({"what": "é" * 60}, "long"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_it_and_kept(phone_of_beto, typed, told):
    fill(phone_of_beto, DELIA, **typed)

    expect(phone_of_beto.locator(f"[data-new] [data-say={told}]")).to_be_visible()
    for name, value in typed.items():
        expect(phone_of_beto.locator(f"#{name}")).to_have_value(value)


@pytest.fixture(scope="module")
def beto(chromium, address):
    page = phone(chromium, address.replace("127.0.0.1", "localhost"), BETO)
    yield page
    page.context.close()


@pytest.fixture
def phone_of_beto(beto):
    prepare(beto)
    return beto
