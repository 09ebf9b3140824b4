"""A work day on the command line: recorded, on the statement, verified."""

import json
import secrets
import time

from tests.cli.club import id_of, refused, urdimbre
from urdimbre.core.chain.entry import act_hash, commitment

DAY_SECONDS = 86_400
WORK = "work.common"


def call(club, *names):
    today = int(time.time()) // DAY_SECONDS
    body = {
        "day": today,
        "due": today + 7,
        "category": WORK,
        "quantity": 100,
        "unit": "DAY",
        "members": sorted(id_of(name) for name in names),
    }
    return club.by_common("dues", body, agreement=1)


def agreed(club):
    effect = {"effect": "parameter", "name": "work_days", "value": 6}
    body = {"basis": "founders", "effects": [effect]}
    assert club.record(club.by_common("decision", body)).code == 0


def canonical(act):
    return json.dumps(act, sort_keys=True, separators=(",", ":")).encode()


def roster(club, dues, *lines, why=None):
    body = {"day": dues["body"]["day"], "category": WORK, "unit": "DAY"}
    act = act_hash(club.genesis, canonical(dues))
    body |= {"dues": act, "lines": sorted(lines, key=lambda one: one["deal"])}
    more = {"agreement": 1, "refs": [(act, "releases")]}
    return club.by_common("roster", body, private=[why] if why else [], **more)


def line(dues, name, how, **more):
    deal = dues["body"]["members"].index(id_of(name))
    named = {"deal": deal, "member": id_of(name), "how": how, "quantity": 100}
    return named | more


def test_a_work_day_is_called_counted_told_and_verified(club):
    agreed(club)
    called = call(club, "ana", "beto")
    dues = called["act"]
    salt, text = secrets.token_bytes(16), "tiene fiebre"
    why = commitment(salt, "why", text.encode())
    lines = [line(dues, "ana", "there"), line(dues, "beto", "exempt", why=why)]
    counted = roster(club, dues, *lines, why=why)
    private = [{"field": "why", "salt": salt.hex(), "payload": text}]

    ran = club.record(called, counted | {"private": private})

    told = urdimbre("statement", club.path, id_of("ana"), "--json").json
    assert ran.code == 0
    assert [(one["kind"], len(one["moves"])) for one in told[-2:]] == [
        ("dues", 1),
        ("roster", 2),
    ]
    assert [one["type"] for one in told[-1]["moves"]] == ["goods", "release"]
    assert text.encode() not in (club.path / "registry.db").read_bytes()
    assert urdimbre("verify", club.path).code == 0


def test_nobody_is_called_beyond_what_is_agreed(club):
    agreed(club)
    body = call(club, "ana")["act"]["body"] | {"quantity": 601}

    answer = refused(club, club.by_common("dues", body, agreement=1))

    assert answer["code"] == "more_days_than_agreed"
