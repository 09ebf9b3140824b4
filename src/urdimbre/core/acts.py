"""Acts: the envelope that every kind shares, and what a kind must provide.

Source: wire format v1 (``docs/adr/0001-wire-format-v1.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from urdimbre.core import encoding
from urdimbre.core.accounts import COMMON, AccountKey, Posting
from urdimbre.core.chain.entry import Slot, act_hash, genesis_id
from urdimbre.core.reading import (
    YES,
    Reader,
    ReaderOf,
    Record,
    Unreadable,
    as_tabled,
    choice,
    hex_bytes,
    integer,
    list_of,
    text,
)
from urdimbre.core.refusals import Malformed, Reason, Refusal
from urdimbre.core.state import Overlay, Row, View
from urdimbre.core.units import MINOR_MAX

MEMBER_KINDS = ("person", "household", "initiative", "emporio", "fund", "circuit")

hex16 = hex_bytes(16)
hash32 = hex_bytes(32)
day_number = integer(0, 200_000)
seconds = integer(0, MINOR_MAX)
unit_code = text(r"[A-Z0-9]{1,12}")
minor = integer(1, MINOR_MAX)


class Party(NamedTuple):
    """Who gives or takes.

    Attributes:
        kind: ``member``, ``common``, ``outside``, ``circuit`` or ``sealed``.
        id: member id; the common's; the sort of outside; ``circuit:alias``; commitment.
    """

    kind: str
    id: str

    @property
    def owner(self) -> str | None:
        """Return the id that accounts are kept under, ``None`` for all others."""
        return self.id if self.kind in ("member", "common") else None


THE_COMMON = Party("common", COMMON)


@lru_cache(4096)
def _member(raw: str) -> Party:
    # The same members exchange again and again, and each act names each of them twice.
    return Party("member", hex16.read(raw))


def _read_party(value: object) -> Party:
    if type(value) is not dict:
        raise Unreadable("a party is needed")
    if len(value) == 1:
        member = value.get("member")
        if type(member) is str:
            return _member(member)
        for kind, raw in value.items():
            if kind in _ONE_FIELD:
                return Party(kind, _ONE_FIELD[kind](raw))
    if value.keys() == _CIRCUIT:
        alias = hex16.read(value["alias"])
        return Party("circuit", f"{hash32.read(value['circuit'])}:{alias}")
    raise Unreadable("is not a party")


def _read_common(value: object) -> str:
    YES.read(value)
    return COMMON


_CIRCUIT = frozenset(("circuit", "alias"))
_ONE_FIELD: dict[str, Callable[[object], str]] = {
    "member": hex16.read,
    "common": _read_common,
    "outside": choice("capital", "state", "solidarity").read,
    "sealed": hash32.read,
}

party = Reader(
    _read_party,
    "`{member: hex32}` | `{common: true}` | `{outside: capital|state|solidarity}` | "
    "`{circuit: hex64, alias: hex32}` | `{sealed: hex64}`",
)


class Ref(NamedTuple):
    """An earlier act that this one refers to, and how."""

    act: str
    rel: str


RELATIONS = ("adjusts", "answers", "settles", "decided_by", "contests", "releases")
_ref = Record(Ref, {"act": hash32, "rel": choice(*RELATIONS)}, name="Ref")


class DealId(NamedTuple):
    """A deal of a recorded act."""

    act: str
    deal: int


class MoveId(NamedTuple):
    """A move, obligation or custody; ``act`` is empty for this very act."""

    act: str
    deal: int
    move: int


def _move_id(deal: int, move: int, act: str = "") -> MoveId:
    return MoveId(act, deal, move)


_place = integer(0, 95)
deal_id = Record(DealId, {"act": hash32, "deal": _place}, name="DealId")
move_id = Record(
    _move_id, {"deal": _place, "move": _place}, {"act": hash32}, name="MoveId"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act as read from its bytes.

    Attributes:
        kind: name of its kind.
        body: typed body of that kind.
        by: who made it: a member, the common or the node.
        id: made by the client before the first send; unique for ``by``.
        agreement: version of the agreement that the signers saw.
        valid_until: block time after which it can no longer be recorded.
        private: commitments of what lies on the desk.
        refs: earlier acts it refers to.
        hash: by which later acts refer to it; for genesis the circuit's id.
        size: bytes of its canonical form.
    """

    kind: str
    body: Any
    by: str
    id: str
    agreement: int
    valid_until: int
    private: tuple[str, ...]
    refs: tuple[Ref, ...]
    hash: str
    size: int


class Recorded(NamedTuple):
    """An act of the log, as handed to rules that cite it."""

    act: Act
    slots: tuple[Slot, ...]
    time: int


class Cited(Protocol):
    """The acts already recorded, looked up by hash."""

    def __contains__(self, act_hash: object) -> bool:
        """Tell whether that act has been recorded."""
        ...

    def get(self, act_hash: str) -> Recorded | None:
        """Return the recorded act."""
        ...


OWN, MANDATE, STANDING, ATTESTED = 1, 2, 4, 8
"""Means of consent, added up to say which of them serve."""
ANY_KEY = 16
"""Added to ``OWN``: one key of hers is enough, whatever her policy says."""


class Given(NamedTuple):
    """Something of countable value that a party gives in an act."""

    unit: str
    minor: int
    to: str


class Need(NamedTuple):
    """A party that must consent, and what about.

    Attributes:
        party: member id or the common's.
        means: sum of the means of consent that serve.
        gives: countable values she gives: money, signs, promises, releases.
        takes: countable values she takes.
        modes: modes of the deals she takes part in.
        only_takes: gives nothing at all.
        gives_goods: goods of hers are given, by herself or on her behalf.
        goods_to: who takes the goods of the deals in which she promises or pays.
        judges: decides the case of others: nobody of those signs for her.
    """

    party: str
    means: int = OWN | MANDATE
    gives: tuple[Given, ...] = ()
    takes: tuple[Given, ...] = ()
    modes: tuple[str, ...] = ()
    only_takes: bool = False
    gives_goods: bool = False
    goods_to: tuple[str, ...] = ()
    judges: bool = False


class NewKey(NamedTuple):
    """A key that the act itself brings and that must sign it: proof of possession."""

    member: str
    key_id: str
    key: str


class Required(NamedTuple):
    """Everybody who must sign an act.

    Attributes:
        needs: the parties.
        new_keys: keys registered by the act.
        bearers: mandates of purpose ``care`` needed, each by another person.
        mediated: whether one mediator's mandate serves instead of all the needs.
        interested: members whose case it is; neither they nor who signs for them by
            policy can be the mediator or judge, nor are they witnesses.
        standing: consents listed in the act, party to mandate id.
        only_key: short id of the one key that serves for own signatures.
        guardians: persons of whom ``guardians_need`` must sign.
        guardians_need: how many of them.
    """

    needs: tuple[Need, ...]
    new_keys: tuple[NewKey, ...] = ()
    bearers: int = 0
    mediated: bool = False
    interested: tuple[str, ...] = ()
    standing: tuple[tuple[str, str], ...] = ()
    only_key: str | None = None
    guardians: tuple[str, ...] = ()
    guardians_need: int = 0


class Effects(NamedTuple):
    """What an act has changed, told to the projections.

    Attributes:
        postings: changes of accounts.
        rows: other rows of the state, as they stand after the act.
        warned: own accounts brought past their soft limit.
        beyond: accounts that an adjustment, or a contest that holds or lets go, has
            moved further beyond a hard limit.
        owed: minor steps of each signs move that became a promise, by deal and move.
    """

    postings: tuple[Posting, ...] = ()
    rows: tuple[Row, ...] = ()
    warned: tuple[AccountKey, ...] = ()
    beyond: tuple[AccountKey, ...] = ()
    owed: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActKind:
    """What the rules know of one kind of act.

    Attributes:
        name: as written in the act.
        body: table of its fields.
        required: who must sign.
        refusals: what the kind itself refuses, gravest first.
        apply: writes the rows; called only if nothing was refused.
        refuses_with: every refusal that ``refusals`` can give.
        reads: agreement parameters its rules depend on.
    """

    name: str
    body: Record[Any]
    required: Callable[[View, Act, Cited], Required]
    refusals: Callable[[View, Act, Cited], Iterator[Refusal]]
    apply: Callable[[Overlay, Act, Cited], Effects]
    refuses_with: tuple[type[Refusal], ...]
    reads: tuple[str, ...] = ()


ENVELOPE = Record(
    dict[str, Any],
    {
        "agreement": integer(0, 2**31 - 1),
        "by": hex16,
        "id": hex16,
        "private": list_of(hash32, high=8),
        "refs": list_of(_ref, high=16),
        "valid_until": seconds,
    },
    name="Act",
)
_ENVELOPE_KEYS = frozenset((*ENVELOPE.fields, "body", "kind", "v"))


def read_act(
    data: bytes,
    kinds: dict[str, ActKind],
    genesis: str,
    *,
    loads: encoding.Loads = encoding._loads,  # noqa: SLF001 - the default of that port
    dump: encoding.Dumps = encoding.dumps,
    reader_of: ReaderOf = as_tabled,
) -> Act | Malformed:
    """Read an act from its bytes, or say what is wrong with them.

    Args:
        data: canonical bytes as signed.
        kinds: the kinds of the rules in force, by name.
        genesis: the circuit's id, hex; empty if the act must be the genesis.
        loads: parser; the verdict does not depend on it.
        dump: the writer that belongs to it.
        reader_of: finds what reads by a table; the verdict does not depend on it.
    """
    try:
        value = encoding.read(data, loads=loads, dump=dump)
    except encoding.NotCanonical as error:
        return Malformed("act", Reason(error.says, **error.values))
    try:
        return _read_fields(value, kinds, data, genesis, reader_of=reader_of)
    except Unreadable as error:
        return Malformed(".".join(error.path) or "act", error.reason)


def _read_fields(
    value: object,
    kinds: dict[str, ActKind],
    data: bytes,
    genesis: str,
    *,
    reader_of: ReaderOf,
) -> Act:
    if type(value) is not dict or value.keys() != _ENVELOPE_KEYS:
        names = ", ".join(sorted(_ENVELOPE_KEYS))
        raise Unreadable("needs {names}", names=names)
    body = value.pop("body")
    version = value.pop("v")
    name = value.pop("kind")
    if version != 1 or type(version) is not int:
        raise Unreadable("must be 1").within("v")
    kind = kinds.get(name) if type(name) is str else None
    if kind is None:
        raise Unreadable("is not a kind of these rules").within("kind")
    envelope = reader_of(ENVELOPE)(value)
    try:
        read_body = reader_of(kind.body)(body)
    except Unreadable as error:
        raise error.within("body") from None
    return Act(
        kind=kind.name,
        body=read_body,
        hash=act_hash(genesis, data) if genesis else genesis_id(data),
        size=len(data),
        **envelope,
    )
