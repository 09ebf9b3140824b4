"""A flood of cheap invalid acts from one member costs the others nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters import making
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain.entry import ActEntry, decode
from urdimbre.recording import Receipt, Registry
from urdimbre.recording.answers import BrokenBytes, IdTaken, TooManyActs
from urdimbre.recording.quota import HOUR, SENDERS_MAX, Quota

ROSA, BETO = making.id_of("Rosa"), making.id_of("Beto")
MOST = 600


class Clockwork:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Watched:
    """The steps that an entry gets to, in order."""

    def __init__(self, registry: Registry, monkeypatch):
        self.steps = []
        chain, checker = registry._chain, registry._checker
        self._note(monkeypatch, chain, "read", "parse")
        self._note(monkeypatch, chain.store, "acts_named", "number")
        self._note(monkeypatch, chain, "view", "rules")
        verify = checker.verify

        def verified(*job):
            self.steps.append("signature")
            return verify(*job)

        monkeypatch.setattr(registry, "_checker", checker._replace(verify=verified))
        self._note(monkeypatch, registry._writer, "put", "queue")

    def _note(self, monkeypatch, owner, name, step):
        work = getattr(owner, name)

        def noted(*arguments, **more):
            self.steps.append(step)
            return work(*arguments, **more)

        monkeypatch.setattr(owner, name, noted)


@pytest.fixture
def clockwork():
    return Clockwork()


@pytest.fixture
def made(tmp_path, clockwork):
    found = making.found(tmp_path, quota=Quota(clockwork))
    found.admit("Rosa", "Beto")
    yield found
    found.registry.close()


def test_a_flood_ends_at_the_quota_and_others_go_on(made):
    answers = [made.registry.submit(b"\x01", sender=ROSA) for _ in range(MOST + 50)]
    honest = made.barter("Beto", "Rosa", 5)

    assert [type(one) for one in answers[:MOST]] == [BrokenBytes] * MOST
    assert answers[MOST:] == [TooManyActs(ROSA, MOST, 7)] * 50
    assert isinstance(made.registry.submit(honest, sender=BETO), Receipt)


def test_what_is_over_the_quota_is_not_even_parsed(made, monkeypatch):
    honest = made.barter("Rosa", "Beto", 5)
    for _ in range(MOST):
        made.registry.submit(b"\x01", sender=ROSA)
    watched = Watched(made.registry, monkeypatch)

    refused = made.registry.submit(honest, sender=ROSA)

    assert isinstance(refused, TooManyActs)
    assert watched.steps == []


def test_time_lets_her_send_again(made, clockwork):
    for _ in range(MOST + 1):
        wait = made.registry.submit(b"\x01", sender=ROSA)
    clockwork.now += wait.wait

    answer = made.registry.submit(made.barter("Rosa", "Beto", 5), sender=ROSA)

    assert isinstance(answer, Receipt)
    assert isinstance(made.registry.submit(b"\x01", sender=ROSA), TooManyActs)


def test_a_decision_gives_her_more(made):
    effect = {"effect": "parameter", "name": "acts_per_hour", "value": MOST + 10}
    body = {"basis": "founders", "effects": [effect]}
    act = made.draft("decision", body, by="common")
    made.record(made.sign(act, common=[making.FOUNDER]))

    answers = [made.registry.submit(b"\x01", sender=ROSA) for _ in range(MOST + 11)]

    assert [isinstance(one, TooManyActs) for one in answers[-2:]] == [False, True]


def _forged(entry):
    signed = decode(entry)
    slots = tuple(one._replace(signature=bytes(64)) for one in signed.slots)
    return ActEntry(signed.act, slots).encode()


def test_signatures_come_last_and_only_what_holds_is_queued(made, monkeypatch):
    first = made.barter("Rosa", "Beto", 5)
    beyond = made.barter("Rosa", "Beto", 10**12)
    forged = _forged(made.barter("Rosa", "Beto", 6))
    watched = Watched(made.registry, monkeypatch)
    seen = []
    for entry in (b"\x01" * 3, b"\x01\x00{}", beyond, forged, first, first):
        watched.steps.clear()
        made.registry.submit(entry)
        seen.append(list(watched.steps))

    checked = ["parse", "number", "rules", "signature"]
    assert seen == [
        [],
        ["parse"],
        ["parse", "number", "rules"],
        checked,
        [*checked, "signature", "queue", "number"],
        ["parse", "number"],
    ]


def test_a_number_that_is_taken_is_told_before_anything_is_verified(made, monkeypatch):
    act = made.draft("void", {"act": "00" * 32}, by="Rosa", id_="11" * 16)
    made.record(made.sign(act, "Rosa"))
    other = made.draft("void", {"act": "22" * 32}, by="Rosa", id_="11" * 16)
    watched = Watched(made.registry, monkeypatch)

    answer = made.registry.submit(_forged(made.sign(other, "Rosa")))

    assert isinstance(answer, IdTaken)
    assert "signature" not in watched.steps


@given(
    st.lists(st.tuples(st.floats(0, 5_000), st.booleans()), max_size=60),
    st.integers(10, 1_000),
)
def test_nobody_sends_more_than_agreed_in_an_hour(steps, per_hour):
    """Beyond the bucket that was full at first, time alone lets acts pass."""
    clockwork = Clockwork()
    quota = Quota(clockwork)
    passed = 0
    for seconds, burst in steps:
        clockwork.now += seconds
        for _ in range(per_hour if burst else 1):
            passed += quota.take("somebody", per_hour) == 0

    assert passed <= per_hour + clockwork.now * per_hour / HOUR + 1


def test_who_waits_as_told_passes():
    clockwork = Clockwork()
    quota = Quota(clockwork)
    for per_hour in (10, 77, 1_000):
        sender = f"sends {per_hour}"
        while not (wait := quota.take(sender, per_hour)):
            pass
        clockwork.now += wait

        assert quota.take(sender, per_hour) == 0


def test_buckets_take_bounded_room():
    quota = Quota(Clockwork())

    for number in range(SENDERS_MAX + 500):
        quota.take(f"{number:032x}", 10)

    assert len(quota._left) == SENDERS_MAX


def test_the_verifier_is_the_pinned_one(made):
    assert made.registry._checker.verify is ed25519.verify
