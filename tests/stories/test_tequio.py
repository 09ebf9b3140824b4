"""4. Tequio: 30 are called to clean the spring; one sends his son, one pays."""

from tests.stories.scene import MONEY
from urdimbre.core.accounts import COMMON
from urdimbre.core.drafting import deal, goods, money

CALLED = 30


def test_tequio(scene):
    lucia, mateo = scene.people("Lucia", "Mateo")
    neighbours = scene.people(*(f"Neighbour {n}" for n in range(1, CALLED + 1)))
    witness = scene.grant("attest", lucia, mateo, contest_days=14)
    *came, payer = neighbours
    sent = scene.seal("worked_by.0.28", "Chucho, his son")

    scene.wait(days=1)
    cleaned = scene.exchange(
        deal("gift", *(half_a_day_of_work(one) for one in came)),
        signed_by=((lucia, witness), (mateo, witness)),
        private=(sent,),
    )
    paid = scene.exchange(
        deal("gift", money(payer, COMMON, 80_00, MONEY, purpose="dues")),
        signed_by=(payer, scene.acting_for(scene.founder, COMMON)),
    )
    for gift in (cleaned, paid):
        scene.record(
            "thanks",
            {"party": {"common": True}, "deal": {"act": gift, "deal": 0}},
            scene.acting_for(scene.founder, COMMON),
            by=COMMON,
            refs=[(gift, "answers")],
            private=(scene.seal("words", "The spring runs clear."),),
        )

    # Two signatures stand for twenty-nine who worked and for the common that took.
    assert len(scene.recorded[cleaned].slots) == 2
    assert len(scene.recorded[cleaned].act.body.deals[0].moves) == CALLED - 1
    # Work for the common makes no claim; the money lies in the common's till.
    assert scene.debts() == {}
    assert scene.accounts() == {"the common till MXN": 80_00, "outside MXN": -80_00}


def half_a_day_of_work(who):
    return goods(
        who, COMMON, category="work.tequio", quantity=50, unit="DAY", use="common"
    )
