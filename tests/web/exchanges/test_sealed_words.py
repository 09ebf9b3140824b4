"""What goods are called when both sign: one private field of the act, on the desk."""

import json
from urllib.parse import urlsplit

from tests.web.acting import ANA, BARTER, BETO, exchanged
from urdimbre.core.chain.entry import commitment, decode
from urdimbre.web import opened

BOTH = BARTER | {
    "back_what": "Leña",
    "back_category": "food.prepared",
    "back_quantity": "2,5",
    "back_unit": "KGM",
}


def test_what_goods_are_called_is_sealed_in_one_field_keyed_by_deal_and_move(
    as_member, number_of
):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "barter", number_of(BETO), BOTH)
    position = int(urlsplit(receipt).path.rsplit("/", 1)[1])
    circuit = opened.circuit()

    act = circuit.registry.read(decode(circuit.registry.entry(position)).act)
    (sealed,) = act.private
    kept = circuit.desk.payloads([sealed])[sealed]

    assert kept.field == "goods"
    assert commitment(kept.salt, "goods", kept.payload) == sealed
    words = json.loads(kept.payload)
    assert words["0.1"] == "Leña"
    assert sorted(words) == ["0.0", "0.1"]
    files = [*circuit.path.glob("registry.db*")]
    assert files
    assert not any("Leña".encode() in one.read_bytes() for one in files)
