"""A work day is called: who comes, sends somebody, pays, is excused, or still owes."""

from tests.stories.scene import DAY, MONEY
from urdimbre.core.accounts import COMMON
from urdimbre.core.drafting import cited, deal, exchange, money, place, release
from urdimbre.core.exchange.adjust import Adjusted
from urdimbre.core.membership.answers import NotEnoughSignatures

HALF_A_DAY = 50
WORK = "work.tequio"
TO_CLEAN_THE_SPRING = {
    "category": WORK,
    "quantity": HALF_A_DAY,
    "unit": "DAY",
    "or": {"type": "money", "quantity": 160_00, "unit": MONEY},
}


def test_work_day(scene):
    lucia, mateo, hired = scene.people("Lucia", "Mateo", "Hired Nico")
    called = sorted(scene.people(*(f"Neighbour {n}" for n in range(1, 31))))
    *came, sends, hires, pays, ill, away = called

    keeper, witness = assembly(scene, lucia, mateo)
    due = scene.today + 7
    body = TO_CLEAN_THE_SPRING | {"day": scene.today, "due": due, "members": called}
    meeting = next(reversed(scene.recorded))
    dues = scene.record("dues", body, keeper, refs=[(meeting, "decided_by")])

    scene.wait(days=7)
    lines = [line(called, one) for one in came]
    lines += [line(called, sends, "sent"), line(called, hires, "sent", by=hired)]
    answered = roster(scene, dues, *lines)
    place_of_him = called.index(sends)
    son = scene.seal("worked_by", f'{{"{place_of_him}":"Chucho, his son"}}')
    sealed = {"refs": [(dues, "releases")], "private": (son,)}
    refused = scene.refused("roster", *answered, (lucia, witness), **sealed)
    both = ((lucia, witness), (mateo, witness))
    was_there = scene.record("roster", *answered, *both, **sealed)
    settled(scene, keeper, pays, place(dues, called.index(pays), 0))
    why = scene.seal("why", "She broke her foot.")
    excused = roster(scene, dues, line(called, ill, "exempt", why=why))
    scene.record("roster", *excused, keeper, refs=[(dues, "releases")], private=(why,))
    scene.record(
        "thanks",
        {"party": {"common": True}, "deal": {"act": was_there, "deal": 0}},
        keeper,
        by=COMMON,
        refs=[(was_there, "answers")],
        private=(scene.seal("words", "The spring runs clear."),),
    )
    not_so(scene, was_there, came[1], keeper)

    assert refused == [NotEnoughSignatures(COMMON, 1, 2)]
    assert scene.debts() == {
        (scene.names[away], "the common", WORK): HALF_A_DAY,
        (scene.names[came[1]], "the common", WORK): HALF_A_DAY // 2,
    }
    # Two signatures stand for twenty-seven who worked and for the common that took.
    assert len(scene.recorded[was_there].slots) == 2
    assert scene.accounts() == {"the common till MXN": 80_00, "outside MXN": -80_00}


def assembly(scene, lucia, mateo):
    """The first meeting: who signs, who are witnesses, and how often all are called."""
    minutes = scene.seal("minutes", "Minutes 1. Twelve days a year, as it always was.")
    attest = {
        "id": scene.new_id("witnesses"),
        "principal": COMMON,
        "agents": sorted((lucia, mateo)),
        "purpose": "attest",
        "kinds": ["roster"],
        "from": scene.time,
        "until": scene.time + 365 * DAY,
    }
    rules = [{"kinds": ["any"], "need": 1, "of": [scene.founder]}]
    policy = {"effect": "policy", "id": scene.new_id("steward"), "rules": rules}
    effects = [
        {"effect": "parameter", "name": "work_days", "value": 12},
        policy,
        {"effect": "grant", "mandate": attest},
    ]
    body = {
        "basis": "meeting",
        "effects": effects,
        "minutes": minutes,
        "attested_by": sorted((lucia, mateo)),
    }
    signers = (scene.acting_for(scene.founder, COMMON), lucia, mateo)
    scene.record("decision", body, *signers, by=COMMON, private=(minutes,))
    return (scene.founder, policy["id"]), attest["id"]


def line(called, member, how="there", **more):
    return {
        "deal": called.index(member),
        "member": member,
        "how": how,
        "quantity": HALF_A_DAY,
        **more,
    }


def roster(scene, dues, *lines):
    """Body of a roster of today, its lines in the order of the call."""
    body = {"day": scene.today, "dues": dues, "category": WORK, "unit": "DAY"}
    return (body | {"lines": sorted(lines, key=lambda one: one["deal"])},)


def settled(scene, keeper, who, owed):
    """She pays what was agreed instead; the common counts her part as fulfilled."""
    paid = deal(
        "settle",
        money(who, COMMON, 80_00, MONEY),
        release(COMMON, who, owed=owed, quantity=HALF_A_DAY),
    )
    refs = cited(exchange(scene.today, paid))
    assert refs == [(owed["act"], "releases")]
    scene.exchange(paid, signed_by=(who, keeper))


def not_so(scene, was_there, who, keeper):
    """She says herself that she left at noon: half of it is owed again."""
    row = scene.recorded[was_there].act.body.lines
    number = next(n for n, one in enumerate(row) if one.member == who)
    contested = {"deal": {"act": was_there, "deal": number}}
    less = [{"move": m, "delta": -HALF_A_DAY // 2} for m in (0, 1)]
    scene.record("contest", contested, who, refs=[(was_there, "contests")])
    scene.record(
        "adjust",
        contested | {"moves": less},
        who,
        keeper,
        refs=[(was_there, "adjusts")],
    )
    scene.record(
        "contest",
        contested | {"outcome": "upheld"},
        who,
        refs=[(was_there, "contests")],
    )
    key = f"adjusted/{was_there}/{number}/0"
    assert scene.state.get(key) == Adjusted(
        act=was_there, deal=number, move=0, delta=-HALF_A_DAY // 2
    )
