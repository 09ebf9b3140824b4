"""5. The common tractor lent and returned damaged; twelve jars with a deposit."""

from tests.stories.scene import MONEY
from urdimbre.core.accounts import COMMON
from urdimbre.core.drafting import deal, goods, money, place, promise, promised, release

TRACTOR = "machine.tractor"
JAR = "packing.jar"


def test_the_common_tractor(scene):
    rosa = scene.person("Rosa")
    keeper = scene.acting_for(scene.founder, COMMON)

    lent = scene.exchange(tractor_lent(scene, rosa), signed_by=(rosa, keeper))

    assert scene.in_custody() == {("the common", "Rosa", TRACTOR): 1}
    assert scene.debts() == {
        ("Rosa", "the common", TRACTOR): 1,
        ("the common", "Rosa", MONEY): 200_00,
    }
    assert scene.accounts() == {"the common till MXN": 250_00, "outside MXN": -250_00}

    scene.wait(days=2)
    broken = scene.seal("damage", "The left headlamp, on a stone wall.")
    scene.exchange(
        deal(
            "settle",
            back(rosa, COMMON, TRACTOR, 1, of=place(lent, 0, 0)),
            release(COMMON, rosa, owed=place(lent, 0, 1), quantity=1),
            money(COMMON, rosa, 200_00, MONEY),
            release(rosa, COMMON, owed=place(lent, 0, 4), quantity=200_00),
            money(rosa, COMMON, 70_00, MONEY, purpose="damage"),
        ),
        signed_by=(rosa, keeper),
        private=(broken,),
    )

    assert scene.in_custody() == {}
    assert scene.debts() == {}
    # The use of the tractor and the headlamp; the deposit went back whole.
    assert scene.accounts() == {"the common till MXN": 120_00, "outside MXN": -120_00}


def tractor_lent(scene, who):
    return deal(
        "lend",
        goods(
            COMMON,
            who,
            category=TRACTOR,
            quantity=1,
            title="custody",
            use="production",
            may="use",
        ),
        promise(
            who,
            COMMON,
            promised("goods", 1, "C62", category=TRACTOR),
            {"date": scene.today + 2},
        ),
        money(who, COMMON, 50_00, MONEY, purpose="use_price"),
        money(who, COMMON, 200_00, MONEY, purpose="deposit"),
        promise(COMMON, who, promised("money", 200_00, MONEY), {"event": "return"}),
    )


def test_twelve_jars_with_a_deposit(scene):
    rosa, beto = scene.people("Rosa", "Beto")
    bodega = scene.group("Bodega", "emporio", beto)
    clerk = scene.acting_for(beto, bodega)

    bought = scene.exchange(
        deal(
            "sale",
            goods(bodega, rosa, category="food.honey", quantity=6_000, unit="KGM"),
            money(rosa, bodega, 480_00, MONEY),
        ),
        deal(
            "lend",
            goods(bodega, rosa, category=JAR, quantity=12, title="custody"),
            promise(
                rosa, bodega, promised("goods", 12, "C62", category=JAR), {"open": True}
            ),
            money(rosa, bodega, 60_00, MONEY, purpose="deposit"),
            promise(bodega, rosa, promised("money", 60_00, MONEY), {"event": "return"}),
        ),
        signed_by=(rosa, clerk),
    )

    assert scene.in_custody() == {("Bodega", "Rosa", JAR): 12}
    assert scene.accounts() == {"Bodega till MXN": 540_00, "outside MXN": -540_00}

    scene.wait(days=40)
    scene.exchange(
        deal(
            "settle",
            back(rosa, bodega, JAR, 12, of=place(bought, 1, 0)),
            release(bodega, rosa, owed=place(bought, 1, 1), quantity=12),
            money(bodega, rosa, 60_00, MONEY),
            release(rosa, bodega, owed=place(bought, 1, 3), quantity=60_00),
        ),
        signed_by=(rosa, clerk),
    )

    assert scene.in_custody() == {}
    assert scene.debts() == {}
    assert scene.accounts() == {"Bodega till MXN": 480_00, "outside MXN": -480_00}


def back(giver, taker, category, quantity, *, of):
    return goods(
        giver, taker, category=category, quantity=quantity, title="return", of=of
    )
