"""The desk: kept, found, erased for good."""

import re
import sqlite3
from random import Random

import pytest

from tests.adapters.making import START, id_of
from urdimbre.adapters.desk import Desk, Payload, Person, Product, ServerKey, sealed
from urdimbre.core.chain.entry import commitment


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "desk.db")


def test_what_the_circuit_shows(desk):
    desk.set_shown({"name": "Tumin", "language": "es"})
    desk.set_shown({"language": "pt"})

    assert desk.show("name") == "Tumin"
    assert desk.show("currency", "USD") == "USD"
    assert desk.shown() == {"language": "pt", "name": "Tumin"}


def test_persons_are_kept_and_erased(desk):
    ana = Person(id_of("ana"), "Ana Qispe", place="Llallagua", code="A7")
    desk.add_persons([ana, Person(id_of("beto"), "Beto")])

    assert desk.person(ana.member) == ana
    assert list(desk.persons()) == sorted([id_of("ana"), id_of("beto")])
    desk.erase_person(ana.member)
    assert desk.person(ana.member) is None


def test_payloads_are_found_by_commitment_and_by_act(desk):
    one, other = sealed("note", b"one", "ab"), sealed("note", b"other", "ab")
    desk.add_payloads([one, other])

    assert one.commitment == commitment(one.salt, "note", b"one")
    assert desk.payloads([one.commitment, "ff"]) == {one.commitment: one}
    assert {row.commitment for row in desk.payloads_of("ab")} == {
        one.commitment,
        other.commitment,
    }


def test_what_is_erased_is_gone_from_the_file(desk):
    secret = b"the neighbour on the corner, second floor"
    kept = sealed("note", secret)
    desk.add_payloads([kept])
    assert secret in written(desk)

    desk.erase_payloads([kept.commitment])

    assert secret not in written(desk)
    assert kept.salt not in written(desk)


def written(desk):
    return b"".join(
        path.read_bytes() for path in sorted(desk.path.parent.glob("desk.db*"))
    )


def test_a_reader_delays_an_erasure_and_the_next_writing_ends_it(desk):
    ana = Person(id_of("ana"), "Ana Qispe Mamani", phone="+591 700 12345")
    desk.add_persons([ana])
    reader = sqlite3.connect(desk.path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM person").fetchone() == (1,)

    desk.erase_person(ana.member)
    assert desk.person(ana.member) is None
    assert ana.name.encode() in written(desk)
    desk.set_shown({"name": "Tumin"})
    assert ana.name.encode() in written(desk)

    reader.execute("COMMIT")
    desk.set_shown({"name": "Tumin y mas"})
    left = written(desk)
    reader.close()

    assert b"Tumin y mas" in left
    assert [text for text in (ana.name, ana.phone) if text.encode() in left] == []


@pytest.mark.parametrize("ending", ["opening", "finishing"])
def test_an_erasure_put_off_is_ended_by_another_process_or_at_closing(desk, ending):
    kept = sealed("note", b"what she told us in confidence")
    desk.add_payloads([kept])
    reader = sqlite3.connect(desk.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM payload").fetchone()
    desk.erase_payloads([kept.commitment])
    assert kept.payload in written(desk)
    reader.execute("COMMIT")

    if ending == "opening":
        Desk(desk.path)
    else:
        desk.finish_erasing()
    left = written(desk)
    reader.close()

    assert kept.payload not in left
    assert kept.salt not in left


def test_nothing_of_many_erased_remains_wherever_it_was_moved(desk):
    """Rows of all sizes, some over several pages, written over and moved about."""
    chance = Random(7)
    other = sqlite3.connect(desk.path)  # keeps the journal from being deleted
    texts = {}
    for number in range(80):
        text = f"secret-{number:04d}-" * chance.choice([1, 3, 30, 1500])
        member = id_of(f"member {number % 60}")
        desk.add_persons([Person(member, text, place=f"place-{number:04d}-")])
        texts.setdefault(member, []).append(f"-{number:04d}-".encode())
        if chance.random() < 0.3:
            desk.erase_person(gone := chance.choice(sorted(texts)))
            left = written(desk) if number % 10 == 0 else b""
            assert [text for text in texts.pop(gone) if text in left] == []

    for member in texts:
        desk.erase_person(member)
    left = written(desk)
    other.close()

    assert re.findall(rb"secret|place-", left) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"payload": b"other"},
        {"salt": bytes(16)},
        {"field": "party"},
        {"field": "ñ"},
        {"salt": b"short"},
    ],
)
def test_a_payload_that_is_not_what_was_committed_to_is_told(desk, wrong):
    kept = sealed("note", b"one")
    desk.add_payloads([kept])
    assert list(desk.false_payloads()) == []

    desk.add_payloads([kept._replace(**wrong)])

    assert list(desk.false_payloads()) == [kept.commitment]


def test_sealed_keys_come_latest_first(desk):
    old = ServerKey("01" * 8, id_of("ana"), b"sealed")
    new = ServerKey("02" * 8, id_of("ana"), b"sealed", pin=True)
    desk.add_keys([old, new])

    assert desk.keys_of(id_of("ana")) == [new, old]
    desk.erase_key(new.key_id)
    assert desk.keys_of(id_of("ana")) == [old]


def test_a_code_lets_in_once(desk):
    code = desk.new_code(id_of("ana"), now=START, seconds=100)

    assert code not in written(desk).decode("latin-1")
    assert desk.use_code("WRONG", now=START) is None
    assert desk.use_code(f" {code.lower()} ", now=START + 99) == id_of("ana")
    assert desk.use_code(code, now=START + 99) is None


@pytest.mark.parametrize(("seconds", "lets_in"), [(99, True), (100, False)])
def test_a_code_expires(desk, seconds, lets_in):
    code = desk.new_code(id_of("ana"), now=START, seconds=100)

    assert (desk.use_code(code, now=START + seconds) is not None) == lets_in


def test_products_are_kept(desk):
    rice = Product(id_of("rice"), "arroz quebrado", "food.rice", "KGM", "es")
    desk.add_products([rice])

    assert desk.products() == {rice.id: rice}


def test_who_only_reads_makes_no_file(tmp_path):
    desk = Desk(tmp_path / "desk.db", write=False)

    assert not desk.path.exists()
    assert Payload("", "", b"", b"").act is None


def test_a_desk_without_pages_has_nothing_of_theirs_to_erase(desk):
    ana = id_of("ana")

    found = (desk.listings_of(ana), desk.closed_drafts_of(ana, now=START))
    desk.erase_listings(["aa" * 16])
    desk.erase_drafts(["bb" * 16])
    desk.erase_login(ana)

    assert found == ([], [])
    assert not desk.may_enter(ana)
    assert [one.what for one in desk.erased()] == ["draft", "listing", "login"]


def test_an_entry_code_goes_with_the_login(desk):
    ana, beto = id_of("ana"), id_of("beto")
    code, other = desk.new_code(ana, now=START), desk.new_code(beto, now=START)

    desk.erase_login(ana)

    assert desk.use_code(code, now=START) is None
    assert desk.use_code(other, now=START) == beto
