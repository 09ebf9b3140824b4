"""A community pins who may anchor its log on other chains, moves on, and ends it."""

from tests.stories.scene import SIGN
from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import Anchor
from urdimbre.core.drafting import deal, goods, signs

CONTRACT, SENDER = "c0" * 20, "5e" * 20
OTHER_CONTRACT, OTHER_SENDER = "c1" * 20, "5f" * 20
NOBODY = "00" * 20
CHAIN, OTHER_CHAIN = 100, 2**53 - 1


def test_anchored(scene):
    rosa, beto = scene.people("Rosa", "Beto")
    keeper = scene.acting_for(scene.founder, COMMON)

    pin(scene, keeper, (CHAIN, CONTRACT, SENDER), (OTHER_CHAIN, CONTRACT, SENDER))
    soup = goods(beto, rosa, category="food.soup", quantity=1)
    scene.exchange(
        deal("barter", soup, signs(rosa, beto, 5, SIGN)), signed_by=(rosa, beto)
    )
    pin(scene, keeper, (CHAIN, OTHER_CONTRACT, OTHER_SENDER))
    pin(scene, keeper, (OTHER_CHAIN, CONTRACT, NOBODY))
    scene.refused(*decision((CHAIN, CONTRACT, NOBODY)), rosa)

    pinned = [scene.state.get(f"agreement/anchor/{one}") for one in (100, OTHER_CHAIN)]
    assert pinned == [
        Anchor(CHAIN, OTHER_CONTRACT, OTHER_SENDER, 2),
        Anchor(OTHER_CHAIN, CONTRACT, NOBODY, 3),
    ]


def decision(*pins):
    effects = [
        {"effect": "anchor", "chain": chain, "contract": contract, "sender": sender}
        for chain, contract, sender in pins
    ]
    return "decision", {"basis": "founders", "effects": effects}


def pin(scene, keeper, *pins):
    scene.record(*decision(*pins), keeper)
