"""Who is brought near a limit, or beyond one, is told; the board counts."""

import time

import pytest

from tests.web.acting import BARTER, confirm, exchanged, propose, text
from tests.web.place import Place, handle
from urdimbre.core import drafting
from urdimbre.core.chain.entry import ZERO16, signed_entry
from urdimbre.recording import Receipt
from urdimbre.web import opened

# People of their own: the others' balances are those that other tests count on.
ANA, BETO = "Nora Paz", "Omar Rey"
CARLA, DELIA = "Paula Sol", "Quela Tum"
SOFT, HARD = 150_00, 200_00
COMES, CAME = "your balance comes to", "your balance came to"


@pytest.fixture(autouse=True)
def _people(place):
    """Admit them once to the circuit that all tests of the web share."""
    from urdimbre.web.circuit.models import Login, Person

    if Person.objects.filter(name=ANA).exists():
        return
    made = Place.__new__(Place)
    made.path, made.circuit = place, opened.circuit()
    found = made.circuit.desk.persons().values()
    made.members = {one.name: one.member for one in found}
    made.admit(ANA, BETO, CARLA, DELIA)
    for name in (ANA, BETO, CARLA, DELIA):
        Login.objects.create(handle=handle(name), member=made.members[name])


def signs(minor):
    """A barter in which so many minor steps of the sign come back."""
    return BARTER | {"signs": f"{minor // 100}.{minor % 100:02}"}


def member(name):
    from urdimbre.web.circuit.models import Person

    return Person.objects.get(name=name).member


def standing(name):
    from urdimbre.projections.models import Balance, Member

    no = Member.objects.get(id=member(name)).no
    rows = Balance.objects.filter(owner=no, unit="TOTAI", purse="own")
    return sum(row.balance for row in rows)


def test_the_act_that_reaches_a_soft_limit_tells_both_sides(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    assert standing(ANA) == standing(BETO) == 0
    other = number_of(BETO)
    before = exchanged(ana, beto, "barter", other, signs(SOFT - 1))

    draft = propose(ana, "barter", other, signs(1))
    asked = text(ana.get(draft))
    confirm(ana, draft)
    asked_too = text(beto.get(draft))
    receipt = confirm(beto, draft)["Location"]

    assert f"{COMES} 150.00 totaí" in asked
    assert f"{COMES} \N{MINUS SIGN}150.00 totaí" in asked_too
    assert [one.count(COMES) for one in (asked, asked_too)] == [1, 1]
    told = {"ana": text(ana.get(receipt)), "beto": text(beto.get(receipt))}
    assert [one.count(CAME) for one in told.values()] == [1, 1]
    assert f"{CAME} 150.00 totaí" in told["ana"]
    assert "See what you can ask for." in told["ana"]
    assert f"{CAME} \N{MINUS SIGN}150.00 totaí" in told["beto"]
    assert "See what you can offer." in told["beto"]
    assert CAME not in text(ana.get(before))
    assert text(beto.get("/statement")).count("near the agreed limit") == 1
    assert "near the agreed limit" in text(beto.get("/"))


def test_the_board_counts_without_names(as_member, number_of):
    shown = text(as_member(CARLA).get("/board"))

    assert "Balances that came to where the agreement warns 2" in shown
    assert "taken further beyond" not in shown


def test_a_draft_that_the_rules_refuse_by_now_foresees_nothing(as_member, number_of):
    """Another exchange has come between."""
    beto, carla, delia = as_member(BETO), as_member(CARLA), as_member(DELIA)
    draft = propose(delia, "barter", number_of(CARLA), signs(SOFT))
    confirm(delia, draft)
    before = text(carla.get(draft))

    exchanged(beto, carla, "barter", number_of(CARLA), signs(60_00))

    assert COMES in before
    assert COMES not in text(carla.get(draft))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("es", "acordó avisarte cuando te alejas tanto de cero"),
        ("pt", "combinou avisar você quando se afasta tanto de zero"),
    ],
)
def test_it_is_told_in_the_reader_s_language(as_member, language, sentence):
    from urdimbre.projections.models import Mark

    position = Mark.objects.filter(kind="warned").first().position

    shown = text(as_member(ANA, language).get(f"/receipts/{position}"))

    assert sentence in shown


def test_an_adjustment_beyond_the_limit_is_told_to_the_owner(as_member, number_of):
    """Delia earns, spends up to the limit, and what she earned is taken back."""
    from urdimbre.web.exchanges.limit_marks import last_beyond

    ana, beto, delia = as_member(ANA), as_member(BETO), as_member(DELIA)
    carla = as_member(CARLA)
    earned = exchanged(delia, carla, "barter", number_of(CARLA), signs(60_00))
    spent = HARD + standing(DELIA)
    taken = exchanged(beto, delia, "barter", number_of(DELIA), signs(spent))
    assert standing(DELIA) == -HARD

    position = _take_back(int(earned.rsplit("/", 1)[1]), DELIA, CARLA)

    told = text(delia.get(f"/receipts/{position}"))
    assert "further beyond the agreed limit" in told
    assert "further beyond" not in text(delia.get(taken))
    home = delia.get("/")
    assert "You are beyond the agreed limit" in text(home)
    assert f"/notebook/{position}" in home.content.decode()
    assert "You are beyond" not in text(ana.get("/"))
    assert last_beyond(number_of(DELIA), "TOTAI") == position
    assert last_beyond(number_of(ANA), "TOTAI") is None
    board = text(delia.get("/board"))
    assert "Accounts taken further beyond a limit 1" in board


def _take_back(position, *names):
    """Adjust a barter to nothing in signs, signed by both."""
    circuit = opened.circuit()
    entry = circuit.registry.entry(position)
    act = _hash_of(entry)
    body = {"deal": {"act": act, "deal": 0}, "moves": [{"move": 1, "delta": -60_00}]}
    made = drafting.draft(
        "adjust",
        body,
        by=member(names[0]),
        id_="ad" * 16,
        valid_until=int(time.time()) + 86_400,
        refs=[(act, "adjusts")],
    )
    slots = [
        circuit.keys.slot(
            made, circuit.registry.genesis, member=member(one), mandate=ZERO16
        )
        for one in names
    ]
    answer = circuit.registry.submit(signed_entry(made, slots).encode())
    assert isinstance(answer, Receipt), answer
    return answer.index


def _hash_of(entry):
    from urdimbre.core.chain.entry import act_hash, decode

    return act_hash(opened.circuit().registry.genesis, decode(entry).act)
