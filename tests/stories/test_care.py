"""6. A neighbour falls ill: she stays sealed; apart from it, a debt is forgiven."""

from tests.stories.scene import MONEY
from urdimbre.core.drafting import (
    deal,
    goods,
    money,
    place,
    promise,
    promised,
    release,
    sealed,
)


def test_care(scene):
    nora, beto, carla, diego, elena = scene.people(
        "Nora", "Beto", "Carla", "Diego", "Elena"
    )
    care = scene.grant("care", carla, diego)
    who = scene.seal("party", bytes.fromhex(nora))
    need = scene.new_id("need of care")

    helped = scene.exchange(
        deal(
            "gift",
            money(beto, sealed(who), 200_00, MONEY),
            goods(elena, sealed(who), category="food.soup", quantity=4, unit="PR"),
            goods(elena, sealed(who), category="work.watch", quantity=300, unit="DAY"),
            need=need,
        ),
        signed_by=(beto, elena, (carla, care), (diego, care)),
        private=(who,),
    )
    scene.record(
        "thanks",
        {"party": sealed(who), "deal": {"act": helped, "deal": 0}},
        (carla, care),
        by=carla,
        refs=[(helped, "answers")],
        private=(who, scene.seal("words", "God repay you.")),
    )

    # No row names her; no claim and no debt has come of it.
    assert nora.encode() not in b"".join(entry for entry, _ in scene.blocks[-2].acts)
    assert scene.debts() == {}
    assert scene.accounts() == {}


def test_a_forgiven_debt_is_visible(scene):
    nora, beto = scene.people("Nora", "Beto")
    bodega = scene.group("Bodega", "emporio", beto)
    clerk = scene.acting_for(beto, bodega)
    bought = scene.exchange(
        deal(
            "sale",
            goods(bodega, nora, category="food.maize", quantity=10_000, unit="KGM"),
            promise(nora, bodega, promised("money", 150_00, MONEY), {"open": True}),
        ),
        signed_by=(nora, clerk),
    )

    scene.exchange(
        deal(
            "gift",
            release(
                bodega,
                nora,
                owed=place(bought, 0, 1),
                quantity=150_00,
                reason="forgiven",
            ),
        ),
        signed_by=(nora, clerk),
    )

    assert scene.debts() == {}
    row = scene.state.get(f"owed/{bought}/0/1")
    assert (row.debtor, row.released, row.quantity) == (nora, 150_00, 150_00)
