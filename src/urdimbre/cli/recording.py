"""The work of ``urdimbre record``: lines of JSON in, an answer for each line out."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from urdimbre.adapters.desk import Payload
from urdimbre.adapters.folder import Circuit
from urdimbre.adapters.interchange.signing import HeldKeys, PinKept
from urdimbre.adapters.keys.server import KEK_FILE, KeyEncryptionKey
from urdimbre.cli.failures import Told, refused
from urdimbre.cli.language import Translate
from urdimbre.cli.lines import LINE_BYTES_MAX, Line
from urdimbre.cli.telling import fill
from urdimbre.core import encoding
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, Slot, commitment, signed_entry
from urdimbre.core.membership.rows import Member
from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.recording import ActFailed, Receipt, RecordingFailed, Registry

GROUP = 200
FIELDS = ("act", "signatures", "private", "sign_with")
_LINE = gettext_noop("The line is not understood: {reason}.")
_WAY_OUT = gettext_noop(
    "Correct the line and send it again; nothing of it was recorded."
)
_NO_KEY = gettext_noop("The server holds no key of {member}.")
_NO_KEY_OUT = gettext_noop("Let the member sign herself and send her signature.")
_PIN = gettext_noop("The key of {member} opens only with her PIN.")
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_FIELD_NAME_MAX = 255


class Answer(NamedTuple):
    """What became of a line.

    Attributes:
        line: its number.
        id: the act's number, if one could be read.
        receipt: of an act that is recorded.
        told: why there is none.
    """

    line: int
    id: str | None
    receipt: Receipt | None
    told: Told | None

    def json(self) -> dict[str, Any]:
        """Return it as it is printed."""
        named = {"line": self.line, "id": self.id}
        if self.receipt is not None:
            placed = {"height": self.receipt.height, "index": self.receipt.index}
            return {**named, "ok": True, **placed}
        assert self.told is not None
        told = {
            "code": self.told.code,
            "message": self.told.message,
            "hint": self.told.hint,
        }
        return {**named, "ok": False, **told}


class NotUnderstood(Exception):
    """A line that is no act with its signatures.

    Attributes:
        reason: why.
        code: of the answer.
        id: the act's number as far as it could be read.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = "malformed",
        says: str = _LINE,
        way_out: str = _WAY_OUT,
    ) -> None:
        """Keep why."""
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.says = says
        self.way_out = way_out
        self.id: str | None = None


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
                    yield group
                    group = []
        except RecordingFailed as failure:
            self._keep(texts)
            yield group + [self._failed(one, failure) for one in self._waiting]
            self._waiting.clear()
            raise
        self._keep(texts)
        yield group

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

    def _keep(self, texts: list[Payload]) -> None:
        if texts:
            self._circuit.desk.add_payloads(texts)
            texts.clear()

    def _fault(self, fault: RecordingFailed) -> Told:
        return Told(
            code=fault.code,
            message=fault.message,
            hint=self._translate(fault.hint),
            exit_code=fault.exit_code,
        )

    def _failed(self, one: _Prepared, failure: RecordingFailed) -> Answer:
        told = one.told or self._fault(failure)
        return Answer(one.line, one.id, None, told)

    def _prepared(self, line: Line) -> _Prepared:
        try:
            fields = _read(line.raw)
            act, id_ = _act(fields["act"])
        except NotUnderstood as error:
            return self._malformed(line, error)
        try:
            slots = [*_signatures(fields), *self._signed(fields, act)]
            texts = _private(fields, act)
        except NotUnderstood as error:
            error.id = id_
            return self._malformed(line, error)
        entry = signed_entry(act, slots).encode()
        return _Prepared(line.number, id_, entry, texts, None)

    def _malformed(self, line: Line, error: NotUnderstood) -> _Prepared:
        values = {"reason": error.reason, "member": error.reason}
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
        named = _list(fields, "sign_with")
        for place, one in enumerate(named):
            where = f"sign_with.{place}"
            if type(one) is not str:
                raise NotUnderstood(f"{where}: a member is needed")
            member, _, mandate = one.partition(":")
            _hex(member, 16, where)
            yield self._slot(member, self._mandate(mandate, where), act)

    def _mandate(self, text: str, where: str) -> str:
        if not text:
            return ZERO16
        if text == "common":
            row: Member | None = self._registry.state.get(f"member/{COMMON}")
            return ZERO16 if row is None or row.policy is None else row.policy
        return _hex(text, 16, where)

    def _slot(self, member: str, mandate: str, act: bytes) -> Slot:
        try:
            signer = self._keys.signer(member)
        except PinKept:
            raise NotUnderstood(
                member, code="pin_needed", says=_PIN, way_out=_NO_KEY_OUT
            ) from None
        if signer is None:
            raise NotUnderstood(
                member, code="no_server_key", says=_NO_KEY, way_out=_NO_KEY_OUT
            )
        return signer.slot(self._registry.genesis, act, mandate)


def _read(raw: bytes) -> dict[str, Any]:
    if len(raw) > LINE_BYTES_MAX:
        raise NotUnderstood(f"longer than {LINE_BYTES_MAX} bytes")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise NotUnderstood(f"not UTF-8 at byte {error.start}") from None
    try:
        fields = json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        reason = f"no JSON, or cut short, at character {error.pos}"
        raise NotUnderstood(reason) from None
    except (ValueError, RecursionError):
        raise NotUnderstood("no JSON that an act may be") from None
    if type(fields) is not dict:
        raise NotUnderstood("an object is needed")
    for name in fields:
        if name not in FIELDS:
            raise NotUnderstood(f"{name[:40]!r} is not a field of a line")
    if "act" not in fields:
        raise NotUnderstood("act is missing")
    return fields


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotUnderstood("a name stands twice in an object")
    return fields


def _act(value: object) -> tuple[bytes, str | None]:
    """Return the bytes that are signed, and the act's number if it has one."""
    try:
        if type(value) is str:
            act = value.encode("ascii")
            fields = json.loads(act)
        else:
            act, fields = encoding.dumps(value), value
    except (ValueError, RecursionError):
        raise NotUnderstood("act: not canonical JSON") from None
    if type(fields) is not dict:
        raise NotUnderstood("act: an object is needed")
    id_ = fields.get("id")
    return act, id_ if type(id_) is str and _is_hex(id_, 16) else None


def _signatures(fields: dict[str, Any]) -> Iterator[Slot]:
    for place, one in enumerate(_list(fields, "signatures")):
        where = f"signatures.{place}"
        if type(one) is not dict or not {"member", "key_id", "signature"} <= set(one):
            raise NotUnderstood(f"{where}: member, key_id and signature are needed")
        if set(one) - {"member", "key_id", "mandate", "signature"}:
            raise NotUnderstood(f"{where}: has a field too many")
        yield Slot(
            _hex(one["member"], 16, where),
            _hex(one["key_id"], 8, where),
            _hex(one.get("mandate", ZERO16), 16, where),
            bytes.fromhex(_hex(one["signature"], 64, where)),
        )


def _private(fields: dict[str, Any], act: bytes) -> tuple[Payload, ...]:
    """Read private texts; each must be committed to in the act."""
    found = []
    for place, one in enumerate(_list(fields, "private")):
        where = f"private.{place}"
        if type(one) is not dict or not {"field", "salt"} <= set(one):
            raise NotUnderstood(f"{where}: field, salt and payload are needed")
        name, salt = one["field"], bytes.fromhex(_hex(one["salt"], 16, where))
        if type(name) is not str or not name.isascii() or len(name) > _FIELD_NAME_MAX:
            raise NotUnderstood(f"{where}: field is a short ASCII name")
        payload = _payload(one, where)
        committed = commitment(salt, name, payload)
        if committed.encode() not in act:
            raise NotUnderstood(f"{where}: the act does not commit to it")
        found.append(Payload(committed, name, salt, payload))
    return tuple(found)


def _payload(one: dict[str, Any], where: str) -> bytes:
    rest = set(one) - {"field", "salt"}
    if rest == {"payload"} and type(one["payload"]) is str:
        try:
            return str(one["payload"]).encode()
        except UnicodeEncodeError:
            raise NotUnderstood(f"{where}: payload is no text") from None
    if rest == {"payload_hex"} and type(one["payload_hex"]) is str:
        text = one["payload_hex"]
        return bytes.fromhex(_hex(text, len(text) // 2, where))
    raise NotUnderstood(f"{where}: one text payload, or payload_hex, is needed")


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    found = fields.get(name, [])
    if type(found) is not list:
        raise NotUnderstood(f"{name}: a list is needed")
    return found


def _is_hex(text: str, count: int) -> bool:
    return len(text) == 2 * count and _HEX.fullmatch(text) is not None


def _hex(value: object, count: int, where: str) -> str:
    if type(value) is not str or not _is_hex(value, count):
        raise NotUnderstood(f"{where}: hex of {count} bytes is needed")
    return value
