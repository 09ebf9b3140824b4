"""Common purchase: a pasted list becomes portions, sums and acts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.acting import ANA, BETO, CARLA, text
from tests.web.allowing import allow, member_of
from urdimbre.core.accounts import COMMON

LIST = """[25/11/2026, 9:04] ana: 2 arroz
Beto arroz 1 kg, aceite 2
núñez 3 kg de arroz y 1 aceite
Pedro 5 panes
"""


@pytest.fixture
def founder(as_member):
    return as_member("Fundadora")


def line(raw, **known):
    """Read one line with these members, by the name of their id."""
    from urdimbre.web.purchases.reading import read

    (found,) = read(raw, known, {})
    return found


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        ("Maria 2 arroz", [("arroz", 2, "C62")]),
        ("maría: arroz 1 kg, aceite 2", [("arroz", 1000, "KGM"), ("aceite", 2, "C62")]),
        ("MARIA 2 arroz 1 aceite", [("arroz", 2, "C62"), ("aceite", 1, "C62")]),
        ("Maria arroz 2 aceite 1", [("arroz", 2, "C62"), ("aceite", 1, "C62")]),
        (
            "Maria 1/2 kilo de café y ½ litro leche",
            [("café", 500, "KGM"), ("leche", 500, "LTR")],
        ),
        ("Maria 1,5 kg azúcar", [("azúcar", 1500, "KGM")]),
        ("Maria 250g té", [("té", 250, "KGM")]),
        ("Maria jabón", [("jabón", 1, "C62")]),
        ("- Maria: 2x huevos", [("huevos", 2, "C62")]),
        ("25/11/26 9:04 a. m. - Maria: 3 pan", [("pan", 3, "C62")]),
    ],
)
def test_lines_are_read_as_people_write_them(place, raw, items):
    found = line(raw, m="María Choque")

    assert found.problem == ""
    assert found.member == "m"
    assert [(one.product, one.minor, one.unit) for one in found.items] == items


@pytest.mark.parametrize(
    ("raw", "members"),
    [
        ("Maria 2 pan", ("a", "b")),
        ("Maria T 2 pan", ("b",)),
        ("maria ticona 2 pan", ("b",)),
        ("Choque 2 pan", ("a",)),
        ("Rosa 2 pan", ("c",)),
    ],
)
def test_whom_a_line_means(place, raw, members):
    found = line(raw, a="María Choque", b="María Ticona", c="Rosa")

    assert found.members == members


@pytest.mark.parametrize(
    "raw",
    [
        "Pedro 2 pan",
        "2 pan",
        "Maria",
        "Maria 1.234 pan",
        "Maria 0 pan",
        "Maria 1/0 pan",
        "Maria 99999999999 pan",
        "Maria 1,5 pan",
        "Maria 2",
        "Maria " + "x" * 80,
        "Maria 1 a,1 b,1 c,1 d,1 e,1 f,1 g,1 h,1 i",
    ],
)
def test_what_cannot_be_taken_says_why_and_stays(place, raw):
    found = line(raw, m="María Choque")

    assert found.problem
    assert found.raw == raw


def test_what_has_no_unit_is_counted_as_the_others_do(place):
    from urdimbre.web.purchases.reading import read

    lines = read("Maria 2 arroz\nRosa arroces 1 kg", {"m": "Maria", "r": "Rosa"}, {})

    found = [(item.stem, item.minor, item.unit) for one in lines for item in one.items]
    assert found[0] == ("arroz", 2000, "KGM")


@pytest.mark.usefixtures("template")
@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_parts_are_whole_and_nearest_to_the_exact_share(whole, weights):
    from urdimbre.web.purchases.dividing import parts

    found = parts(whole, weights)

    total = sum(weights)
    assert sum(found) == (whole if total else 0)
    for one, weight in zip(found, weights, strict=True):
        assert not total or abs(one * total - whole * weight) < total


@pytest.mark.usefixtures("template")
@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=12),
    st.integers(1, 20_000),
    st.integers(1, 10**6),
    st.integers(0, 50),
    st.lists(st.integers(0, 10**5), min_size=12, max_size=12),
)
def test_a_purchase_adds_up_to_the_last_coin(orders, bought, price, margin, paid):
    from urdimbre.web.purchases.dividing import Product, divide

    wanted = {str(at): one for at, one in enumerate(orders)}
    product = Product(key="p", name="p", unit="KGM", orders=wanted)
    money = {str(at): one for at, one in enumerate(paid)}

    found = divide([product], {"p": [bought, price]}, margin=margin, paid=money)

    (one,) = found.products
    assert found.paid + found.owed == (
        found.price - found.left_cost + found.margin + found.change
    )
    assert sum(one.portions.values()) + one.left == bought
    assert all(one.portions.get(who, 0) <= wanted[who] for who in wanted)


def begun(founder, pasted=LIST, **more):
    """Keep a list; return the purchase's address."""
    shown = founder.post("/purchases/new", {"text": pasted})
    assert shown.status_code == 200, text(shown)
    kept = founder.post("/purchases/new", {"text": pasted, "keep": "yes", **more})
    assert kept.status_code == 302, text(kept)
    return kept["Location"].removesuffix("/receipt")


def bought(founder, address, **more):
    """Fill in receipt and money as for ``LIST``: rice 6 kg for 60, oil 3 for 37.55."""
    typed = {"bought_0": "6", "price_0": "60", "bought_1": "3", "price_1": "37,55"}
    typed |= {"buyer": "Beto", "margin": "5", **more}
    answer = founder.post(f"{address}/receipt", typed)
    assert answer.status_code == 302, text(answer)


def test_a_list_is_shown_as_understood_and_nothing_is_lost(founder):
    page = founder.post("/purchases/new", {"text": LIST})

    shown = text(page)
    assert ANA in shown
    assert "2 kg of arroz" in shown
    assert "Nobody here is called «Pedro»." in shown
    assert "Pedro 5 panes" in page.content.decode()


def test_who_is_meant_is_asked_where_several_could_be(founder, as_member):
    pasted = "Núñez 1 pan\nana 1 pan"
    asked = founder.post("/purchases/new", {"text": pasted, "keep": "yes"})
    assert asked.status_code == 422
    assert "Who is meant?" in text(asked)

    address = begun(founder, pasted, who_1=member_of(CARLA))

    bought(founder, address, bought_1="", price_1="")
    assert CARLA in text(founder.get(address))


def test_from_the_list_to_the_notebook(founder, as_member):
    from urdimbre.projections.models import Move
    from urdimbre.web.purchases.models import Purchase

    for name in (ANA, BETO):
        allow(name, COMMON)
    pasted = LIST.replace("núñez", "carla")
    address = begun(founder, pasted)
    bought(founder, address)
    founder.post(f"{address}/money", {"paid_0": "30", "paid_1": "40", "paid_2": "40"})

    page = text(founder.get(address))
    # Cost 97.55: Ana 20, Beto 10 + 25.03, Carla 30 + 12.52; 5 % of it is 4.87.
    assert "21.00 BOB" in page
    assert "36.78 BOB" in page
    assert "3.22 BOB back" in page
    assert "owes 4.64 BOB" in page
    assert "Pedro 5 panes" in page
    before = Move.objects.count()

    written = founder.post(f"{address}/write")

    # Carla has not agreed beforehand: until she signs the till holds too little.
    assert written.status_code == 422
    assert "The purchase in the shop" in text(written)
    kept = Purchase.objects.get(pk=address.rpartition("/")[2])
    assert set(kept.drafts) == {member_of(ANA), member_of(BETO), member_of(CARLA)}
    assert Move.objects.count() == before + 2 + 3
    carla = as_member(CARLA)
    draft = kept.drafts[member_of(CARLA)]
    assert draft in carla.get("/").content.decode()
    signed = carla.post(f"/drafts/{draft}/confirm")
    assert signed["Location"].startswith("/receipts/")

    again = founder.post(f"{address}/write")

    shown = text(founder.get(address))
    assert again.status_code == 302, text(again)
    assert "The purchase in the shop is written down." in shown
    assert "Write down what is missing" not in shown
    assert founder.get(f"{address}/receipt")["Location"] == address


def test_one_s_own_part_is_signed_and_the_margin_goes_to_the_fund(founder, as_member):
    from urdimbre.web.exchanges.models import Draft
    from urdimbre.web.purchases.models import Purchase

    admitted_fund()
    address = begun(founder, "Fundadora 2 pan")
    bought(founder, address, bought_0="2", price_0="20", bought_1="", price_1="")
    founder.post(f"{address}/money", {"paid_0": "21"})

    written = founder.post(f"{address}/write")

    assert written.status_code == 302, text(written)
    kept = Purchase.objects.get(pk=address.rpartition("/")[2])
    states = {part: Draft.objects.get(pk=pk).state for part, pk in kept.drafts.items()}
    assert states == {
        member_of("Fundadora"): "recorded",
        "purchase": "recorded",
        "margin": "waiting",
    }
    page = text(founder.get(address))
    assert "The fund still has to sign for it." in page


def admitted_fund():
    """Let the circuit have a fund for which Ana and Beto sign; return its id."""
    from tests.web.place import Place
    from urdimbre.projections.models import Member
    from urdimbre.web import opened

    known = Member.objects.filter(kind="fund").first()
    if known:
        return known.id
    place = Place.__new__(Place)
    place.circuit = opened.circuit()
    persons = place.circuit.desk.persons()
    place.members = {one.name: id_ for id_, one in persons.items()}
    place.admit_fund("Fondo", ANA, BETO)
    return place.members["Fondo"]


def test_too_little_is_divided_by_what_was_ordered_and_too_much_is_left_over(place):
    from urdimbre.web.purchases.dividing import Product, divide

    rice = Product(key="r", name="r", unit="KGM", orders={"a": 2000, "b": 1000})

    little = divide([rice], {"r": [1000, 300]}, margin=0, paid={}).products[0]
    much = divide([rice], {"r": [4000, 1001]}, margin=0, paid={}).products[0]

    assert little.portions == {"a": 667, "b": 333}
    assert little.costs == {"a": 200, "b": 100}
    assert (much.left, much.left_cost) == (1000, 250)
    assert much.costs == {"a": 501, "b": 250}


def test_nothing_is_changed_or_thrown_away_while_something_waits(founder):
    from urdimbre.web.purchases.models import Purchase

    address = begun(founder, "carla 2 pan")
    bought(founder, address, bought_0="2", price_0="20", bought_1="", price_1="")
    founder.post(f"{address}/money", {"paid_0": "21"})
    founder.post(f"{address}/write")

    for path in ("list", "receipt", "money"):
        assert founder.get(f"{address}/{path}")["Location"] == address
    founder.post(f"{address}/forget")

    kept = Purchase.objects.get(pk=address.rpartition("/")[2])
    drafts = dict(kept.drafts)
    founder.post(f"{address}/write")
    kept.refresh_from_db()
    assert {**kept.drafts, **drafts} == kept.drafts


def test_a_list_that_is_not_needed_is_thrown_away(founder):
    address = begun(founder, "carla 2 pan")

    assert founder.post(f"{address}/forget")["Location"] == "/purchases"
    assert founder.get(address).status_code == 404


def test_only_who_acts_for_the_common_buys_for_all(founder, as_member):
    address = begun(founder, "carla 2 pan")
    ana = as_member(ANA)

    for path in ("/purchases", "/purchases/new", address, f"{address}/money"):
        assert ana.get(path).status_code == 404
    assert ana.post(f"{address}/write").status_code == 404
    assert "Buy together" not in text(ana.get("/together"))


ODD = ["", "-1", "1e9", "x" * 5000, "\0", "\u202e1", "٣", "1.234", "0", "9" * 24, "💥"]


@pytest.mark.parametrize("odd", ODD)
def test_nothing_typed_breaks_a_page_and_what_was_typed_stays(founder, odd):
    address = begun(founder, "carla 2 pan")
    posts = (
        ("/purchases/new", {"text": odd}),
        ("/purchases/new", {"text": f"carla {odd} pan", "keep": "yes", "who_1": odd}),
        (f"{address}/receipt", {"bought_0": odd, "price_0": odd, "margin": odd}),
        (f"{address}/receipt", {"bought_0": "2", "price_0": odd, "margin": "0"}),
        (f"{address}/money", {"paid_0": odd}),
        (f"{address}/write", {"odd": odd}),
    )
    for path, typed in posts:
        answer = founder.post(path, typed)
        assert answer.status_code in (200, 302, 422), path
        if answer.status_code == 422:
            assert "errorlist" in answer.content.decode() or "bad" in text(answer)


def test_a_wrong_amount_is_told_beside_its_field(founder):
    address = begun(founder, "carla 2 pan")

    answer = founder.post(
        f"{address}/receipt", {"bought_0": "2", "price_0": "mucho", "margin": "5"}
    )

    assert answer.status_code == 422
    assert "Write a number, such as 12 or 12.50." in text(answer)
    assert 'value="mucho"' in answer.content.decode()


def test_the_photo_of_the_receipt_is_kept_for_who_enters_it(founder, as_member):
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    address = begun(founder, "carla 2 pan")
    typed = {"bought_0": "2", "price_0": "20", "margin": "0"}
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    no_photo = SimpleUploadedFile("a.png", b"not a picture", "image/png")
    photo = SimpleUploadedFile("a.png", out.getvalue(), "image/png")
    assert founder.get(f"{address}/photo").status_code == 404

    refused = founder.post(f"{address}/receipt", {**typed, "photo": no_photo})
    taken = founder.post(f"{address}/receipt", {**typed, "photo": photo})

    assert refused.status_code == 422
    assert "This photo cannot be read." in text(refused)
    assert 'value="20"' in refused.content.decode()
    assert taken.status_code == 302
    assert founder.get(f"{address}/photo").content.startswith(b"\xff\xd8")
    assert "Photo of the receipt" in text(founder.get(address))
    assert as_member(ANA).get(f"{address}/photo").status_code == 404


def test_what_the_thesaurus_knows_is_written_under_its_code(place):
    from urdimbre.web.catalogue.thesaurus import code_of

    assert code_of("arroz").startswith("food.")
    assert code_of("no such thing") == "other"
