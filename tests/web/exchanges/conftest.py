"""What members do beside each other's backs: debits without a signature, mediators."""

import secrets
import time

import pytest
from django.db import connections

from tests.web.conftest import make_place
from tests.web.place import Place
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON

DAY = 86_400


@pytest.fixture(scope="package")
def made_place(tmp_path_factory):
    """A circuit of their own: objections that stay open are nobody else's matter."""
    yield make_place(tmp_path_factory.mktemp("exchanges") / "circuit")
    from urdimbre.web import opened

    opened.close()
    connections.close_all()


@pytest.fixture
def behind(place):
    """The circuit as its registry sees it, to record what no page writes."""
    from urdimbre.web import opened

    found = Place.__new__(Place)
    found.path, found.circuit = place, opened.circuit()
    persons = found.circuit.desk.persons()
    found.members = {one.name: id_ for id_, one in persons.items()}
    return found


@pytest.fixture
def debit(behind):
    """Let one debit another in signs under her standing consent; give the receipt."""

    def debited(creditor: str, debtor: str, *, minor: int = 450, days: int = 14) -> str:
        writes, stands = behind.members[creditor], behind.members[debtor]
        consent = _consent(behind, stands, writes, days)
        deal = drafting.deal(
            "barter",
            drafting.goods(
                writes, stands, category="food.prepared", quantity=5000, unit="KGM"
            ),
            drafting.signs(stands, writes, minor, "TOTAI"),
        )
        body = drafting.exchange(
            int(time.time()) // DAY, deal, consents=[(stands, consent)]
        )
        made = behind.record("exchange", body, by=writes, signers=[(writes, "")])
        return f"/receipts/{made.index}"

    return debited


def _consent(behind, stands, writes, days):
    id_, now = secrets.token_hex(16), int(time.time())
    body = {
        "id": id_,
        "principal": stands,
        "agents": [],
        "purpose": "accept_debit",
        "kinds": ["exchange"],
        "modes": ["barter"],
        "creditor": writes,
        "unit": "TOTAI",
        "max_each": 1000,
        "max_balance": 10_000,
        "contest_days": days,
        "from": now - 1,
        "until": now + 30 * DAY,
    }
    behind.record("mandate", body, by=stands, signers=[(stands, "")])
    return id_


@pytest.fixture
def name_mediator(behind):
    """Give somebody the common's mandate to settle objections for a while."""

    def named(name: str) -> None:
        now = int(time.time())
        body = {
            "id": secrets.token_hex(16),
            "principal": COMMON,
            "agents": [behind.members[name]],
            "purpose": "mediate",
            "kinds": ["adjust", "contest"],
            "from": now - 1,
            "until": now + 30 * DAY,
        }
        founder = (behind.members["Fundadora"], behind.common_policy)
        behind.record("mandate", body, by=COMMON, signers=[founder])

    return named
