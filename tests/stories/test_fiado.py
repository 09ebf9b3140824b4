"""1. A child fetches rice on fiado; the mother pays at harvest, half with a hen."""

from tests.stories.scene import DAY, MONEY
from urdimbre.core.drafting import deal, goods, money, place, promise, promised, release
from urdimbre.core.drafting import exchange as body_of
from urdimbre.core.membership.answers import BeyondMandate
from urdimbre.core.units import Quantity


def test_fiado(scene):
    rosa, beto = scene.people("Rosa", "Beto")
    bodega = scene.group("Bodega", "emporio", beto)
    clerk = scene.acting_for(beto, bodega)
    notebook = open_notebook(scene, rosa, bodega)
    child = scene.seal("fetched_by", "Lupita, her daughter")

    scene.wait(days=3)
    fetched = scene.exchange(
        rice_on_account(rosa, bodega, price=120_00),
        signed_by=(clerk,),
        consents=((rosa, notebook),),
        private=(child,),
    )

    assert scene.debts() == {("Rosa", "Bodega", MONEY): 120_00}
    assert scene.accounts() == {}

    scene.wait(days=90)
    scene.exchange(
        deal(
            "settle",
            money(rosa, bodega, 60_00, MONEY),
            goods(rosa, bodega, category="animal.hen", quantity=1, use="resale"),
            release(bodega, rosa, owed=place(fetched, 0, 1), quantity=120_00),
        ),
        signed_by=(rosa, clerk),
    )

    assert scene.debts() == {}
    assert scene.accounts() == {"Bodega till MXN": 60_00, "outside MXN": -60_00}


def test_fiado_ends_where_the_mother_said(scene):
    rosa, beto = scene.people("Rosa", "Beto")
    bodega = scene.group("Bodega", "emporio", beto)
    notebook = open_notebook(scene, rosa, bodega)
    body = body_of(
        scene.today,
        rice_on_account(rosa, bodega, price=300_01),
        consents=((rosa, notebook),),
    )

    refused = scene.refused("exchange", body, scene.acting_for(beto, bodega))

    assert refused == [BeyondMandate(notebook, "30001", Quantity(300_00, MONEY))]


def open_notebook(scene, mother, shop):
    """She lets the shop write up to 300 pesos for her household."""
    id_ = scene.new_id("notebook")
    body = {
        "id": id_,
        "principal": mother,
        "agents": [],
        "purpose": "accept_debit",
        "kinds": ["exchange"],
        "modes": ["sale"],
        "creditor": shop,
        "unit": MONEY,
        "max_each": 300_00,
        "max_balance": 300_00,
        "contest_days": 14,
        "from": scene.time,
        "until": scene.time + 365 * DAY,
    }
    scene.record("mandate", body, mother)
    return id_


def rice_on_account(mother, shop, *, price):
    return deal(
        "sale",
        goods(
            shop,
            mother,
            category="food.rice",
            quantity=5_000,
            unit="KGM",
            measure="weighed",
        ),
        promise(mother, shop, promised("money", price, MONEY), {"event": "harvest"}),
    )
