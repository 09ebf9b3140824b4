"""The honest page: who can do what, in her own case and language."""

import pytest

from tests.web.acting import ANA, text
from urdimbre.core.federation.witness import Witness


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("A key of yours lies on this server", "No witness from outside")),
        ("es", ("Una llave tuya está en este servidor", "Ningún testigo de fuera")),
        ("pt", ("Uma chave sua está neste servidor", "Nenhuma testemunha de fora")),
    ],
)
def test_it_says_that_the_server_could_sign(as_member, language, words):
    page = as_member(ANA, language).get("/notebook/honest")

    shown = text(page)
    assert page.status_code == 200
    for one in words:
        assert one in shown


def test_who_keeps_her_own_key_is_told_so(as_member, monkeypatch, place):
    from urdimbre.web import opened

    state = opened.circuit().registry.state
    member = next(
        row.member for row in state.starting("key/") if row.custody == "server"
    )
    assert member
    monkeypatch.setattr(type(state), "starting", lambda _self, _prefix: iter(()))

    shown = text(as_member(ANA).get("/notebook/honest"))

    assert "nobody here can sign in your name" in shown


def test_witnesses_are_counted_by_their_hosts(as_member, monkeypatch):
    from urdimbre.web.notebook import honest

    named = [Witness("aa", "a/1", "a"), Witness("bb", "a/2", "a")]
    monkeypatch.setattr(honest, "witnesses", lambda _state: iter(named))

    shown = text(as_member(ANA).get("/notebook/honest"))

    assert "Witnesses on 1 other host sign" in shown


def test_the_notebook_leads_there(as_member):
    page = as_member(ANA).get("/notebook").content.decode()

    assert 'href="/notebook/honest"' in page
