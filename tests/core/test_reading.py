"""What acts may hold: each field's own limits, and fields that go together."""

import json

import pytest

from tests.core.trades import OPEN
from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    ORO,
    SOL,
    START,
    Little,
    commitment,
    genesis_body,
    limits,
    mandate,
    town,
)
from urdimbre.core import circuit
from urdimbre.core.acts import MEMBER_KINDS, Act, party
from urdimbre.core.assembly.effects import EFFECTS
from urdimbre.core.drafting import USES, deal, exchange, goods, money, promise, signs
from urdimbre.core.exchange.moves import DEAL, MOVE_TYPES
from urdimbre.core.obligations import due
from urdimbre.core.reading import (
    FLAG,
    YES,
    Unreadable,
    choice,
    hex_bytes,
    integer,
    list_of,
    text,
)
from urdimbre.core.refusals import Malformed

SOUP = goods(CARO, BETO, category="soup", quantity=1)
HEN = {"type": "goods", "quantity": 1, "unit": "C62", "category": "hen"}
PESO = {"type": "money", "quantity": 1, "unit": "MXN"}


def refused(reader, value):
    """Path and reason of what a reader does not take."""
    with pytest.raises(Unreadable) as caught:
        reader.read(value)
    return ".".join(caught.value.path), caught.value.reason


@pytest.mark.parametrize(
    ("reader", "good", "bad"),
    [
        (integer(0, 9), 9, 10),
        (integer(0, 9), 0, -1),
        (integer(0, 9), 1, True),
        (integer(0, 9), 1, 1.0),
        (text("[a-z]{1,3}"), "abc", "abcd"),
        (text("[a-z]{1,3}"), "abc", "abc\n"),
        (text("[a-z]{1,3}"), "abc", 7),
        (hex_bytes(2), "00ff", "00fF"),
        (hex_bytes(2), "00ff", "00ff0"),
        (choice("a", "b"), "b", "c"),
        (choice("a", "b"), "b", ["a"]),
        (FLAG, False, 0),
        (YES, True, False),
        (YES, True, 1),
        (list_of(integer()), [], ()),
        (list_of(integer(), high=2), [1, 1], [1, 1, 1]),
        (list_of(integer(), low=1), [1], []),
        (list_of(integer(), ascending=True), [1, 2], [2, 1]),
        (list_of(integer(), ascending=True), [1, 2], [1, 1]),
    ],
)
def test_a_reader_takes_the_last_value_and_not_the_next(reader, good, bad):
    read = reader.read(good)

    assert read == (tuple(good) if isinstance(good, list) else good)
    assert reader.shape
    refused(reader, bad)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({}, "is not a party"),
        ([], "a party is needed"),
        ({"member": CARO, "common": True}, "is not a party"),
        ({"alias": CARO}, "is not a party"),
        ({"common": False}, "must be true or absent"),
        ({"outside": "church"}, "must be one of capital, state, solidarity"),
        ({"sealed": CARO}, "must match [0-9a-f]{64}"),
        ({"friend": CARO}, "is not a party"),
    ],
)
def test_what_is_no_party(value, reason):
    assert refused(party, value) == ("", reason)


@pytest.mark.parametrize(
    ("value", "kind", "owner"),
    [
        ({"member": CARO}, "member", CARO),
        ({"common": True}, "common", "00" * 16),
        ({"outside": "state"}, "outside", None),
        ({"sealed": "ab" * 32}, "sealed", None),
        ({"circuit": "ab" * 32, "alias": CARO}, "circuit", None),
    ],
)
def test_who_keeps_accounts(value, kind, owner):
    read = party.read(value)

    assert read.kind == kind
    assert read.owner == owner


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ({}, "", "needs exactly one of date, event, open, from"),
        ({"date": 1, "open": True}, "", "needs exactly one of date, event, open, from"),
        ({"date": 1, "latest": 2}, "", "latest goes with event"),
        ({"from": 1}, "", "a rhythm needs from, every_days and times"),
        ({"date": 1, "times": 2}, "", "a rhythm needs from, every_days and times"),
        ({"from": 1, "every_days": 0, "times": 1}, "every_days", "must lie within"),
    ],
)
def test_when_a_promise_cannot_fall_due(value, path, reason):
    found = refused(due, value)

    assert found[0] == path
    assert found[1].startswith(reason)


@pytest.mark.parametrize(
    ("value", "last"),
    [
        ({"date": 7}, 7),
        ({"event": "harvest"}, None),
        ({"event": "harvest", "latest": 9}, 9),
        ({"open": True}, None),
        ({"from": 10, "every_days": 7, "times": 20}, 10 + 7 * 19),
    ],
)
def test_by_which_day_all_is_due(value, last):
    assert due.read(value).last_day() == last


def without(move, *names):
    return {name: value for name, value in move.items() if name not in names}


@pytest.mark.parametrize(
    ("move", "path", "reason"),
    [
        (SOUP | {"quantity": 0}, "quantity", "is 0 for unknown goods"),
        (SOUP | {"category": "unknown"}, "quantity", "is 0 for unknown goods"),
        (SOUP | {"may": "sell"}, "may", "goes with custody"),
        (SOUP | {"for": {"member": ANA}, "title": "custody"}, "for", "is the giver"),
        (SOUP | {"title": "return"}, "of", "is missing: what is returned"),
        (SOUP | {"colour": 1}, "colour", "is not a field of this kind"),
        (without(SOUP, "unit"), "unit", "is missing"),
        (money(CARO, BETO, 0, "MXN"), "quantity", "must lie within 1"),
        (signs(CARO, BETO, 1, "SOL", on_limit="beg"), "on_limit", "must be one of"),
        (promise(CARO, BETO, without(HEN, "category"), OPEN), "what.category", "goes"),
        (promise(CARO, BETO, PESO | {"category": "a"}, OPEN), "what.category", "goes"),
        (promise(CARO, BETO, PESO | {"product": ANA}, OPEN), "what.product", "goes"),
        (promise(CARO, BETO, PESO, OPEN, or_=PESO | {"unit": ""}), "or.unit", "must"),
    ],
)
def test_moves_that_hold_together(move, path, reason):
    found = refused(MOVE_TYPES[move["type"]], move)

    assert found[0] == path
    assert found[1].startswith(reason)


def test_a_move_has_one_of_the_known_types():
    for move in (SOUP | {"type": "theft"}, without(SOUP, "type"), SOUP | {"type": []}):
        assert refused(DEAL, deal("gift", move))[0] == "moves.0.type"
    assert refused(DEAL, {"mode": "gift", "moves": [7]}) == (
        "moves.0",
        "an object is needed",
    )
    assert refused(DEAL, 7) == ("", "an object is needed")


BODIES = [
    ("exchange", exchange(1), "deals", "1 to 64 items are allowed"),
    ("exchange", exchange(1, deal("gift", *[SOUP] * 65)), "deals.0.moves", "1 to 64"),
    ("exchange", exchange(1, *[deal("gift", *[SOUP] * 49)] * 2), "deals", "hold 98"),
    ("adjust", {"moves": [(0, 1), (0, 1)]}, "moves", "must be sorted by move"),
    ("adjust", {"moves": [(1, 1), (0, 1)]}, "moves", "must be sorted by move"),
    ("adjust", {"moves": [(0, 0)]}, "moves", "must not be 0"),
    ("issue", {"member": CARO, "quantity": 0, "unit": "DON"}, "quantity", "must not"),
    ("clock", {"before": 7, "after": 7}, "after", "must differ from before"),
    ("key", {}, "", "needs exactly one of add, revoke, recover, veto"),
    ("key", {"revoke": "00" * 8, "veto": "00" * 8}, "", "needs exactly one of"),
    ("decision", {"basis": "meeting", "effects": []}, "minutes", "goes with a meeting"),
    (
        "decision",
        {"basis": "founders", "effects": [], "minutes": "00" * 32},
        "minutes",
        "goes with a meeting",
    ),
    (
        "decision",
        {"basis": "meeting", "effects": [], "minutes": "00" * 32},
        "attested_by",
        "goes with a meeting",
    ),
    ("decision", {"basis": "vote", "effects": []}, "effects", "only a meeting may"),
    (
        "exchange",
        exchange(1, deal("gift", SOUP), consents=[(ANA, ANA), (ANA, BETO)]),
        "consents",
        "name each party once",
    ),
    ("mandate", {"until": START - 1}, "until", "must not come before from"),
    ("mandate", {"max_per_period": 1, "unit": "SOL"}, "period_days", "goes with max_"),
    ("mandate", {"period_days": 1}, "period_days", "goes with max_per_period"),
    ("mandate", {"max_each": 1}, "unit", "is needed for a cap"),
    ("mandate", {"agents": []}, "agents", "a standing consent has none, others need"),
    ("mandate", {"purpose": "accept_credit"}, "agents", "a standing consent has none"),
    (
        "mandate",
        {"purpose": "accept_credit", "agents": [], "unit": "SOL"},
        "unit",
        "a standing consent needs unit and max_each",
    ),
    ("mandate", {"creditor": BETO}, "creditor", "goes with accept_debit"),
    (
        "mandate",
        {"max_balance": 1, "unit": "SOL"},
        "max_balance",
        "goes with a standing consent",
    ),
]


def whole(kind, body):
    """Complete a body of which only what matters is told."""
    if kind == "mandate":
        return mandate("m", CARO, "act", [BETO]) | body
    if kind == "adjust":
        moves = [{"move": move, "delta": delta} for move, delta in body["moves"]]
        return {"deal": {"act": "00" * 32, "deal": 0}, "moves": moves}
    return body


@pytest.mark.parametrize(("kind", "body", "path", "reason"), BODIES)
def test_bodies_that_hold_together(kind, body, path, reason):
    c = town()
    data = c.draft(kind, whole(kind, body), by=CARO)

    answer = circuit.read(data, c.state.genesis)

    assert isinstance(answer, Malformed)
    assert answer.path == f"body.{path}".rstrip(".")
    assert answer.reason.startswith(reason)


def unit(**more):
    """The fields of a sign, those given as ``None`` left out."""
    fields = SOL | more
    return {name: value for name, value in fields.items() if value is not None}


EFFECT_BODIES = [
    ("unit", {"unit": unit(regime=None)}, "unit.regime", "goes with signs"),
    ("unit", {"unit": unit(kind="volume")}, "unit.regime", "goes with signs"),
    ("unit", {"unit": unit(scope=None)}, "unit.scope", "goes with signs"),
    ("unit", {"unit": unit(regime="backed")}, "unit.backing", "goes with backed signs"),
    ("unit", {"unit": ORO | {"regime": "mutual"}}, "unit.backing", "goes with backed"),
    (
        "unit",
        {"unit": unit(equivalent={"unit": "KGM", "measure": 1, "standard": 1})},
        "unit.equivalent",
        "goes with volumes",
    ),
    ("unit", {"unit": unit(regime="time")}, "unit.scale", "is 0: the minor step is"),
    ("unit", {"unit": unit(home="00" * 32)}, "unit.home_code", "goes with home"),
    ("limits", limits("SOL", "person", 1, 2), "low", "low <= 0 <= high is needed"),
    ("limits", limits("SOL", "person", -2, -1), "low", "low <= 0 <= high is needed"),
    ("limits", limits("SOL", "robot", 0, 1), "whom", "must match"),
    ("parameter", {"name": "owe_max", "value": True}, "value", "must match"),
    ("parameter", {"name": "owe_max", "value": 2**53}, "value", "must lie within"),
]


@pytest.mark.parametrize(("name", "body", "path", "reason"), EFFECT_BODIES)
def test_effects_that_hold_together(name, body, path, reason):
    found = refused(EFFECTS[name], {"effect": name, **body})

    assert found[0] == path
    assert found[1].startswith(reason)


FIRST_PARAMETERS = (
    "contest_days",
    "currency",
    "draft_days",
    "founders_days",
    "log_readers",
    "offer_days",
    "owe_max",
    "sponsors",
)
"""Those of wire format v1; never more, never fewer."""


_NO_CURRENCY = "an active currency of ISO 4217 is needed"


@pytest.mark.parametrize(
    ("agreement", "path", "reason"),
    [
        ([], "", "an object is needed"),
        ({"owe_max": None}, "owe_max", "is missing"),
        ({"colour": 1}, "colour", "is not a parameter"),
        ({"sponsors": 6}, "sponsors", "must lie within 0 and 5"),
        ({"currency": "XXX"}, "currency", _NO_CURRENCY),
        ({"currency": 1}, "currency", _NO_CURRENCY),
    ],
)
def test_genesis_holds_every_parameter_and_no_other(agreement, path, reason):
    body = genesis_body()
    if isinstance(agreement, dict):
        merged = body["agreement"] | agreement
        agreement = {name: one for name, one in merged.items() if one is not None}
    data = Little().draft("genesis", body | {"agreement": agreement}, by=ANA)

    answer = circuit.read(data, "")

    assert answer == Malformed(f"body.agreement.{path}".rstrip("."), reason)


def test_a_genesis_may_lack_what_became_a_parameter_later():
    """Otherwise no older circuit could be verified by a newer program."""
    body = genesis_body()
    without = {name: body["agreement"][name] for name in FIRST_PARAMETERS}
    data = Little().draft("genesis", body | {"agreement": without}, by=ANA)

    act = circuit.read(data, "")

    assert isinstance(act, Act)
    assert act.body.agreement == without


def test_who_takes_goods_has_a_use_for_them_that_an_act_may_name():
    assert set(USES) == {*MEMBER_KINDS, "common"}
    for use in USES.values():
        move = goods(CARO, BETO, category="soup", quantity=1, use=use)
        assert DEAL.read(deal("gift", move)).moves[0].use == use


def test_every_parameter_begins_with_a_value_that_it_allows():
    from urdimbre.core.agreements import PARAMETERS, PRESETS

    for parameter in PARAMETERS:
        for preset in (*PRESETS, "none of them"):
            value = parameter.for_preset(preset)
            assert parameter.value.read(value) == value


def test_an_act_reads_back_what_was_drafted():
    c = town()
    refs = [(commitment("act"), "answers")]
    data = c.draft("void", {"act": "00" * 32}, by=CARO, refs=refs, private=["11" * 32])

    act = circuit.read(data, c.state.genesis)

    assert isinstance(act, Act)
    assert (act.kind, act.by, act.private, act.size) == (
        "void",
        CARO,
        ("11" * 32,),
        len(data),
    )
    assert [tuple(ref) for ref in act.refs] == refs
    assert json.loads(data)["id"] == act.id
