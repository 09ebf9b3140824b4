"""What a new circuit calls things before anybody has chosen."""

import pytest

from tests.cli.club import urdimbre
from urdimbre.adapters.desk import Desk
from urdimbre.cli.first_words import words_of


@pytest.mark.parametrize(
    ("preset", "currency", "language", "words"),
    [
        ("campesina", "PEN", "es", {"word.work_days": "Minga"}),
        ("campesina", "MXN", "es", {"word.work_days": "Tequio"}),
        ("campesina", "BRL", "pt", {"word.work_days": "Mutirão"}),
        ("campesina", "USD", "en", {}),
        ("community-shop", "COP", "es", {"word.emporio": "bodega"}),
        ("rotating-fund", "BRL", "pt", {"word.fund": "caixa comum"}),
        ("barter-club", "ARS", "es", {}),
    ],
)
def test_a_preset_brings_the_words_of_its_country(preset, currency, language, words):
    assert words_of(preset, currency, language) == words


def test_a_founded_circuit_has_them_on_its_desk(tmp_path):
    path = tmp_path / "c"
    urdimbre("init", path, "--name", "Sur", "--preset", "campesina", "--lang", "es")

    assert Desk(path / "desk.db", write=False).shown()["word.work_days"] == "Minga"
