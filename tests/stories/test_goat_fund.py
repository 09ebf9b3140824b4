"""9. Goat fund: the first kid goes on to the next family."""

from urdimbre.core.drafting import deal, goods, place, promise, promised, release

GOAT = "animal.goat"


def test_goat_fund(scene):
    rosa, tomas, elena = scene.people("Rosa", "Tomas", "Elena")
    fund = scene.group("Goat fund", "fund", elena)
    keeper = scene.acting_for(elena, fund)

    given = scene.exchange(
        deal(
            "barter",
            goods(fund, rosa, category=GOAT, quantity=1, use="production"),
            first_kid(rosa, fund),
        ),
        signed_by=(rosa, keeper),
    )

    assert scene.debts() == {("Rosa", "Goat fund", GOAT): 1}

    scene.wait(days=300)
    scene.exchange(
        deal(
            "settle",
            goods(rosa, tomas, category=GOAT, quantity=1, use="production"),
            release(
                fund, rosa, owed=place(given, 0, 1), quantity=1, reason="passed_on"
            ),
            first_kid(tomas, fund),
        ),
        signed_by=(rosa, tomas, keeper),
    )

    # Rosa is free; the promise has gone on with the kid.
    assert scene.debts() == {("Tomas", "Goat fund", GOAT): 1}
    assert scene.accounts() == {}


def first_kid(family, fund):
    return promise(
        family,
        fund,
        promised("goods", 1, "C62", category=GOAT),
        {"event": "first_kid"},
        risk="shared",
    )
