"""State, overlays, units and quantities; how refusals are told."""

from sys import intern

import pytest

from tests.little_circuit import CARO, town
from urdimbre.core import circuit
from urdimbre.core.accounts import Account, AccountKey, Supply, post
from urdimbre.core.refusals import Malformed, UnknownMember, plain
from urdimbre.core.state import Overlay, State, key_of, value_of
from urdimbre.core.units import (
    Backing,
    DifferentUnits,
    Quantity,
    UnitKind,
    standard_unit,
)


def account(owner, balance=0):
    return Account(owner, "SOL", "own", "00" * 16, balance)


def test_an_overlay_shows_its_rows_over_those_below():
    state = State()
    block = Overlay(state, 1)
    block.put(account("a"))
    block.put(account("b"))
    state.merge(block)

    above = Overlay(state, 2)
    above.put(account("b", 5))
    above.put(account("c"))
    act = Overlay(above, 2)
    act.put(account("d"))

    found = [(row.owner, row.balance) for row in act.starting("account/")]
    assert found == [("a", 0), ("b", 5), ("c", 0), ("d", 0)]
    assert list(act.starting("owed/")) == []
    assert act.get("account/b/SOL/own").balance == 5
    assert act.get("account/e/SOL/own") is None
    assert state.get("account/b/SOL/own").balance == 0


def test_rows_of_one_sort_are_found_in_order_of_creation():
    """As they are loaded, as they come and as they change later."""
    state = State()
    state.rows = {row.key: row for row in (account("c"), account("a"))}
    assert [row.owner for row in state.starting("account/")] == ["c", "a"]

    block = Overlay(state, 1)
    for row in (account("b"), Supply("SOL"), account("a", 5)):
        block.put(row)
    state.merge(block)

    found = [(row.owner, row.balance) for row in state.starting("account/")]
    assert found == [("c", 0), ("a", 5), ("b", 0)]
    assert list(state.starting("account/b/")) == [account("b")]
    assert list(state.starting("supply/")) == [Supply("SOL")]


def test_rows_of_somebody_are_found_in_a_block_and_below_it():
    state = State()
    block = Overlay(state, 1)
    block.put(account("a", 1))
    block.put(account("b"))
    state.merge(block)

    act = Overlay(Overlay(state, 2), 2)
    act.put(account("a", 2))
    act.put(Account("a", "HORA", "own", "00" * 16, 3))
    act.put(Account("c", "HORA", "own", "00" * 16))

    assert [row.balance for row in state.of("account", "a")] == [1]
    assert [row.balance for row in act.of("account", "a")] == [2, 3]
    assert list(act.of("owed", "a")) == []


def test_places_are_given_in_order_of_creation_and_never_again():
    state = State()
    first = Overlay(state, 1)
    first.put(account("b"))
    first.put(account("a"))
    state.merge(first)

    second = Overlay(state, 2)
    act = Overlay(second, 2)
    act.put(account("a", 1))
    act.put(account("c"))
    act.genesis = "ab"
    second.merge(act)
    state.merge(second)

    assert list(state.places.values()) == [0, 1, 2]
    assert [key.split("/")[1] for key in state.places] == ["b", "a", "c"]
    assert (state.time, state.genesis) == (2, "ab")


def test_a_row_is_written_without_what_stands_in_its_key():
    row = account("a", -5)

    assert key_of(row) == row.key == "account/a/SOL/own"
    assert value_of(row) == b'{"balance":-5,"blind":"' + b"00" * 16 + b'","held":0}'


def test_postings_that_do_not_sum_to_zero_are_a_bug():
    c = town()
    overlay = Overlay(c.state, c.time)
    with pytest.raises(AssertionError, match="do not sum to zero"):
        post(overlay, {AccountKey(CARO, "SOL"): 1})


def test_quantities_are_summed_in_one_unit_only():
    assert Quantity(2, "SOL") + Quantity(-5, "SOL") == -Quantity(3, "SOL")
    with pytest.raises(DifferentUnits, match="cannot combine SOL and DON"):
        Quantity(1, "SOL") + Quantity(1, "DON")


def test_the_tables_of_units():
    assert (standard_unit("CLP").scale, standard_unit("MXN").scale) == (0, 2)
    assert standard_unit("KGM").kind is UnitKind.VOLUME
    assert standard_unit("MXN").kind is UnitKind.CURRENCY
    assert standard_unit("SOL") is None


@pytest.mark.parametrize(("issued", "needed"), [(0, 0), (1, 1), (2, 1), (3, 2)])
def test_the_reserve_that_signs_need_is_rounded_up(issued, needed):
    backing = Backing(unit="MXN", signs=2, money=1)

    assert backing.money_needed(issued) == needed


def test_a_refusal_is_told_in_any_language():
    refusal = UnknownMember(CARO)

    shown = refusal.sentence(lambda _: "No conozco a {member}", lambda _: "Caro")

    assert shown == "No conozco a Caro"
    assert refusal.sentence() == f"{CARO} is not a member of this circuit."
    assert refusal.hint() == "Choose a member from the list, or admit her first."
    assert refusal.values() == {"member": CARO}


def test_values_are_shown_plainly_where_no_locale_is_known():
    assert plain(Quantity(5, "SOL")) == "5 SOL"
    assert plain((Quantity(5, "SOL"), "x")) == "5 SOL, x"
    assert plain(7) == "7"
    assert Malformed("act", "no JSON").sentence().startswith("The act is not well")


def test_rows_that_are_read_share_ids_and_words():
    """A circuit of ten thousand keeps each id once, not once for each row of hers."""
    who = "ab" * 16
    key = (
        b'{"alg":1,"custody":"device","member":"%s","public":"00","since":1,"weight":1}'
        % who.encode()
    )
    held = b'{"balance":0,"blind":"%s","held":0}' % (b"cd" * 16)

    keys = [circuit.decode_row(f"key/{one:016}", key, once=intern) for one in (1, 2)]
    account = circuit.decode_row(f"account/{who}/SOL/own", held, once=intern)

    assert keys[0].member == who
    assert keys[0].member is keys[1].member is account.owner
    assert keys[0].custody is keys[1].custody
