"""A member's device keeps the checkpoint it saw and is told when the log is another."""

import json
from base64 import b64encode

import pytest
from playwright.sync_api import expect

from tests.web.acting import ANA, BETO
from tests.web.browsing import (
    PHONE,
    fill_in,
    look_over,
    open_as,
    open_waiting,
    press,
    sign,
)
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.server import NODE_FILE, node_key
from urdimbre.core.chain import notes
from urdimbre.recording.log_tree import LogTree

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOWN = """() => [...document.querySelectorAll('#kept [data-say]')]
    .filter(one => !one.hidden).map(one => one.dataset.say)"""


@pytest.fixture
def member(chromium, address):
    """A page in which Ana has entered, on a device of her own."""
    # What the tests answer in the server's place must not go by way of the worker.
    context = chromium.new_context(
        viewport=PHONE, locale="en", base_url=address, service_workers="block"
    )
    page = open_as(context, ANA)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda told: told.type == "error" and page.complaints.append(told.text),
    )
    yield page
    context.close()


def said(page):
    """Open the notebook and tell which sentences it shows, once there is one."""
    page.goto("/notebook")
    page.locator("#kept [data-say]:visible").first.wait_for()
    return page.evaluate(SHOWN)


def grow(page):
    """Record one more act: Ana gives, Beto confirms on his own device."""
    other = page.context.browser.new_context(base_url=page.url.split("/notebook")[0])
    beto = open_as(other, BETO)
    fill_in(page, "gift", BETO)
    look_over(page)
    sign(page)
    open_waiting(beto)
    sign(beto)
    other.close()


def kept(page):
    """The checkpoint that the device keeps."""
    return json.loads(page.evaluate("localStorage.getItem('urdimbre.kept')"))[0]


class Forging:
    """A host who shows this device another log, sealed with the true key."""

    def __init__(self, folder, page):
        self.seed = node_key(folder / NODE_FILE)
        self.page = page
        page.route("**/log/**", self.answer)
        self.tree = LogTree()
        self.origin = notes.parse_checkpoint(
            notes.parse_note(kept(page).encode()).text
        ).origin
        self.note = ""

    def log(self, entries):
        self.tree = LogTree()
        for entry in entries:
            self.tree.append(entry)
        return self.sealed(self.tree.size, self.tree.root())

    def sealed(self, size, root, origin=None, seed=None):
        seed, origin = seed or self.seed, origin or self.origin
        text = notes.checkpoint_text(
            notes.Checkpoint(origin=origin, size=size, root=root)
        )
        key = notes.VerifierKey(name=origin, key=ed25519.public_key(seed))
        own = notes.VerifierKey(name=origin, key=ed25519.public_key(self.seed))
        line = notes.sign_note(text, own, lambda one: ed25519.sign(seed, one))
        assert key.name == own.name
        self.note = notes.note_bytes(notes.Note(text, (line,))).decode()
        return self.note

    def answer(self, route):
        path = route.request.url.split("/log/")[1].split("/")
        if path == ["checkpoint"]:
            route.fulfill(body=self.note, content_type="text/plain; charset=utf-8")
            return
        hashes = self.tree.consistency(int(path[1]), int(path[2]), lambda *_: None)
        body = "".join(f"{b64encode(one).decode()}\n" for one in hashes)
        route.fulfill(body=body, content_type="text/plain")

    def stop(self):
        self.page.unroute("**/log/**")


def told_size(note):
    return notes.parse_checkpoint(notes.parse_note(note.encode()).text).size


def test_a_log_that_only_grows_is_followed_quietly(member):
    assert said(member) == ["first"]
    expect(member.locator("#kept button")).to_be_hidden()
    assert said(member) == ["same"]
    before = told_size(kept(member))
    grow(member)

    assert said(member) == ["grown"]
    assert told_size(kept(member)) == before + 2
    assert member.complaints == []


@pytest.mark.parametrize("more", [1, 7, 200])
def test_every_honest_growth_is_proven_in_the_browser(member, served_folder, more):
    said(member)
    host = Forging(served_folder, member)
    entries = [b"entry %d" % number for number in range(250)]
    for size in (1, 2, 3, 4, 6, 7, 8, 9, 33):
        member.evaluate("localStorage.clear()")
        host.log(entries[:size])
        assert said(member) == ["first"]
        host.log(entries[: size + more])
        assert said(member) == ["grown"], (size, more)


@pytest.mark.parametrize(("size", "more"), [(5, 0), (5, 1), (8, 8), (7, 20), (1, 1)])
def test_a_forked_log_is_told_and_the_warning_stays(member, served_folder, size, more):
    said(member)
    host = Forging(served_folder, member)
    member.evaluate("localStorage.clear()")
    first = host.log([b"entry %d" % number for number in range(size)])
    said(member)
    forked = host.log([b"forked %d" % number for number in range(size + more)])

    assert said(member) == ["forked"]
    assert member.inner_text("#kept pre").split() == (first + forked).split()
    host.note = first  # and now the host shows the first log again
    assert said(member) == ["forked"]
    assert kept(member) == first
    host.stop()
    member.click("#kept button")
    member.locator("#kept [data-say=first]:visible").wait_for()


def test_a_log_that_was_rolled_back_is_told(member, served_folder):
    said(member)
    host = Forging(served_folder, member)
    member.evaluate("localStorage.clear()")
    entries = [b"entry %d" % number for number in range(9)]
    host.log(entries)
    said(member)
    host.log(entries[:8])

    assert said(member) == ["shrunk"]
    host.log(entries)
    assert said(member) == ["shrunk"]


def test_another_log_at_the_same_address_is_told(member, served_folder):
    said(member)
    host = Forging(served_folder, member)
    member.evaluate("localStorage.clear()")
    host.log([b"entry"])
    said(member)
    host.origin = "urdimbre/" + "0" * 32
    host.log([b"entry"])

    assert said(member)[-1] in ("other", "unsigned")


def test_a_seal_that_the_key_has_not_signed_is_told(member, served_folder):
    said(member)
    host = Forging(served_folder, member)
    member.evaluate("localStorage.clear()")
    host.log([b"entry"])
    said(member)
    host.sealed(1, host.tree.root(), seed=bytes(32))

    assert said(member) == ["unsigned"]


def test_a_key_whose_text_holds_a_plus_is_read_too(member, served_folder):
    """Base64 holds one in every other key; such a key was taken for none."""
    said(member)
    host = Forging(served_folder, member)
    member.evaluate("localStorage.clear()")
    old = vkey(host.origin, host.seed)
    seeds = (bytes([number]) * 32 for number in range(1, 256))
    host.seed = next(one for one in seeds if vkey(host.origin, one).count("+") > 2)

    def answer(route):
        found = route.fetch()
        body = found.text().replace(old, vkey(host.origin, host.seed))
        route.fulfill(response=found, body=body)

    member.route("**/notebook", answer)
    host.log([b"entry"])
    assert said(member) == ["first"]
    host.sealed(1, host.tree.root(), seed=bytes(32))

    assert said(member) == ["unsigned"]


def vkey(origin, seed):
    """The text of a log's key."""
    return notes.VerifierKey(name=origin, key=ed25519.public_key(seed)).text


def test_a_server_that_gives_no_proof_is_told_until_it_does(member, served_folder):
    said(member)
    host = Forging(served_folder, member)
    member.evaluate("localStorage.clear()")
    entries = [b"entry %d" % number for number in range(9)]
    first = host.log(entries[:4])
    said(member)
    host.log(entries)
    member.route("**/log/consistency/**", lambda route: route.fulfill(status=404))

    assert said(member) == ["unproven"]
    assert kept(member) == first
    member.unroute("**/log/consistency/**")
    assert said(member) == ["grown"]


def test_a_device_without_connection_warns_of_nothing(member):
    said(member)
    member.route("**/log/**", lambda route: route.abort())

    assert said(member) == ["offline"]


def test_without_a_script_the_page_is_as_before(chromium, address, member):
    cookies = member.context.cookies()
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/notebook")

    assert page.locator("#kept [data-say]:visible").count() == 0
    assert page.locator("a:has-text('Keep the checkpoint')").count() == 1
    context.close()


def test_a_receipt_is_checked_by_a_stranger_without_a_script(
    chromium, address, member, tmp_path
):
    grow(member)
    member.goto("/statement")
    press(member, "main a.line >> nth=0")
    with member.expect_download() as saved:
        member.click("a:has-text('Keep the proof')")
    path = tmp_path / "act.tlog-proof"
    saved.value.save_as(path)
    context = chromium.new_context(
        base_url=address, java_script_enabled=False, locale="en", viewport=PHONE
    )
    page = context.new_page()
    page.goto("/check")
    page.set_input_files("[name=file]", path)
    press(page, "button:has-text('Check it')")

    assert "Today's notebook still contains it." in page.inner_text("main")
    page.fill("[name=text]", path.read_text("utf-8").replace("index ", "index 1"))
    press(page, "button:has-text('Check it')")
    assert "It proves nothing." in page.inner_text("main")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    context.close()
