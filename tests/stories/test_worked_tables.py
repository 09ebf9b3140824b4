"""The worked tables of ``docs/rules`` are what the rules answer, row by row."""

import re

import pytest

from tests.house.tree import ROOT
from tests.stories.scene import DAY, MONEY, SIGN, Scene
from tests.stories.test_fair import changed, signs_of_the_fair
from urdimbre.core import circuit
from urdimbre.core.accounts import COMMON
from urdimbre.core.circulation.dues import days_of
from urdimbre.core.drafting import (
    cited,
    deal,
    exchange,
    goods,
    money,
    place,
    promise,
    promised,
    release,
    signs,
)
from urdimbre.core.state import Overlay
from urdimbre.core.units import Backing, standard_unit

LOW, OWE_MAX = -200, 50


def worked(page, name):
    """Give the rows of a worked table, without its head."""
    text = (ROOT / "docs" / "rules" / f"{page}.md").read_text(encoding="utf-8")
    pattern = rf"<!-- worked: {name} -->\n(.*?)<!-- end of worked -->"
    found = re.search(pattern, text, re.DOTALL)
    assert found, f"{page} has no table {name}"
    lines = found[1].splitlines()[2:]
    return [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in lines]


def two_at(balance):
    """Rosa stands there; whoever received from her is a third."""
    scene = Scene("worked", {"owe_max": OWE_MAX})
    rosa, beto, third = scene.people("Rosa", "Beto", "Carla")
    if balance:
        scene.exchange(given(rosa, third, -balance), signed_by=(rosa, third))
    return scene, rosa, beto


def given(giver, taker, quantity, on_limit="refuse"):
    return deal(
        "barter",
        signs(giver, taker, quantity, SIGN, on_limit=on_limit),
        goods(taker, giver, category="food.maize", quantity=1),
    )


@pytest.mark.parametrize(
    ("on_limit", "row"),
    [("owe", row) for row in worked("limits-and-owing", "owing")]
    + [("refuse", row) for row in worked("limits-and-owing", "refusing")],
)
def test_limits_and_owing(on_limit, row):
    stands, gives, posted, owed, refused, available = row
    scene, rosa, beto = two_at(int(stands))
    body = exchange(scene.today, given(rosa, beto, int(gives), on_limit))

    answers = scene.refused("exchange", body, rosa, beto)
    if not answers:
        scene.record("exchange", body, rosa, beto)

    assert [one.code for one in answers] == ([refused] if refused else [])
    if answers:
        assert answers[0].available.minor == int(available)
    else:
        assert scene.balance(rosa) == int(stands) - int(posted)
        owing = {("Rosa", "Beto", SIGN): int(owed)} if int(owed) else {}
        assert scene.debts() == owing


@pytest.mark.parametrize("row", worked("issue", "backing"))
def test_what_a_reserve_covers(row):
    reserve, covers, needed = map(int, row)
    scene = Scene("backed")
    unit = {
        "code": "VALE",
        "kind": "sign",
        "scale": 0,
        "regime": "backed",
        "scope": "local",
        "backing": {"unit": MONEY, "signs": 3, "money": 2},
    }
    keeper = scene.acting_for(scene.founder, COMMON)
    limits = {"unit": "VALE", "whom": "common", "low": 0, "high": 1000}
    effects = [{"effect": "unit", "unit": unit}, {"effect": "limits", **limits}]
    scene.record("decision", {"basis": "founders", "effects": effects}, keeper)
    if reserve:
        filled = money(scene.founder, COMMON, reserve, MONEY, into="reserve")
        scene.exchange(deal("gift", filled), signed_by=(scene.founder, keeper))

    def issue(quantity):
        body = {"member": COMMON, "quantity": quantity, "unit": "VALE"}
        return [one.code for one in scene.refused("issue", body, keeper)]

    assert issue(covers + 1) == ["over_ceiling"]
    assert covers == 0 or issue(covers) == []
    assert Backing(unit=MONEY, signs=3, money=2).money_needed(covers) == needed


@pytest.mark.parametrize("row", worked("conversion", "conversion"))
def test_signs_against_signs(row):
    fair, seconds, refused = row
    scene = Scene("conversion")
    lucia, mateo = scene.people("Lucia", "Mateo")
    signs_of_the_fair(scene, scene.acting_for(scene.founder, COMMON))
    body = exchange(scene.today, changed(lucia, mateo, int(fair), int(seconds)))

    codes = [one.code for one in scene.refused("exchange", body, lucia, mateo)]

    # Neither has signs yet: limits refuse too, after the rule of the mode.
    assert (codes[0] == "conversion_not_agreed") == bool(refused)


@pytest.mark.parametrize("row", worked("settle", "interest"))
def test_settling_without_interest(row):
    releases, paid, anew, refused = row
    scene = Scene("interest")
    rosa, beto = scene.people("Rosa", "Beto")
    sold = scene.exchange(
        deal(
            "sale",
            goods(beto, rosa, category="food.maize", quantity=1),
            promise(rosa, beto, promised("money", 100, MONEY), {"open": True}),
        ),
        signed_by=(rosa, beto),
    )
    moves = [
        release(beto, rosa, owed=place(sold, 0, 1), quantity=int(releases)),
        money(rosa, beto, int(paid), MONEY),
    ]
    if int(anew):
        again = promised("money", int(anew), MONEY)
        moves.append(promise(rosa, beto, again, {"open": True}))
    body = exchange(scene.today, deal("settle", *moves))

    answers = scene.refused("exchange", body, rosa, beto, refs=cited(body))

    assert [one.code for one in answers] == ([refused] if refused else [])


def test_a_contest_holds_what_it_is_about():
    scene, rosa, _ = two_at(-150)
    elena, other = scene.people("Elena", "Fermin")
    bodega = scene.group("Bodega", "emporio", elena)
    clerk = scene.acting_for(elena, bodega)
    scene.exchange(given(other, bodega, 200), signed_by=(other, clerk))
    scene.exchange(given(scene.founder, bodega, 200), signed_by=(scene.founder, clerk))
    wider = {"unit": SIGN, "whom": rosa, "low": -300, "high": 500}
    scene.record(
        "decision",
        {"basis": "founders", "effects": [{"effect": "limits", **wider}]},
        scene.acting_for(scene.founder, COMMON),
    )
    consent = standing(scene, rosa, bodega)
    told = [("before", *standing_at(scene, rosa, bodega))]

    debited = scene.exchange(
        given(rosa, bodega, 60), signed_by=(clerk,), consents=((rosa, consent),)
    )
    told.append(("debited", *standing_at(scene, rosa, bodega)))
    named = {"deal": {"act": debited, "deal": 0}}
    scene.record("contest", named, rosa, refs=[(debited, "contests")])
    told.append(("contested", *standing_at(scene, rosa, bodega)))
    less = named | {"moves": [{"move": 0, "delta": -20}]}
    scene.record("adjust", less, rosa, clerk, refs=[(debited, "adjusts")])
    told.append(("adjusted", *standing_at(scene, rosa, bodega)))
    upheld = named | {"outcome": "upheld"}
    scene.record("contest", upheld, rosa, refs=[(debited, "contests")])
    told.append(("upheld", *standing_at(scene, rosa, bodega)))

    assert told == worked("consent-and-contest", "contest")


def standing(scene, principal, creditor):
    id_ = scene.new_id("standing consent")
    body = {
        "id": id_,
        "principal": principal,
        "agents": [],
        "purpose": "accept_debit",
        "kinds": ["exchange"],
        "creditor": creditor,
        "unit": SIGN,
        "max_each": 100,
        "from": scene.time,
        "until": scene.time + 365 * DAY,
    }
    scene.record("mandate", body, principal)
    return id_


def standing_at(scene, *members):
    rows = [scene.state.get(f"account/{one}/{SIGN}/own") for one in members]
    return [
        str(number) for row in rows for number in (row.balance, row.balance - row.held)
    ]


def test_adjustments_of_a_move_that_was_left_owing():
    scene, rosa, beto = two_at(0)
    sold = scene.exchange(given(rosa, beto, 250, "owe"), signed_by=(rosa, beto))
    told = []

    for delta, *_ in worked("adjustments", "adjustments"):
        body = {
            "deal": {"act": sold, "deal": 0},
            "moves": [{"move": 0, "delta": int(delta)}],
        }
        refs = [(sold, "adjusts")]
        answers = scene.refused("adjust", body, rosa, beto, refs=refs)
        flagged = ""
        if not answers:
            flagged = "yes" if beyond(scene, body, rosa, beto) else ""
            scene.record("adjust", body, rosa, beto, refs=refs)
        owed = scene.debts().get(("Rosa", "Beto", SIGN), 0)
        code = answers[0].code if answers else ""
        told.append((delta, str(-scene.balance(rosa)), str(owed), code, flagged))

    assert told == worked("adjustments", "adjustments")


def test_days_of_common_work():
    scene = Scene("called", {"work_days": 3})
    (rosa,) = scene.people("Rosa")
    keeper = scene.acting_for(scene.founder, COMMON)
    told = []

    for quantity, unit, *_ in worked("common-work", "work_days"):
        body = {
            "day": scene.today,
            "due": scene.today,
            "category": "work.common",
            "quantity": int(quantity),
            "unit": unit,
            "members": [rosa],
        }
        answers = scene.refused("dues", body, keeper)
        days = days_of(standard_unit(unit), int(quantity))
        if not answers:
            scene.record("dues", body, keeper)
        (called,) = scene.state.starting("called/")
        code = answers[0].code if answers else ""
        told.append((quantity, unit, str(days), str(called.days), code))

    assert told == worked("common-work", "work_days")


def beyond(scene, body, *signers):
    refs = [(body["deal"]["act"], "adjusts")]
    act, slots = scene.signed(
        scene.draft("adjust", body, *signers, refs=refs), *signers
    )
    overlay = Overlay(scene.state, scene.time)
    return circuit.apply(overlay, act, slots, scene.recorded).beyond
