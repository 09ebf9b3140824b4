"""A circuit's first months, in which each kind of act happens at least once."""

from tests.stories.scene import DAY, MONEY, SIGN
from urdimbre.core import circuit
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, key_id
from urdimbre.core.drafting import deal, exchange, goods, money, signs

VALE = "VALE"
PHONE = "Rosa's phone"


def test_every_kind(scene):
    rosa, beto, carla, diego = scene.people("Rosa", "Beto", "Carla", "Diego")
    bodega = scene.group("Bodega", "emporio", beto, carla)
    keeper = scene.acting_for(scene.founder, COMMON)

    granted_signs(scene, keeper)
    mediation = scene.grant("mediate", carla, kinds=["adjust", "contest", "freeze"])
    keys_of_rosa(scene, rosa, (beto, carla), (carla, mediation))
    signs_come_and_go(scene, rosa, keeper)
    debited_and_contested(scene, rosa, bodega, scene.acting_for(beto, bodega))
    given_and_thanked(scene, beto, diego)
    withdrawn(scene, rosa, beto)
    first_meeting(scene, keeper, beto, carla)
    node_gets_a_new_key(scene, keeper)
    scene.record("leave", {"member": diego}, diego)
    with scene.one_block():  # nothing happened that day
        pass
    later = {"version": 2, "from": scene.time}
    refused = scene.refused("rules", later, keeper)

    kinds = {one.act.kind for one in scene.recorded.values()}
    # Dues and rosters came after this story was written: ``test_work_day`` tells them.
    assert kinds == {*circuit.KINDS} - {"rules", "dues", "roster"}
    # Rules version 1 is the only one there is.
    assert next(one.code for one in refused) == "not_in_these_rules"
    assert scene.accounts() == {
        "the common issue VALE": -60,
        "Rosa VALE": 60,
        "Rosa JOYA": -20,
        "Bodega JOYA": 20,
    }


def granted_signs(scene, keeper):
    unit = {
        "code": VALE,
        "kind": "sign",
        "scale": 0,
        "regime": "granted",
        "scope": "local",
    }
    measure = {
        "code": "ALMUD",
        "kind": "volume",
        "scale": 0,
        "equivalent": {"unit": "KGM", "measure": 1, "standard": 11_500},
    }
    limits = {"unit": VALE, "whom": "person", "low": 0, "high": 500, "warn": 400}
    effects = [
        {"effect": "unit", "unit": unit},
        {"effect": "unit", "unit": measure},
        {"effect": "ceiling", "unit": VALE, "quantity": 1_000},
        {"effect": "limits", **limits},
        {"effect": "parameter", "name": "sponsors", "value": 2},
    ]
    scene.record("decision", {"basis": "founders", "effects": effects}, keeper)


def keys_of_rosa(scene, rosa, guardians, mediator):
    phone = (rosa, ZERO16, PHONE)
    short = key_id(scene.new_key(PHONE)["key"])
    scene.record("key", {"add": scene.new_key(PHONE)}, rosa, phone)
    policy = {
        "id": scene.new_id("policy of Rosa"),
        "principal": rosa,
        "rules": [{"kinds": ["any"], "need": 1}],
        "guardians": {"of": sorted(guardians), "need": 2},
    }
    scene.record("policy", policy, rosa)
    scene.record("freeze", {"member": rosa, "on": True, "by_key": short}, phone)
    scene.record("freeze", {"member": rosa, "on": False}, mediator)

    given = scene.new_key("given by guardians", "server")
    recover = {"recover": {"member": rosa, "key": given}}
    scene.record(
        "key", recover, *guardians, (rosa, ZERO16, "given by guardians"), by=rosa
    )
    scene.record("key", {"veto": key_id(given["key"])}, phone)
    scene.record("key", {"revoke": short}, rosa)


def signs_come_and_go(scene, rosa, keeper):
    issue = {"member": rosa, "quantity": 100, "unit": VALE}
    scene.record("issue", issue, keeper)
    scene.record("issue", issue | {"quantity": -40}, keeper, rosa)


def debited_and_contested(scene, rosa, bodega, clerk):
    consent = scene.new_id("standing consent of Rosa")
    mandate = {
        "id": consent,
        "principal": rosa,
        "agents": [],
        "purpose": "accept_debit",
        "kinds": ["exchange"],
        "creditor": bodega,
        "unit": SIGN,
        "max_each": 50,
        "max_per_period": 80,
        "period_days": 30,
        "from": scene.time,
        "until": scene.time + 365 * DAY,
    }
    scene.record("mandate", mandate, rosa)
    debited = scene.exchange(
        deal(
            "barter",
            goods(bodega, rosa, category="food.maize", quantity=2, unit="ALMUD"),
            signs(rosa, bodega, 40, SIGN),
        ),
        signed_by=(clerk,),
        consents=((rosa, consent),),
        private=(scene.seal("description.0.0", "Blue maize, two almudes"),),
    )
    named = {"deal": {"act": debited, "deal": 0}}
    scene.record("contest", named, rosa, refs=[(debited, "contests")])
    half = [{"move": 0, "delta": -1}, {"move": 1, "delta": -20}]
    scene.record(
        "adjust", named | {"moves": half}, rosa, clerk, refs=[(debited, "adjusts")]
    )
    upheld = named | {"outcome": "upheld"}
    scene.record("contest", upheld, rosa, refs=[(debited, "contests")])


def given_and_thanked(scene, beto, diego):
    gift = scene.exchange(
        deal("gift", money(beto, diego, 50_00, MONEY)), signed_by=(beto, diego)
    )
    scene.record(
        "thanks",
        {"party": {"member": diego}, "deal": {"act": gift, "deal": 0}},
        diego,
        refs=[(gift, "answers")],
        private=(scene.seal("words", "For the school books."),),
    )


def withdrawn(scene, rosa, beto):
    body = exchange(scene.today, deal("gift", money(beto, rosa, 10_00, MONEY)))
    draft = scene.draft("exchange", body, beto, rosa)
    act, slots = scene.signed(draft, beto, rosa)
    scene.record("void", {"act": act.hash}, rosa)

    answers = scene.judged(act, slots)

    assert [one.code for one in answers] == ["voided"]


def first_meeting(scene, keeper, *attesting):
    scene.wait(days=30)
    minutes = scene.seal("minutes", "Thirty-one were there; all agreed.")
    body = {
        "basis": "meeting",
        "minutes": minutes,
        "attested_by": sorted(attesting),
        "effects": [{"effect": "parameter", "name": "contest_days", "value": 21}],
    }
    scene.record("decision", body, keeper, *attesting, private=(minutes,))
    own = {"kinds": ["any"], "need": 2, "of": sorted((scene.founder, *attesting))}
    chosen = {"effect": "policy", "id": scene.new_id("chosen policy"), "rules": [own]}
    body = body | {"effects": [chosen]}
    scene.record("decision", body, keeper, *attesting, private=(minutes,))


def node_gets_a_new_key(scene, keeper):
    first, second = scene.new_key(scene.node), scene.new_key("second key of the node")
    person, _ = keeper
    beto = next(one for one, name in scene.names.items() if name == "Beto")
    common = [scene.acting_for(one, COMMON) for one in (person, beto)]
    new = (scene.node, ZERO16, "second key of the node")
    body = {"old": key_id(first["key"]), "new": second}
    scene.record("node", body, *common, new, by=COMMON)
    body = {"before": scene.time, "after": scene.time + 40 * DAY}
    scene.record("clock", body, new)
