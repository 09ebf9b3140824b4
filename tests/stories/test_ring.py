"""A ring of five, in which one has spent her signs and leaves a part owing."""

from tests.stories.scene import SIGN
from urdimbre.core.drafting import deal, goods, place, release, signs

RING = ("Rosa", "Beto", "Carla", "Diego", "Elena")


def test_ring(scene):
    people = scene.people(*RING)
    rosa, beto = people[:2]
    nexts = [*people[1:], rosa]
    scene.exchange(bought(rosa, people[2], 180), signed_by=(rosa, people[2]))

    turned = scene.exchange(
        deal(
            "barter",
            *(
                goods(giver, taker, category="food.bread", quantity=12)
                for giver, taker in zip(people, nexts, strict=True)
            ),
            signs(rosa, beto, 50, SIGN, on_limit="owe"),
        ),
        signed_by=tuple(people),
    )

    # Her limit is -200: twenty pass, thirty are owed.
    assert scene.balance(rosa) == -200
    assert scene.debts() == {("Rosa", "Beto", SIGN): 30}

    scene.record(
        "adjust",
        {"deal": {"act": turned, "deal": 0}, "moves": [{"move": 5, "delta": -10}]},
        *people,
        refs=[(turned, "adjusts")],
    )
    scene.exchange(bought(people[4], rosa, 60), signed_by=(people[4], rosa))
    scene.exchange(
        deal(
            "settle",
            signs(rosa, beto, 20, SIGN),
            release(beto, rosa, owed=place(turned, 0, 5), quantity=20),
        ),
        signed_by=(rosa, beto),
    )

    assert scene.debts() == {}
    assert scene.accounts() == {
        "Rosa JOYA": -160,
        "Beto JOYA": 40,
        "Carla JOYA": 180,
        "Elena JOYA": -60,
    }


def bought(buyer, seller, price):
    return deal(
        "barter",
        signs(buyer, seller, price, SIGN),
        goods(seller, buyer, category="craft.chair", quantity=1, use="production"),
    )
