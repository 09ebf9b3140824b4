"""A circuit that is witnessed by two others, and what it asks of its receipts."""

from tests.stories.scene import DAY
from urdimbre.adapters.keys.ed25519 import public_key
from urdimbre.core import agreements
from urdimbre.core.chain.entry import key_id
from urdimbre.core.federation.witness import Witness, witnesses
from urdimbre.core.membership.answers import KeyTaken

NORTH, SOUTH = "a1" * 32, "b2" * 32


def named(key, name, host, **more):
    return {"effect": "witness", "key": key, "name": name, "host": host, **more}


def test_witnesses(scene):
    keeper = (scene.founder, scene.common_policy)
    asked = {"effect": "parameter", "name": "witnesses_needed", "value": 2}

    def decide(*effects):
        body = {"basis": "founders", "effects": list(effects)}
        scene.record("decision", body, keeper)

    before = agreements.number(scene.state, "witnesses_needed")
    decide(
        named(NORTH, "norte.example/w1", "norte.example"),
        named(SOUTH, "sur.example/w1", "sur.example"),
        asked,
    )
    both = [one.public for one in witnesses(scene.state)]
    ends = scene.time + 5 * DAY
    decide(named(SOUTH, "sur.example/w1", "sur.example", until=ends))
    scene.wait(days=6)
    decide(asked | {"value": 1})
    own = public_key(scene.seed(scene.founder)).hex()
    body = {"basis": "founders", "effects": [named(own, "w", "w")]}
    refused = scene.refused("decision", body, keeper)

    assert before == 0
    assert both == [NORTH, SOUTH]
    assert list(witnesses(scene.state)) == [
        Witness(NORTH, "norte.example/w1", "norte.example", version=1)
    ]
    assert agreements.number(scene.state, "witnesses_needed") == 1
    assert refused == [KeyTaken(key_id(own))]
