"""The proof of a balance: for herself and for who reads the notebook, checked apart."""

import json

import pytest

from tests.web.acting import ANA, BARTER, BETO, CARLA, DELIA, exchanged, text
from tests.web.test_check import dropped, stranger
from urdimbre.adapters.state_proofs import verify_state_proof

__all__ = ["stranger"]


@pytest.fixture(autouse=True)
def recorded(as_member, number_of):
    exchanged(as_member(ANA), as_member(BETO), "barter", number_of(BETO), BARTER)


@pytest.fixture
def agreed_own(monkeypatch):
    from urdimbre.web.notebook import standing

    monkeypatch.setattr(standing, "agreed", lambda *_: "own")


def proof_of(client, no):
    answer = client.get(f"/members/{no}/proof")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    return answer.content


def test_her_balance_is_proven_under_the_seal_of_the_notebook(as_member, number_of):
    from urdimbre.projections.models import Balance
    from urdimbre.web import opened

    proof = proof_of(as_member(ANA), number_of(ANA))

    registry = opened.circuit().registry
    proven = verify_state_proof(
        proof, log_keys=[registry.node_key], genesis=registry.genesis
    )
    found = {row.key.split("/")[2]: row.value["balance"] for row in proven.rows}
    own = Balance.objects.filter(owner=number_of(ANA), purse="own")
    assert found == dict(own.values_list("unit", "balance"))
    assert proven.size == registry.size


def test_the_statement_and_the_members_page_lead_to_it(as_member, number_of):
    ana, no = as_member(ANA), number_of(ANA)
    link = f'href="/members/{no}/proof"'

    assert link in ana.get("/statement").content.decode()
    assert link in ana.get(f"/members/{no}").content.decode()
    assert link in as_member(DELIA).get(f"/members/{no}").content.decode()


def test_where_each_reads_her_own_acts_only_the_owner_has_it(
    as_member, number_of, agreed_own
):
    no = number_of(ANA)
    delia = as_member(DELIA)

    assert delia.get(f"/members/{no}/proof").status_code == 404
    assert "/proof" not in delia.get(f"/members/{no}").content.decode()
    proof_of(as_member(ANA), no)


def test_where_all_read_the_notebook_a_member_has_anothers(as_member, number_of):
    proof = proof_of(as_member(DELIA), number_of(ANA))

    ids = {row.key.split("/")[1] for row in verify_state_proof(proof).rows}
    assert len(ids) == 1


def test_who_has_no_balance_is_not_offered_a_proof(as_member, number_of, agreed_own):
    from urdimbre.projections.models import Balance

    carla, no = as_member(CARLA), number_of(CARLA)
    assert not Balance.objects.filter(owner=no).exists()

    assert "/proof" not in carla.get("/statement").content.decode()
    assert carla.get(f"/members/{no}/proof").status_code == 404
    assert carla.get("/members/99999999999/proof").status_code == 404
    assert carla.get("/members/9999/proof").status_code == 404


def test_a_stranger_finds_the_entrance(stranger, number_of):
    answer = stranger.get(f"/members/{number_of(ANA)}/proof")

    assert answer["Location"].startswith("/login?next=")


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_anybody_checks_it_on_the_page(stranger, as_member, number_of, language):
    proof = proof_of(as_member(ANA), number_of(ANA))
    stranger.defaults["HTTP_ACCEPT_LANGUAGE"] = language

    answer = dropped(stranger, proof)

    shown = text(answer)
    assert answer.status_code == 200
    assert "Circuito de prueba" in shown
    assert ANA not in shown
    assert "verify_state.py" in shown
    assert ANA in text(dropped(as_member(DELIA), proof))


def test_an_altered_balance_is_refused_on_the_page(stranger, as_member, number_of):
    from dataclasses import replace

    from urdimbre.core.chain import notes

    proof = proof_of(as_member(ANA), number_of(ANA))
    read = notes.parse_proof(proof)
    end = 4 + int.from_bytes(read.extra[:4], "big")
    told = json.loads(read.extra[end:])
    value = told["rows"][0]["value"]
    told["rows"][0]["value"] = value.replace('"held":0', '"held":1')
    rows = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    assert rows != read.extra[end:]

    answer = dropped(
        stranger, notes.proof_bytes(replace(read, extra=read.extra[:end] + rows))
    )

    assert answer.status_code == 422
    assert "do not belong to the seal" in text(answer)


def test_a_proof_that_todays_notebook_contradicts_is_an_alarm(
    stranger, as_member, number_of, monkeypatch
):
    from urdimbre.web import opened

    proof = proof_of(as_member(ANA), number_of(ANA))
    registry = opened.circuit().registry
    monkeypatch.setattr(type(registry), "continues", lambda *_: False)

    assert "does not contain what this receipt proves" in text(dropped(stranger, proof))
