"""Bringing people in: a pasted list, cards and notebooks on paper."""

import pytest

from tests.web.acting import ANA, text

LIST = """Nombre; Teléfono; Lugar
1. Rosa Condori, 70012345, Villa Adela
- Julio Pari\t+591 2 222-3333\tjulio@example.org
Saturnina Ticona

Ana Quispe, 70000000
, 70012345
Rosa Condori
"""


@pytest.fixture
def founder(as_member):
    return as_member("Fundadora")


def test_a_list_is_shown_as_it_was_understood_and_nobody_is_admitted_yet(founder):
    from urdimbre.web.circuit.models import Person

    before = Person.objects.count()

    page = founder.post("/members/bring", {"people": LIST})

    shown = text(page)
    assert "Rosa Condori" in shown
    assert "+591 2 222-3333" in shown
    assert "julio@example.org" in shown
    assert "There is no name in this line." in shown
    assert shown.count("Somebody has that name already.") == 2
    assert "Admit 3 people" in shown
    assert LIST.splitlines()[1] in page.content.decode()
    assert Person.objects.count() == before


def test_who_can_be_admitted_is_and_a_list_sent_again_admits_nobody_twice(founder):
    from urdimbre.projections.models import Member
    from urdimbre.web.circuit.models import Person

    names = "Primera Nueva, 71111111, El Alto\nSegundo Nuevo\n"
    before = Member.objects.count()

    made = founder.post("/members/bring", {"people": names, "admit": "yes"})
    again = founder.post("/members/bring", {"people": names, "admit": "yes"})

    assert made["Location"] == "/members/cards"
    assert Member.objects.count() == before + 2
    assert again.status_code == 200
    assert text(again).count("Somebody has that name already.") == 2
    kept = Person.objects.get(name="Primera Nueva")
    assert (kept.phone, kept.place, len(kept.code)) == ("71111111", "El Alto", 6)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Ñusta Choque;\n".encode("utf-8-sig"), "Ñusta Choque"),
        ("Íñigo Ávila\r\n".encode("cp1252"), "Íñigo Ávila"),
        (b'name\tphone\n"Hijo, Mayor"\t7123456\n', "Hijo, Mayor"),
    ],
)
def test_a_file_is_read_as_spreadsheets_save_it(founder, raw, name):
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = founder.post("/members/bring", {"file": SimpleUploadedFile("list.csv", raw)})

    assert name in text(page)
    assert "Admit 1 person" in text(page)


@pytest.mark.parametrize(
    "typed",
    [
        {"people": ""},
        {"people": " \n \n"},
        {"people": "x" * 300_000},
    ],
)
def test_what_is_no_list_is_told_beside_the_field(founder, typed):
    answer = founder.post("/members/bring", typed)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


@pytest.mark.parametrize(
    "line",
    [
        "\0",
        "a" * 61,
        '"open quote',
        "🙂",
        "\u202eAna",
        ",,,,",
        "-" * 500,
        "B" * 20 + ", " + "c" * 90,
    ],
)
def test_no_line_breaks_the_page(founder, line):
    answer = founder.post("/members/bring", {"people": f"{line}\nBuena Gente"})

    assert answer.status_code in (200, 422)


def test_cards_are_a_pdf_and_each_code_lets_its_member_in(founder, place):
    import re

    from django.test import Client

    founder.post("/members/bring", {"people": "Carta Primera", "admit": "yes"})
    page = founder.get("/members/cards")
    assert "Carta Primera" in text(page)
    assert "only this machine knows that address" not in text(page)

    pdf = founder.post("/members/cards.pdf")

    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    from urdimbre.web.membership import paper

    seen = []
    made = paper.Card
    try:
        paper.Card = lambda *told: seen.append(made(*told)) or made(*told)
        founder.post("/members/cards.pdf")
    finally:
        paper.Card = made
    (one,) = [card for card in seen if card.name == "Carta Primera"]
    assert re.search(r"/enter\?code=", one.link)
    newcomer = Client(headers={"Accept-Language": "en"})
    entered = newcomer.post("/enter", {"code": one.code, "name": one.name})
    assert entered.status_code == 200
    assert "Carta Primera" not in text(founder.get("/members/cards"))


def test_names_that_paper_cannot_show_are_written_without_marks(place):
    from urdimbre.web.printed import latin

    assert latin("Ñandú Ãçé €") == "Ñandú Ãçé €"
    assert latin("Ōta Ŵyn") == "ota wyn"
    assert latin("孫") == "?"


def test_paper_notebooks_for_all_or_for_oneself(founder, as_member):
    every = founder.post("/members/notebooks.pdf", {"whose": "all"})
    own = as_member(ANA).post("/members/notebooks.pdf", {"whose": "all"})

    pages = [one.content.count(b"/Type /Page\n") for one in (every, own)]
    assert pages[0] > pages[1] == 1


def test_only_who_acts_for_the_common_brings_people_in(as_member):
    ana = as_member(ANA)

    assert ana.get("/members/bring").status_code == 404
    assert ana.get("/members/cards").status_code == 404
    assert ana.post("/members/cards.pdf").status_code == 404


def test_picture_signs_are_given_evenly(place):
    from urdimbre.web.circuit.models import Person
    from urdimbre.web.membership.picture_signs import ALL, sign_of

    members = list(Person.objects.values_list("member", flat=True))
    signs = [sign_of(one) for one in members]

    assert len(set(signs)) == min(len(members), len(ALL))
    assert signs == [sign_of(one) for one in members]
    assert sign_of("0" * 30) is None
