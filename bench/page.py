"""How long a member waits for a page, beside an empty Django view in the same run."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measuring import Figure, recorded
from tests.adapters import making
from tests.web.place import Place
from urdimbre.adapters.desk import Person
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, signed_entry
from urdimbre.web import serving

if TYPE_CHECKING:
    from django.test import Client

MEMBERS = 1_000
ACTS = 100_000
LOT = 5_000
TURNS = 60
SIGN = "TOTAI"
PAGES = {
    "home": "/",
    "statement": "/statement",
    "catalogue": "/catalogue",
    "notebook": "/notebook",
    "board": "/board",
}


def figures() -> Iterator[Figure]:
    """Measure the 95th percentile of the pages of a large circuit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "circuit"
        fill(Place(folder), members=MEMBERS, acts=ACTS)
        client = _entered(folder)
        client.get("/empty")
        for page, address in PAGES.items():
            times, beside, size = _turns(client, address)
            p95, empty = _percentile(times), _percentile(beside)
            yield Figure(
                bench="page" if page == "home" else f"page_{page}",
                value=p95 * 1e3,
                unit="ms p95",
                ratio=p95 / empty,
                against="empty view",
                n=TURNS,
            )
            yield Figure(bench=f"bytes_{page}", value=size, unit="bytes", n=1)
        leave()


def fill(place: Place, *, members: int, acts: int) -> None:
    """Admit members and let them exchange, each with another at every turn."""
    names = [f"member {number}" for number in range(members)]
    registry, genesis = place.circuit.registry, place.circuit.registry.genesis
    for start in range(0, members, LOT):
        lot = names[start : start + LOT]
        recorded(registry, [_admission(place, name, genesis) for name in lot])
    place.circuit.desk.add_persons(
        [Person(making.id_of(name), name.title()) for name in names]
    )
    now = int(time.time())
    for start in range(0, acts, LOT):
        entries = []
        for number in range(start, min(start + LOT, acts)):
            giver = names[number % members]
            taker = names[(number * 13 + 1 + number // members) % members]
            entries.append(_barter(giver, taker, genesis, now=now))
        recorded(registry, [entry for entry in entries if entry])
    place.close()


def _admission(place: Place, name: str, genesis: str) -> bytes:
    body = {
        "blind": secrets.token_hex(16),
        "key": drafting.key(making.public_of(name), "device"),
        "kind": "person",
        "member": making.id_of(name),
        "sponsors": [],
    }
    act = drafting.draft(
        "admit",
        body,
        by=COMMON,
        id_=secrets.token_hex(16),
        valid_until=int(time.time()) + 86_400,
    )
    own = making.slot(act, name, ZERO16, genesis)
    founder = place.circuit.keys.slot(
        act,
        genesis,
        member=place.members["Fundadora"],
        mandate=place.common_policy,
    )
    return signed_entry(act, [own, founder]).encode()


def _barter(giver: str, taker: str, genesis: str, *, now: int) -> bytes:
    if giver == taker:
        return b""
    one, other = making.id_of(giver), making.id_of(taker)
    deal = drafting.deal(
        "barter",
        drafting.goods(one, other, category="food.rice", quantity=2),
        drafting.signs(other, one, 1, SIGN),
    )
    act = drafting.draft(
        "exchange",
        drafting.exchange(now // 86_400, deal),
        by=one,
        id_=secrets.token_hex(16),
        valid_until=now + 86_400,
    )
    return making.signed(act, [(giver, ZERO16), (taker, ZERO16)], genesis)


def _entered(folder: Path) -> Client:
    """Return a client in which one of the members has entered."""
    key = session_in(folder)
    from django.conf import settings
    from django.test import Client

    settings.ROOT_URLCONF = "bench.empty_urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(headers={"Accept-Language": "es"})
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def session_in(folder: Path) -> str:
    """Let one of the members enter; return the key that her browser would keep."""
    serving.prepare(folder)
    from django.contrib.sessions.backends.db import SessionStore

    from urdimbre.web.circuit.entering import seal
    from urdimbre.web.circuit.models import Login

    login = Login.objects.create(
        handle="member", password="!", member=making.id_of("member 1")
    )
    session = SessionStore()
    session["login"], session["seal"] = login.pk, seal(login)
    session.create()
    return str(session.session_key)


def token_in(folder: Path) -> str:
    """Make the token of a program that may read all that this member may."""
    serving.settle_in(folder)
    from urdimbre.web.api import tokens
    from urdimbre.web.api.scopes import SCOPES
    from urdimbre.web.circuit.entering import here_of
    from urdimbre.web.circuit.models import Login

    login = Login.objects.get(handle="member")
    here = here_of(login, login.member)
    assert here is not None
    allowed = {
        "name": "bench",
        "scopes": " ".join(scope for scope, _ in SCOPES),
        "until": int(time.time()) + 86_400,
    }
    return tokens.make(here, allowed)


def leave() -> None:
    """Close the circuit and the tables that this process has open."""
    from django.db import connections

    from urdimbre.web import opened

    opened.close()
    connections.close_all()


def _turns(client: Client, address: str) -> tuple[list[float], list[float], int]:
    """Ask for a page and the empty one in turn; return their times and its bytes."""
    times, beside, size = [], [], 0
    client.get(address)
    for _ in range(TURNS):
        start = time.perf_counter()
        answer = client.get(address)
        middle = time.perf_counter()
        client.get("/empty")
        beside.append(time.perf_counter() - middle)
        times.append(middle - start)
        size = len(answer.content)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    return times, beside, size


def _percentile(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
