"""The circuit's own words: minga, bodega, tumin beside the words of the glossary."""

import pytest

from tests.web.acting import ANA, text
from urdimbre.cli.first_words import words_of
from urdimbre.core.agreements import PRESETS

FOUNDER = "Fundadora"
WORDS = "/agreements/words"


@pytest.fixture
def founder(as_member):
    """Give the founder's client; afterwards the usual words serve again."""
    client = as_member(FOUNDER)
    yield client
    answer = client.post(WORDS, SIGNS)
    assert answer.status_code == 302, text(answer)


SIGNS = {"unit.TOTAI": "totaí", "unit.HORA": "horas"}


def chosen(founder, **words):
    answer = founder.post(WORDS, SIGNS | {f"word.{n}": w for n, w in words.items()})
    assert answer.status_code == 302, text(answer)


def test_a_word_stands_on_headings_and_navigation_beside_the_usual_one(
    founder, as_member
):
    chosen(founder, work_days="  Minga ", notebook="El libro")

    work = as_member(ANA, "pt").get("/work").content.decode()
    together = text(as_member(ANA, "es").get("/together"))

    assert '<h1>Minga <span class="small soft">Jornadas</span></h1>' in work
    assert ">Minga</a>" in work
    assert ">El libro</a>" in work
    assert "Minga" in together


def test_without_a_word_the_usual_one_stands_alone(founder, as_member):
    work = as_member(ANA, "en").get("/work").content.decode()

    assert "<h1>Work days</h1>" in work


def test_a_party_is_called_by_the_circuits_word(founder, as_member):
    chosen(founder, common="la comunidad", emporio="bodega")

    offered = text(as_member(ANA, "en").get("/exchange/gift?with=0"))
    shown = text(as_member(ANA, "en").get("/agreements"))

    assert "la comunidad" in offered
    assert "bodega" in shown
    assert "the common la comunidad" in shown


def test_a_sign_is_renamed_everywhere_at_once(founder, as_member):
    answer = founder.post(WORDS, SIGNS | {"unit.TOTAI": "tumin"})

    assert answer.status_code == 302
    shown = text(as_member(ANA, "en").get("/"))
    assert "tumin" in shown
    assert "totaí" not in shown


def test_another_name_for_one_goes_with_the_word_it_belonged_to(founder):
    from urdimbre.web import units
    from urdimbre.web.circuit.models import Display

    Display.objects.create(name="unit.TOTAI.one", value="un totaí")

    founder.post(WORDS, SIGNS)
    assert Display.objects.filter(name="unit.TOTAI.one").exists()
    founder.post(WORDS, SIGNS | {"unit.TOTAI": "tumin"})

    assert units.measure("TOTAI").one == "tumin"


def test_two_things_are_never_called_alike(founder):
    answer = founder.post(
        WORDS,
        SIGNS | {"word.fund": "Caja", "word.emporio": "cája ", "word.common": "C"},
    )

    assert answer.status_code == 422
    shown = text(answer)
    assert "“Caja” is already the word for: An emporio, the shop of our own." in shown
    assert 'value="cája "' in answer.content.decode()


@pytest.mark.parametrize(("long", "status"), [("m" * 30, 302), ("m" * 31, 422)])
def test_a_word_is_short(founder, long, status):
    answer = founder.post(WORDS, SIGNS | {"word.work_days": long})

    assert answer.status_code == status


def test_a_sign_always_has_a_name(founder):
    answer = founder.post(WORDS, SIGNS | {"unit.TOTAI": " "})

    assert answer.status_code == 422
    assert "This is needed here." in text(answer)


def test_only_who_signs_for_the_common_chooses(as_member):
    ana = as_member(ANA)

    assert ana.get(WORDS).status_code == 404
    assert ana.post(WORDS, SIGNS).status_code == 404
    assert "What we call things" not in text(ana.get("/agreements"))


@pytest.mark.parametrize("preset", PRESETS)
def test_words_that_a_preset_begins_with_are_of_the_list(place, preset):
    from urdimbre.web.own_words.words import WORDS

    for currency in ("BRL", "MXN", "USD"):
        for language in ("es", "pt", "en"):
            found = words_of(preset, currency, language)
            assert {name.removeprefix("word.") for name in found} <= WORDS.keys()


def test_another_program_that_writes_a_word_is_heard(founder, monkeypatch):
    from urdimbre.web import opened
    from urdimbre.web.circuit import surroundings
    from urdimbre.web.own_words.words import called

    called("work_days")
    opened.circuit().desk.set_shown({"word.work_days": "Tequio"})
    later = surroundings.time.monotonic() + surroundings.AGREED_SECONDS + 1
    monkeypatch.setattr(surroundings.time, "monotonic", lambda: later)

    assert called("work_days") == "Tequio"
