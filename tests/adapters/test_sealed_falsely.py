"""verify judges each act by the rules at its block, whatever a host has sealed.

The host here runs a program of his own: it writes down what it likes and seals it, so
that hashes, headers, roots and checkpoint fit. Only a replay of the rules can see it.
"""

from contextlib import closing

import pytest

from tests.adapters import making
from tests.adapters.making import FOUNDER, SIGN, id_of
from urdimbre.adapters.bundle import verify_bundle, write_bundle
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.core import circuit as rules
from urdimbre.core import drafting
from urdimbre.core.chain.entry import ZERO16, decode, signed_entry
from urdimbre.projections.project import Projection
from urdimbre.recording import Registry

FAR = 10**12
"""Beyond every limit."""


class Host:
    """A circuit whose host checks nothing."""

    def __init__(self, folder, monkeypatch):
        projector = Projection()
        self.folder = folder
        self.clock = making.Clock()
        registry = Registry(
            SqliteStore(folder / "registry.db", schema=projector.schema),
            node=making.node(),
            clock=self.clock,
            verify=lambda *_: True,
            admissible=lambda _: True,
            projector=projector,
        )
        self.made = making.Making(registry, self.clock)
        registry.found(making.genesis_entry())
        self.made.admit("ana", "beto")
        self._patch = monkeypatch

    def seals(self, entry):
        """Seal an entry that no rule is asked about; returns where it stands."""
        with self._patch.context() as patch:
            patch.setattr(rules, "refusals", lambda *_: ())
            receipt = self.made.record(entry)
        self.made.admit("dina")  # and goes on
        return receipt.index

    def close(self):
        self.made.registry.close()


@pytest.fixture
def host(tmp_path, monkeypatch):
    found = Host(tmp_path, monkeypatch)
    yield found
    found.close()


def without(entry, name):
    """The entry without somebody's signature."""
    signed = decode(entry)
    kept = [slot for slot in signed.slots if slot.member != id_of(name)]
    return signed_entry(signed.act, kept).encode()


def unsigned_by_the_other(host):
    return without(host.made.barter("ana", "beto", 5), "beto")


def under_a_mandate_that_nobody_gave(host):
    deal = drafting.deal("barter", *_moves("beto", "ana"))
    act = host.made.draft("exchange", drafting.exchange(making.DAY, deal), by="ana")
    return host.made.sign_under(act, ("ana", ""), ("ana", "ee" * 16))


def by_a_consent_that_nobody_gave(host):
    deal = drafting.deal("barter", *_moves("beto", "ana"))
    consents = [{"mandate": "ee" * 16, "party": {"member": id_of("beto")}}]
    body = drafting.exchange(making.DAY, deal) | {"consents": consents}
    return host.made.sign(host.made.draft("exchange", body, by="ana"), "ana")


def beyond_a_limit(host):
    return host.made.barter("ana", "beto", FAR)


def after_its_end(host):
    entry = host.made.barter("ana", "beto", 5)
    host.clock.now += 2 * 86_400
    return entry


def with_a_key_that_had_ended(host):
    made = host.made
    body = {"add": drafting.key(making.public_of("new"), "device")}
    act = made.draft("key", body, by="ana")
    added = signed_entry(
        act,
        [
            making.slot(act, "ana", ZERO16, made.genesis),
            making.slot(act, "ana", ZERO16, made.genesis, key="new"),
        ],
    )
    made.record(added.encode())
    old = decode(made.barter("ana", "beto", 1)).slots
    revoked = next(slot.key_id for slot in old if slot.member == id_of("ana"))
    act = made.draft("key", {"revoke": revoked}, by="ana")
    slot = making.slot(act, "ana", ZERO16, made.genesis, key="new")
    made.record(signed_entry(act, [slot]).encode())
    return made.barter("ana", "beto", 7)


def issued_by_nobody(host):
    body = {"member": id_of("ana"), "quantity": 5, "unit": SIGN}
    return host.made.sign(host.made.draft("issue", body, by="common"), "ana")


def admitted_without_the_common(host):
    return without(host.made.admission("carla"), FOUNDER)


def _moves(giver, taker):
    return (
        drafting.goods(id_of(giver), id_of(taker), category="food.rice", quantity=1),
        drafting.signs(id_of(taker), id_of(giver), 5, SIGN),
    )


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (unsigned_by_the_other, "consent_missing"),
        (under_a_mandate_that_nobody_gave, "consent_missing"),
        (by_a_consent_that_nobody_gave, "unknown_mandate"),
        (beyond_a_limit, "over_credit_limit"),
        (after_its_end, "expired"),
        (with_a_key_that_had_ended, "key_revoked"),
        (issued_by_nobody, "not_issued"),
        (admitted_without_the_common, "consent_missing"),
    ],
)
def test_what_the_rules_refuse_is_named_though_it_was_sealed(host, made, code):
    try:
        at = host.seals(made(host))
    finally:
        host.close()

    found = verify_folder(host.folder, projector=Projection()).first_error
    with closing(SqliteStore(host.folder / "registry.db", write=False)) as store:
        write_bundle(store, host.folder / "all.tar")
    bundled = verify_bundle(host.folder / "all.tar").first_error

    for error in (found, bundled):
        assert (error.table, error.entry) == ("entry", at)
        assert error.reason.startswith(f"{code}: "), error.reason
