"""A history on its way into the registry: decision, admissions, then row by row."""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from urdimbre.adapters.desk import Desk, Payload, Person, sealed
from urdimbre.adapters.interchange.history import (
    ADMITTED_AS,
    Place,
    Plan,
    Planned,
    body_of,
    needed,
)
from urdimbre.adapters.interchange.layout import Wrong
from urdimbre.adapters.interchange.signing import HeldKeys, Signer
from urdimbre.adapters.keys import ed25519
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import number, version
from urdimbre.core.chain.entry import Slot, act_hash, key_id, signed_entry
from urdimbre.core.membership.answers import SponsorsMissing
from urdimbre.core.refusals import Refusal
from urdimbre.recording import Receipt

CUSTODY = "import"
FIELD = "imported"
"""Private field of an imported act: the row as it stood in the file."""
VALID_SECONDS = 7 * 86_400
GROUP = 500
ACCOUNT_NAME_MAX = 200

Seed = tuple[str, bytes]


class Way(Protocol):
    """Takes entries in order and answers each: the registry, or a rehearsal."""

    def submit_many(self, entries: Iterable[bytes]) -> Iterator[Receipt | Refusal]:
        """Answer each entry, in order."""
        ...


class NotAgreed(Exception):
    """The decision that a history needs was refused; nothing of it is recorded.

    Attributes:
        refusal: why.
    """

    def __init__(self, refusal: Refusal) -> None:
        """Keep why."""
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What an import works with.

    Attributes:
        way: into the registry.
        keys: who can sign.
        desk: where names and texts go; ``None`` in a rehearsal.
        keep: keeps seeds sealed; ``None`` in a rehearsal.
        now: seconds UTC.
    """

    way: Way
    keys: HeldKeys
    desk: Desk | None
    keep: Callable[[list[Seed]], None] | None
    now: int


@dataclass(slots=True)
class Brought:
    """What has become of the rows of a plan, beside those that it refuses itself."""

    recorded: int
    refused: list[Wrong]
    admitted: int


class _Sent(NamedTuple):
    """An entry on its way: the row it stands for, if any, and its private text."""

    planned: Planned | None
    entry: bytes
    payload: Payload | None


def bring(
    made: Plan, place: Place, office: Office, *, step: Callable[[], None]
) -> Brought:
    """Record a plan.

    Args:
        made: the plan.
        place: where it goes.
        office: what is needed for it.
        step: called after each row.

    Raises:
        NotAgreed: the decision that comes first was refused.
        RecordingFailed: the machine failed; the same import can be started again.
    """
    brought = Brought(recorded=0, refused=[], admitted=0)
    brought.refused += _turned_away(made, place, office)
    effects = needed(made, place)
    if effects:
        _decide(effects, place, office)
    _make_keys(made, place, office)
    waiting: deque[_Sent] = deque()
    lost: list[str] = []
    for answer in office.way.submit_many(_entries(made, place, office, waiting)):
        sent = waiting.popleft()
        if isinstance(answer, Receipt):
            brought.recorded += sent.planned is not None
            brought.admitted += sent.planned is None
        elif sent.planned is not None:
            brought.refused.append(sent.planned.row.wrong(answer))
        if sent.planned is not None:
            step()
        if isinstance(answer, Refusal) and sent.payload is not None:
            lost.append(sent.payload.commitment)
    if lost and office.desk is not None:
        office.desk.erase_payloads(lost)
    return brought


def _turned_away(made: Plan, place: Place, office: Office) -> list[Wrong]:
    """Take out what needs newcomers for whom too few can vouch.

    Told before anything is decided: a decision for rows that never come would stay.
    """
    need = number(place.state, "sponsors")
    have = len(office.keys.sponsors(need))
    if have >= need or not made.newcomers:
        return []
    newcomers = set(made.newcomers)
    why = SponsorsMissing(have, need)
    listed = [made.accounts[one] for one in made.newcomers if one in made.accounts]
    away = [one for one in made.acts if {one.row.giver, one.row.taker} & newcomers]
    kept = {id(one) for one in away}
    made.acts = [one for one in made.acts if id(one) not in kept]
    made.newcomers = []
    return [
        *(Wrong(one.line, why, one.file) for one in listed),
        *(one.row.wrong(why) for one in away),
    ]


def _decide(effects: Sequence[dict[str, Any]], place: Place, office: Office) -> None:
    act = drafting.draft(
        "decision",
        {"basis": "founders", "effects": list(effects)},
        by=COMMON,
        id_=secrets.token_hex(16),
        valid_until=office.now + VALID_SECONDS,
        agreement=version(place.state),
    )
    slots = _for_common(office, place, act, "decision", {})
    for answer in office.way.submit_many([signed_entry(act, slots).encode()]):
        if not isinstance(answer, Receipt):
            raise NotAgreed(answer)


def _make_keys(made: Plan, place: Place, office: Office) -> None:
    """Make and keep the newcomers' keys, before anything names them."""
    seeds: list[Seed] = []
    for account in made.newcomers:
        member, seed = place.member(account), secrets.token_bytes(32)
        public = ed25519.public_key(seed).hex()
        signer = Signer(member, key_id(public), ed25519.signer(seed))
        office.keys.keep(signer, CUSTODY)
        office.keys.public[member] = public
        seeds.append((member, seed))
    if office.keep is not None and seeds:
        office.keep(seeds)


def _entries(
    made: Plan, place: Place, office: Office, waiting: deque[_Sent]
) -> Iterator[bytes]:
    agreement = version(place.state)
    for group in _grouped(_sent(made, place, office, agreement)):
        if office.desk is not None:
            office.desk.add_payloads(
                sent.payload for sent in group if sent.payload is not None
            )
        for sent in group:
            waiting.append(sent)
            yield sent.entry


def _sent(made: Plan, place: Place, office: Office, agreement: int) -> Iterator[_Sent]:
    sponsors = office.keys.sponsors(number(place.state, "sponsors"))
    if office.desk is not None and made.newcomers:
        office.desk.add_persons(_persons(made, place, office.desk))
    for account in made.newcomers:
        yield _Sent(None, _admission(account, place, office, sponsors, agreement), None)
    for one in made.acts:
        yield _row_entry(one, place, office, agreement)


def _persons(made: Plan, place: Place, desk: Desk) -> list[Person]:
    """Write down who comes; the account is her number, unless somebody has it."""
    # What she has from an import that was cut off is hers.
    taken = {(one.code or "").casefold(): one.member for one in desk.persons().values()}
    found = []
    for account in made.newcomers:
        known, whose = made.accounts.get(account), taken.get(account.casefold())
        name = (known and known.name) or account
        found.append(
            Person(
                place.member(account),
                name[:ACCOUNT_NAME_MAX],
                phone=(known and known.phone) or None,
                email=(known and known.email) or None,
                code=account if whose in (None, place.member(account)) else None,
            )
        )
    return found


def _admission(
    account: str, place: Place, office: Office, sponsors: list[Signer], agreement: int
) -> bytes:
    member = place.member(account)
    signer = office.keys.signer(member, custody=CUSTODY)
    assert signer is not None  # made just before
    body = {
        "member": member,
        "kind": ADMITTED_AS,
        "sponsors": [one.member for one in sponsors],
        "blind": secrets.token_hex(16),
        "key": drafting.key(office.keys.public[member], CUSTODY),
    }
    act = drafting.draft(
        "admit",
        body,
        by=COMMON,
        id_=place.derived("admit", account),
        valid_until=office.now + VALID_SECONDS,
        agreement=agreement,
    )
    own = [one.slot(place.genesis, act) for one in (signer, *sponsors)]
    slots = [*own, *_for_common(office, place, act, "admit", {})]
    return signed_entry(act, slots).encode()


def _row_entry(one: Planned, place: Place, office: Office, agreement: int) -> _Sent:
    told = {"layout": place.layout, "row": one.row.cells}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    payload = sealed(FIELD, text)
    act = drafting.draft(
        one.kind,
        body_of(one, place),
        by=one.by,
        id_=one.id,
        valid_until=office.now + VALID_SECONDS,
        agreement=agreement,
        private=[payload.commitment],
    )
    payload = payload._replace(act=act_hash(place.genesis, act))
    slots: list[Slot] = []
    for party in (one.giver, one.taker):
        if party == COMMON:
            gives = {place.unit.code: one.minor}
            slots += _for_common(office, place, act, "issue", gives)
        elif one.kind == "exchange" or party == one.giver:
            signer = office.keys.signer(party, custody=CUSTODY)
            slots += [] if signer is None else [signer.slot(place.genesis, act)]
    return _Sent(one, signed_entry(act, slots).encode(), payload)


def _for_common(
    office: Office, place: Place, act: bytes, kind: str, gives: dict[str, int]
) -> list[Slot]:
    return [
        signer.slot(place.genesis, act, policy)
        for signer, policy in office.keys.for_common(kind, gives)
    ]


def _grouped(items: Iterable[_Sent]) -> Iterator[list[_Sent]]:
    group: list[_Sent] = []
    for one in items:
        group.append(one)
        if len(group) == GROUP:
            yield group
            group = []
    if group:
        yield group
