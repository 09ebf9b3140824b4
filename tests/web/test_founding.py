"""The first three minutes: one command, the browser, a circuit in which to exchange."""

import json
import urllib.error
import urllib.request

import pytest

from tests.cli.club import running
from tests.processes import free_port
from tests.web.browsing import DESK, PHONE, WAIT_MS, browser, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLOWLY_MS = 60_000


@pytest.fixture
def founding(tmp_path):
    """``urdimbre start`` in a folder that is not there yet; what it prints."""
    command = ["start", tmp_path / "circuit", "--port", free_port(), "--json"]
    program = running(*command)
    yield program
    program.terminate()
    program.communicate(timeout=120)


def address_of(program):
    return json.loads(program.stdout.readline())["url"]


def a_phone(chromium, locale):
    page = chromium.new_context(locale=locale, viewport=PHONE).new_page()
    page.set_default_timeout(WAIT_MS)
    return page


def test_a_circuit_is_founded_without_opening_a_setting(founding):
    url = address_of(founding)
    with browser() as chromium:
        page = a_phone(chromium, "es-BO")
        page.goto(url)
        assert page.locator("a.pick").count() == 4
        press(page, "a.pick:has-text('Tierra, trabajo y ahorro')")
        assert page.locator("a.pick").count() == 2
        press(page, "a:has-text('Volver')")
        press(page, "a.pick:has-text('Trueque entre vecinos')")
        assert page.input_value("[name=sign]") == "Semillas"
        assert page.input_value("[name=currency]") == "BOB"
        page.fill("[name=place]", "Villa Adela")
        press(page, "form.typed button")
        assert page.locator(".errorlist").count() == 2
        assert page.input_value("[name=place]") == "Villa Adela"

        page.fill("[name=name]", "Trueque Sur")
        page.fill("[name=person]", "Julia Mamani")
        page.click("form.typed button")
        page.wait_for_url("**/enter?**", timeout=SLOWLY_MS)
        assert page.input_value("[name=name]") == "Julia Mamani"
        press(page, "form.typed > .row button")
        assert "Tu tarjeta para volver" in page.inner_text("main")
        press(page, "a:has-text('Ya lo guardé')")

        shown = page.inner_text("body")
        assert "Trueque Sur" in shown
        assert "Semillas" in shown


def test_an_empty_name_a_strange_sign_and_an_unknown_kind_are_told(founding):
    url = address_of(founding)
    with browser() as chromium:
        page = a_phone(chromium, "pt-BR")
        page.goto(url)
        start = page.url
        press(page, "a.pick:has-text('Dádivas e tempo')")
        assert page.input_value("[name=sign]") == "Horas"
        assert page.input_value("[name=currency]") == "BRL"
        page.fill("[name=name]", "x" * 60)
        page.fill("[name=person]", "Ana")
        page.fill("[name=sign]", "…")
        press(page, "form.typed button")
        assert "pelo menos uma letra" in page.inner_text(".errorlist")
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"]
        for path in ("found/nothing", "kind/nothing", "nothing"):
            assert page.goto(f"{start}{path}").status == 404


def test_whoever_has_not_the_address_of_the_terminal_founds_nothing(founding):
    url = address_of(founding)
    bare = url.partition("?")[0]

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(bare, timeout=60)  # noqa: S310 - ours

    assert refused.value.code == 403
    assert "terminal" in refused.value.read().decode()


def test_a_circuit_that_is_there_is_served_at_once(tmp_path):
    from tests.cli.club import urdimbre

    folder, port = tmp_path / "circuit", free_port()
    named = ("--name", "Sur", "--preset", "barter-club", "--lang", "es")
    assert urdimbre("init", folder, *named).code == 0

    program = running("start", folder, "--port", port, "--json")
    try:
        assert address_of(program) == f"http://localhost:{port}"
    finally:
        program.terminate()
        program.communicate(timeout=120)


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    from tests.cli.club import urdimbre

    (tmp_path / "letter.txt").write_text("mine")

    ran = urdimbre("start", tmp_path, "--port", free_port(), "--json")

    assert ran.code == 6
    assert json.loads(ran.err)["code"] == "folder_not_empty"
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]
