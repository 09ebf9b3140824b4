"""Numbers as members write and read them."""

import pytest

KGM = ("KGM", "volume", 3)
C62 = ("C62", "volume", 0)
BOB = ("BOB", "currency", 2)


def unit(code, kind, scale, *, is_time=False):
    from urdimbre.web.units import Measure

    return Measure(code, kind, scale, is_time, code, code)


@pytest.mark.parametrize(
    ("text", "of", "minor"),
    [
        ("12", KGM, 12_000),
        ("12,5", KGM, 12_500),
        ("12.5", KGM, 12_500),
        (",5", KGM, 500),
        ("0,125", KGM, 125),
        ("1.2340", KGM, 1_234),
        ("1.234,5", KGM, 1_234_500),
        ("1,234.5", KGM, 1_234_500),
        ("1.234.567", C62, 1_234_567),
        ("1 234,50", BOB, 123_450),
        ("1\N{NO-BREAK SPACE}234.50", BOB, 123_450),
        ("7.00", C62, 7),
        ("2.5000", BOB, 250),
    ],
)
def test_amounts_are_read_with_either_mark(place, text, of, minor):
    from urdimbre.web.wording import parsed

    assert parsed(text, unit(*of)) == minor


@pytest.mark.parametrize(
    ("text", "of", "readings"),
    [
        ("1.234", KGM, ("1234", "1.2340")),
        ("12,345", KGM, ("12345", "12.3450")),
        ("1.234", BOB, ("1234",)),
        ("1.230", BOB, ("1230", "1.2300")),
        ("1,000", C62, ("1000", "1.0000")),
    ],
)
def test_what_has_two_readings_is_asked_about(place, text, of, readings):
    from urdimbre.web.wording import TwoReadings, parsed

    with pytest.raises(TwoReadings) as asked:
        parsed(text, unit(*of))

    assert asked.value.readings == readings
    assert all(parsed(one, unit(*of)) >= 0 for one in readings)


@pytest.mark.parametrize(
    "text", ["", "-1", "1e3", "1.2.3", "1,2.3,4", "one", "1..2", "0x10", "\u0661", "."]
)
def test_what_is_no_amount_is_said_to_be_none(place, text):
    from urdimbre.web.wording import NotAnAmount, parsed

    with pytest.raises(NotAnAmount):
        parsed(text, unit(*KGM))


@pytest.mark.parametrize(
    ("text", "seconds"), [("1:30", 5_400), ("1.5", 5_400), ("1,5", 5_400), ("2", 7_200)]
)
def test_hours_are_read_as_a_clock_or_a_decimal(place, text, seconds):
    from urdimbre.web.wording import parsed

    assert parsed(text, unit("HORA", "sign", 0, is_time=True)) == seconds


@pytest.mark.parametrize(
    ("language", "minor", "code", "shown"),
    [
        ("es", 123_450, "BOB", "1.234,50 BOB"),
        ("pt", 123_450, "BOB", "1.234,50 BOB"),
        ("en", 123_450, "BOB", "1,234.50 BOB"),
        ("es", -5, "TOTAI", "\N{MINUS SIGN}0,05 totaí"),
        ("es", 5_400, "HORA", "1:30 horas"),
        ("en", -5_400, "HORA", "\N{MINUS SIGN}1:30 horas"),
        ("es", 2_500, "KGM", "2,5 kg"),
        ("pt", 1_000, "LTR", "1 litro"),
        ("es", 150, "DAY", "1,5 días"),
        ("es", 1, "C62", "1 unidad"),
        ("pt", 2, "DZN", "2 dúzias"),
        ("en", 1, "DZN", "1 dozen"),
        ("pt", 990, "DAY", "9,9 dias"),
        ("pt", 100, "DAY", "1 dia"),
        ("pt", 1_000_000_000, "LTR", "1.000.000 litros"),
        ("es", 1_000_000_00, "HUR", "1.000.000 horas"),
        ("pt", 1, "GRM", "1 g"),
        ("es", 2_000, "TNE", "2 t"),
    ],
)
def test_quantities_carry_their_unit_in_the_readers_language(
    place, language, minor, code, shown
):
    from django.utils import translation

    from urdimbre.core.units import Quantity
    from urdimbre.web.wording import quantity

    with translation.override(language):
        written = quantity(Quantity(minor, code))

    assert written.replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("kind", "scale", "minor", "shown"),
    [
        ("sign", 0, 1, "1 vale"),
        ("sign", 0, -1, "\N{MINUS SIGN}1 vale"),
        ("sign", 2, 1, "0,01 vales"),
        ("sign", 2, 100, "1,00 vale"),
        ("volume", 0, 1, "1 vale"),
        ("volume", 1, 5, "0,5 vales"),
        ("volume", 0, 2, "2 vales"),
    ],
)
def test_the_circuits_own_units_have_a_word_for_one_and_for_many(
    place, monkeypatch, kind, scale, minor, shown
):
    from django.utils import translation

    from urdimbre.core.units import Quantity
    from urdimbre.web import wording
    from urdimbre.web.units import Measure

    own = Measure("VALE", kind, scale, is_time=False, name="vales", one="vale")
    monkeypatch.setattr(wording, "measure", lambda _: own)
    with translation.override("es"):
        written = wording.quantity(Quantity(minor, "VALE"))

    assert written.replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize("language", ["es", "pt", "en"])
@pytest.mark.parametrize("of", [KGM, C62, BOB])
def test_what_is_offered_for_editing_has_one_reading(place, language, of):
    from django.utils import translation

    from urdimbre.web.wording import editable, parsed

    steps = [1, 10, 999, 1_000, 1_001, 1_010, 1_100, 12_345_678]
    with translation.override(language):
        read = [parsed(editable(minor, unit(*of)), unit(*of)) for minor in steps]

    assert read == steps


@pytest.mark.parametrize("language", ["es", "pt", "en"])
@pytest.mark.parametrize("scale", [0, 2, 3])
def test_numbers_are_written_as_babel_writes_them(place, language, scale):
    """An independent program with the tables of the languages agrees on each."""
    from decimal import Decimal

    from babel.numbers import format_decimal
    from django.utils import translation

    from urdimbre.core.units import MINOR_MAX
    from urdimbre.web import wording

    sizes = [0, 1, 9, 10, 99, 999, 1_000, 1_001, 999_999, 1_234_567, MINOR_MAX]
    signed = [sign * size for size in sizes for sign in (1, -1)]
    places = "0" * scale
    pattern = f"#,##0.{places}" if scale else "#,##0"
    locale = {"es": "es_CO", "pt": "pt_BR", "en": "en"}[language]
    with translation.override(language):
        written = [wording.number(minor, scale) for minor in signed]

    told = [
        format_decimal(Decimal(minor).scaleb(-scale), pattern, locale=locale)
        for minor in signed
    ]
    assert written == [one.replace("-", wording.MINUS) for one in told]
