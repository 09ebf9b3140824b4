"""A scene that leaves a row in every table: for replay, tampering and projections."""

from tests.adapters.making import CURRENCY, FOUNDER, SIGN, Making, id_of
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON

GRANTED = "VALE"
ANA, BETO, CORA = (id_of(name) for name in ("ana", "beto", "cora"))


def play(circuit: Making) -> None:
    """Three sell, barter, give, lend, settle, work, thank, adjust and contest."""
    circuit.admit("ana", "beto", "cora")
    _granted_signs(circuit)
    _rice_until_harvest(circuit)
    _tools(circuit)
    _soup(circuit)
    _a_barter_mended(circuit)
    _written_for_another(circuit)
    _common_work(circuit)


def _record_exchange(circuit, mode, *moves, by, names=()):
    deal = drafting.deal(mode, *moves)
    return circuit.record(circuit.exchange(deal, by=by, names=names)).act


def _granted_signs(circuit):
    unit = {
        "code": GRANTED,
        "kind": "sign",
        "regime": "granted",
        "scale": 0,
        "scope": "local",
    }
    effects = [
        {"effect": "unit", "unit": unit},
        {"effect": "ceiling", "quantity": 1_000, "unit": GRANTED},
        {
            "effect": "limits",
            "high": 500,
            "low": 0,
            "unit": GRANTED,
            "warn": 90,
            "whom": "person",
        },
        {"effect": "parameter", "name": "offer_days", "value": 30},
        {"effect": "parameter", "name": "work_days", "value": 12},
    ]
    decision = circuit.draft(
        "decision", {"basis": "founders", "effects": effects}, by="common"
    )
    circuit.record(circuit.sign(decision, common=[FOUNDER]))
    body = {"member": ANA, "quantity": 100, "unit": GRANTED}
    issue = circuit.draft("issue", body, by="common", agreement=1)
    circuit.record(circuit.sign(issue, common=[FOUNDER]))


def _rice_until_harvest(circuit):
    what = drafting.promised("money", 6_000, CURRENCY)
    opened = _record_exchange(
        circuit,
        "sale",
        drafting.goods(ANA, BETO, category="food.rice", quantity=20_000, unit="KGM"),
        drafting.promise(BETO, ANA, what, {"event": "harvest"}),
        by="ana",
        names=["beto"],
    )
    _record_exchange(
        circuit,
        "settle",
        drafting.release(ANA, BETO, owed=drafting.place(opened, 0, 1), quantity=2_000),
        drafting.money(BETO, ANA, 2_000, CURRENCY),
        by="beto",
        names=["ana"],
    )


def _tools(circuit):
    back = drafting.promised("goods", 3, "C62", category="tools")
    lent = _record_exchange(
        circuit,
        "lend",
        drafting.goods(
            CORA, BETO, category="tools", quantity=3, title="custody", may="use"
        ),
        drafting.promise(BETO, CORA, back, {"date": circuit.clock.now // 86_400 + 7}),
        by="cora",
        names=["beto"],
    )
    of = drafting.place(lent, 0, 0)
    _record_exchange(
        circuit,
        "settle",
        drafting.goods(BETO, CORA, category="tools", quantity=1, title="return", of=of),
        drafting.release(CORA, BETO, owed=drafting.place(lent, 0, 1), quantity=1),
        by="beto",
        names=["cora"],
    )


def _soup(circuit):
    given = _record_exchange(
        circuit,
        "gift",
        drafting.goods(ANA, CORA, category="food.soup", quantity=1),
        by="ana",
        names=["cora"],
    )
    body = {"deal": {"act": given, "deal": 0}, "party": {"member": CORA}}
    thanks = circuit.draft("thanks", body, by="cora", refs=[(given, "answers")])
    circuit.record(circuit.sign(thanks, "cora"))


def _a_barter_mended(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500)).act
    body = {
        "deal": {"act": recorded, "deal": 0},
        "moves": [{"delta": -1, "move": 0}, {"delta": -200, "move": 1}],
    }
    adjust = circuit.draft("adjust", body, by="ana", refs=[(recorded, "adjusts")])
    circuit.record(circuit.sign(adjust, "ana", "beto"))


def _written_for_another(circuit):
    """Cora lets Ana act for her, and then contests what Ana has written."""
    mandate = {
        "agents": [ANA],
        "contest_days": 14,
        "from": circuit.clock.now,
        "id": id_of("mandate"),
        "kinds": ["exchange"],
        "principal": CORA,
        "purpose": "act",
        "until": circuit.clock.now + 86_400,
    }
    granted = circuit.draft("mandate", mandate, by="cora")
    circuit.record(circuit.sign(granted, "cora"))
    deal = drafting.deal(
        "barter",
        drafting.goods(BETO, CORA, category="food.maize", quantity=1),
        drafting.signs(CORA, BETO, 700, SIGN),
    )
    body = drafting.exchange(circuit.clock.now // 86_400, deal)
    act = circuit.draft("exchange", body, by="beto")
    written = circuit.record(
        circuit.sign_under(act, ("beto", ""), ("ana", mandate["id"]))
    ).act
    contest = circuit.draft(
        "contest",
        {"deal": {"act": written, "deal": 0}},
        by="cora",
        refs=[(written, "contests")],
    )
    circuit.record(circuit.sign(contest, "cora"))


def _common_work(circuit):
    """All are called; Ana comes and leaves early, Beto sends Cora, who still owes."""
    today = circuit.clock.now // 86_400
    called = sorted((ANA, BETO, CORA))
    body = {
        "day": today,
        "due": today + 7,
        "category": "work.common",
        "quantity": 100,
        "unit": "DAY",
        "members": called,
    }
    dues = _for_the_common(circuit, "dues", body)
    there = {"member": ANA, "how": "there", "quantity": 100}
    sent = {"member": BETO, "how": "sent", "by": CORA, "quantity": 50}
    lines = [{"deal": called.index(one["member"])} | one for one in (there, sent)]
    body = {"day": today, "dues": dues, "category": "work.common", "unit": "DAY"}
    body["lines"] = sorted(lines, key=lambda one: one["deal"])
    refs = [(dues, "releases")]
    counted = _for_the_common(circuit, "roster", body, "cora", refs=refs)
    place = [one["member"] for one in body["lines"]].index(ANA)
    deal = {"act": counted, "deal": place}
    body = {"deal": deal, "moves": [{"delta": -50, "move": move} for move in (0, 1)]}
    refs = [(counted, "adjusts")]
    _for_the_common(circuit, "adjust", body, "ana", refs=refs)
    body = {"deal": deal, "party": {"common": True}}
    _for_the_common(circuit, "thanks", body, refs=[(counted, "answers")])


def _for_the_common(circuit, kind, body, *names, **more):
    act = circuit.draft(kind, body, by="common", agreement=1, **more)
    return circuit.record(circuit.sign(act, *names, common=[FOUNDER])).act


PARTIES = {"common": COMMON, "ana": ANA, "beto": BETO, "cora": CORA}
