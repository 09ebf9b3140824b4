"""2. A sack for 60 pesos and 40 signs."""

from tests.stories.scene import MONEY, SIGN
from urdimbre.core.drafting import deal, goods, money, signs


def test_mixed_price(scene):
    rosa, beto = scene.people("Rosa", "Beto")

    scene.exchange(
        deal(
            "sale",
            goods(beto, rosa, category="food.maize", quantity=1, unit="SA"),
            money(rosa, beto, 60_00, MONEY),
            signs(rosa, beto, 40, SIGN),
        ),
        signed_by=(rosa, beto),
    )

    # Pesos from hand to hand leave no account; the signs do.
    assert scene.accounts() == {"Rosa JOYA": -40, "Beto JOYA": 40}
    assert scene.debts() == {}
