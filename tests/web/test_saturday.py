"""The first Saturday: twelve families, one borrowed phone, nothing to be explained."""

import pytest

from tests.web.browsing import PHONE, WAIT_MS, open_as, press
from tests.web.test_accessible import found

PEOPLE = (
    "Rosa Condori\nJulio Pari\nMaría Choque\nMaría Ticona\nSaturnina Apaza\n"
    "Eusebio Flores\nNelly Rojas\nTomás Poma\nLidia Cusi\nGermán Tola\n"
    "Hilda Vargas\nPablo Mita\n"
)
SPENT = {
    "rosa": (("Arroz", "10 kg", "45", "La Esquina"), ("Aceite", "4", "60", "Mercado")),
    "julio": (("arroz", "8 kg", "46", "la esquina"), ("aceite", "3", "62", "Mercado")),
    "Familia Mamani": (
        ("Arroz", "12 kg", "44", "La Esquina"),
        ("Aceites", "5", "61", "Mercado"),
    ),
}
CHAT = (
    "[25/11/2026, 9:04] maria: 2 arroz\n"
    "[25/11/2026, 9:05] Fundadora: arroz 1 kg, aceite 2\n"
    "[25/11/2026, 9:07] Don Pedro: 5 panes\n"
)
SEND = "main form.typed .row button:not(.quiet)"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def borrowed(request, chromium, address):
    """The borrowed phone; who has it in her hand enters and leaves again."""
    context = chromium.new_context(
        locale="en",
        base_url=address,
        viewport=PHONE,
        java_script_enabled=request.param,
    )
    yield context, request.param
    context.close()


def fits(page):
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def looked_over(page, *, script):
    """Nothing is wider than the phone or the desk, and axe, a script, finds nothing."""
    assert not script or found(page) == []
    page.set_viewport_size(PHONE)


def leave(page):
    press(page, "form[action$=logout] button")


def fill(page, **typed):
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)


def written(page):
    """The words of the page, with plain blanks."""
    return page.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")


def bring_in(page):
    """All are admitted from a pasted list, once for all tests of this server."""
    page.goto("/members?q=Pablo+Mita")
    if "Pablo Mita" in written(page):
        return
    page.goto("/members/bring")
    fill(page, people=PEOPLE)
    press(page, SEND)
    press(page, "button[name=admit]")


def code_for(page, name):
    """Hand over a code to enter with; return it."""
    page.goto(f"/members?q={name.replace(' ', '+')}")
    press(page, f"a:has-text('{name}')")
    press(page, "form[action$=code] button")
    return page.inner_text(".big")


def enter_by_code(page, code):
    page.goto("/enter")
    fill(page, code=code)
    # The card says who she is; a name is typed where the code was typed by hand.
    page.fill("[name=name]", "María Choque")
    press(page, SEND)


def say_what_is_spent(page):
    for family, lines in SPENT.items():
        page.goto("/spending")
        fill(page, name=family)
        press(page, "main form.typed button")
        fits(page)
        for what, much, price, shop in lines:
            fill(page, what=what, much=much, price=price, shop=shop)
            press(page, SEND)
    page.goto("/spending")
    fits(page)


def permit(page):
    """Let the common write what she takes: 300, until the harvest."""
    page.goto("/on-account/give")
    fits(page)
    page.select_option("[name=creditor]", label="the common")
    page.select_option("[name=due]", "harvest")
    fill(page, most="300", fetchers="rosa", until=in_a_month())
    press(page, SEND)
    fits(page)
    press(page, "form[action$=confirm] button")


def in_a_month():
    import datetime as dt

    day = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
    return day.date().isoformat()


def buy_together(page):
    page.goto("/purchases/new")
    fill(page, text=CHAT)
    press(page, SEND)
    fits(page)
    assert "Nobody here is called «Don Pedro»." in written(page)
    page.select_option("select[name=who_1]", label="María Choque")
    press(page, "button[name=keep]")
    fits(page)
    fill(page, bought_0="3", price_0="31", bought_1="2", price_1="25,01")
    fill(page, buyer="Julio", margin="5")
    press(page, SEND)
    fits(page)
    fill(page, paid_0="25", paid_1="40")
    press(page, SEND)
    fits(page)


def test_the_first_saturday(borrowed):
    phone, script = borrowed
    page = open_as(phone, "Fundadora")
    page.set_default_timeout(WAIT_MS * 4)
    bring_in(page)

    # (i) What do we spend?
    say_what_is_spent(page)
    shown = written(page)
    assert "BOB of it on Arroz and Aceite." in shown
    assert "BOB in two shops: La Esquina and Mercado." in shown

    # (iii) Who may fetch for whom: she says it herself, with the code of a card.
    if not permitted(page):
        code = code_for(page, "María Choque")
        leave(page)
        enter_by_code(page, code)
        permit(page)
        assert "These may fetch too: Rosa Condori." in written(page)
        page.goto("/")
        leave(page)
        page = open_as(phone, "Fundadora")
        page.set_default_timeout(WAIT_MS * 4)

    # (ii) A list from the chat, one buyer, and every coin accounted for.
    buy_together(page)
    shown = written(page)
    # 56.01 in the shop; 5 % of it, rounded down, is 2.80; 65 was collected.
    for amount in ("65.00 BOB", "56.01 BOB", "2.80 BOB", "6.19 BOB"):
        assert amount in shown
    assert "Don Pedro: 5 panes" in shown
    press(page, "form[action$=write] button")
    looked_over(page, script=script)
    shown = written(page)
    assert shown.count("written down ✓") == 2
    assert "The purchase in the shop is written down." in shown
    assert "Entered by Fundadora for all" in shown

    # (iii) Two fields, and it is on her account.
    page.goto("/on-account")
    fits(page)
    press(page, "a.line:has-text('María Choque')")
    looked_over(page, script=script)
    fill(page, what="2 kg arroz, 1 aceite", price="25,50")
    page.check("label:has-text('Rosa Condori') input")
    press(page, SEND)
    assert "fetched by Rosa Condori" in written(page)
    press(page, "form[action$=confirm] button")
    assert "To be fulfilled at harvest." in written(page)


def permitted(page):
    page.goto("/on-account")
    return "María Choque" in written(page)
