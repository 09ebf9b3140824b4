"""Orders read from a list that was pasted from a chat, line by line."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext

from urdimbre.web import names
from urdimbre.web.purchases import people
from urdimbre.web.units import measure

LINES_MAX = 300
ITEMS_MAX = 8
PRODUCT_MAX = 60
QUANTITY_MAX = 100_000
PIECE = "C62"
STAMP = re.compile(
    r"^\[?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}:\d{2}(?::\d{2})?"
    r"(?:\s?[apAP]\.?\s?[mM]\.?)?\]?\s*(?:-\s*)?"
)
BULLET = re.compile(r"^(?:[-*•·]|\d{1,3}[.)])\s+")
BETWEEN = re.compile(r"[;&]|,(?!\d)|(?<!\d),|\s\+\s|\s(?:y|e|and)\s(?!$)")
NUMBER = r"\d+\s?/\s?\d+|\d+(?:[.,]\d+)*|[½¼¾]"
WORDS = {
    "KGM": "kg kgs kilo kilos k quilo quilos",
    "GRM": "g gr grs gramo gramos grama gramas gram grams",
    "LTR": "l lt lts litro litros litre litres liter liters",
    "MLT": "ml",
    "DZN": "docena docenas duzia duzias dozen dozens dz",
    "BG": "bolsa bolsas bag bags",
    "BO": "botella botellas garrafa garrafas bottle bottles",
    "BX": "caja cajas caixa caixas box boxes",
    "NMP": "paquete paquetes pacote pacotes pack packs",
    "SA": "saco sacos sack sacks",
    PIECE: "unidad unidades unidade unidades pieza piezas peca pecas piece pieces",
}
UNITS = {word: code for code, line in WORDS.items() for word in line.split()}
LARGER = {"GRM": ("KGM", 1000), "MLT": ("LTR", 1000)}
FRACTIONS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
LINKING = ("de", "do", "da", "of", "x")
AMOUNT = re.compile(rf"(?:\bx\s?)?(?P<number>{NUMBER})\s?(?P<unit>[^\W\d_]+)?\.?")


def stem(product: str) -> str:
    """Give what a product is known by: accents, case and plural do not matter."""
    return " ".join(_stem(word) for word in names.folded(product).split())


def _stem(word: str) -> str:
    """Cut the plural off: tomates, frijoles and arroces are tomate, frijol, arroz."""
    short = word.removesuffix("s").removesuffix("e")
    return f"{short[:-1]}z" if short.endswith("c") else short


@dataclass(frozen=True, slots=True)
class Item:
    """So much of a product.

    Attributes:
        product: as it was written first.
        quantity: of whole units.
        unit: code; empty while nobody has said it.
    """

    product: str
    quantity: Fraction
    unit: str = ""

    @property
    def stem(self) -> str:
        """What a product is known by: accents, case and plural do not matter."""
        return stem(self.product)

    @property
    def key(self) -> str:
        """Product and unit together: rice by the kilo is not rice by the bag."""
        return f"{self.stem}/{self.unit}"

    @property
    def minor(self) -> int:
        """The quantity in steps of its unit."""
        return int(self.quantity * 10 ** measure(self.unit).scale)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list, read.

    Attributes:
        number: in the list, from 1.
        raw: as pasted.
        members: ids of whom it may mean.
        items: what she orders.
        problem: why it cannot be taken; empty if it can.
    """

    number: int
    raw: str
    members: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    problem: str = ""

    @property
    def member(self) -> str:
        """Whom it means; empty as long as several could be meant."""
        return self.members[0] if len(self.members) == 1 else ""


class NotAnItem(ValueError):
    """Something ordered that cannot be understood; the sentence says why."""


def read(text: str, known: Mapping[str, str], chosen: Mapping[str, str]) -> list[Line]:
    """Read a list.

    Args:
        text: as pasted.
        known: names by member id.
        chosen: member id by number of the line, where it was asked who is meant.
    """
    found: list[Line] = []
    before: tuple[str, ...] = ()
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        line = _line(number, raw.strip(), known, before)
        if str(number) in chosen and chosen[str(number)] in line.members:
            line = replace(line, members=(chosen[str(number)],))
        if len(found) >= LINES_MAX:
            line = Line(number, raw, problem=gettext("The list is too long."))
        before = line.members
        found.append(line)
    return _agree_on_units(found)


def _line(
    number: int, raw: str, known: Mapping[str, str], before: tuple[str, ...]
) -> Line:
    """Read a line; one that begins with a number goes on with whom the last named."""
    plain = BULLET.sub("", STAMP.sub("", raw)).strip()
    words = re.split(r"\s+", plain.replace(":", ": "))
    named = _named(words)
    if not named and before:
        members, rest = before, plain
    else:
        found = people.meant(named, known)
        members, rest = found.members, " ".join(words[found.words :])
        if not members:
            return Line(number, raw, problem=_nobody(named))
    rest = rest.strip(" :-")
    if not rest:
        nothing = gettext("What does she want? Write it after the name.")
        return Line(number, raw, members, problem=nothing)
    try:
        return Line(number, raw, members, items(rest))
    except NotAnItem as problem:
        return Line(number, raw, members, problem=str(problem))


def _named(words: list[str]) -> list[str]:
    """Return the words that may be a name: those before a number or a colon."""
    found = []
    for word in words:
        if any(one.isdigit() or one in FRACTIONS for one in word):
            break
        found.append(word)
        if word.endswith(":"):
            break
    return found


def _nobody(named: list[str]) -> str:
    if not named:
        return gettext("There is no name in this line.")
    whole = named[-1].endswith(":")
    name = " ".join(named) if whole else named[0]
    sentence = gettext(
        "Nobody here is called «%(name)s». Correct the name, or leave the line out."
    )
    return sentence % {"name": name.rstrip(":")[:PRODUCT_MAX]}


def items(text: str) -> tuple[Item, ...]:
    """Read what is ordered: amounts and products, with commas between.

    Raises:
        NotAnItem: something cannot be understood.
    """
    pieces = [
        piece
        for part in BETWEEN.split(text)
        for piece in _pieces(part.strip())
        if piece
    ]
    if len(pieces) > ITEMS_MAX:
        raise NotAnItem(gettext("There is too much in one line. Make it two lines."))
    return tuple(_item(piece) for piece in pieces)


def _pieces(part: str) -> list[str]:
    """Part «2 arroz 1 aceite» before, and «arroz 2 aceite 1» after each amount."""
    amounts = list(AMOUNT.finditer(part))
    if len(amounts) <= 1:
        return [part]
    if amounts[0].start() == 0:
        cuts = [one.start() for one in amounts] + [len(part)]
    else:
        cuts = [0] + [_end(one) for one in amounts]
        cuts[-1] = len(part)
    return [part[a:b].strip() for a, b in itertools.pairwise(cuts)]


def _end(amount: re.Match[str]) -> int:
    """Say where an amount ends: after its unit, if the word behind it is one."""
    is_unit = names.folded(amount["unit"] or "") in UNITS
    return amount.end() if is_unit else amount.end("number")


def _item(piece: str) -> Item:
    amount = AMOUNT.search(piece)
    if amount is None:
        return Item(_product(piece), Fraction(1))
    unit = UNITS.get(names.folded(amount["unit"] or ""), "")
    rest = f"{piece[: amount.start()]} {piece[_end(amount) :]}"
    quantity = _quantity(amount["number"])
    if unit in LARGER:
        unit, times = LARGER[unit]
        quantity /= times
    steps = quantity * 10 ** measure(unit or PIECE).scale
    if unit and steps.denominator != 1:
        raise NotAnItem(_whole(piece))
    return Item(_product(rest), quantity, unit)


def amount(text: str) -> Fraction:
    """Read how much, such as ``10 kg``, ``500 g`` or ``2 bolsas``, in whole units.

    Raises:
        NotAnItem: it is no amount.
    """
    found = AMOUNT.fullmatch(text.strip())
    if found is None:
        raise NotAnItem(gettext("Write a number, such as 10 or 10 kg."))
    unit = UNITS.get(names.folded(found["unit"] or ""), "")
    return _quantity(found["number"]) / (LARGER[unit][1] if unit in LARGER else 1)


def _whole(piece: str) -> str:
    sentence = gettext("«%(what)s»: that cannot be counted so. Write a whole number.")
    return sentence % {"what": piece[:PRODUCT_MAX]}


def _quantity(text: str) -> Fraction:
    plain = text.replace(" ", "")
    if plain in FRACTIONS:
        return FRACTIONS[plain]
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", plain) or len(plain) > len("100000.00"):
        sentence = gettext(
            "«%(typed)s» can be read in two ways. Write it without dot and comma."
        )
        raise NotAnItem(sentence % {"typed": text[:20]})
    try:
        found = Fraction(plain.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not 0 < found <= QUANTITY_MAX:
        sentence = gettext("«%(typed)s» is no amount that can be ordered.")
        raise NotAnItem(sentence % {"typed": text[:20]})
    return found


def _product(text: str) -> str:
    words = text.strip(" .:-()").split()
    while words and names.folded(words[0]) in LINKING:
        words = words[1:]
    product = " ".join(words)
    if not any(one.isalpha() for one in product):
        raise NotAnItem(gettext("Of what? The name of the product is missing."))
    if len(product) > PRODUCT_MAX or not product.isprintable():
        raise NotAnItem(gettext("The name of the product is too long."))
    return product


def _agree_on_units(lines: list[Line]) -> list[Line]:
    """Count what has no unit as the others do: «2 arroz» is kilos beside «1 kg»."""
    said: dict[str, set[str]] = {}
    for line in lines:
        for item in line.items:
            said.setdefault(item.stem, set()).update([item.unit] if item.unit else [])
    return [_with_units(line, said) for line in lines]


def _with_units(line: Line, said: Mapping[str, set[str]]) -> Line:
    found = []
    for item in line.items:
        units = said[item.stem]
        if not item.unit and len(units) > 1:
            sentence = gettext("«%(what)s»: say how it is counted, kg or pieces.")
            problem = sentence % {"what": item.product}
            return replace(line, items=(), problem=line.problem or problem)
        unit = item.unit or next(iter(units), PIECE)
        if (item.quantity * 10 ** measure(unit).scale).denominator != 1:
            return replace(line, items=(), problem=_whole(item.product))
        found.append(replace(item, unit=unit))
    return replace(line, items=tuple(found))
