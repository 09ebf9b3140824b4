"""What each kind of act holds, field by field, as the specification lists it."""

import json
from copy import deepcopy

import pytest

from tests.vectors.test_vectors import STORIES, acts_of, genesis_of, load
from urdimbre.core import circuit
from urdimbre.core.acts import ENVELOPE, seconds
from urdimbre.core.encoding import dumps
from urdimbre.core.membership.rows import (
    guardians_fields,
    key_fields,
    most,
    policy_fields,
    rule_fields,
)
from urdimbre.core.obligations import due
from urdimbre.core.reading import LIST_MAX, ListOf, Record
from urdimbre.core.refusals import Malformed

KINDS = circuit.KINDS
EXCHANGE = KINDS["exchange"].body
TABLES = {
    "Act": ("agreement by id private refs valid_until", ""),
    "Ref": ("act rel", ""),
    "Exchange": ("day deals", "consents"),
    "Deal": ("mode moves", "need"),
    "StandingConsent": ("mandate party", ""),
    "Goods": (
        "category giver measure quantity taker title unit use",
        "for may of product",
    ),
    "Money": ("giver quantity taker unit", "into purpose purse"),
    "Signs": ("giver on_limit quantity taker unit", "purpose"),
    "Promise": ("due giver taker what", "or risk"),
    "Promised": ("quantity type unit", "category product"),
    "Alternative": ("quantity type unit", "category"),
    "Due": ("", "date event every_days from latest open times"),
    "Release": ("giver owed quantity reason taker", ""),
    "MoveId": ("deal move", "act"),
    "DealId": ("act deal", ""),
    "Admit": ("blind kind member sponsors", "key policy"),
    "Leave": ("member", ""),
    "Key body": ("", "add recover revoke veto"),
    "Recover": ("key member", ""),
    "Key": ("alg custody key", "next weight"),
    "Policy": ("id principal rules", "guardians"),
    "PolicyFields": ("id rules", "guardians"),
    "Rule": ("kinds need", "max not_only of"),
    "Most": ("quantity unit", ""),
    "Guardians": ("need of", ""),
    "Mandate": (
        "agents from id kinds principal purpose until",
        (
            "contest_days creditor fetchers max_balance max_each max_per_period modes "
            "period_days unit"
        ),
    ),
    "Decision": ("basis effects", "attested_by minutes"),
    "Issue": ("member quantity unit", ""),
    "Thanks": ("deal party", ""),
    "Adjust": ("deal moves", ""),
    "Change": ("delta move", ""),
    "Contest": ("deal", "outcome"),
    "Void": ("act", ""),
    "Freeze": ("member on", "by_key"),
    "Rules": ("from version", ""),
    "Node body": ("new old", ""),
    "Clock": ("after before", ""),
    "Unit": ("code kind scale", "backing equivalent home home_code regime scope"),
    "Backing": ("money signs unit", ""),
    "Equivalent": ("measure standard unit", ""),
}
"""Required and optional fields of every record that section 1 and 2 name."""


def records():
    """Every table that an act can be read by, under its name."""
    found = {}
    waiting = [(f"{one.body.name} body", one.body) for one in KINDS.values()]
    waiting += [("Act", ENVELOPE)]
    while waiting:
        name, reader = waiting.pop()
        if isinstance(reader, Record):
            if found.get(name) is reader:
                continue
            found[name] = reader
            parts = reader.fields.values()
        else:
            parts = reader.parts
        waiting += [(getattr(one, "name", ""), one) for one in parts]
    return found


RECORDS = records()


@pytest.mark.parametrize("name", TABLES)
def test_a_record_has_exactly_the_fields_of_the_specification(name):
    record = RECORDS.get(name) or RECORDS[f"{name} body"]
    required, optional = TABLES[name]

    assert sorted(record.required) == required.split()
    assert sorted(record.optional) == optional.split()


def test_records_that_several_acts_share_are_one_table():
    shared = {
        "Key": key_fields,
        "PolicyFields": policy_fields,
        "Rule": rule_fields,
        "Most": most,
        "Guardians": guardians_fields,
        "Due": due,
    }

    assert {name: RECORDS[name] for name in shared} == shared


CHOICES = {
    ("Goods", "measure"): "counted weighed estimated",
    ("Goods", "title"): "transfer custody return",
    ("Goods", "use"): "consumption production circulation resale common",
    ("Goods", "may"): "use sell",
    ("Money", "purpose"): "deposit use_price damage dues",
    ("Signs", "purpose"): "deposit use_price damage dues",
    ("Money", "purse"): "till bank reserve",
    ("Signs", "on_limit"): "refuse owe",
    ("Promised", "type"): "goods work money signs",
    ("Promise", "risk"): "debtor shared creditor",
    ("Release", "reason"): "fulfilled loss passed_on replaced forgiven",
    ("Deal", "mode"): "sale barter gift lend settle",
    ("Ref", "rel"): "adjusts answers settles decided_by contests releases",
    ("Admit body", "kind"): "person household initiative emporio fund circuit",
    ("Key", "custody"): "server device app hardware import link",
    ("Mandate body", "purpose"): ("act accept_credit accept_debit attest care mediate"),
    ("Decision body", "basis"): "founders meeting vote",
    ("Contest body", "outcome"): "withdrawn upheld rejected",
}


@pytest.mark.parametrize(("where", "names"), CHOICES.items(), ids=str)
def test_a_field_with_names_has_exactly_those_of_the_specification(where, names):
    record, field = where

    assert RECORDS[record].fields[field].form.names == tuple(names.split())


def test_no_list_of_an_act_is_longer_than_64():
    highs = [
        field.form.high
        for record in RECORDS.values()
        for field in record.fields.values()
        if isinstance(field.form, ListOf)
    ]

    assert len(highs) >= 15
    assert LIST_MAX == 64
    assert max(highs) <= LIST_MAX
    private, refs = ENVELOPE.fields["private"], ENVELOPE.fields["refs"]
    assert (private.form.high, refs.form.high) == (8, 16)


def test_an_act_tells_the_day_and_no_time_of_a_device():
    """Where seconds stand, they are block times that a mandate or decision names."""
    timed = {
        f"{name}.{field}"
        for name, record in RECORDS.items()
        for field, reader in record.fields.items()
        if reader is seconds
    }

    assert timed == {
        "Act.valid_until",
        "Clock body.after",
        "Clock body.before",
        "Mandate body.from",
        "Mandate body.until",
        "Mandate.from",
        "Mandate.until",
        "NameWitness.until",
        "Rules body.from",
        "SetParameter.from",
    }


# ------------------------------------------------------------- acts that were recorded
def _shapes(value, path=()):
    """The paths of every value within, outside in."""
    yield path
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _shapes(one, (*path, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _shapes(one, (*path, place))


def _recorded():
    """One recorded act of each shape: its value, and the circuit it is of."""
    found = {}
    for story in STORIES:
        told = load(story)
        for act in acts_of(told):
            value = json.loads(act["act"])
            shape = value["kind"], *map(str, _shapes(value))
            found.setdefault(shape, (value, genesis_of(told, act)))
    return list(found.values())


RECORDED = _recorded()


def _at(value, path):
    for step in path:
        value = value[step]
    return value


def _changed(value, path, new):
    """A copy of an act in which another value stands at a path."""
    copy = deepcopy(value)
    _at(copy, path[:-1])[path[-1]] = new
    return copy


def _readable(value, genesis):
    return not isinstance(circuit.read(dumps(value), genesis), Malformed)


def test_there_are_acts_of_every_kind():
    kinds = {value["kind"] for value, _ in RECORDED}

    assert kinds == {*KINDS} - {"rules"}
    assert all(_readable(value, genesis) for value, genesis in RECORDED)


def test_a_key_that_the_kind_does_not_define_is_refused_wherever_it_stands():
    for value, genesis in RECORDED:
        for path in _shapes(value):
            if isinstance(_at(value, path), dict):
                assert not _readable(_changed(value, (*path, "zz"), 1), genesis), path


@pytest.mark.parametrize("new", [None, [], "", {}], ids=repr)
def test_what_is_absent_is_left_out_and_never_empty_or_null(new):
    """But for the lists that are always there, which may be empty."""
    always = {"agents", "effects", "limits", "private", "refs", "sponsors", "units"}
    for value, genesis in RECORDED:
        for path in _shapes(value):
            if not path or (new == [] and path[-1] in always):
                continue
            assert not _readable(_changed(value, path, new), genesis), path


@pytest.mark.parametrize("new", [True, 1.0, 2**53, -(2**53)], ids=repr)
def test_a_number_is_whole_and_within_what_every_reader_keeps(new):
    for value, genesis in RECORDED:
        for path in _shapes(value):
            if type(_at(value, path)) is int:
                assert not _readable(_changed(value, path, new), genesis), path


def test_a_key_that_the_kind_requires_is_never_missing():
    for value, genesis in RECORDED:
        for name in (*ENVELOPE.fields, "body", "kind", "v"):
            fewer = {key: one for key, one in value.items() if key != name}
            assert not _readable(fewer, genesis)
        for name in KINDS[value["kind"]].body.required:
            body = {key: one for key, one in value["body"].items() if key != name}
            assert not _readable(value | {"body": body}, genesis)
