"""7. Twenty weekly boxes paid at sowing; hail in week nine."""

from tests.stories.scene import MONEY
from urdimbre.core.drafting import deal, goods, money, place, promise, promised, release

BOX = "food.box"
BOXES = 20
DELIVERED = 8


def test_weekly_boxes(scene):
    rosa, beto = scene.people("Rosa", "Beto")

    sown = scene.exchange(
        boxes_paid_at_sowing(scene, rosa, beto), signed_by=(rosa, beto)
    )
    for _ in range(DELIVERED):
        scene.wait(days=7)
        scene.exchange(
            deal(
                "settle",
                goods(beto, rosa, category=BOX, quantity=1),
                release(rosa, beto, owed=place(sown, 0, 1), quantity=1),
            ),
            signed_by=(rosa, beto),
        )

    assert scene.debts() == {("Beto", "Rosa", BOX): BOXES - DELIVERED}

    # Hail: the risk is shared, so half of what is missing is lost to Rosa, and for
    # the other half Beto promises boxes of the next sowing.
    scene.wait(days=7)
    missing = BOXES - DELIVERED
    scene.exchange(
        deal(
            "settle",
            release(
                rosa, beto, owed=place(sown, 0, 1), quantity=missing // 2, reason="loss"
            ),
            release(
                rosa,
                beto,
                owed=place(sown, 0, 1),
                quantity=missing - missing // 2,
                reason="replaced",
            ),
            promise(
                beto,
                rosa,
                promised("goods", missing - missing // 2, "C62", category=BOX),
                {"event": "next_harvest"},
                risk="shared",
            ),
        ),
        signed_by=(rosa, beto),
    )

    assert scene.state.get(f"owed/{sown}/0/1").open == 0
    assert scene.debts() == {("Beto", "Rosa", BOX): 6}
    assert scene.accounts() == {}


def boxes_paid_at_sowing(scene, eater, grower):
    rhythm = {"from": scene.today + 7, "every_days": 7, "times": BOXES}
    return deal(
        "sale",
        money(eater, grower, BOXES * 90_00, MONEY),
        promise(
            grower,
            eater,
            promised("goods", BOXES, "C62", category=BOX),
            rhythm,
            risk="shared",
        ),
    )
