"""What members do in the tests of the web, as their browsers would."""

import re
from html import unescape

ANA, BETO, CARLA, DELIA = "Ana Quispe", "Beto Mamani", "Carla Núñez", "Delia Rojas"
GOODS = {
    "direction": "give",
    "what": "Tortillas de maíz azul",
    "category": "food.prepared",
    "quantity": "3",
    "unit": "DZN",
}
BARTER = GOODS | {"signs": "4,50", "sign": "TOTAI", "back_unit": "C62"}
SALE = GOODS | {"price": "87.50", "paid": "now", "sign": "TOTAI"}
LEND = GOODS | {"what": "Escalera", "category": "tools", "unit": "C62", "due": "open"}


def propose(client, mode, other, typed):
    """Fill in a form; return the draft's address."""
    answer = client.post(f"/exchange/{mode}?with={other}", typed)
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def confirm(client, draft):
    """Sign a draft; return the answer."""
    return client.post(f"{draft}/confirm")


def exchanged(one, other, mode, number, typed):
    """Make an exchange between two who have entered; return the receipt's address."""
    draft = propose(one, mode, number, typed)
    assert confirm(one, draft)["Location"] == draft
    answer = confirm(other, draft)
    assert answer.status_code == 302, text(answer)
    assert answer["Location"].startswith("/receipts/")
    return answer["Location"]


def text(answer):
    """The words of a page, without marks and with plain blanks."""
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(words))
