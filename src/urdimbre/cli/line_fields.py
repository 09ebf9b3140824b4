"""What stands in a line for ``urdimbre record``, and what can be wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from urdimbre.adapters.desk import Payload
from urdimbre.adapters.interchange.answers import NotUtf8
from urdimbre.cli.lines import LINE_BYTES_MAX
from urdimbre.core import encoding
from urdimbre.core.chain.entry import ZERO16, Slot, commitment
from urdimbre.core.membership.rows import Member
from urdimbre.core.refusals import gettext_noop
from urdimbre.core.state import View

_WAY_OUT = gettext_noop(
    "Correct the line and send it again; nothing of it was recorded."
)
_LINE = gettext_noop("The line is not understood: {reason}.")
FIELDS = ("act", "signatures", "private", "sign_with")
_TOO_LONG = gettext_noop("it is longer than {bytes} bytes")
_NOT_UTF8 = gettext_noop("it is not UTF-8 text, from byte {byte} on")
_NO_JSON = gettext_noop("it is no JSON, or cut short, at character {character}")
_MANY_DIGITS = gettext_noop("a number has too many digits")
_TOO_DEEP = gettext_noop("it is nested too deep")
_NO_OBJECT = gettext_noop("{where}: an object is needed")
_NO_LIST = gettext_noop("{where}: a list is needed")
_NO_FIELD = gettext_noop("{where} has no place there, only {names}")
_MISSING = gettext_noop("{where} is missing")
_TWICE = gettext_noop("{where} stands twice in one object")
_NOT_CANONICAL = gettext_noop("{where}: not canonical JSON")
NO_MEMBER = gettext_noop("{where}: a member is needed")
_SHORT_NAME = gettext_noop("{where}: a short ASCII name is needed")
_NOT_COMMITTED = gettext_noop("{where}: the act does not commit to it")
_NO_TEXT = gettext_noop("{where} is no text")
_ONE_PAYLOAD = gettext_noop("{where}: one text payload, or payload_hex, is needed")
_NO_HEX = gettext_noop("{where}: hex of {bytes} bytes is needed")
_NOT_SEALED = gettext_noop(
    "{where}: the number of a person, a household or an initiative is needed; nobody "
    "else is sealed"
)
_NO_LINE = gettext_noop("it is no JSON object")
_SLOT = ("member", "key_id", "signature")
_PAYLOADS = ("payload", "payload_hex")
PARTY = "party"
"""The private field whose commitment names a sealed party."""
MAY_BE_SEALED = ("person", "household", "initiative")
NAME_SHOWN = 40
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_FIELD_NAME_MAX = 255


class NotUnderstood(Exception):
    """A line that is no act with its signatures.

    Attributes:
        reason: why, an English key of the catalogues with ``{value}`` places.
        values: of the reason, by name; ``where`` is the field concerned.
        code: of the answer.
        says: the whole sentence, likewise a key; ``{reason}`` stands in it.
        way_out: likewise.
        id: the act's number as far as it could be read.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = "malformed",
        says: str = _LINE,
        way_out: str = _WAY_OUT,
        **values: object,
    ) -> None:
        """Keep why."""
        super().__init__(reason)
        self.reason = reason
        self.values = values
        self.code = code
        self.says = says
        self.way_out = way_out
        self.id: str | None = None


def fields_of(raw: bytes) -> dict[str, Any]:
    """Read a line.

    Raises:
        NotUnderstood: it is no JSON object with an act, and nothing else than may be.
    """
    if len(raw) > LINE_BYTES_MAX:
        raise NotUnderstood(_TOO_LONG, bytes=LINE_BYTES_MAX)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise NotUnderstood(
            _NOT_UTF8, way_out=NotUtf8.way_out, byte=error.start + 1
        ) from None
    try:
        fields = json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        raise NotUnderstood(_NO_JSON, character=error.pos + 1) from None
    except ValueError:
        raise NotUnderstood(_MANY_DIGITS) from None
    except RecursionError:
        raise NotUnderstood(_TOO_DEEP) from None
    if type(fields) is not dict:
        raise NotUnderstood(_NO_LINE)
    for name in fields:
        if name not in FIELDS:
            raise NotUnderstood(_NO_FIELD, where=name[:NAME_SHOWN], names=FIELDS)
    if "act" not in fields:
        raise NotUnderstood(_MISSING, where="act")
    return fields


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise NotUnderstood(_TWICE, where=name[:NAME_SHOWN])
        fields[name] = value
    return fields


def act_of(value: object) -> tuple[bytes, str | None]:
    """Return the bytes that are signed, and the act's number if it has one."""
    try:
        if type(value) is str:
            act = value.encode("ascii")
            fields = json.loads(act)
        else:
            act, fields = encoding.dumps(value), value
    except (ValueError, RecursionError):
        raise NotUnderstood(_NOT_CANONICAL, where="act") from None
    if type(fields) is not dict:
        raise NotUnderstood(_NO_OBJECT, where="act")
    id_ = fields.get("id")
    return act, id_ if type(id_) is str and _is_hex(id_, 16) else None


def signatures_of(fields: dict[str, Any]) -> Iterator[Slot]:
    """Read the signatures that a line brings."""
    for place, one in enumerate(list_of(fields, "signatures")):
        where = f"signatures.{place}"
        _look_at(one, where, needed=_SLOT, may=("mandate",))
        yield Slot(
            hex_of(one["member"], 16, where + ".member"),
            hex_of(one["key_id"], 8, where + ".key_id"),
            hex_of(one.get("mandate", ZERO16), 16, where + ".mandate"),
            bytes.fromhex(hex_of(one["signature"], 64, where + ".signature")),
        )


def private_of(fields: dict[str, Any], act: bytes) -> tuple[Payload, ...]:
    """Read private texts; each must be committed to in the act."""
    found = []
    for place, one in enumerate(list_of(fields, "private")):
        where = f"private.{place}"
        _look_at(one, where, needed=("field", "salt"), may=_PAYLOADS)
        name = one["field"]
        salt = bytes.fromhex(hex_of(one["salt"], 16, where + ".salt"))
        if type(name) is not str or not name.isascii() or len(name) > _FIELD_NAME_MAX:
            raise NotUnderstood(_SHORT_NAME, where=where + ".field")
        payload = _payload(one, where)
        committed = commitment(salt, name, payload)
        if committed.encode() not in act:
            raise NotUnderstood(_NOT_COMMITTED, where=where)
        found.append(Payload(committed, name, salt, payload))
    return tuple(found)


def look_who_is_sealed(state: View, texts: Iterable[Payload]) -> None:
    """Let a sealed party be nobody who keeps cash or stands for a circuit.

    The notebook shows a seal only: whoever has its opening can see who it is.

    Raises:
        NotUnderstood: it is an emporio, a fund, a circuit, or no member.
    """
    for place, one in enumerate(texts):
        if one.field != PARTY:
            continue
        row: Member | None = state.get(f"member/{one.payload.hex()}")
        if row is None or row.kind not in MAY_BE_SEALED:
            raise NotUnderstood(_NOT_SEALED, where=f"private.{place}")


def _payload(one: dict[str, Any], where: str) -> bytes:
    text, raw = one.get("payload"), one.get("payload_hex")
    if type(text) is str and "payload_hex" not in one:
        try:
            return text.encode()
        except UnicodeEncodeError:
            raise NotUnderstood(_NO_TEXT, where=where + ".payload") from None
    if type(raw) is str and "payload" not in one:
        return bytes.fromhex(hex_of(raw, len(raw) // 2, where + ".payload_hex"))
    raise NotUnderstood(_ONE_PAYLOAD, where=where)


def _look_at(
    one: object, where: str, *, needed: tuple[str, ...], may: tuple[str, ...]
) -> None:
    if type(one) is not dict:
        raise NotUnderstood(_NO_OBJECT, where=where)
    for name in needed:
        if name not in one:
            raise NotUnderstood(_MISSING, where=f"{where}.{name}")
    for name in one:
        if name not in (*needed, *may):
            named = f"{where}.{name[:NAME_SHOWN]}"
            raise NotUnderstood(_NO_FIELD, where=named, names=(*needed, *may))


def list_of(fields: dict[str, Any], name: str) -> list[Any]:
    """Read a list, empty if there is none of that name."""
    found = fields.get(name, [])
    if type(found) is not list:
        raise NotUnderstood(_NO_LIST, where=name)
    return found


def _is_hex(text: str, count: int) -> bool:
    return len(text) == 2 * count and _HEX.fullmatch(text) is not None


def hex_of(value: object, count: int, where: str) -> str:
    """Read lower-case hex of so many bytes."""
    if type(value) is not str or not _is_hex(value, count):
        raise NotUnderstood(_NO_HEX, where=where, bytes=count)
    return value
