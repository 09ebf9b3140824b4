"""The common notebook and the statement: read, filtered, proven, verified."""

import time

import pytest

from tests.web.acting import ANA, BARTER, BETO, DELIA, GOODS, exchanged, text


@pytest.fixture
def receipt(as_member, number_of):
    return exchanged(as_member(ANA), as_member(BETO), "gift", number_of(BETO), GOODS)


def test_an_act_is_told_in_words_and_shown_in_its_bytes(as_member, receipt):
    page = as_member(ANA).get(receipt.replace("receipts", "notebook"))

    shown = text(page)
    assert "Ana Quispe gives Beto Mamani 3 dozens of Tortillas de maíz azul." in shown
    assert "key kept by this server" in shown
    assert '"mode": "gift"' in shown


def test_the_machine_that_founded_the_circuit_is_called_the_node(as_member):
    assert "The node" in text(as_member(ANA).get("/notebook/0"))


def test_others_read_kinds_and_quantities_but_not_the_words(as_member, receipt):
    shown = text(as_member(DELIA).get(receipt.replace("receipts", "notebook")))

    assert "3 dozens of bread, meals and preserves." in shown
    assert "Tortillas" not in shown


def test_where_each_reads_her_own_acts_others_are_closed(
    as_member, receipt, monkeypatch
):
    from urdimbre.web.notebook import reading

    monkeypatch.setattr(reading, "agreed", lambda *_: "own")
    number = receipt.split("/")[-1]
    delia, ana = as_member(DELIA), as_member(ANA)

    assert delia.get(f"/notebook/{number}").status_code == 404
    assert ana.get(f"/notebook/{number}").status_code == 200
    assert f"number {number}" not in text(delia.get("/notebook"))
    assert f"number {number}" in text(ana.get("/notebook"))


def test_the_proof_of_a_receipt_holds_without_the_server(as_member, receipt, place):
    from urdimbre.adapters.receipts import verify_receipt
    from urdimbre.core.chain import notes

    proof = as_member(BETO).get(f"{receipt}/proof")

    assert "attachment" in proof["Content-Disposition"]
    read = notes.parse_proof(proof.content)
    assert read.index == int(receipt.split("/")[-1])
    assert b"Tortillas" not in proof.content
    # What the command line makes of the file that the page hands out.
    assert verify_receipt(proof.content).openings == ("goods",)


def test_the_checkpoint_can_be_kept(as_member):
    note = as_member(ANA).get("/notebook/checkpoint")

    assert note.content.startswith(b"urdimbre/")


def test_verify_now_reads_the_notebook_meanwhile(as_member, receipt):
    ana = as_member(ANA)
    ana.post("/notebook/verify")

    for _ in range(1_200):
        shown = text(ana.get("/notebook/verification"))
        if "is being read" not in shown:
            break
        time.sleep(0.1)

    assert "Everything fits: no error was found." in shown


def test_the_filter_of_the_statement_stands_in_its_address(
    as_member, number_of, receipt
):
    ana = as_member(ANA)
    exchanged(ana, as_member(DELIA), "barter", number_of(DELIA), BARTER)

    gave = text(ana.get("/statement?direction=gave&mode=gift&person=BETO"))
    nobody = text(ana.get("/statement?person=zzz"))
    signs = text(ana.get("/statement?unit=TOTAI&person=delia&period=month"))
    past = text(ana.get("/statement?period=last"))

    assert "Beto Mamani" in gave
    assert "Delia Rojas" not in gave
    assert "There are no exchanges to show." in nobody
    assert "4.50 totaí" in signs
    assert "balance" in signs
    assert "There are no exchanges to show." in past


def test_the_board_counts_moves_by_mode_and_names_nobody(as_member, receipt):
    shown = text(as_member(DELIA).get("/board"))

    assert "By modality" in shown
    assert not [name for name in (ANA, BETO) if name in shown]
