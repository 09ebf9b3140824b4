"""The work of ``urdimbre record``: lines of JSON in, an answer for each line out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from urdimbre.adapters.desk import Payload
from urdimbre.adapters.folder import Circuit
from urdimbre.adapters.interchange.signing import HeldKeys, PinKept
from urdimbre.adapters.keys.server import KEK_FILE, KeyEncryptionKey, SealDamaged
from urdimbre.cli.failures import Told, refused, tell
from urdimbre.cli.language import Translate
from urdimbre.cli.line_fields import (
    NO_MEMBER,
    NotUnderstood,
    act_of,
    fields_of,
    hex_of,
    list_of,
    look_who_is_sealed,
    private_of,
    signatures_of,
)
from urdimbre.cli.lines import Line
from urdimbre.cli.telling import fill
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, Slot, signed_entry
from urdimbre.core.membership.rows import Member
from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.recording import ActFailed, Receipt, RecordingFailed, Registry

GROUP = 200
_LIMITS = (
    "SELECT mark.by_position, mark.kind, member.id, mark.unit FROM mark"
    " LEFT JOIN member ON member.no = mark.owner"
    " WHERE mark.by_position BETWEEN ? AND ? AND mark.kind IN ('warned', 'beyond')"
    " ORDER BY mark.by_position, mark.kind, member.id, mark.unit"
)
_NO_KEY = gettext_noop("The server holds no key of {member}.")
_NO_KEY_OUT = gettext_noop("Let the member sign herself and send her signature.")
_PIN = gettext_noop("The key of {member} opens only with her PIN.")


class Answer(NamedTuple):
    """What became of a line.

    Attributes:
        line: its number.
        id: the act's number, if one could be read.
        receipt: of an act that is recorded.
        told: why there is none.
        limits: accounts that the act brought to a soft limit, or further beyond a hard
            one: what it was, whose, in which unit.
    """

    line: int
    id: str | None
    receipt: Receipt | None
    told: Told | None
    limits: tuple[dict[str, Any], ...] = ()

    def json(self) -> dict[str, Any]:
        """Return it as it is printed."""
        named = {"line": self.line, "id": self.id}
        if self.receipt is not None:
            placed = {"height": self.receipt.height, "index": self.receipt.index}
            told_limits = {"limits": list(self.limits)} if self.limits else {}
            return {**named, "ok": True, **placed, **told_limits}
        assert self.told is not None
        told = {
            "code": self.told.code,
            "message": self.told.message,
            "hint": self.told.hint,
        }
        return {**named, "ok": False, **told}


class _Prepared(NamedTuple):
    """A line on its way: its entry, or why it has none."""

    line: int
    id: str | None
    entry: bytes | None
    payloads: tuple[Payload, ...]
    told: Told | None


class Recorder:
    """Records lines in one circuit."""

    def __init__(self, circuit: Circuit, translate: Translate) -> None:
        """Take an open circuit; answers are told in the reader's language."""
        self._circuit = circuit
        self._translate = translate
        self._registry: Registry = circuit.registry
        kek = KeyEncryptionKey.read(circuit.path / KEK_FILE)
        self._keys = HeldKeys(self._registry.state, circuit.desk, kek)
        self._waiting: deque[_Prepared] = deque()

    def record(self, lines: Iterable[Line]) -> Iterator[list[Answer]]:
        """Record lines; gives the answers in order, some at a time.

        Private texts are on the desk before their act is acknowledged.

        Raises:
            RecordingFailed: the machine failed; lines that were read by then have
                been answered, all can be sent again.
        """
        prepared = (self._prepared(line) for line in lines)
        group: list[Answer] = []
        texts: list[Payload] = []
        try:
            for one, answer in self._answers(prepared):
                group.append(self._told(one, answer, texts))
                if len(group) >= GROUP:
                    self._keep(texts)
                    yield self._with_limits(group)
                    group = []
        except RecordingFailed as failure:
            self._keep(texts)
            yield self._with_limits(group) + [
                self._failed(one, failure) for one in self._waiting
            ]
            self._waiting.clear()
            raise
        self._keep(texts)
        yield self._with_limits(group)

    def _answers(
        self, prepared: Iterator[_Prepared]
    ) -> Iterator[tuple[_Prepared, Receipt | Refusal | Told]]:
        """Answer line by line; after a fault on one act go on with the next."""
        source = prepared
        while True:
            try:
                yield from self._answered(source)
            except ActFailed as fault:
                yield from self._without_entry()
                yield self._waiting.popleft(), self._fault(fault)
                source = chain(tuple(self._waiting), prepared)
                self._waiting.clear()
            else:
                return

    def _answered(
        self, prepared: Iterator[_Prepared]
    ) -> Iterator[tuple[_Prepared, Receipt | Refusal | Told]]:
        for answer in self._registry.submit_many(self._entries(prepared)):
            yield from self._without_entry()
            yield self._waiting.popleft(), answer
        yield from self._without_entry()

    def _entries(self, prepared: Iterator[_Prepared]) -> Iterator[bytes]:
        while group := list(islice(prepared, GROUP)):
            self._waiting.extend(group)
            for one in group:
                if one.entry is not None:
                    yield one.entry

    def _without_entry(self) -> Iterator[tuple[_Prepared, Told]]:
        while self._waiting and self._waiting[0].told is not None:
            one = self._waiting.popleft()
            assert one.told is not None
            yield one, one.told

    def _told(
        self,
        one: _Prepared,
        answer: Receipt | Refusal | Told,
        texts: list[Payload],
    ) -> Answer:
        if isinstance(answer, Receipt):
            texts += [text._replace(act=answer.act) for text in one.payloads]
            return Answer(one.line, one.id, answer, None)
        if isinstance(answer, Refusal):
            answer = refused(answer, self._translate, one.id)
        return Answer(one.line, one.id, None, answer)

    def _with_limits(self, group: list[Answer]) -> list[Answer]:
        """Add to the recorded ones what they tell of limits."""
        places = [one.receipt.index for one in group if one.receipt is not None]
        if not places:
            return group
        found: dict[int, list[dict[str, Any]]] = {}
        rows = self._registry.store.query(_LIMITS, (min(places), max(places)))
        for position, kind, member, unit in rows:
            one = {"kind": kind, "member": member, "unit": unit}
            found.setdefault(position, []).append(one)
        return [
            one._replace(limits=tuple(found.get(one.receipt.index, ())))
            if one.receipt is not None
            else one
            for one in group
        ]

    def _keep(self, texts: list[Payload]) -> None:
        if texts:
            self._circuit.desk.add_payloads(texts)
            texts.clear()

    def _fault(self, fault: RecordingFailed) -> Told:
        return tell(fault, self._translate)

    def _failed(self, one: _Prepared, failure: RecordingFailed) -> Answer:
        told = one.told or self._fault(failure)
        return Answer(one.line, one.id, None, told)

    def _prepared(self, line: Line) -> _Prepared:
        try:
            fields = fields_of(line.raw)
            act, id_ = act_of(fields["act"])
        except NotUnderstood as error:
            return self._malformed(line, error)
        try:
            slots = [*signatures_of(fields), *self._signed(fields, act)]
            texts = private_of(fields, act)
            look_who_is_sealed(self._registry.state, texts)
        except NotUnderstood as error:
            error.id = id_
            return self._malformed(line, error)
        entry = signed_entry(act, slots).encode()
        return _Prepared(line.number, id_, entry, texts, None)

    def _malformed(self, line: Line, error: NotUnderstood) -> _Prepared:
        reason = fill(self._translate(error.reason), error.values)
        values = {"reason": reason, **error.values}
        told = Told(
            code=error.code,
            message=fill(self._translate(error.says), values),
            hint=self._translate(error.way_out),
            exit_code=0,
            act=error.id,
        )
        return _Prepared(line.number, error.id, None, (), told)

    def _signed(self, fields: dict[str, Any], act: bytes) -> Iterator[Slot]:
        """Sign for those whose keys the server holds."""
        named = list_of(fields, "sign_with")
        for place, one in enumerate(named):
            where = f"sign_with.{place}"
            if type(one) is not str:
                raise NotUnderstood(NO_MEMBER, where=where)
            member, _, mandate = one.partition(":")
            hex_of(member, 16, where)
            yield self._slot(member, self._mandate(mandate, where), act)

    def _mandate(self, text: str, where: str) -> str:
        if not text:
            return ZERO16
        if text == "common":
            row: Member | None = self._registry.state.get(f"member/{COMMON}")
            return ZERO16 if row is None or row.policy is None else row.policy
        return hex_of(text, 16, where)

    def _slot(self, member: str, mandate: str, act: bytes) -> Slot:
        try:
            signer = self._keys.signer(member)
        except PinKept:
            raise NotUnderstood(
                _PIN,
                code="pin_needed",
                says="{reason}",
                way_out=_NO_KEY_OUT,
                member=member,
            ) from None
        except SealDamaged as damaged:
            raise NotUnderstood(
                damaged.says,
                code=damaged.code,
                says="{reason}",
                way_out=damaged.hint,
            ) from None
        if signer is None:
            raise NotUnderstood(
                _NO_KEY,
                code="no_server_key",
                says="{reason}",
                way_out=_NO_KEY_OUT,
                member=member,
            )
        return signer.slot(self._registry.genesis, act, mandate)
