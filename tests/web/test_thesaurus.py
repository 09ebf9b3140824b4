"""The thesaurus: what it holds, and that a word finds its entry in three languages."""

import csv
import re

import pytest
from django.utils import translation

from tests.house.tree import SOURCE
from urdimbre.core.exchange import moves
from urdimbre.core.reading import Unreadable
from urdimbre.core.units import standard_unit

LANGUAGES = ("es", "pt", "en")
PATH = SOURCE / "words" / "thesaurus.csv"
COUNTRIES = "AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE"


def rows():
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def categories(place):
    from urdimbre.web.catalogue import categories

    return categories


@pytest.fixture
def search(place):
    from urdimbre.web.catalogue.thesaurus import search

    return search


@pytest.fixture
def terms(place):
    from urdimbre.web.catalogue.thesaurus import terms

    return terms()


@pytest.fixture
def folding(place):
    from urdimbre.web.catalogue import folding

    return folding


def test_it_holds_at_least_three_hundred_things(terms, categories):
    assert len([code for code in terms if code not in categories.GROUPS]) >= 300


def test_every_code_stands_once_and_under_a_category(categories):
    codes = [row["code"] for row in rows()]

    assert len(codes) == len(set(codes))
    assert [one for one in codes if categories.group(one) == "other"] == [
        one for one in codes if one.startswith("other")
    ]
    assert [one for one in categories.GROUPS if one not in codes] == []


def test_every_code_may_stand_in_an_act(terms):
    for code in terms:
        assert moves.category.read(code) == code
    with pytest.raises(Unreadable):
        moves.category.read("food.Maíz")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_exists_once_in_each_language(language):
    names = [row[language] for row in rows()]

    assert [name for name in names if not name.strip()] == []
    assert sorted(name for name in names if names.count(name) > 1) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_entry_says_a_word_twice(terms, language):
    twice = [
        (code, word)
        for code, term in terms.items()
        for words in [(term.labels[language], *term.others[language])]
        for word in words
        if words.count(word) > 1 or not word.strip() or word != word.strip()
    ]

    assert twice == []


def test_regional_words_name_countries_of_the_circuits(terms):
    marks = [found for term in terms.values() for _, found in term.regional]
    brackets = [one for row in rows() for one in re.findall(r"\[(.*?)\]", str(row))]

    assert {one for found in marks for one in found} <= set(COUNTRIES.split())
    assert len(brackets) == len(marks)
    palta = ("palta", ("AR", "BO", "CL", "PE", "UY"))
    assert palta in terms["food.fresh.avocado"].regional


def test_every_entry_is_counted_in_a_unit_that_acts_know(terms):
    assert [code for code, term in terms.items() if not standard_unit(term.unit)] == []


@pytest.mark.parametrize(
    ("language", "typed", "code"),
    [
        ("es", "maíz azul", "food.grain.maize.blue"),
        ("es", "MAIZ AZUL", "food.grain.maize.blue"),
        ("es", "palta", "food.fresh.avocado"),
        ("pt", "abacates", "food.fresh.avocado"),
        ("en", "avocados", "food.fresh.avocado"),
        ("es", "papelon", "food.grain.panela"),
        ("pt", "rapadura", "food.grain.panela"),
        ("es", "yucas", "food.fresh.cassava"),
        ("pt", "macaxeira", "food.fresh.cassava"),
        ("es", "tortilla", "food.prepared.tortillas"),
        ("es", "quinua", "food.grain.quinoa"),
        ("es", "ayni", "work.common.ayni"),
        ("es", "carpinteria", "work.building.carpentry"),
        ("es", "carpintería", "work.building.carpentry"),
        ("es", "cuidado de niños", "care.children"),
        ("pt", "cuidado de crianças", "care.children"),
        ("es", "herbolaria", "health.herbalism"),
        ("es", "reparación de bicicletas", "repair.bicycle"),
        ("pt", "conserto de bicicleta", "repair.bicycle"),
        ("en", "bicycle repairs", "repair.bicycle"),
        ("pt", "pães", "food.prepared.bread"),
        ("pt", "feijões", "food.grain.bean"),
        ("es", "nueces", "food.grain.nuts"),
        ("en", "blackberry", "food.fresh.berry"),
        ("es", "clases", "teaching"),
    ],
)
def test_a_word_finds_its_entry_first(search, language, typed, code):
    with translation.override(language):
        assert search(typed)[0].code == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("aguacte", "food.fresh.avocado"),
        ("aguaacate", "food.fresh.avocado"),
        ("aguacare", "food.fresh.avocado"),
        ("agucaate", "food.fresh.avocado"),
        ("carpitneria", "work.building.carpentry"),
        ("mandoca", "food.fresh.cassava"),
        ("bicicle", "tools.bicycle"),
    ],
)
def test_one_slip_is_forgiven(search, typed, code):
    with translation.override("es"):
        assert code in [one.code for one in search(typed)]


def test_an_unfinished_word_finds_and_nonsense_does_not(search):
    with translation.override("es"):
        assert "food.fresh.avocado" in [one.code for one in search("aguac")]
        assert search("xqzwv") == []
        assert search("  ¡! ") == []


def test_little_words_count_only_alone(folding):
    assert folding.tokens("Cuidado de los niños") == ["cuidado", "ninos"]
    assert folding.tokens("de la") == ["de", "la"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pan", "panes"),
        ("feijao", "feijoes"),
        ("papel", "papeis"),
        ("animal", "animales"),
        ("animal", "animais"),
        ("nuez", "nueces"),
        ("berry", "berries"),
        ("loaf", "loaves"),
        ("jardim", "jardins"),
        ("huevo", "huevos"),
        ("frijol", "frijoles"),
    ],
)
def test_either_number_of_a_word_gives_the_other(folding, one, other):
    assert other in folding.forms(one)
    assert one in folding.forms(other)


@pytest.mark.parametrize(
    ("typed", "word", "close"),
    [
        ("yuca", "yuca", True),
        ("yuac", "yuca", True),
        ("yuc", "yuca", False),
        ("yucca", "yuca", True),
        ("tuca", "yuca", True),
        ("tuac", "yuca", False),
        ("panela", "paneleros", False),
        ("maizz", "maiz", True),
    ],
)
def test_a_slip_is_one_letter_more_less_other_or_two_swapped(
    folding, typed, word, close
):
    assert folding.near(typed, word) == close


def test_a_code_of_another_time_is_still_named(categories):
    with translation.override("es"):
        assert categories.label("food.fresh.avocado.hass") == "Aguacate"
        assert categories.label("food") == "Granos, harinas y legumbres"
        assert categories.label("gone.away") == "gone away"
        assert categories.label("unknown") == "bienes que nadie anotó"
