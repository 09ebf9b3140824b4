"""A real browser is asked to show news, and shows one quiet line."""

import json

import pytest
from playwright.sync_api import expect

from tests.push_catcher import Subscriber
from tests.web.acting import ANA
from tests.web.browsing import PHONE, open_as

ENDPOINT = "https://fcm.googleapis.com/fcm/send/browser"
SUBSCRIBES = """
PushManager.prototype.subscribe = async options => {
  sessionStorage.asked = JSON.stringify(options);
  const keys = { p256dh: %s, auth: %s };
  return { endpoint: "%s", getKey: name => Uint8Array.from(keys[name]).buffer };
};
"""
REFUSES = (
    "PushManager.prototype.subscribe = async () => { throw new Error('denied'); };"
)


def opened(chromium, address, script="", **more):
    context = chromium.new_context(
        viewport=PHONE, base_url=address, locale="en", **more
    )
    if script:
        context.add_init_script(script)
    page = open_as(context, ANA)
    page.goto("/notices/devices")
    return page


def test_a_browser_is_added_with_one_tap_and_ended(address, chromium):
    one = Subscriber()
    script = SUBSCRIBES % (list(one.public), list(one.secret), ENDPOINT)
    page = opened(chromium, address, script)
    key = page.locator("[data-push]").get_attribute("data-push")
    expect(page.locator("[data-unable]")).to_be_hidden()

    page.click("text=Show it on this device")

    listed = page.get_by_role("button", name="End it")
    expect(listed).to_be_visible()
    asked = json.loads(page.evaluate("sessionStorage.asked"))
    assert asked == {"userVisibleOnly": True, "applicationServerKey": key}
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    listed.click()
    expect(listed).to_have_count(0)
    page.context.close()


def test_a_browser_that_was_told_no_says_what_helps(address, chromium):
    page = opened(chromium, address, REFUSES)

    page.click("text=Show it on this device")

    expect(page.locator("[data-denied]")).to_be_visible()
    page.context.close()


def test_without_javascript_the_page_says_that_nothing_is_lost(address, chromium):
    page = opened(chromium, address, java_script_enabled=False)

    expect(page.locator("[data-unable]")).to_be_visible()
    expect(page.locator("[data-push]")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize(
    ("message", "shown"),
    [(json.dumps({"text": "Hay algo nuevo"}), "Hay algo nuevo"), ("{}", "Urdimbre")],
)
def test_what_comes_is_shown_in_one_quiet_line(address, chromium, message, shown):
    page = opened(chromium, address, permissions=["notifications"])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    devtools = page.context.new_cdp_session(page)
    known = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.extend(told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.ready")
    for _ in range(1200):  # the browser tells it by itself, as a rule at once
        if not known:
            page.wait_for_timeout(50)

    for _ in range(2):
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": address,
                "registrationId": known[0]["registrationId"],
                "data": message,
            },
        )

    page.wait_for_function(SHOWN)
    (one,) = page.evaluate(f"({SHOWN})()")
    assert one == {"title": shown, "silent": True, "body": "", "tag": "news"}
    page.context.close()


SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const found = await registration.getNotifications();
  return found.length && found.map(
    ({ title, silent, body, tag }) => ({ title, silent, body, tag }));
}"""
