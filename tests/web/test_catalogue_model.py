"""Search and filters of the catalogue beside a naive program, on random listings."""

import re
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.web.acting import ANA, BETO, CARLA

WORDS = ("Pão", "maíz", "HUEVOS", "leña", "güeras", "mano", "queso", "cine", "Ñandú")
CODES = ("food.grain", "food.fresh", "seed", "tools", "work.field")
DAY = 86_400
SAID = st.lists(st.sampled_from(WORDS), max_size=4).map(", ".join)
LISTING = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["offer", "need"]),
        "owner": st.sampled_from([ANA, BETO, CARLA]),
        "title": SAID,
        "text": SAID,
        "category": st.sampled_from(CODES),
        "age": st.integers(0, 3),
        "days": st.sampled_from([-1, 5, 90]),
        "withdrawn": st.sampled_from([False, False, True]),
    }
)
ASKED = st.fixed_dictionaries(
    {
        "q": st.sampled_from(["", *WORDS]),
        "written": st.sampled_from(["as it is", "plain", "large"]),
        "kind": st.sampled_from(["", "", "offer", "need", "neither"]),
        "category": st.sampled_from(["", "", "food", *CODES, "none"]),
    }
)
often = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def plain(text):
    """Without accents and case."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if not unicodedata.combining(one)).lower()


def typed(asked):
    """The word as somebody types it."""
    written = {"plain": plain(asked["q"]), "large": asked["q"].upper()}
    return written.get(asked["written"], asked["q"])


def put_up(rows, members):
    """Put listings on the desk; returns their ids, the newest first."""
    from urdimbre.web.catalogue.models import Listing

    Listing.objects.all().delete()
    now = int(time.time())
    found = []
    for n, row in enumerate(rows):
        created = now - row["age"] * 100
        Listing.objects.create(
            id=f"{n:032x}",
            kind=row["kind"],
            member=members[row["owner"]],
            title=row["title"],
            text=row["text"],
            category=row["category"],
            created=created,
            until=now + row["days"] * DAY,
            withdrawn=row["withdrawn"],
        )
        found.append((-created, f"{n:032x}", row))
    return [(key, row) for _, key, row in sorted(found, key=lambda one: one[:2])]


def fits(row, asked):
    """Whether a listing is live and passes the filters, the typed word apart."""
    kinds = ("offer", "need")
    return (
        not row["withdrawn"]
        and row["days"] > 0
        and (asked["kind"] not in kinds or row["kind"] == asked["kind"])
        and row["category"].startswith(asked["category"])
    )


def says(row, word):
    """Whether the typed word stands in a listing."""
    words = re.findall(r"\w+", plain(f"{row['title']} {row['text']}"))
    return plain(word) in words


def shown(client, address, **asked):
    """Ids on all pages of a list, in order."""
    found, page = [], 1
    while True:
        context = client.get(address, asked | {"page": page}).context
        found += [one.id for one in context["lines"]]
        if "page" not in context or not context["page"].has_next():
            return found
        page += 1


@pytest.fixture
def members(as_member, number_of, monkeypatch):
    from django.template import Template
    from django.test.utils import instrumented_test_render

    from urdimbre.projections.models import Member
    from urdimbre.web.catalogue.models import Listing

    # So that the test client is told what a page was made of.
    monkeypatch.setattr(Template, "_render", instrumented_test_render)
    named = {one: number_of(one) for one in (ANA, BETO, CARLA)}
    yield {one: Member.objects.get(no=no).id for one, no in named.items()}
    Listing.objects.all().delete()


@often
@given(
    rows=st.lists(LISTING, max_size=45), asked=st.lists(ASKED, min_size=4, max_size=4)
)
def test_the_catalogue_shows_what_a_naive_program_finds(
    as_member, members, rows, asked
):
    client, listed = as_member(BETO), put_up(rows, members)

    for one in asked:
        through = [key for key, row in listed if fits(row, one)]
        found = shown(
            client,
            "/catalogue",
            q=typed(one),
            kind=one["kind"],
            category=one["category"],
        )
        if not one["q"]:
            assert found == through
            continue
        # A search may find more (other forms of a word), but nothing that a filter
        # leaves out, and everything in which the word stands.
        assert len(found) == len(set(found))
        assert set(found) <= set(through)
        said = {key for key, row in listed if fits(row, one) and says(row, one["q"])}
        assert said <= set(found)


@often
@given(rows=st.lists(LISTING, max_size=45))
def test_each_sees_her_own_and_nobody_elses(as_member, members, rows):
    listed = put_up(rows, members)

    for name in (ANA, BETO):
        hers = [key for key, row in listed if row["owner"] == name]
        mine = shown(as_member(name), "/catalogue/mine")
        # Of two put up in one second either may come first.
        assert sorted(mine) == sorted(hers)
