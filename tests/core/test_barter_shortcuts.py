"""A barter is looked at in short ways; told at length its rules refuse the same.

At length: every giver is looked at, whatever she gives and takes; goods of today are
weighed against promises even where nothing is promised.
"""

import random
from collections import Counter

from tests.core.trades import OPEN
from tests.little_circuit import ANA, BETO, CARO, DORA, decide, town
from urdimbre.core.drafting import goods, promise, promised, signs
from urdimbre.core.exchange.alike import Sum, alike_of
from urdimbre.core.exchange.answers import (
    ConversionNotAgreed,
    MoreThanGiven,
    NothingInReturn,
)
from urdimbre.core.exchange.barter import BARTER
from urdimbre.core.exchange.conversion import uneven
from urdimbre.core.exchange.moves import DEAL, Goods, Promise, Signs

ROUNDS = 6_000
WHO = (ANA, BETO, CARO, DORA)


def refused_at_length(state, deal, place):
    """The rules of barter without any short way."""
    giving = dict.fromkeys(move.giver for move in deal.moves)
    taking = dict.fromkeys(move.taker for move in deal.moves)
    for one in (*giving, *taking):
        if one not in giving or one not in taking:
            return [NothingInReturn(place, one.id)]
    found = [_changed_at_length(state, deal, one, place) for one in giving]
    return [
        *[one for one in found if one is not None][:1],
        *_lent_at_length(state, deal, place)[:1],
    ]


def _changed_at_length(state, deal, who, place):
    nets, only_signs = Counter(), True
    for move in deal.moves:
        if who in (move.giver, move.taker) and isinstance(move, Signs):
            nets[move.unit] += move.quantity if move.taker == who else -move.quantity
        elif who in (move.giver, move.taker):
            only_signs = False
    refused = uneven(state, nets, place)
    if refused is not None:
        return refused
    less, more = (any(sign * net > 0 for net in nets.values()) for sign in (-1, 1))
    return NothingInReturn(place, who.id) if only_signs and less != more else None


def _lent_at_length(state, deal, place):
    given, later = {}, {}
    for move in deal.moves:
        if isinstance(move, Goods):
            key = (move.giver, alike_of(state, move.unit, move.category))
            given.setdefault(key, Sum()).add(state, move.quantity, move.unit)
        elif isinstance(move, Promise):
            what = move.what
            key = (move.taker, alike_of(state, what.unit, what.category))
            later.setdefault(key, Sum()).add(state, what.quantity, what.unit)
    return [
        MoreThanGiven(
            place,
            who.id,
            given[who, alike].told(alike, most, up=False),
            most.told(alike, given[who, alike], up=True),
        )
        for (who, alike), most in later.items()
        if (who, alike) in given and most.over(given[who, alike])
    ]


def a_move(chance, giver, taker):
    """Some goods, signs of some sort, or a promise."""
    sort = chance.choice(("goods", "signs", "signs", "promise"))
    quantity = chance.choice((1, 2, 3, 6))
    if sort == "signs":
        return signs(
            giver, taker, quantity, chance.choice(("SOL", "SOL", "DON", "ORO"))
        )
    unit, category = chance.choice(("KGM", "C62")), chance.choice(("rice", "hen"))
    if sort == "goods":
        return goods(giver, taker, category=category, quantity=quantity, unit=unit)
    what = promised("goods", quantity, unit, category=category)
    return promise(giver, taker, what, OPEN)


def a_deal(chance):
    """A ring of two to four, with some moves more; now and then one is missing."""
    people = chance.sample(WHO, chance.choice((2, 2, 2, 3, 4)))
    ring = [*zip(people, [*people[1:], people[0]], strict=True)]
    ring += [
        tuple(chance.sample(people, 2)) for _ in range(chance.choice((0, 0, 1, 2)))
    ]
    moves = [a_move(chance, giver, taker) for giver, taker in ring]
    if chance.random() < 0.05:
        moves.pop()
    return DEAL.read({"mode": "barter", "moves": moves})


def test_short_ways_refuse_what_the_rules_at_length_refuse():
    little = town()
    rate = {"effect": "conversion", "unit": "SOL", "into": "DON", "give": 3, "take": 1}
    decide(little, rate)
    chance, seen = random.Random(3), Counter()

    for _ in range(ROUNDS):
        deal = a_deal(chance)
        expected = refused_at_length(little.state, deal, 2)
        assert list(BARTER.refusals(little.state, deal, 2)) == expected
        seen.update([type(one) for one in expected] or [None])

    for sort in (None, NothingInReturn, ConversionNotAgreed, MoreThanGiven):
        assert seen[sort] > ROUNDS // 50
