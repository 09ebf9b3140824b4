"""What do we spend? Each family says it for itself; all see the sums only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.acting import ANA, BETO, CARLA, text

RICE = {"what": "Arroz", "much": "10 kg", "price": "45", "shop": "La Esquina"}


@pytest.fixture
def nobody_yet(place):
    from urdimbre.web.spending.models import Family

    Family.objects.all().delete()


def said(client, **more):
    """Add a line to one's own list; return its address."""
    address = client.get("/spending/mine")["Location"]
    answer = client.post(address, RICE | more)
    assert answer.status_code == 302, text(answer)
    return address


@pytest.mark.usefixtures("nobody_yet")
def test_sums_are_shown_from_three_families_on(as_member):
    ana, beto, carla = (as_member(name) for name in (ANA, BETO, CARLA))
    said(ana)
    said(beto, what="arroces", much="500 g", price="44,01", shop="LA ESQUINA")
    before = text(ana.get("/spending"))
    assert "450" not in before
    assert "So far 2 have said it." in before

    said(carla, what="Árroz", shop="la esquina")
    oil = {"what": "Aceite", "much": "2", "price": "60", "shop": "Mercado"}
    for one in (ana, beto, carla):
        said(one, **oil)

    shown = text(ana.get("/spending"))
    # 450 + 22.005, rounded up at the half, + 450 on rice, 3 x 120 on oil.
    assert "1,282.01 BOB" in shown
    assert "1,282.01 BOB of it on Arroz and Aceite." in shown
    assert "1,282.01 BOB in two shops: La Esquina and Mercado." in shown
    assert "922.01 BOB" in shown

    said(ana, what="Cigarros", much="1", price="7", shop="Mercado")

    # A row of hers alone would tell it; so would all others together, taken off.
    closer = text(ana.get("/spending"))
    assert "Cigarros" not in closer
    assert "1,289.01 BOB" in closer
    assert "922.01 BOB of it on Arroz." in closer
    assert "everything else 367.00 BOB" in closer


@pytest.mark.usefixtures("nobody_yet")
def test_nobody_sees_what_another_family_spends(as_member):
    ana = as_member(ANA)
    address = said(ana)

    assert "450.00 BOB" in text(ana.get(address))
    assert as_member(BETO).get(address).status_code == 404
    # Who acts for the common finds the family, but only lines written by herself.
    founder = as_member("Fundadora")
    assert "Arroz" not in text(founder.get(address))
    line = ana.get(address).content.decode().partition("/drop")[0].rpartition("/")[2]
    founder.post(f"{address}/{line}/drop")
    assert "Arroz" in text(ana.get(address))
    ana.post(f"{address}/{line}/drop")
    assert "Arroz" not in text(ana.get(address))


@pytest.mark.usefixtures("nobody_yet")
def test_one_person_writes_for_families_that_are_no_members_yet(as_member):
    founder = as_member("Fundadora")

    made = founder.post("/spending", {"name": "Familia Vargas"})["Location"]
    again = founder.post("/spending", {"name": "familia vargás"})["Location"]
    hers = founder.post("/spending", {"name": "ana"})["Location"]

    assert made == again
    assert hers == as_member(ANA).get("/spending/mine")["Location"]
    founder.post(made, RICE)
    assert "Written by Fundadora" in text(founder.get(made))
    several = founder.post("/spending", {"name": "Núñez"})
    assert several.status_code == 422
    assert "can be one of several" in text(several)
    assert as_member(ANA).post("/spending", {"name": "X"}).status_code == 404


spent = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.sampled_from("pqrstuvw"), st.integers(1, 99)
    ),
    max_size=40,
)


@given(spent)
def test_no_row_is_of_fewer_than_three_families_and_nothing_is_lost(lines):
    from urdimbre.web.spending.adding_up import FAMILIES_MIN, Spent, rows

    found = rows(Spent(family, key, key, money) for family, key, money in lines)

    assert sum(row.money for row in found) == sum(money for _, _, money in lines)
    if len({family for family, _, _ in lines}) >= FAMILIES_MIN:
        assert all(len(row.families) >= FAMILIES_MIN for row in found)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"much": "mucho"}, "Write a number, such as 10 or 10 kg."),
        ({"much": "1.234 kg"}, "can be read in two ways"),
        ({"price": "0"}, "above zero"),
        ({"price": "99999999999999"}, "more than the notebook can count"),
        ({"what": "\u202e"}, "Write it in letters."),
    ],
)
def test_what_is_typed_wrong_is_told_beside_it_and_kept(as_member, typed, told):
    ana = as_member(ANA)
    address = ana.get("/spending/mine")["Location"]

    answer = ana.post(address, RICE | typed)

    assert answer.status_code == 422
    assert told in text(answer)
    assert 'value="La Esquina"' in answer.content.decode()


ODD = ["", "-1", "1e9", "x" * 5000, "\0", "\u202e1", "٣", "1/0", "0", "9" * 24, "💥"]


@pytest.mark.parametrize("odd", ODD)
def test_nothing_typed_breaks_a_page(as_member, odd):
    ana, founder = as_member(ANA), as_member("Fundadora")
    address = ana.get("/spending/mine")["Location"]
    for name in RICE:
        assert ana.post(address, RICE | {name: odd}).status_code in (302, 422), name
    assert founder.post("/spending", {"name": odd}).status_code in (302, 422)
    assert ana.get("/spending/nonsense").status_code == 404
    assert ana.post("/spending/nonsense/1/drop").status_code == 404
