"""Histories for the laws: whatever members may try, over every kind of act.

A history is a list of steps; a step is the name of something that members do and some
small numbers, from which ``play`` makes an act in the circuit as it then stands: so a
settlement finds something owed, and a shorter history is as playable as a long one.
Many steps are refused; that is wanted. To bring in a new act, add a function and put it
into ``STEPS``: all laws then hold for it too.
"""

from hypothesis import strategies as st

from tests.common_work_steps import call, count
from tests.drawing import OWNERS, PEOPLE, Draw
from tests.little_circuit import (
    ANA,
    ATTEST,
    BETO,
    CARE,
    CARO,
    CASA,
    COMMON,
    DAY,
    DORA,
    EVA,
    FEDE,
    FONDO,
    GINA,
    MEDIATE,
    NODE,
    PAN,
    START,
    Effects,
    admit,
    admit_group,
    commitment,
    limits,
    mandate,
    new_key,
    number,
    policy_rules,
    public,
    slot,
)
from urdimbre.core.acts import Recorded
from urdimbre.core.chain.entry import ZERO16, key_id
from urdimbre.core.drafting import (
    deal,
    goods,
    money,
    outside,
    promise,
    promised,
    release,
    sealed,
    signs,
)
from urdimbre.core.exchange.moves import THANKED
from urdimbre.core.obligations import Custody, Owed

SICK = sealed(commitment("sick"))


def soup(giver, taker, count=1, **more):
    """Something to give."""
    return goods(giver, taker, category="food.soup", quantity=count, **more)


# ------------------------------------------------------------------------- exchanges
def sell(c, draw):
    """Sell, for money, on account, or in part for signs."""
    seller, buyer = draw.two()
    minor = draw.amount()
    due = draw.one_of(({"open": True}, {"date": 20_000}))
    price = draw.one_of(
        (
            money(buyer, seller, minor, "MXN", purse=draw.one_of(("till", "bank"))),
            promise(buyer, seller, promised("money", minor, "MXN"), due),
        )
    )
    part = (signs(buyer, seller, draw.amount(), "SOL"),)
    return c.exchange(
        deal("sale", soup(seller, buyer), price, *part[draw.one_of((0, 1)) :])
    )


def barter(c, draw):
    """Barter goods for signs; past the limit it may be left owing."""
    one, other = draw.two()
    unit = draw.one_of(("SOL", "SOL", "HORA", "DON"))
    pay = signs(
        one, other, draw.amount(), unit, on_limit=draw.one_of(("refuse", "owe"))
    )
    return c.exchange(deal("barter", soup(other, one), pay))


def ring(c, draw):
    """Three barter in a ring: goods, signs, and a promise of work."""
    one, two = draw.two()
    three = draw.one_of(OWNERS)
    what = promised("work", draw.amount(), "HUR", category="work.field")
    owing = promise(three, one, what, {"event": "harvest", "latest": 20_100})
    pay = signs(two, three, draw.amount(), "SOL")
    return c.exchange(deal("barter", soup(one, two), pay, owing))


def give(c, draw):
    """Give goods, money or signs; now and then to somebody who stays sealed."""
    giver, taker = draw.two()
    taker = draw.one_of((taker, taker, SICK))
    what = draw.one_of(
        (
            soup(giver, taker, draw.amount()),
            money(giver, taker, draw.amount(), "MXN"),
            signs(giver, taker, draw.amount(), "SOL"),
        )
    )
    return c.exchange(deal("gift", what))


def receive_from_outside(c, draw):
    """Receive money from outside, into a purse if one is kept."""
    taker = draw.one_of(OWNERS)
    purse = draw.one_of(("till", "bank", "reserve"))
    paid = money(outside("solidarity"), taker, draw.amount() * 10, "MXN", purse=purse)
    return c.exchange(deal("gift", paid))


def lend(c, draw):
    """Lend money, signs or things, sometimes for sale on the owner's behalf."""
    owner, holder = draw.two()
    count = draw.amount()
    kind, unit = draw.one_of(
        (("goods", "C62"), ("goods", "C62"), ("money", "MXN"), ("signs", "SOL"))
    )
    what = promised(kind, count, unit)
    if kind == "goods":
        what |= {"category": "food.soup"}
        more = draw.one_of(({}, {"may": "sell"}, {"may": "use"}))
        lent = soup(owner, holder, count, title="custody", **more)
    else:
        lent = {"money": money, "signs": signs}[kind](owner, holder, count, unit)
    risk = draw.one_of(("debtor", "shared", "creditor"))
    back = promise(holder, owner, what, {"event": "request"}, risk=risk)
    return c.exchange(deal("lend", lent, back))


def settle(c, draw):
    """Settle something that is owed: pay, replace, lose, forgive, pass on."""
    owed = _one_row(c, draw, Owed)
    if owed is None:
        return None
    creditor, debtor = owed.creditor, owed.debtor
    quantity = min(draw.amount(), owed.open + 1)
    reason = draw.one_of(("fulfilled", "replaced", "loss", "forgiven", "passed_on"))
    named = {"act": owed.act, "deal": owed.deal, "move": owed.move}
    freed = release(creditor, debtor, owed=named, quantity=quantity, reason=reason)
    taker = draw.one_of(OWNERS) if reason == "passed_on" else creditor
    what = promised(owed.what, quantity, owed.unit)
    if owed.category:
        what |= {"category": owed.category}
    answers = {
        "fulfilled": (soup(debtor, taker), money(debtor, taker, quantity, "MXN")),
        "replaced": (promise(debtor, creditor, what, {"open": True}),),
        "passed_on": (soup(debtor, taker),),
    }
    against = draw.one_of(answers.get(reason, ((),)))
    mode = "gift" if reason == "forgiven" else "settle"
    return c.exchange(deal(mode, freed, *((against,) if against else ())))


def bring_back(c, draw):
    """Give back, sell, or keep for good what lies in custody."""
    row = _one_row(c, draw, Custody)
    if row is None:
        return None
    of = {"act": row.act, "deal": row.deal, "move": row.move}
    count = min(draw.one_of((1, 1, 2, 5)), max(1, row.held + draw.one_of((0, 0, 1))))
    more = {"category": row.category, "quantity": count, "of": of}
    buyer = draw.one_of(OWNERS)
    sold = goods(row.holder, buyer, for_=row.owner, **more)
    paid = money(buyer, row.holder, draw.amount(), "MXN")
    deals = (
        _returned(c, row, more),
        deal("gift", goods(row.owner, row.holder, **more)),
        deal("sale", sold, paid),
        _returned(c, row, more),
    )
    body = draw.one_of(deals)
    return c.exchange(body)


def _returned(c, row, more):
    """Bring back, and release the promise that came with the loan."""
    back = goods(row.holder, row.owner, title="return", **more)
    named = {"act": row.act, "deal": row.deal, "move": row.move + 1}
    owed = c.owed(*named.values())
    if owed is None or not owed.open:
        return deal("settle", back)
    quantity = min(more["quantity"], owed.open)
    freed = release(row.owner, row.holder, owed=named, quantity=quantity)
    return deal("settle", back, freed)


def _one_row(c, draw, kind):
    rows = [row for row in c.state.rows.values() if isinstance(row, kind)]
    return draw.one_of(rows) if rows else None


def by_others(c, draw):
    """Exchange by errand, standing consent, or two witnesses."""
    way = draw.one_of(("act", "accept_credit", "accept_debit", "attest"))
    minor = draw.amount()
    if way == "attest":
        slots = (slot(CARO), slot(EVA, ATTEST), slot(FEDE, ATTEST))
        return c.exchange(deal("gift", soup(CARO, BETO)), slots=slots)
    agents, caps = ([DORA], {}) if way == "act" else ([], {"max_each": 5000})
    caps |= {"unit": "SOL", "max_per_period": 9000, "period_days": 2}
    caps |= {"creditor": BETO} if way == "accept_debit" else {}
    name = f"by {way}"
    if c.state.get(f"mandate/{number(name)}") is None:
        body = mandate(name, CARO, way, agents, **caps)
        answer = c.record("mandate", body, slot(CARO))
        if not isinstance(answer, Effects):
            return answer
    fetched = deal("barter", soup(BETO, CARO), signs(CARO, BETO, minor, "SOL"))
    if way == "act":
        return c.exchange(fetched, slots=(slot(DORA, number(name)), slot(BETO)))
    gifts = (soup(BETO, CARO), signs(BETO, CARO, minor, "SOL"))
    accepted = fetched if way == "accept_debit" else deal("gift", draw.one_of(gifts))
    return c.exchange(accepted, consents=[(CARO, number(name))])


# ------------------------------------------------------------------- answers, mending
def _recorded(c, draw, wanted=lambda _: True) -> Recorded | None:
    told = [one for one in c.log if hasattr(one.act.body, "deals")]
    found = [one for one in told if wanted(one)] or told
    return draw.one_of(found) if found else None


def _is_gift(recorded):
    return recorded.act.body.deals[0].mode in THANKED


def _for_caro(recorded):
    """Whether somebody else has spoken for Caro in an exchange."""
    own = any(one[0] == CARO and one[2] == ZERO16 for one in recorded.slots)
    moves = [move for deal in recorded.act.body.deals for move in deal.moves]
    return not own and any(CARO in (one.giver.id, one.taker.id) for one in moves)


def thank(c, draw):
    """Thank for a gift, if it was one."""
    found = _recorded(c, draw, _is_gift)
    if found is None:
        return None
    who = found.act.body.deals[0].moves[0].taker
    party = {who.kind: who.id} if who.kind != "common" else {"common": True}
    body = {"party": party, "deal": {"act": found.act.hash, "deal": 0}}
    slots = (slot(ANA, CARE),) if who.kind == "sealed" else c.sign_for(party)
    return c.record("thanks", body, *slots, refs=[(found.act.hash, "answers")])


def adjust(c, draw):
    """Correct one or two moves of a deal, together or by a mediator."""
    found = _recorded(c, draw)
    if found is None:
        return None
    act = found.act
    moves = [{"move": 0, "delta": draw.one_of((-1, -1, 1, -2, -100))}]
    if len(act.body.deals[0].moves) > 1 and draw.one_of((False, True)):
        moves.append({"move": 1, "delta": draw.one_of((-1, 1, -50))})
    body = {"deal": {"act": act.hash, "deal": 0}, "moves": moves}
    slots = (slot(GINA, MEDIATE),)
    if draw.one_of((False, True)):
        slots = [
            one
            for move in act.body.deals[0].moves
            for party in (move.giver, move.taker)
            for one in c.sign_for(_as_json(party))
        ]
        slots = tuple({one[:3]: one for one in slots}.values())
    return c.record("adjust", body, *slots, refs=[(act.hash, "adjusts")])


def _as_json(party):
    return {"common": True} if party.kind == "common" else {party.kind: party.id}


def contest(c, draw):
    """Contest an entry, or end a contest."""
    found = _recorded(c, draw, _for_caro)
    if found is None:
        return None
    act = found.act.hash
    body = {"deal": {"act": act, "deal": 0}}
    row = c.state.get(f"contest/{act}/0")
    slots, by = (slot(CARO),), CARO
    if row is not None:
        body["outcome"] = draw.one_of(("withdrawn", "rejected", "upheld"))
        if body["outcome"] != "withdrawn":
            slots, by = (slot(GINA, MEDIATE),), GINA
    return c.record("contest", body, *slots, by=by, refs=[(act, "contests")])


def withdraw(c, draw):
    """Withdraw a draft."""
    draft = commitment(draw.one_of(("one", "two")))
    return c.record("void", {"act": draft}, slot(draw.one_of(PEOPLE)))


# ------------------------------------------------------------------ members and keys
def come(c, draw):
    """Admit somebody."""
    name = draw.one_of(("ines", "juan"))
    if draw.one_of((False, True)):
        body, slots = admit(c, name, key=new_key(f"{name} 1"))
        slots = (*slots[:2], slot(number(name), key=f"{name} 1"))
    else:
        body, slots = admit_group("household", f"house of {name}", 1, BETO)
    return c.record("admit", body, *slots, by=ANA)


def go(c, draw):
    """Leave."""
    who = draw.one_of((*PEOPLE, EVA, FEDE, CASA, PAN, FONDO))
    return c.record("leave", {"member": who}, *c.sign_for({"member": who}), by=who)


def change_keys(c, draw):
    """Add a key, end one, have one recovered, or veto that."""
    who = draw.one_of(PEOPLE)
    name = f"{who} {draw.one_of((2, 3))}"
    way = draw.one_of(("add", "revoke", "recover", "veto"))
    new = new_key(name, custody=draw.one_of(("server", "device")))
    both = (slot(who), slot(who, key=name))
    if way == "add":
        return c.record("key", {"add": new}, *both)
    if way == "recover":
        slots = (slot(GINA), slot(who, key=name))
        body = {"recover": {"member": who, "key": new}}
        return c.record("key", body, *slots, by=GINA)
    return c.record("key", {way: key_id(public(name))}, slot(who))


def brake(c, draw):
    """Freeze keys, or let them serve again."""
    who, on = draw.one_of(PEOPLE), draw.one_of((True, False))
    if draw.one_of((True, False)):
        return c.record("freeze", {"member": who, "on": on}, slot(GINA, MEDIATE))
    body = {"member": who, "on": on, "by_key": slot(who).key_id}
    return c.record("freeze", body, slot(who))


def change_policy(c, draw):
    """Change how one consents; a person names a guardian."""
    who = draw.one_of((CARO, DORA, CASA, COMMON))
    name = f"policy {draw.one_of((1, 2, 3))} of {who}"
    body = {"id": number(name), "principal": who, "rules": policy_rules(1)}
    if who in (CASA, COMMON):
        body["rules"] = policy_rules(1, ANA, CARO)
    else:
        body["guardians"] = {"of": [GINA], "need": 1}
    slots = c.sign_for({"member": who} if who != COMMON else {"common": True})
    return c.record("policy", body, *slots, by=who)


def entrust(c, draw):
    """Give a mandate, or take it back."""
    who = draw.one_of((*PEOPLE, CASA))
    until = c.time + draw.one_of((1, 86_400))
    body = mandate(f"mandate of {who}", who, "act", [FEDE], until=until)
    return c.record("mandate", body, *c.sign_for({"member": who}), by=who)


# -------------------------------------------------------------- the common, the node
def decide(c, draw):
    """Decide something, as founders or as a meeting."""
    until = START + draw.one_of((80, 90, 91)) * DAY
    clerk = mandate("clerk", COMMON, "act", [FEDE], until=until)
    effect = draw.one_of(
        (
            {"effect": "limits", **limits("SOL", "person", -draw.amount(), 9000)},
            {"effect": "parameter", "name": "owe_max", "value": draw.amount()},
            {"effect": "parameter", "name": "work_days", "value": draw.amount() % 9},
            {"effect": "unit", "unit": {"code": "PUNO", "kind": "volume", "scale": 0}},
            {"effect": "ceiling", "unit": "DON", "quantity": draw.amount()},
            {"effect": "regime", "unit": "DON", "regime": "mutual"},
            {"effect": "dismiss", "mandate": ATTEST},
            {"effect": "witness", "key": "5e" * 32, "name": "w.org/1", "host": "w.org"},
            {
                "effect": "anchor",
                "chain": draw.amount(),
                "contract": "c0" * 20,
                "sender": "5e" * 20,
            },
            {
                "effect": "policy",
                "id": number(f"decided {draw.one_of((1, 2))}"),
                "rules": policy_rules(1, ANA, BETO),
            },
            {"effect": "grant", "mandate": clerk},
        )
    )
    body = {"basis": "founders", "effects": [effect]}
    slots, private = c.sign_for({"common": True}), []
    if draw.one_of((True, True, False)):
        private = [commitment("minutes")]
        attesting = sorted([CARO, DORA])
        body = {"basis": "meeting", "minutes": private[0], "effects": [effect]}
        body["attested_by"] = attesting
        slots = (*slots, slot(CARO), slot(DORA))
    return c.record("decision", body, *slots, by=COMMON, private=private)


def issue(c, draw):
    """Issue signs of the common, or take them back."""
    who, unit = draw.one_of(OWNERS), draw.one_of(("DON", "ORO", "SOL"))
    minor = draw.one_of((1, 2, 50, 600)) * draw.one_of((1, 1, -1))
    slots = {one[:3]: one for one in c.sign_for({"common": True})}
    if minor < 0 and who != COMMON:
        slots |= {one[:3]: one for one in c.sign_for({"member": who})}
    body = {"member": who, "quantity": minor, "unit": unit}
    return c.record("issue", body, *slots.values(), by=COMMON)


def keep_the_log(c, draw):
    """Change the node's key, accept a clock, or ask for other rules."""
    kind = draw.one_of(("node", "clock", "rules"))
    if kind == "clock":
        return c.record("clock", {"before": 1, "after": 2}, slot(NODE))
    if kind == "rules":
        slots = c.sign_for({"common": True})
        return c.record("rules", {"version": 2, "from": c.time}, *slots, by=COMMON)
    body = {"old": slot(NODE).key_id, "new": new_key("node 2")}
    slots = (*c.sign_for({"common": True}), slot(NODE, key="node 2"))
    return c.record("node", body, *slots, by=COMMON)


def wait(c, draw):
    """Let some days pass."""
    c.later(days=draw.one_of((1, 3, 15, 40)))


STEPS = {
    step.__name__: step
    for step in (
        sell,
        barter,
        ring,
        give,
        receive_from_outside,
        lend,
        settle,
        bring_back,
        by_others,
        thank,
        adjust,
        contest,
        withdraw,
        come,
        go,
        change_keys,
        brake,
        change_policy,
        entrust,
        call,
        count,
        decide,
        issue,
        keep_the_log,
        wait,
    )
}
TRADING = ("sell", "barter", "ring", "give", "receive_from_outside", "lend", "settle")
MENDING = ("bring_back", "by_others", "thank", "adjust", "contest", "call", "count")

_numbers = st.lists(st.integers(0, 59), min_size=8, max_size=8)


def steps(names=tuple(STEPS)):
    """One step, often an exchange or what follows from one."""
    # Three times in the bag: exchanges make what the other acts are about.
    often = [name for name in (*TRADING, *TRADING, *MENDING) if name in names]
    return st.tuples(st.sampled_from([*names, *often]), _numbers)


def histories(min_size=12, max_size=40):
    """A list of steps, long enough that something is there to be mended."""
    return st.lists(steps(), min_size=min_size, max_size=max_size)


def play(little, history):
    """Play a history and give each act that was recorded."""
    for name, numbers in history:
        before = len(little.log)
        STEPS[name](little, Draw(numbers))
        # The last of a step's acts: a mandate may have been granted for it first.
        yield from little.log[before:][-1:]
