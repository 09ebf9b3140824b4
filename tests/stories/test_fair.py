"""A fair with signs backed by a reserve; a household, an agent, a mediator, hours."""

from tests.stories.scene import DAY, MONEY, Scene
from urdimbre.core.accounts import COMMON
from urdimbre.core.drafting import deal, exchange, goods, money, outside, signs
from urdimbre.core.exchange.answers import ReserveNeeded
from urdimbre.core.membership.answers import NotEnoughSignatures
from urdimbre.core.units import Quantity

FAIR, HOURS = "FERIA", "HORAS"
HOUR = 3_600


def test_fair(scene):
    rosa, beto, carla, lucia, mateo = scene.people(
        "Rosa", "Beto", "Carla", "Lucia", "Mateo"
    )
    home = scene.group("Home of Rosa and Beto", "household", rosa, beto, need=2)
    keeper = scene.acting_for(scene.founder, COMMON)
    signs_of_the_fair(scene, keeper)
    witness = scene.grant("attest", lucia, mateo)
    mediator = scene.grant("mediate", mateo)

    both = (scene.acting_for(rosa, home), scene.acting_for(beto, home))
    pooled = exchange(
        scene.today,
        deal("gift", money(outside("solidarity"), COMMON, 100_00, MONEY, into="till")),
        deal("gift", money(rosa, COMMON, 80_00, MONEY, into="reserve")),
    )
    scene.record("exchange", pooled, keeper, rosa)
    scene.record("issue", {"member": home, "quantity": 120, "unit": FAIR}, keeper)
    agent = mandate_for(scene, carla, home, both)
    spent = scene.exchange(
        deal(
            "barter",
            signs(home, lucia, 30, FAIR),
            goods(lucia, home, category="food.tamal", quantity=6),
        ),
        signed_by=((carla, agent), lucia),
    )
    scene.exchange(changed(lucia, mateo, 3, HOUR), signed_by=(lucia, mateo))
    worked = scene.exchange(
        deal("gift", goods(carla, home, category="work.care", quantity=2, unit="HUR")),
        signed_by=((lucia, witness), (mateo, witness)),
    )

    emptied = out_of_the_reserve(scene, keeper)
    alone = {"deal": {"act": spent, "deal": 0}, "moves": [{"move": 0, "delta": -1}]}
    refs = [(spent, "adjusts")]
    half_signed = scene.refused("adjust", alone, both[0], lucia, refs=refs)

    assert scene.accounts() == {
        "the common issue FERIA": -120,
        "Home of Rosa and Beto FERIA": 90,
        "Lucia FERIA": 27,
        "Lucia HORAS": HOUR,
        "Mateo FERIA": 3,
        "Mateo HORAS": -HOUR,
        "outside MXN": -180_00,
        "the common reserve MXN": 80_00,
        "the common till MXN": 100_00,
    }
    assert emptied == [ReserveNeeded(Quantity(80_00, MONEY), Quantity(79_99, MONEY))]
    assert half_signed == [NotEnoughSignatures(home, 1, 2)]
    rejected_by_a_mediator(scene, worked, carla, (mateo, mediator))


def signs_of_the_fair(scene: Scene, keeper):
    fair = {
        "code": FAIR,
        "kind": "sign",
        "scale": 0,
        "regime": "backed",
        "scope": "local",
        "backing": {"unit": MONEY, "signs": 3, "money": 200},
    }
    hours = {"code": HOURS, "kind": "sign", "scale": 0, "regime": "time"}
    effects = [
        {"effect": "unit", "unit": fair},
        {"effect": "unit", "unit": hours | {"scope": "network"}},
        {"effect": "conversion", "unit": HOURS, "into": FAIR, "give": HOUR, "take": 3},
        {
            "effect": "limits",
            "unit": HOURS,
            "whom": "person",
            "low": -HOUR,
            "high": HOUR,
        },
    ]
    effects += [
        {"effect": "limits", "unit": FAIR, "whom": whom, "low": 0, "high": 500}
        for whom in ("person", "household")
    ]
    scene.record("decision", {"basis": "founders", "effects": effects}, keeper)


def changed(giver, taker, fair, seconds):
    return deal(
        "barter", signs(giver, taker, fair, FAIR), signs(taker, giver, seconds, HOURS)
    )


def mandate_for(scene, agent, principal, signers):
    id_ = scene.new_id("agent of the household")
    body = {
        "id": id_,
        "principal": principal,
        "agents": [agent],
        "purpose": "act",
        "kinds": ["exchange"],
        "modes": ["barter", "sale"],
        "unit": FAIR,
        "max_each": 40,
        "max_per_period": 100,
        "period_days": 7,
        "from": scene.time,
        "until": scene.time + 60 * DAY,
    }
    scene.record("mandate", body, *signers)
    return id_


def out_of_the_reserve(scene, keeper):
    paid = money(COMMON, outside("capital"), 1, MONEY, purse="reserve")
    body = exchange(scene.today, deal("gift", paid))
    return scene.refused("exchange", body, keeper)


def rejected_by_a_mediator(scene, worked, carla, mediator):
    named = {"deal": {"act": worked, "deal": 0}}
    refs = [(worked, "contests")]
    scene.record("contest", named, carla, refs=refs)
    outcome = {"outcome": "rejected"}
    scene.record("contest", named | outcome, mediator, refs=refs)

    row = scene.state.get(f"contest/{worked}/0")
    assert (row.party, row.outcome) == (carla, "rejected")
