"""Messages to browsers through their makers' push services (RFC 8030, 8291, 8292).

What is sent is sealed for one browser: the service that carries it cannot read it. The
library for this belongs to the extra ``[push]``; import this module late.
"""

from __future__ import annotations

import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PUSH_FILE = Path("keys/push")
SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
"""Who may be asked to carry messages. Whatever else a browser names is refused: it
could be a machine of the host's own network."""
ANSWER_SECONDS = 20
KEPT_SECONDS = 86_400
PROVEN_SECONDS = 12 * 3600
RECORD_BYTES = 4096
PUBLIC_BYTES, SECRET_BYTES, SALT_BYTES = 65, 16, 16
PRIVATE_DIGITS = 64
ENDPOINT_MAX = 1000
LABEL_MAX = 63
"""Longest part of a machine's name, between its dots."""
GONE = frozenset([HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE])
"""Answers that say that this browser does not take our messages any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Where a browser takes messages, and how they are sealed for it.

    Attributes:
        endpoint: address at its maker's service.
        public: its key, a point of P-256.
        secret: that it shares with nobody but us.
    """

    endpoint: str
    public: bytes
    secret: bytes


class NotPushed(Exception):
    """A message was not taken.

    Attributes:
        gone: whether this browser takes none any more.
    """

    def __init__(self, reason: str, *, gone: bool) -> None:
        """Keep why."""
        super().__init__(reason)
        self.gone = gone


def as_text(octets: bytes) -> str:
    """Write bytes as browsers do: base64 for addresses, without padding."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Read bytes as browsers write them.

    Raises:
        ValueError: they are none.
    """
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def browser(endpoint: str, public: str, secret: str) -> Browser | None:
    """Return a browser from what it says of itself; nothing if it cannot be right."""
    try:
        found = Browser(
            endpoint=endpoint, public=from_text(public), secret=from_text(secret)
        )
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), found.public)
    except ValueError:
        return None
    lengths = (len(found.public), len(found.secret))
    fits = lengths == (PUBLIC_BYTES, SECRET_BYTES) and len(endpoint) <= ENDPOINT_MAX
    return found if fits and _is_known(endpoint) else None


def _is_known(endpoint: str) -> bool:
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    try:
        where = urlsplit(endpoint)
        host, port = where.hostname or "", where.port
    except ValueError:
        return False
    named = any(host == one or host.endswith(f".{one}") for one in SERVICES)
    named = named and all(0 < len(one) <= LABEL_MAX for one in host.split("."))
    plain = where.username is None and port in (None, 443)
    return where.scheme == "https" and named and plain


def own_key(folder: Path) -> EllipticCurvePrivateKey:
    """Read the key with which the circuit shows that it is always the same that sends.

    The first call makes it. With another key all browsers have to be asked anew.
    """
    path = folder / PUSH_FILE
    if not path.is_file():
        made = ec.generate_private_key(ec.SECP256R1()).private_numbers()
        _keep(path, f"{made.private_value:0{PRIVATE_DIGITS}x}")
    return ec.derive_private_key(int(path.read_text("ascii"), 16), ec.SECP256R1())


def _keep(path: Path, text: str) -> None:
    draft = path.with_name(f".push.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)  # two workers may start at once: the first one's stays
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def public_of(key: EllipticCurvePrivateKey) -> bytes:
    """Return the public point of a key."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sealed(
    message: bytes,
    to: Browser,
    *,
    key: EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Seal a message for one browser, in one record.

    Args:
        message: at most some hundred bytes.
        to: whom it is for.
        key: of this message alone; made anew if nothing is said.
        salt: likewise.

    Source:
        RFC 8291, sections 3 and 4; the example of its appendix A is a test.
    """
    key = key or ec.generate_private_key(ec.SECP256R1())
    salt = salt or secrets.token_bytes(SALT_BYTES)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.public)
    own = public_of(key)
    shared = key.exchange(ec.ECDH(), theirs)
    first = _derived(to.secret, shared, b"WebPush: info\0" + to.public + own, 32)
    content = _derived(salt, first, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, first, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD_BYTES.to_bytes(4) + bytes([len(own)]) + own
    # The last record ends with the byte 2 (RFC 8188).
    return head + AESGCM(content).encrypt(nonce, message + b"\2", None)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:

    return HKDF(SHA256(), length, salt, info).derive(secret)


def proof(key: EllipticCurvePrivateKey, endpoint: str, *, now: int, about: str) -> str:
    """Show the service who sends, for half a day (RFC 8292).

    Args:
        key: of the circuit.
        endpoint: where it sends to.
        now: seconds UTC.
        about: where the service can write if something is wrong; may be empty.
    """
    where = urlsplit(endpoint)
    told = {"aud": f"{where.scheme}://{where.netloc}", "exp": now + PROVEN_SECONDS}
    claims = told | ({"sub": about} if about else {})
    parts = ({"typ": "JWT", "alg": "ES256"}, claims)
    signed = ".".join(as_text(json.dumps(one).encode()) for one in parts)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    token = f"{signed}.{as_text(r.to_bytes(32) + s.to_bytes(32))}"
    return f"vapid t={token}, k={as_text(public_of(key))}"


def push(
    to: Browser, message: bytes, key: EllipticCurvePrivateKey, *, now: int, about: str
) -> None:
    """Hand a sealed message to a browser's service.

    Raises:
        NotPushed: it was not taken, now or for good.
    """
    headers = {
        "TTL": str(KEPT_SECONDS),
        "Urgency": "normal",
        "Topic": "urdimbre",  # one that waits there is replaced by the next
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Authorization": proof(key, to.endpoint, now=now, about=about),
    }
    where = urlsplit(to.endpoint)
    target = where.path + (f"?{where.query}" if where.query else "")
    try:
        # Redirections are not followed: they could lead anywhere.
        with closing(HTTPSConnection(where.netloc, timeout=ANSWER_SECONDS)) as asked:
            asked.request("POST", target, sealed(message, to), headers)
            status = asked.getresponse().status
    except (OSError, HTTPException) as failed:
        raise NotPushed(str(failed), gone=False) from None
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise NotPushed(str(status), gone=status in GONE)
