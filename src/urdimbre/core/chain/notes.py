"""Signed notes, checkpoints and proofs: what a member can check with other tools.

The texts follow C2SP to the byte. Parsers take bytes of any origin; they accept one
spelling of each thing, look at a bounded number of lines and raise nothing but
``MalformedNote``. Signing and verifying are handed in: the core holds no keys.

Source:
    c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature and
    c2sp.org/tlog-proof, all v1.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

from urdimbre.core.chain.merkle import HASH_BYTES, INCLUSION_HASHES_MAX, SIZE_MAX
from urdimbre.core.refusals import Reason

Sign: TypeAlias = Callable[[bytes], bytes]
"""Signature of 64 bytes over a message."""

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""Whether, given a key of 32 bytes and a message, the 64 bytes are its signature."""

NOTE_BYTES_MAX: Final = 1 << 20
SIGNATURES_MAX: Final = 100
VKEY_CHARACTERS_MAX: Final = 1024

ED25519: Final = 1
"""Signature type of a log's own signature."""
COSIGNATURE: Final = 4
"""Signature type of a witness's cosignature with its time."""

_ID_BYTES: Final = 4
_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = {ED25519: 64, COSIGNATURE: 8 + 64}
_DASH: Final = "\N{EM DASH} "
_PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DECIMAL: Final = re.compile("0|[1-9][0-9]{0,18}")
_VKEY: Final = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})")
# Unicode's White_Space and "+"; written out because str.isspace() follows the Unicode
# version of the Python in use and two nodes must judge alike.
_NOT_IN_NAMES: Final = re.compile(
    "[+\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)


class MalformedNote(ValueError):
    """The text is not a note, checkpoint, proof or key in its one valid spelling.

    Attributes:
        reason: what is wrong, in a few fixed words.
        line: number of the line, counted from 1; 0 if it concerns the whole.
        told: both, to be told in any language.
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        """Keep what is wrong and where."""
        told = Reason(reason)
        if line:
            told = Reason("line {line}: {reason}", line=line, reason=told)
        super().__init__(told)
        self.told = told
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key that its holder trusts to sign for ``name``.

    Attributes:
        name: name on the signature line, such as the log's origin.
        kind: ``ED25519`` for a log, ``COSIGNATURE`` for a witness.
        key: 32 bytes, Ed25519.
    """

    name: str
    kind: int = ED25519
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that name this key on a signature line."""
        return sha256(
            self.name.encode() + b"\n" + self.kind.to_bytes(1, "big") + self.key
        ).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The key in its text form (vkey)."""
        typed = self.kind.to_bytes(1, "big") + self.key
        return f"{self.name}+{self.id.hex()}+{_base64(typed)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line of a note, not yet verified.

    Attributes:
        name: name of the key.
        key_id: four bytes that, with the name, tell which key signed.
        value: what follows the id; its meaning depends on the key.
    """

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines, none of them verified.

    Attributes:
        text: the bytes that are signed, ending in a newline.
        signatures: at least one, in the order of the lines.
    """

    text: bytes
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A signature of a trusted key that holds.

    Attributes:
        key: the trusted key.
        time: for a cosignature, the seconds since 1970 that the witness states.
    """

    key: VerifierKey
    time: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The log's size and root, as its signer states them.

    Attributes:
        origin: name of the log.
        size: number of entries.
        root: root of the tree over them.
        extensions: further lines; this house writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an entry is in the log, to be checked without the log.

    Attributes:
        index: place of the entry, the first being 0.
        path: hashes from the entry's sibling up to below the root.
        note: the checkpoint, signed.
        extra: what the application adds; proven by nothing. ``None`` if absent.
    """

    index: int
    path: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None


def parse_vkey(text: str) -> VerifierKey:
    """Read a key in its text form, ``name+id+base64``.

    Raises:
        MalformedNote: another spelling, another type, or an id of another key.
    """
    if len(text) > VKEY_CHARACTERS_MAX:
        raise MalformedNote("key too long")
    if _CONTROL.search(text) or _SURROGATE.search(text):
        raise MalformedNote("control character or half a character")
    found = _VKEY.fullmatch(text)
    if not found or not _is_name(found[1]):
        raise MalformedNote("not name+id+key")
    typed = _bytes_of(found[3], 0)
    if typed[0] not in _SIGNATURE_BYTES or len(typed) != 1 + _KEY_BYTES:
        raise MalformedNote("unknown type of key")
    key = VerifierKey(name=found[1], kind=typed[0], key=typed[1:])
    if key.id.hex() != found[2]:
        raise MalformedNote("id of another key")
    return key


def parse_note(raw: bytes) -> Note:
    """Read a signed note.

    Raises:
        MalformedNote: with reason and line.
    """
    whole = _text_of(raw)
    split = whole.rfind("\n\n")
    if split < 0:
        raise MalformedNote("no blank line before the signatures")
    text, lines = whole[: split + 1], whole[split + 2 :].split("\n")
    first = text.count("\n") + 2
    if lines.pop():
        raise MalformedNote("no newline at the end", first + len(lines))
    if not 0 < len(lines) <= SIGNATURES_MAX:
        raise MalformedNote("no signature, or too many", first)
    signatures = [_signature(line, first + i) for i, line in enumerate(lines)]
    return Note(text.encode(), tuple(signatures))


def note_bytes(note: Note) -> bytes:
    """The note as it is sent and stored.

    Raises:
        MalformedNote: what would be written could not be read again.
    """
    written = note.text + b"\n" + b"".join(map(_signature_line, note.signatures))
    if parse_note(written) != note:
        raise MalformedNote("would not be read as it is written")
    return written


def sign_note(text: bytes, key: VerifierKey, sign: Sign) -> NoteSignature:
    """Sign a text as the log ``key.name``."""
    return NoteSignature(name=key.name, key_id=key.id, value=sign(text))


def cosign_note(
    text: bytes, key: VerifierKey, sign: Sign, *, time: int
) -> NoteSignature:
    """Sign a checkpoint's text as the witness ``key.name`` at ``time``."""
    value = time.to_bytes(8, "big") + sign(_cosigned(text, time))
    return NoteSignature(name=key.name, key_id=key.id, value=value)


def verified(
    note: Note, keys: Iterable[VerifierKey], verify: Verify
) -> tuple[Verified, ...]:
    """The trusted signatures that hold, each key once, in the order of the note.

    Signatures of unknown keys are passed over. If one of a known key does not hold,
    the whole note is worth nothing and the answer is empty.
    """
    known = {(key.name, key.id): key for key in keys}
    found = []
    for signature in note.signatures:
        key = known.pop((signature.name, signature.key_id), None)
        if key is None:
            continue
        one = _verified_by(key, note.text, signature.value, verify)
        if one is None:
            return ()
        found.append(one)
    return tuple(found)


def checkpoint_text(checkpoint: Checkpoint) -> bytes:
    """The text of a checkpoint, to be signed.

    Raises:
        MalformedNote: what would be written could not be read again.
    """
    root = _base64(checkpoint.root)
    lines = (checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions)
    written = "".join(f"{line}\n" for line in lines).encode()
    if parse_checkpoint(written) != checkpoint:
        raise MalformedNote("would not be read as it is written")
    return written


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read the text of a checkpoint, that is ``Note.text``.

    Raises:
        MalformedNote: with reason and line.
    """
    lines = _text_of(text).split("\n")
    if lines.pop():
        raise MalformedNote("no newline at the end", len(lines) + 1)
    if len(lines) < len(("origin", "size", "root")):
        raise MalformedNote("not origin, size and root", len(lines))
    if "" in lines:
        raise MalformedNote("empty line", lines.index("") + 1)
    origin, size, root, *extensions = lines
    return Checkpoint(
        origin=origin,
        size=_number(size, 2),
        root=_hash(root, 3),
        extensions=tuple(extensions),
    )


def parse_proof(raw: bytes) -> Proof:
    """Read a proof; its checkpoint is read too, to be sure that it is one.

    Raises:
        MalformedNote: with reason and line, counted from the start of the proof.
    """
    head, blank, rest = _text_of(raw).partition("\n\n")
    lines = head.split("\n")
    if not blank:
        raise MalformedNote("no blank line before the checkpoint", len(lines))
    if lines[0] != _PROOF_HEADER:
        raise MalformedNote("not a proof of version 1", 1)
    extra, at = None, 1
    if lines[at:] and lines[at].startswith("extra "):
        extra, at = _bytes_of(lines[at].removeprefix("extra "), at + 1), at + 1
    if not lines[at:] or not lines[at].startswith("index "):
        raise MalformedNote("no index", at + 1)
    index = _number(lines[at].removeprefix("index "), at + 1)
    at += 1
    if len(lines) - at > INCLUSION_HASHES_MAX:
        raise MalformedNote("too many hashes", at + 1)
    path = tuple(_hash(line, at + 1 + i) for i, line in enumerate(lines[at:]))
    try:
        note = parse_note(rest.encode())
        parse_checkpoint(note.text)
    except MalformedNote as failed:
        within = failed.line and failed.line + len(lines) + 1
        raise MalformedNote(failed.reason, within) from None
    return Proof(index=index, path=path, note=note, extra=extra)


def proof_bytes(proof: Proof) -> bytes:
    """The proof as it is handed out.

    Raises:
        MalformedNote: what would be written could not be read again.
    """
    extra = [] if proof.extra is None else [f"extra {_base64(proof.extra)}"]
    path = [_base64(node) for node in proof.path]
    lines = [_PROOF_HEADER, *extra, f"index {proof.index}", *path, "", ""]
    written = "\n".join(lines).encode() + note_bytes(proof.note)
    if parse_proof(written) != proof:
        raise MalformedNote("would not be read as it is written")
    return written


def _verified_by(
    key: VerifierKey, text: bytes, value: bytes, verify: Verify
) -> Verified | None:
    """The signature of a known key, or nothing if it does not hold."""
    if len(value) != _SIGNATURE_BYTES[key.kind]:
        return None
    if key.kind == ED25519:
        return Verified(key=key) if verify(key.key, text, value) else None
    time = int.from_bytes(value[:8], "big")
    if time > SIZE_MAX or not verify(key.key, _cosigned(text, time), value[8:]):
        return None
    return Verified(key=key, time=time)


def _cosigned(text: bytes, time: int) -> bytes:
    """What a witness signs: the checkpoint's text under a header with the time."""
    return b"cosignature/v1\ntime %d\n%b" % (time, text)


def _signature(line: str, number: int) -> NoteSignature:
    """One signature line."""
    if not line.startswith(_DASH):
        raise MalformedNote("no em dash and blank before the key's name", number)
    name, blank, encoded = line.removeprefix(_DASH).partition(" ")
    if not blank or not _is_name(name):
        raise MalformedNote("not name and signature", number)
    value = _bytes_of(encoded, number)
    if len(value) <= _ID_BYTES:
        raise MalformedNote("no signature after the key's id", number)
    return NoteSignature(name=name, key_id=value[:_ID_BYTES], value=value[_ID_BYTES:])


def _signature_line(signature: NoteSignature) -> bytes:
    """One signature line, as written."""
    encoded = _base64(signature.key_id + signature.value)
    return f"{_DASH}{signature.name} {encoded}\n".encode()


def _text_of(raw: bytes) -> str:
    """The characters of a text of bearable length without control characters."""
    if len(raw) > NOTE_BYTES_MAX:
        raise MalformedNote("too long")
    try:
        text = raw.decode()
    except UnicodeDecodeError as failed:
        line = raw.count(b"\n", 0, failed.start) + 1
        raise MalformedNote("not UTF-8", line) from None
    if found := _CONTROL.search(text):
        raise MalformedNote("control character", text.count("\n", 0, found.start()) + 1)
    return text


def _is_name(name: str) -> bool:
    """Whether a key may be called so."""
    return bool(name) and not _NOT_IN_NAMES.search(name)


def _number(text: str, line: int) -> int:
    """A size or index: decimal, no leading zero, below 2**63."""
    if not _DECIMAL.fullmatch(text) or int(text) > SIZE_MAX:
        raise MalformedNote("not a size or index", line)
    return int(text)


def _hash(text: str, line: int) -> bytes:
    """A hash in base64."""
    found = _bytes_of(text, line)
    if len(found) != HASH_BYTES:
        raise MalformedNote("not a hash of 32 bytes", line)
    return found


def _base64(value: bytes) -> str:
    """Base64 of RFC 4648 section 4, padded."""
    return b64encode(value).decode()


def _bytes_of(text: str, line: int) -> bytes:
    """The bytes of a base64 text, accepted only as we would write it."""
    try:
        found = b64decode(text, validate=True)
    except ValueError:  # also what is not ASCII
        raise MalformedNote("not base64", line) from None
    if _base64(found) != text:
        raise MalformedNote("not the one base64 spelling", line)
    return found
