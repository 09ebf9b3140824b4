"""Own words that a new circuit begins with, as such circuits speak in its country."""

from __future__ import annotations

_WORK = {"BRL": "Mutirão", "MXN": "Tequio"}
_WORK_OTHERWISE = {"es": "Minga", "pt": "Mutirão"}
_SHOP = {"es": "bodega", "pt": "vendinha"}
_CHEST = {"es": "caja común", "pt": "caixa comum"}


def words_of(preset: str, currency: str, language: str) -> dict[str, str]:
    """Give words by the name under which the desk keeps each; a page changes them.

    Args:
        preset: what the circuit is.
        currency: of the country.
        language: of the circuit.
    """
    match preset:
        case "campesina":
            work = _WORK.get(currency, _WORK_OTHERWISE.get(language, ""))
            found = {"word.work_days": work}
        case "community-shop":
            found = {"word.emporio": _SHOP.get(language, "")}
        case "rotating-fund":
            found = {"word.fund": _CHEST.get(language, "")}
        case _:
            found = {}
    return {name: word for name, word in found.items() if word}
