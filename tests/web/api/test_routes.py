"""Every route without a token, without its scope, and with another member's token."""

import pytest

from tests.web.acting import ANA, BETO, DELIA
from tests.web.api.asking import BARTER, JSON, exchanged, problem, propose

NEEDS = {
    "/api/me": set(),
    "/api/balances": {"statement"},
    "/api/statement": {"statement"},
    "/api/obligations": {"statement"},
    "/api/catalogue": {"catalogue"},
    "post /api/catalogue": {"exchange"},
    "/api/catalogue/mine": {"catalogue"},
    "/api/catalogue/{id}/renew": {"exchange"},
    "/api/catalogue/{id}/withdraw": {"exchange"},
    "/api/members": {"catalogue", "exchange"},
    "/api/members/{no}": {"catalogue", "exchange"},
    "/api/exchanges/sale": {"exchange"},
    "/api/exchanges/barter": {"exchange"},
    "/api/exchanges/gift": {"exchange"},
    "/api/exchanges/lend": {"exchange"},
    "/api/exchanges/settle": {"exchange"},
    "/api/drafts": {"statement", "exchange"},
    "/api/drafts/{id}": {"statement", "exchange"},
    "/api/drafts/{id}/confirm": {"exchange"},
    "/api/drafts/{id}/decline": {"exchange"},
    "/api/receipts/{position}": {"statement"},
    "/api/receipts/{position}/proof": {"statement"},
    "/api/board": {"board"},
    "/api/agreements": set(),
    "/api/notebook": {"board"},
    "/api/notebook/{position}": {"board"},
    "/api/notebook/checkpoint": {"board"},
    "/api/notebook/verification": {"board"},
}
ALL = {"statement", "catalogue", "board", "exchange"}


@pytest.fixture
def routes(place):
    """Every method and path that openapi.json tells."""
    from django.test import Client

    answer = Client().get("/api/openapi.json")
    assert answer.status_code == 200
    paths = answer.json()["paths"]
    return [(method, path) for path, all_ in paths.items() for method in all_]


def needed(method, path):
    return NEEDS.get(f"{method} {path}", NEEDS.get(path))


def asked(client, method, path, **values):
    found = {"id": "0" * 32, "no": 3, "position": 2} | values
    return getattr(client, method)(path.format_map(found), **body_of(method))


def body_of(method):
    return {"data": "{", "content_type": JSON} if method == "post" else {}


def test_this_walk_knows_every_route(routes):
    assert [one for one in routes if needed(*one) is None] == []
    assert {path for _, path in routes} == {one.split()[-1] for one in NEEDS}


def test_nobody_enters_without_a_token(routes, as_member):
    """A session's cookie opens nothing here: there is no form to be forged."""
    for client in (as_member(ANA), as_member(ANA)):
        for method, path in routes:
            answer = asked(client, method, path)
            assert problem(answer, 401) == "no_token", path
            assert answer["WWW-Authenticate"].startswith("Bearer")
        client.defaults["HTTP_AUTHORIZATION"] = "Bearer urdimbre_guessed"


def test_a_token_without_the_scope_is_refused_before_the_body_is_read(routes, program):
    for method, path in routes:
        scopes = needed(method, path)
        if scopes:
            client = program(ANA, " ".join(sorted(ALL - scopes)))
            assert problem(asked(client, method, path), 403) == "scope_missing", path


def test_each_scope_that_a_route_names_opens_it(routes, program):
    for method, path in routes:
        for scope in needed(method, path):
            answer = asked(program(ANA, scope), method, path)
            assert answer.status_code not in (401, 403), (method, path)


def test_what_is_anothers_is_not_there(program, number_of):
    ana, beto, delia = program(ANA), program(BETO), program(DELIA)
    recorded = exchanged(ana, beto, "barter", BARTER | {"with": number_of(BETO)})
    draft = propose(ana, "barter", BARTER | {"with": number_of(BETO)})
    position, key = recorded["position"], draft["id"]

    for path in (f"receipts/{position}", f"receipts/{position}/proof"):
        assert ana.get(f"/api/{path}").status_code == 200
        assert beto.get(f"/api/{path}").status_code == 200
        assert problem(delia.get(f"/api/{path}"), 404) == "not_found"
    # What somebody still prepares is not seen by the other party either.
    for client in (beto, delia):
        assert problem(client.get(f"/api/drafts/{key}"), 404) == "not_found"
        for verb in ("confirm", "decline"):
            answer = client.post(f"/api/drafts/{key}/{verb}")
            assert problem(answer, 404) == "not_found"
    assert ana.get(f"/api/drafts/{key}").json()["state"] == "preparing"


def test_what_is_anothers_listing_cannot_be_changed(program):
    new = {"kind": "offer", "title": "Pan", "category": "food.prepared"}
    made = program(ANA).post("/api/catalogue", new, content_type=JSON)
    assert made.status_code == 201, made.content
    key = made.json()["id"]

    for verb in ("renew", "withdraw"):
        answer = program(DELIA).post(f"/api/catalogue/{key}/{verb}")
        assert problem(answer, 404) == "not_found"
    assert program(ANA).post(f"/api/catalogue/{key}/withdraw").json()["live"] is False
    assert program(ANA).post(f"/api/catalogue/{key}/renew").json()["live"] is True


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/nothing-here", 404, "not_found"),
        ("get", "/api/members/999999", 404, "not_found"),
        ("get", "/api/receipts/999999", 404, "not_found"),
        ("delete", "/api/me", 405, "method_not_allowed"),
        ("get", "/api/statement?limit=0", 422, "not_understood"),
        ("get", "/api/statement?cursor=..", 422, "not_understood"),
        ("post", "/api/exchanges/gift", 400, "unreadable"),
    ],
)
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_every_problem_has_one_shape_and_speaks(
    program, language, method, path, status, code
):
    client = program(ANA, language=language)

    answer = getattr(client, method)(path, **body_of(method))

    assert problem(answer, status) == code
    assert answer["Content-Language"] == language
    assert answer["Content-Type"].startswith("application/json")


def test_more_bytes_than_anything_needs_are_not_read(program):
    answer = program(ANA).post("/api/exchanges/gift", "x" * 16_385, content_type=JSON)

    assert problem(answer, 413) == "too_long"


def test_whoever_asks_too_often_waits(program, monkeypatch):
    from urdimbre.web.api import callers

    monkeypatch.setattr(callers, "CALLS_PER_HOUR", 2)
    client = program(ANA)
    assert [client.get("/api/me").status_code for _ in range(2)] == [200, 200]

    answer = client.post("/api/exchanges/gift", **body_of("post"))

    assert problem(answer, 429) == "too_many_requests"
    assert 0 < int(answer["Retry-After"]) <= 1_801
    assert program(ANA).get("/api/me").status_code == 200


def test_guessing_is_counted_too(place, program, monkeypatch):
    from django.test import Client

    from urdimbre.web.api import callers

    monkeypatch.setattr(callers, "CALLS_PER_HOUR", 2)
    program(ANA)
    stranger = Client(headers={"Authorization": "Bearer guess"})

    answers = [stranger.get("/api/me").status_code for _ in range(3)]

    assert answers == [401, 401, 429]


def test_what_is_behind_the_door_is_loaded_with_the_first_program(served_folder):
    """It weighs ten megabytes, and most circuits have no programs."""
    import subprocess
    import sys

    look = (
        "import sys; from pathlib import Path; from urdimbre.web import serving;"
        "serving.settle_in(Path(sys.argv[1])); from urdimbre.web import urls;"
        "from django.urls import reverse; reverse('home');"
        "assert not {'ninja', 'pydantic'} & set(sys.modules);"
        "from django.test import Client;"
        "assert Client().get('/api/openapi.json').status_code == 200;"
        "assert 'ninja' in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", look, str(served_folder)],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()
