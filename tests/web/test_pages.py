"""Every page: three languages, policy, size, queries, and who may see it."""

import gzip
import re
from pathlib import Path

import pytest

from tests.web.acting import ANA, BARTER, BETO, CARLA, DELIA, GOODS, exchanged, text
from tests.web.place import HOUSEHOLD

PAGE_BYTES_MAX = 40_000
OURS_BYTES_MAX = 10_000
PAGES = (
    "/",
    "/acting",
    "/board",
    "/board?page=2",
    "/agreements",
    "/work",
    "/meetings",
    "/members",
    "/members?without=offers",
    "/members/3",
    "/catalogue",
    "/catalogue?q=pan&kind=offer",
    "/catalogue/mine",
    "/catalogue?q=palta&category=food&mode=barter",
    "/catalogue/choose",
    "/catalogue/choose?kind=offer",
    "/catalogue/choose?kind=need&under=food.more",
    "/catalogue/choose?kind=give&q=carpinteria",
    "/catalogue/new",
    "/catalogue/new?kind=receive&what=food.fresh.avocado",
    "/exchange",
    "/exchange?direction=give",
    "/exchange/sale",
    "/exchange/sale?with=4",
    "/exchange/barter?with=4",
    "/exchange/gift?with=4",
    "/exchange/gift?with=0",
    "/exchange/lend?with=4",
    "/exchange/settle",
    "/together",
    "/spending",
    "/on-account",
    "/on-account/give",
    "/office",
    "/office/allow",
    "/office/somebody",
    "/office/witnesses",
    "/statement",
    "/statement?text=pan&type=goods",
    "/statement?period=month&direction=gave&mode=barter&unit=TOTAI&person=ana",
    "/notebook",
    "/notebook/0",
    "/notebook/2",
    "/notebook/verification",
    "/notebook/honest",
    "/notebook/witnesses",
    "/check",
    "/notices",
    "/notices/kinds",
    "/notices/calendar",
    "/notices/devices",
    "/security",
    "/again",
    "/stay",
    "/security/step",
    "/everything",
    "/keys",
    "/erase",
    "/keys/apart",
    "/keys/guardians",
    "/programs",
    "/asking",
    "/exchange/gift?with=4&more=1",
    "/exchange/settle?side=owes",
    "/scan",
)
OPEN = ("/login", "/enter", "/month", "/offline", "/handbook", "/handbook/first-steps")
FILES = (
    "/offline/book",
    "/statement.csv",
    "/statement.xlsx",
    "/statement.pdf",
    "/notebook/checkpoint",
    "/log/tile/entries/000.p/1",
)
PUBLIC = (
    "/manifest.webmanifest",
    "/worker.js",
    "/handbook/pictures/es/board.webp",
    "/log/checkpoint",
    "/log/consistency/1/2",
    "/log/tile/0/000.p/1",
    "/check",
)
MARKET = (
    "market",
    "market/begin",
    "market/*",
    "market/*/sheet",
    "market/*/close",
    "market/*/attest",
    "market/*/*/drop",
)
"""Routes that tests/web/test_market.py walks."""
MEETINGS = (
    "meetings/*",
    "meetings/*/photo",
    "meetings/*/write",
    "meetings/*/decide",
    "meetings/*/forget",
    "drafts/*/photo",
)
"""Routes that tests/web/test_minutes.py walks."""
SATURDAY = (
    # tests/web/test_spending.py walks these
    "spending/mine",
    "spending/*",
    "spending/*/*/drop",
    # tests/web/test_on_account.py walks these
    "on-account/*",
    "on-account/*/end",
    # tests/web/test_purchases.py walks these
    "purchases",
    "purchases/new",
    "purchases/*",
    "purchases/*/list",
    "purchases/*/receipt",
    "purchases/*/photo",
    "purchases/*/money",
    "purchases/*/write",
    "purchases/*/forget",
)
OFFICE = (
    "drafts/*/attest",
    "drafts/*/beside/*",
    "office/witnesses/*/end",
    "office/beside/*",
    "office/desk",
    "office/close",
    "office/*/open",
    "office/*/end",
)
"""Routes that tests/web/office walks."""
SHEETS = (
    "sheets",
    "sheets/new",
    "sheets/*",
    "sheets/*/write",
    "sheets/*/photo",
    "sheets/*/compare",
    "sheets/*/*/correct",
    "sheets/*/*/drop",
)
"""Routes that tests/web/paper_sheets walks."""
EXCHANGES = (
    "receipts/*/adjust",
    "receipts/*/contest",
    "receipts/*/text",
    "disputes",
)
"""Routes that tests/web/exchanges walks."""
TAKEN_ALONG = ("statement.*", "everything.zip")
"""Routes that tests/web/test_statement_files.py and test_everything.py walk."""
APART = ("drafts/*/apart/*", "drafts/*/apart/*/bytes")
"""Routes that tests/web/keys/test_apart.py walks."""
NOTICES = (
    "notices/address",
    "notices/often",
    "notices/end",
    "notices/again",
    "notices/calendar/make",
    "notices/calendar/amounts",
    "notices/calendar/end",
    "calendar/*.ics",
    "notices/devices/add",
    "notices/devices/end",
    "notices/stop/*",
    "notices/yes/*",
)
"""Routes that tests/web/notices walks."""
KEYS = ("keys/revoke", "keys/veto", "keys/brake", "keys/device", "keys/server")


@pytest.mark.parametrize("language", ["es", "pt", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_small_in_every_language(as_member, path, language):
    answer = as_member(ANA, language).get(path)

    assert answer.status_code == 200
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()
    assert len(answer.content) <= PAGE_BYTES_MAX


@pytest.mark.parametrize("path", [*PAGES, *OPEN, "/nothing-here"])
def test_no_page_needs_what_the_policy_forbids(as_member, path):
    client = as_member(ANA)
    if path in OPEN:
        client.post("/logout")
    answer = client.get(path)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    content = answer.content.decode()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", content)
    assert all("src=" in one for one in re.findall(r"<script[^>]*>", content))
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver)', content)


@pytest.mark.parametrize("path", PAGES)
def test_pages_name_every_field_and_every_picture(as_member, path):
    content = as_member(ANA).get(path).content.decode()

    named = set(re.findall(r'<label for="([^"]+)"', content))
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", content):
        own = re.search(r'\sid="([^"]+)"', tag)
        hidden = 'type="hidden"' in tag
        assert hidden or "aria-label" in tag or (own and own[1] in named), tag
    assert all(" alt=" in one for one in re.findall(r"<img[^>]*>", content))
    assert content.count("<h1") == 1


def test_our_own_files_stay_small(as_member):
    from django.contrib.staticfiles import finders

    own = ("urdimbre.css", "kept.js", "keys.js", "warp.svg", "icon.svg")
    found = [finders.find(f"urdimbre/{name}") for name in own]
    packed = [len(gzip.compress(Path(path).read_bytes())) for path in found]

    assert sum(packed) <= OURS_BYTES_MAX


def test_static_files_are_served_and_change_their_address_with_their_content(as_member):
    client = as_member(ANA)
    page = client.get("/").content.decode()
    address = re.search(r'href="(/static/urdimbre/urdimbre\.css\?v=[0-9a-f]{8})"', page)

    answer = client.get(address[1])

    assert answer.status_code == 200
    assert "max-age=31536000" in answer["Cache-Control"]
    answer.close()


@pytest.mark.parametrize("path", ["/", "/statement", "/notebook", "/board", "/members"])
def test_the_number_of_queries_does_not_grow(as_member, number_of, path):
    ana, beto = as_member(ANA), as_member(BETO)
    exchanged(ana, beto, "gift", number_of(BETO), GOODS)
    few = queries(ana, path)
    for _ in range(3):
        exchanged(ana, as_member(DELIA), "gift", number_of(DELIA), GOODS)

    assert queries(ana, path) == few
    assert few <= 24


def queries(client, page):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    client.get(page)
    with (
        CaptureQueriesContext(connections["default"]) as desk,
        CaptureQueriesContext(connections["registry"]) as registry,
    ):
        assert client.get(page).status_code == 200
    counted = [
        one["sql"]
        for one in (*desk.captured_queries, *registry.captured_queries)
        # The agreement is read again every few seconds, whatever page asks for it.
        # So is what the circuit shows.
        if '"parameter"' not in one["sql"] and '"circuit"."value"' not in one["sql"]
    ]
    return len(counted)


def test_every_route_against_every_role(as_member, number_of, place):
    """A stranger is sent to the entrance; who is no party finds nothing there."""
    from django.test import Client

    ana, delia = as_member(ANA), as_member(DELIA)
    receipt = exchanged(ana, as_member(BETO), "barter", number_of(BETO), BARTER)
    draft = ana.post(f"/exchange/gift?with={number_of(BETO)}", GOODS)["Location"]
    ana.post(f"{draft}/confirm")
    foreigner = Client()

    closed = [page for page in PAGES if page not in PUBLIC]
    for page in (*closed, *FILES, receipt, f"{receipt}/proof", draft):
        assert foreigner.get(page).headers["Location"].startswith("/login?next=")
        assert ana.get(page).status_code == 200, page
    for page in (receipt, f"{receipt}/proof", f"{receipt}/adjust", draft):
        assert delia.get(page).status_code == 404, page
    for act in all_posts(draft, receipt):
        assert foreigner.post(act).headers["Location"] == "/login", act
        assert delia.post(act).status_code in (302, 404, 422), act
    assert "Waiting for the other signature" in text(ana.get(draft))
    for page in (*OPEN, *PUBLIC):
        assert foreigner.get(page).status_code == 200


def all_posts(draft, receipt):
    return (
        f"{draft}/confirm",
        f"{draft}/decline",
        f"{receipt}/thanks",
        f"{receipt}/adjust",
        f"{receipt}/contest",
        "/catalogue/unknown/renew",
        "/catalogue/unknown/withdraw",
        "/catalogue/unknown/change",
        "/catalogue/unknown/erase",
        "/members/3/code",
        "/members/3/brake/set",
        "/acting/choose",
        *(f"/{one}" for one in KEYS),
        "/keys/recovery/3/begin",
        f"/keys/{'0' * 16}/pin",
        "/everything.zip",
    )


ASKED = {
    "offline/outbox",
    "logout",
    "language",
    "notebook/verify",
    "notebook/bundle",
    # tests/web/test_own_words.py walks this
    "agreements/words",
    # tests/web/test_minutes.py walks this
    "meetings/new",
    "members/admit",
    "members/bring",
    "members/cards",
    "members/cards.pdf",
    "members/notebooks.pdf",
}
"""Routes without a number that other tests ask for."""
ACTS = {
    # tests/web/offline walks this
    "drafts/*/*",
    "drafts/*",
    "drafts/*/confirm",
    "drafts/*/decline",
    *APART,
    *OFFICE,
    *SHEETS,
    "receipts/*",
    "receipts/*/proof",
    "receipts/*/thanks",
    *EXCHANGES,
    "catalogue/*/renew",
    "catalogue/*/withdraw",
    "catalogue/*/change",
    "catalogue/*/erase",
    # tests/web/test_photos.py and test_voices.py walk these
    "catalogue/*/voice",
    "catalogue/*/photo/*",
    "members/*/code",
    # tests/web/test_sharing.py walks these
    "members/*/share",
    "catalogue/*/share",
    "purchases/*/share",
    # tests/web/keys/test_signing_policy.py walks this
    "members/*/policy",
    # tests/web/test_standing.py walks this
    "members/*/proof",
    # tests/web/keys/test_holding.py walks these
    "members/*/hold",
    "members/*/hold/end",
    "members/*/brake",
    "members/*/brake/set",
    "acting/choose",
    "security/end",
    # tests/web/test_doorstep.py walks these
    "hide",
    # tests/web/test_second_step.py walks these
    "login/second",
    "security/step/end",
    "stay/end",
    "stay/*",
    # tests/web/test_witnessing.py walks these
    "witness/add-checkpoint",
    "witness/last/*",
    # tests/web/test_tiles.py and test_check.py walk these
    "check/*/*",
    "log/consistency/*/*",
    "log/tile/*",
    "log/tile/entries/*",
    # tests/web/work_days walks these
    "work/call",
    "work/*",
    "work/*/roster",
    "work/*/thanks",
    "keys/recovery/*",
    "keys/recovery/*/begin",
    "keys/*/pin",
    *KEYS,
    *NOTICES,
    *SATURDAY,
    *MARKET,
    *MEETINGS,
    *TAKEN_ALONG,
    # tests/web/test_handbook.py walks these
    "handbook/*",
    "handbook/pictures/*/*.webp",
    # tests/web/api walks these
    "programs/*/end",
    "api/*",
}
"""Routes of one act, draft or member."""


def test_this_walk_knows_every_route(place):
    from urdimbre.web.urls import urlpatterns

    pages = (*PAGES, *OPEN, *FILES, *PUBLIC)
    walked = {re.sub(r"\?.*|^/", "", page) for page in pages} | ASKED
    shapes = {
        re.sub(r"/\d+|/(sale|barter|gift|lend|settle)$", "/*", one) for one in walked
    }

    routes = {re.sub(r"<[^>]+>", "*", str(one.pattern)) for one in urlpatterns}

    assert routes - shapes - ACTS == set()


def test_a_deployment_check_finds_nothing_that_a_local_server_could_mend(place):
    from django.core.checks import run_checks

    https_only = {"security.W004", "security.W008", "security.W012", "security.W016"}
    found = {one.id for one in run_checks(include_deployment_checks=True)}

    assert found - https_only == set()


def test_a_household_sees_its_own_home(as_member):
    from urdimbre.web.circuit.models import Person

    carla = as_member(CARLA)
    member = Person.objects.get(name=HOUSEHOLD).member
    carla.post("/acting/choose", {"member": member})

    shown = text(carla.get("/statement"))

    assert HOUSEHOLD in shown


def test_a_member_is_presented_with_the_day_she_came_in(as_member, number_of):
    shown = text(as_member(ANA, "es").get(f"/members/{number_of(BETO)}"))

    assert re.search(r"Persona, miembro desde el \d+ \w+ \d{4} ", shown)
    assert not re.search(r"desde el \d+ \w+ \d{4} \d+:\d\d", shown)
