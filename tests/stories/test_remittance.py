"""10. A daughter abroad pays her mother's basket; 50 kg arrive as 46."""

from tests.stories.scene import MONEY
from urdimbre.core.drafting import deal, goods, money

PER_KG = 20_00


def test_remittance(scene):
    lucia, nora, beto = scene.people("Lucia", "Nora", "Beto")
    bodega = scene.group("Bodega", "emporio", beto)
    clerk = scene.acting_for(beto, bodega)

    paid = scene.exchange(
        deal(
            "sale",
            goods(
                bodega,
                nora,
                category="food.maize",
                quantity=50_000,
                unit="KGM",
                measure="weighed",
            ),
            money(lucia, bodega, 50 * PER_KG, MONEY, into="bank"),
        ),
        signed_by=(lucia, nora, clerk),
    )

    assert scene.accounts() == {"Bodega bank MXN": 1000_00, "outside MXN": -1000_00}

    scene.wait(days=4)
    scene.record(
        "adjust",
        {
            "deal": {"act": paid, "deal": 0},
            "moves": [
                {"move": 0, "delta": -4_000},
                {"move": 1, "delta": -4 * PER_KG},
            ],
        },
        nora,
        lucia,
        clerk,
        refs=[(paid, "adjusts")],
    )

    # The first act stands as it was written; the difference stands beside it.
    assert scene.recorded[paid].act.body.deals[0].moves[0].quantity == 50_000
    assert scene.state.get(f"adjusted/{paid}/0/0").delta == -4_000
    assert scene.accounts() == {"Bodega bank MXN": 920_00, "outside MXN": -920_00}
