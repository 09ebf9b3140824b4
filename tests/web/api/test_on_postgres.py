"""Programs on a registry in PostgreSQL: what they read, and an exchange of theirs."""

import pytest

from tests.web.acting import ANA, BETO
from tests.web.api.asking import BARTER, exchanged
from tests.web.test_postgres import moved_place, place

__all__ = ["moved_place", "place"]
LISTS = ("balances", "statement", "obligations", "catalogue", "members", "drafts")
OTHERS = ("me", "board", "agreements", "notebook", "notebook/checkpoint")


@pytest.mark.parametrize("path", [*LISTS, *OTHERS])
def test_every_list_is_read(program, path):
    answer = program(ANA).get(f"/api/{path}")

    assert answer.status_code == 200, answer.content


def test_an_exchange_is_recorded_and_walked_through(program, number_of):
    ana, beto = program(ANA), program(BETO)
    asked = BARTER | {"with": number_of(BETO)}
    positions = [exchanged(ana, beto, "barter", asked)["position"] for _ in range(2)]

    first = ana.get("/api/statement?limit=2").json()
    rest = ana.get(f"/api/statement?limit=2&cursor={first['next']}").json()

    told = [one["position"] for one in (*first["items"], *rest["items"])]
    assert told == sorted([*positions, *positions], reverse=True)
    assert beto.get(f"/api/receipts/{positions[0]}/proof").status_code == 200
