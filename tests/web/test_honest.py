"""The honest page: who can do what, in her own case and language."""

import pytest

from tests.house.tree import ROOT
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


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_it_tells_who_can_do_what_each_in_her_language(as_member, language):
    """Host, holder of a copy, clerk, witness: all that the specification names."""
    from django.utils import translation

    from urdimbre.web.notebook.honest import ADVICE, LIMITS, POWERS

    shown = text(as_member(ANA, language).get("/notebook/honest"))

    with translation.override(language):
        told = [str(one) for power in POWERS for one in vars_of(power)]
        told += [str(one) for one in (*LIMITS, *ADVICE)]
    with translation.override("en"):
        english = [str(one) for power in POWERS for one in vars_of(power)]
    assert len(POWERS) == 4
    assert [one for one in told if one not in shown] == []
    assert language == "en" or not set(english) & set(told)


def vars_of(power):
    return power.who, power.can, power.cannot


@pytest.mark.parametrize(
    ("who", "can", "cannot"),
    [
        ("server", "order, delay or refuse", "change or take out"),
        ("server", "key lies on the server", "never touched the server"),
        ("server", "a changed page", "receipt or a seal"),
        ("server", "invent members", "notic"),
        ("copy of the data", "read names", "telephones"),
        ("copy of the data", "in vain without one file", "sealed keys"),
        ("clerk", "never was, within her mandate", "beyond her mandate, or hide"),
        ("witness", "refuse", "change anything, or say that an act was right"),
    ],
)
def test_each_power_of_the_specification_is_told(place, who, can, cannot):
    """Section 8, half a sentence at a time; the host's in the members' words."""
    from django.utils import translation

    from urdimbre.web.notebook.honest import POWERS

    with translation.override("en"):
        found = [
            (str(one.can).lower(), str(one.cannot).lower())
            for one in POWERS
            if who in str(one.who).lower()
        ]

    [(able, unable)] = found
    assert can in able
    assert cannot in unable


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_handbook_prints_the_same_table(language):
    page = (ROOT / "docs/handbook" / language / "host.md").read_text("utf-8")
    rows = [one for one in page.splitlines() if one.startswith("| **")]

    assert len(rows) == 4
    assert all(len(cell.strip()) > 10 for row in rows for cell in row.split("|")[2:4])


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
