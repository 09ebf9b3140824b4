"""Founding in the browser, importing and anchoring: what they do and must leave.

Beside ``operations``, of which these have the form.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests import processes
from tests.adapters.interchange.generated import ISSUER, sarafu
from urdimbre.adapters.anchor.outbox import Line, Outbox, Sent
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.verification import verify_folder
from urdimbre.cli.beginning import begin, wish_of
from urdimbre.cli.importing import Wanted, bring_file
from urdimbre.cli.opening import looking
from urdimbre.cli.reading import balance_rows, find_member, member_rows
from urdimbre.cli.speaking import speaker
from urdimbre.cli.starting import _found
from urdimbre.projections.project import Projection

if TYPE_CHECKING:
    from pathlib import Path

HISTORY = sarafu(
    ("DISBURSEMENT", ISSUER, "0xA", "100.00"),
    ("DISBURSEMENT", ISSUER, "0xB", "40.00"),
    ("STANDARD", "0xA", "0xC", "30.50"),
    ("STANDARD", "0xB", "0xC", "39.75"),
)
IMPORTED = {"0xA": 69_50, "0xB": 25, "0xC": 70_25}
LINE = Line(chain=31_337, contract="aa" * 20, sender="bb" * 20)
PREPARE = (
    "import sys; from pathlib import Path; from urdimbre.web.serving import prepare;"
    "prepare(Path(sys.argv[1]))"
)
PEOPLE = ("Rosa Condori, 70012345, Villa Adela", "Julio Pari", "Saturnina Ticona")
SIZE, ROOT = 7, "cc" * 32


def ready(place: Path) -> None:
    """Make the folder into which a history is imported, and the history."""
    wished = wish_of(
        name="Club",
        preset="barter-club",
        units=["TALENTO:talentos:2"],
        currency="USD",
        language="es",
    )
    begin(place / "club", wished, founder_name="Julia")
    (place / "history.csv").write_text(HISTORY, "utf-8")
    # The pages' tables; apart, for a process has one circuit in its pages.
    command = ["-c", PREPARE, place / "club"]
    ran = processes.python(*command, capture_output=True, timeout=600)
    assert ran.returncode == 0, ran.stderr


def found(place: Path) -> None:
    """Found as the pages of ``urdimbre start`` do."""
    os.environ["URDIMBRE_DIR"] = str(place)
    os.environ["DJANGO_SETTINGS_MODULE"] = "urdimbre.web.founding.settings"
    from urdimbre.web.founding.founded import Answers

    answers = Answers(
        preset="barter-club",
        name="Trueque Sur",
        place="El Alto",
        person="Julia",
        language="es",
        sign="Semillas",
        currency="BOB",
    )
    assert _found(place / "begun", answers)


def found_again(place: Path) -> None:
    """Start again: only where no circuit stands are the founding pages served."""
    if not (place / "begun").exists():
        found(place)


def found_wrong(place: Path) -> list[str]:
    """The circuit is whole, and its founder can be given a code to enter with."""
    with looking(place / "begun") as reading:
        founder = find_member(reading, "Julia").id
    assert Desk(place / "begun" / "desk.db").new_code(founder, now=1)
    return _differences(place / "begun")


def bring(place: Path) -> None:
    """Import the history; what is there already is skipped."""
    wanted = Wanted(layout="sarafu", maps=(), exact=True, dry_run=False)
    voice = speaker(["--json", "--lang", "en"])
    assert (
        bring_file(place / "club", str(place / "history.csv"), wanted, voice=voice) == 0
    )


def brought_wrong(place: Path) -> list[str]:
    """Each account came in once, with where its history led."""
    with looking(place / "club") as reading:
        codes = {one["member"]: one["code"] for one in member_rows(reading)}
        stand = {
            codes.get(one["member"]): one["minor"] for one in balance_rows(reading)
        }
    of_accounts = {code: minor for code, minor in stand.items() if code in IMPORTED}
    wrong = [] if of_accounts == IMPORTED else [f"balances {stand}"]
    names = sorted(code for code in codes.values() if code in IMPORTED)
    wrong += [] if names == sorted(IMPORTED) else [f"members {names}"]
    return wrong + _differences(place / "club")


def admit(place: Path) -> None:
    """Send a list of people, from the beginning if it was cut off."""
    from urdimbre.web import opened, serving

    serving.settle_in(place / "club")
    from urdimbre.web.circuit.entering import Here
    from urdimbre.web.exchanges import signing
    from urdimbre.web.membership import bringing

    with looking(place / "club") as reading:
        founder = find_member(reading, "Julia")
    here = Here(
        login=None,
        person=founder.id,
        member=founder.id,
        no=1,
        kind="person",
        name="Julia",
        person_name="Julia",
    )
    signing.finish()  # as the server does when it starts
    lines = bringing.read("\n".join(PEOPLE), bringing.taken(here))
    form = bringing.ListForm({"people": "\n".join(PEOPLE)}, here=here)
    assert form.is_valid(), form.errors
    outcome = bringing._admit_all(here, form, lines)
    opened.close()
    assert not outcome["failed"], outcome


def admitted_wrong(place: Path) -> list[str]:
    """Each of them is a member once, and has a name."""
    with looking(place / "club") as reading:
        names = sorted(one["name"] or "-" for one in member_rows(reading))
    expected = sorted(["Julia", *(one.split(",")[0] for one in PEOPLE)])
    wrong = [] if names == expected else [f"members {names}"]
    return wrong + _differences(place / "club")


def anchor(place: Path) -> None:
    """Write into the outbox what a round of anchoring does, in its order."""
    outbox = Outbox(place / "club")
    try:
        outbox.keep(SIZE, ROOT)
        if not outbox.sent(LINE.chain, LINE.sender):
            outbox.note(_sent("11" * 32, most=5))
        outbox.note(_sent("22" * 32, most=9))  # paid better, in its place
        outbox.strike(_sent("11" * 32, most=5))
        outbox.look_again(LINE, 0, {SIZE: 3})
        outbox.look_again(LINE, 2, {SIZE: 4})  # the chain has forgotten a block
        outbox.set_mark("looked", "4")
    finally:
        outbox.close()


def anchored_wrong(place: Path) -> list[str]:
    """The outbox holds one checkpoint, one transaction, and where it was seen."""
    outbox = Outbox(place / "club")
    try:
        kept = (
            outbox.checkpoints(0),
            [one.hash for one in outbox.sent(LINE.chain, LINE.sender)],
            outbox.seen(LINE),
            outbox.mark("looked"),
        )
    finally:
        outbox.close()
    expected = ([(SIZE, ROOT)], ["22" * 32], {SIZE: 4}, "4")
    return [] if kept == expected else [f"outbox {kept}"]


def _sent(digest: str, *, most: int) -> Sent:
    return Sent(
        chain=LINE.chain,
        sender=LINE.sender,
        nonce=0,
        hash=digest,
        raw="00",
        contract=LINE.contract,
        size=SIZE,
        most=most,
        tip=1,
    )


def _differences(folder: Path) -> list[str]:
    checked = verify_folder(folder, projector=Projection())
    return [] if checked.ok else [str(checked.first_error)]
