"""axe finds nothing on the pages, in three languages, on a phone and on a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.acting import ANA, DELIA
from tests.web.browsing import (
    DESK,
    PHONE,
    fill_in,
    look_over,
    open_as,
    open_waiting,
    press,
)
from tests.web.browsing import sign as sign_it

# The size of targets is the one rule of WCAG 2.2 AA that axe leaves out by itself.
OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
STRANGERS = ("/login", "/enter", "/login?next=/no-such-page", "/month")
MEMBERS = (
    "/",
    "/acting",
    "/exchange?direction=give",
    "/exchange/gift",
    "/exchange/sale?with=2",
    "/exchange/barter?with=2",
    "/exchange/gift?with=2",
    "/exchange/lend?with=2",
    "/exchange/settle",
    "/catalogue",
    "/catalogue/mine",
    "/catalogue/choose",
    "/catalogue/choose?kind=offer&under=food",
    "/catalogue/choose?kind=need&q=palta",
    "/catalogue/new",
    "/together",
    "/spending",
    "/on-account",
    "/on-account/give",
    "/office",
    "/office/allow",
    "/office/somebody",
    "/office/witnesses",
    "/office/beside/2",
    "/purchases",
    "/purchases/new",
    "/statement?period=year&mode=gift",
    "/statement?text=huevos&direction=gave",
    "/notices",
    "/notices/kinds",
    "/notices/calendar",
    "/notices/devices",
    "/everything",
    "/board",
    "/members?without=offers",
    "/agreements",
    "/agreements/words",
    "/meetings",
    "/meetings/new",
    "/work",
    "/work/call",
    "/members",
    "/members/2",
    "/members/admit",
    "/members/bring",
    "/members/cards",
    "/notebook",
    "/notebook/0",
    "/notebook/verification",
    "/security",
    "/security/step",
    "/again",
    "/stay",
    "/members/2/hold",
    "/keys",
    "/erase",
    "/keys/apart",
    "/keys/guardians",
    "/programs",
    "/handbook",
    "/handbook/keys",
    "/handbook/board",
    "/asking",
    "/exchange/gift?with=2&more=1",
    "/no-such-page",
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def found(page):
    """What axe finds, and what is too wide, on a page at both widths."""
    faults = []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            faults.append((page.url, size["width"], "wider than the screen"))
        for one in Axe().run(page, options=OPTIONS).response["violations"]:
            where = [node["html"][:120] for node in one["nodes"][:3]]
            faults.append((page.url, size["width"], one["id"], where))
    return faults


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_axe_finds_nothing_on_the_main_pages(chromium, address, language):
    context = chromium.new_context(locale=language, base_url=address)
    stranger = context.new_page()
    faults = []
    for path in STRANGERS:
        stranger.goto(path)
        faults += found(stranger)
    page = open_as(context, "Fundadora")
    for path in MEMBERS:
        page.goto(path)
        assert page.get_attribute("html", "lang") == language
        faults += found(page)
    context.close()

    assert faults == []


def test_axe_finds_nothing_on_the_way_of_an_exchange(chromium, address):
    contexts = [
        chromium.new_context(locale="es", base_url=address, viewport=PHONE)
        for _ in range(2)
    ]
    ana, delia = open_as(contexts[0], ANA), open_as(contexts[1], DELIA)
    fill_in(ana, "barter", DELIA)
    look_over(ana)
    faults = found(ana)
    assert "Di qué vuelve" in ana.inner_text(".errorlist")

    ana.fill("[name=signs]", "1.234")
    look_over(ana)
    faults += found(ana)
    press(ana, ".readings button >> nth=0")
    faults += found(ana)
    ana.fill("[name=signs]", "1")
    look_over(ana)
    faults += found(ana)
    sign_it(ana)
    faults += found(ana)
    ana.goto("/")
    faults += found(ana)
    open_waiting(delia)
    faults += found(delia)
    sign_it(delia)
    faults += found(delia)
    receipt = delia.url
    for path in ("?paper=58", "?paper=80", "/adjust", "/contest"):
        delia.goto(f"{receipt}{path}")
        faults += found(delia)
    delia.goto("/statement")
    faults += found(delia)

    fill_in(ana, "gift", DELIA)
    look_over(ana)
    sign_it(ana)
    open_waiting(delia)
    press(delia, "form[action$=decline] button")
    faults += found(delia)
    for context in contexts:
        context.close()
    assert faults == []
