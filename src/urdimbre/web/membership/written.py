"""Keys and signatures as programs write them: hexadecimal, base64 or PEM."""

import re
from base64 import b64decode

from urdimbre.core.membership.answers import KeyNotAdmissible
from urdimbre.web.membership.mine import KEY_DIGITS, sound

KEY_BYTES = 32
SIGNATURE_BYTES = 64
TYPED_MAX = 1000
SPKI = bytes.fromhex("302a300506032b6570032100")
"""How a public Ed25519 key begins in DER (RFC 8410)."""
_PEM = re.compile(r"-----(BEGIN|END) PUBLIC KEY-----")


def public_key(text: str) -> str | KeyNotAdmissible:
    """Read a public key that somebody pasted; hex, or why it is none."""
    found = _read(_PEM.sub("", text), KEY_BYTES, KEY_BYTES + len(SPKI))
    if len(found) > KEY_BYTES:
        found = found[len(SPKI) :] if found.startswith(SPKI) else b""
    if not sound(found.hex()):
        return KeyNotAdmissible("".join(text.split())[:KEY_DIGITS])
    return found.hex()


def signature(text: str) -> bytes:
    """Read a signature that somebody pasted; nothing if it has not 64 bytes."""
    return _read(text, SIGNATURE_BYTES)


def signature_in(file: bytes) -> bytes:
    """Read a signature from a file: as it is, or written in one of these ways."""
    if len(file) == SIGNATURE_BYTES:
        return file
    return signature(file.decode("ascii", "replace"))


def _read(text: str, *lengths: int) -> bytes:
    """Read bytes of one of these lengths; nothing if it is neither form."""
    text = "".join(text.split())
    forms = (bytes.fromhex, _base64)
    for form in forms:
        try:
            found = form(text)
        except ValueError:
            continue
        if len(found) in lengths:
            return found
    return b""


def _base64(text: str) -> bytes:
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
