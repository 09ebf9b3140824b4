"""The count beside *Home* is that of the drafts which wait, whoever has signed."""

import itertools

import pytest

ANA, BETO, HOUSEHOLD = ("a" * 32, "b" * 32, "c" * 32)
# Slots of a draft for whom and by whom: none without a signature, as while it waits.
SIGNED = (
    (),
    ((ANA, "", None),),
    ((ANA, ANA, b"1"),),
    ((ANA, ANA, b"1"), (ANA, "", None)),
    ((HOUSEHOLD, "", None),),
    ((HOUSEHOLD, ANA, b"1"), (HOUSEHOLD, "", None)),
    ((HOUSEHOLD, ANA, b"1"), (HOUSEHOLD, BETO, b"2")),
    ((HOUSEHOLD, BETO, b"1"), (HOUSEHOLD, "", None), (ANA, "", None)),
)


@pytest.fixture
def drafts(place):
    """Drafts in each state with each of these sets of signatures."""
    from urdimbre.web.exchanges.models import Draft, Signer

    states = ("preparing", "waiting", "recorded", "declined", "cancelled")
    for number, (state, slots) in enumerate(itertools.product(states, SIGNED)):
        draft = Draft.objects.create(
            id=f"{number:032x}",
            by=BETO,
            kind="exchange",
            act=b"",
            state=state,
            created=0,
            valid_until=0,
        )
        for member, person, slot in slots:
            Signer.objects.create(draft=draft, member=member, person=person, slot=slot)
    yield
    Draft.objects.filter(created=0).delete()


@pytest.mark.parametrize(
    ("member", "person", "waiting"),
    [(ANA, ANA, 3), (HOUSEHOLD, ANA, 2), (HOUSEHOLD, BETO, 2)],
)
def test_as_many_are_counted_as_wait(drafts, member, person, waiting):
    from urdimbre.web.exchanges.models import waiting_count, waiting_for

    selected = waiting_for(member, person)

    assert waiting_count(member, person) == selected.count() == waiting
