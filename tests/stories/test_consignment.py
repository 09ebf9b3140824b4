"""8. Twenty-four jars of honey on consignment, fifteen sold, nine back."""

from tests.stories.scene import MONEY
from urdimbre.core.drafting import deal, goods, money, place, promise, promised, release

HONEY = "food.honey.jar"
PAID_TO_HER = 40_00
SHELF_PRICE = 48_00


def test_consignment(scene):
    rosa, beto, carla = scene.people("Rosa", "Beto", "Carla")
    bodega = scene.group("Bodega", "emporio", beto)
    clerk = scene.acting_for(beto, bodega)

    left = scene.exchange(jars_left(scene, rosa, bodega), signed_by=(rosa, clerk))

    assert scene.in_custody() == {("Rosa", "Bodega", HONEY): 24}

    for jars in (10, 5):
        scene.wait(days=9)
        scene.exchange(
            deal(
                "sale",
                jars_sold(left, bodega, carla, owner=rosa, jars=jars),
                money(carla, bodega, jars * SHELF_PRICE, MONEY),
            ),
            signed_by=(carla, clerk),
        )

    assert scene.in_custody() == {("Rosa", "Bodega", HONEY): 9}
    assert scene.accounts()["Bodega till MXN"] == 15 * SHELF_PRICE

    scene.wait(days=40)
    scene.exchange(
        deal(
            "settle",
            goods(
                bodega,
                rosa,
                category=HONEY,
                quantity=9,
                title="return",
                of=place(left, 0, 0),
            ),
            money(bodega, rosa, 15 * PAID_TO_HER, MONEY),
            release(rosa, bodega, owed=place(left, 0, 1), quantity=24),
        ),
        signed_by=(rosa, clerk),
    )

    # What remains with the emporio is its own: 8 pesos a jar.
    assert scene.in_custody() == {}
    assert scene.debts() == {}
    assert scene.accounts() == {"Bodega till MXN": 120_00, "outside MXN": -120_00}


def test_two_lines_out_of_one_custody_are_both_mended(scene):
    rosa, beto, carla = scene.people("Rosa", "Beto", "Carla")
    bodega = scene.group("Bodega", "emporio", beto)
    clerk = scene.acting_for(beto, bodega)
    left = scene.exchange(jars_left(scene, rosa, bodega), signed_by=(rosa, clerk))
    sold = scene.exchange(
        deal(
            "sale",
            jars_sold(left, bodega, carla, owner=rosa, jars=10),
            jars_sold(left, bodega, carla, owner=rosa, jars=5),
            money(carla, bodega, 15 * SHELF_PRICE, MONEY),
        ),
        signed_by=(carla, clerk),
    )

    scene.record(
        "adjust",
        {
            "deal": {"act": sold, "deal": 0},
            "moves": [
                {"move": 0, "delta": -2},
                {"move": 1, "delta": -1},
                {"move": 2, "delta": -3 * SHELF_PRICE},
            ],
        },
        carla,
        clerk,
        refs=[(sold, "adjusts")],
    )

    assert scene.in_custody() == {("Rosa", "Bodega", HONEY): 12}
    assert scene.accounts()["Bodega till MXN"] == 12 * SHELF_PRICE


def jars_left(scene, owner, shop):
    return deal(
        "lend",
        goods(
            owner,
            shop,
            category=HONEY,
            quantity=24,
            title="custody",
            use="resale",
            may="sell",
        ),
        promise(
            shop,
            owner,
            promised("goods", 24, "C62", category=HONEY),
            {"date": scene.today + 60},
            or_=promised("money", PAID_TO_HER, MONEY),
        ),
    )


def jars_sold(left, shop, buyer, *, owner, jars):
    return goods(
        shop,
        buyer,
        category=HONEY,
        quantity=jars,
        of=place(left, 0, 0),
        for_=owner,
    )
