"""What programs read: pages of lists, the same figures as the screens, few queries."""

import pytest

from tests.web.acting import ANA, BETO, DELIA
from tests.web.allowing import member_of
from tests.web.api.asking import BARTER, GIFT, JSON, exchanged, problem
from tests.web.test_pages import queries

LISTS = ("statement", "obligations", "catalogue", "catalogue/mine", "members", "drafts")
OTHERS = ("me", "balances", "board", "agreements", "notebook/verification")


def all_of(client, path, limit):
    """Walk through a list by its cursors; returns the parts."""
    parts, cursor = [], ""
    while cursor is not None:
        joint = "&" if "?" in path else "?"
        answer = client.get(f"/api/{path}{joint}limit={limit}&cursor={cursor}")
        assert answer.status_code == 200, answer.content
        parts.append(answer.json()["items"])
        cursor = answer.json()["next"]
    return parts


@pytest.fixture
def lived(program, number_of):
    """Ana has exchanged, offered and prepared a few things."""
    from tests.web.api.asking import LEND, propose

    ana, beto = program(ANA), program(BETO)
    exchanged(ana, beto, "barter", BARTER | {"with": number_of(BETO)})
    for title in ("Pan", "Queso", "Maíz"):
        new = {"kind": "offer", "title": title, "category": "food.prepared"}
        assert ana.post("/api/catalogue", new, content_type=JSON).status_code == 201
        propose(ana, "gift", GIFT | {"with": number_of(BETO)})
    exchanged(ana, beto, "lend", LEND | {"with": number_of(BETO)})
    exchanged(ana, beto, "lend", LEND | {"with": number_of(BETO)})
    return ana


@pytest.mark.parametrize("path", [*LISTS, "notebook"])
def test_a_list_in_parts_is_the_list_in_one(lived, path):
    [whole, *_] = all_of(lived, path, 100)

    parts = all_of(lived, path, 2)

    assert len(whole) >= 2
    assert [one for part in parts for one in part][: len(whole)] == whole
    assert all(len(part) == 2 for part in parts[:-1])


def test_the_statement_is_the_one_of_the_page(lived, as_member):
    from urdimbre.web.exchanges.statement import lines, moves_of

    told = lived.get("/api/statement?limit=5&mode=barter&unit=TOTAI").json()["items"]

    class Here:
        no = lived.get("/api/me").json()["no"]
        member = member_of(ANA)

    rows = moves_of(Here, {"mode": "barter", "unit": "TOTAI"})[:5]
    from django.utils import translation

    with translation.override("en"):
        page = [(one.position, one.amount, one.after) for one in lines(rows, Here)]
    assert [
        (one["position"], one["amount"]["text"], one["after"]["text"]) for one in told
    ] == page
    assert page


def test_the_statement_is_cut_by_days(lived):
    from urdimbre.web import wording

    [line, *_] = lived.get("/api/statement?limit=1").json()["items"]
    today, before = line["day"], wording.to_date(wording.today() - 1).isoformat()

    for address, some in (
        (f"start={today}&end={today}", True),
        (f"end={before}", False),
        ("start=9999-12-31", False),
    ):
        answer = lived.get(f"/api/statement?{address}").json()
        assert bool(answer["items"]) == some, address
    wrong = lived.get("/api/statement?start=2026-02-31")
    assert problem(wrong, 422) == "not_understood"


def test_the_search_forgives_accents(lived):
    found = lived.get("/api/catalogue?q=maiz").json()["items"]

    assert {one["title"] for one in found} == {"Maíz"}


@pytest.mark.parametrize("path", [*LISTS, *OTHERS, "notebook"])
def test_the_number_of_queries_does_not_grow(lived, program, number_of, path):
    few = queries(lived, f"/api/{path}")
    exchanged(lived, program(DELIA), "gift", GIFT | {"with": number_of(DELIA)})
    new = {"kind": "offer", "title": "Sal", "category": "food.grain"}
    program(DELIA).post("/api/catalogue", new, content_type=JSON)

    assert queries(lived, f"/api/{path}") == few
    assert few <= 12


def test_whoever_reads_only_her_own_acts_reads_no_others(
    lived, program, number_of, monkeypatch
):
    """As the circuit has agreed it; the page of the notebook does the same."""
    from urdimbre.web.notebook import reading

    delia = program(DELIA)
    last = lived.get("/api/notebook?limit=1").json()["items"][0]["position"]
    assert delia.get(f"/api/notebook/{last}").status_code == 200
    monkeypatch.setattr(reading, "agreed", lambda *_: "own")

    assert problem(delia.get(f"/api/notebook/{last}"), 404) == "not_found"
    assert lived.get(f"/api/notebook/{last}").status_code == 200
    hers = [one for part in all_of(delia, "notebook", 100) for one in part]
    assert last not in [one["position"] for one in hers]


def test_texts_are_for_the_parties_only(lived, program):
    [part, *_] = all_of(lived, "notebook", 100)
    barter = next(one for one in part if one["mode"] == "barter")["position"]

    own = " ".join(lived.get(f"/api/notebook/{barter}").json()["sentences"])
    others = program(DELIA).get(f"/api/notebook/{barter}").json()["sentences"]

    assert "Tortillas de maíz azul" in own
    assert "Tortillas" not in " ".join(others)


def test_a_member_sees_of_others_what_the_page_shows(lived, number_of):
    told = lived.get(f"/api/members/{number_of(BETO)}").json()

    assert told["name"] == BETO
    assert sorted(told) == ["kind", "left", "listings", "name", "no", "place", "since"]
    for nobody in (0, 10**9 - 1):
        assert lived.get(f"/api/members/{nobody}").status_code == 404


def test_the_seal_is_the_one_that_everybody_reads(lived):
    told = lived.get("/api/notebook/checkpoint").json()

    assert told["note"] == lived.get("/log/checkpoint").content.decode()
    assert told["note"].splitlines()[1] == str(told["size"])


def test_the_answers_speak_the_language_asked_for(program):
    meanings = {
        language: program(ANA, language=language)
        .get("/api/agreements")
        .json()["parameters"][0]["meaning"]
        for language in ("es", "pt", "en")
    }

    assert len(set(meanings.values())) == 3
