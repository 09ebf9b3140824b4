"""A machine that fails, or is cut off, between the last signature and the notebook."""

import pytest

from tests.web.acting import ANA, BARTER, BETO, GOODS, confirm, propose, text
from urdimbre.recording.answers import Overloaded


@pytest.fixture
def signed_by_ana(as_member, number_of):
    draft = propose(as_member(ANA), "barter", number_of(BETO), BARTER)
    confirm(as_member(ANA), draft)
    return draft


@pytest.fixture
def registry(place):
    from urdimbre.web import opened

    return opened.circuit().registry


def _cut_off(monkeypatch, registry):
    """As if the process were killed: what should come next does not happen."""

    def end(_entry, **_more):
        raise SystemExit

    monkeypatch.setattr(registry, "submit", end)


def test_a_machine_that_cannot_record_gives_the_last_signature_back(
    as_member, signed_by_ana, registry, monkeypatch
):
    def fail(_entry, **_more):
        raise Overloaded(1)

    beto = as_member(BETO)
    monkeypatch.setattr(registry, "submit", fail)
    assert confirm(beto, signed_by_ana).status_code == 503
    monkeypatch.undo()

    assert "Is this right?" in text(beto.get(signed_by_ana))
    assert confirm(beto, signed_by_ana)["Location"].startswith("/receipts/")


def test_what_all_had_signed_is_recorded_when_the_server_starts_again(
    as_member, signed_by_ana, registry, monkeypatch
):
    from urdimbre.web.exchanges import signing

    beto = as_member(BETO)
    _cut_off(monkeypatch, registry)
    with pytest.raises(SystemExit):
        confirm(beto, signed_by_ana)
    monkeypatch.undo()

    signing.finish()

    receipt = beto.get(signed_by_ana)["Location"]
    assert "Tortillas de maíz azul" in text(beto.get(receipt))


def test_a_draft_with_all_signatures_is_not_withdrawn_any_more(
    as_member, signed_by_ana, registry, monkeypatch
):
    from urdimbre.web.exchanges import signing

    ana = as_member(ANA)
    _cut_off(monkeypatch, registry)
    with pytest.raises(SystemExit):
        confirm(as_member(BETO), signed_by_ana)
    monkeypatch.undo()

    assert ana.post(f"{signed_by_ana}/decline")["Location"] == signed_by_ana
    signing.finish()
    assert ana.get(signed_by_ana)["Location"].startswith("/receipts/")


def test_who_withdraws_too_late_is_led_to_the_receipt(as_member, number_of):
    ana = as_member(ANA)
    draft = propose(ana, "gift", number_of(BETO), GOODS)
    confirm(ana, draft)
    receipt = confirm(as_member(BETO), draft)["Location"]

    assert ana.post(f"{draft}/decline")["Location"] == draft
    assert ana.get(draft)["Location"] == receipt
