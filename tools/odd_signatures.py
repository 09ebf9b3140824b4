"""Make the Ed25519 cases on which verifiers disagree, and pin libsodium's verdicts.

Pure-Python arithmetic, slow and not constant in time: never for real keys. Run as

    PYTHONPATH=src python tools/odd_signatures.py

it rewrites ``src/urdimbre/adapters/keys/vectors.py``. The file must not change unless
a case is added: other verdicts would mean another verifier.

Source:
    RFC 8032 section 5.1 (arithmetic); H. de Valence, "It's 255:19AM. Do you know what
    your validation criteria are?" (2020) and K. Chalkias and others, "Taming the many
    EdDSAs" (2020) for the kinds of cases. The cases themselves are made here.
"""

import sys
from collections.abc import Callable, Iterator
from hashlib import sha512
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeAlias

from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
SIGN = 1 << 255

Point: TypeAlias = tuple[int, int]
Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
Admissible: TypeAlias = Callable[[bytes], bool]

TARGET = Path(__file__).parents[1] / "src/urdimbre/adapters/keys/vectors.py"
HEAD = '''"""Odd Ed25519 signatures and libsodium's verdicts on them.

Written by ``tools/odd_signatures.py``; add cases there, never edit verdicts here.
"""

from typing import Final, NamedTuple


class Vector(NamedTuple):
    """One case and what the pinned verifier says to it.

    Attributes:
        name: what is odd about it.
        key: 32 bytes that claim to be a public key.
        message: what is signed.
        signature: 64 bytes that claim to be a signature.
        verifies: whether the signature is accepted.
        admissible: whether the key may be registered.
    """

    name: str
    key: bytes
    message: bytes
    signature: bytes
    verifies: bool
    admissible: bool


def _vector(block: str) -> Vector:
    """Read one block of five lines: name, key, R, S; then verdicts and message."""
    name, key, r, s, rest = block.split("\\n")
    verifies, admissible, message = rest.split(" ")
    signature = bytes.fromhex(r + s)
    return Vector(
        name,
        bytes.fromhex(key),
        bytes.fromhex(message.strip("-")),
        signature,
        verifies == "accepted",
        admissible == "admitted",
    )


_PINNED: Final = """
'''


TAIL = '''"""

VECTORS: Final = tuple(map(_vector, _PINNED.strip().split("\\n\\n")))
'''


class Case(NamedTuple):
    """A key, a message and a signature that some verifiers accept."""

    name: str
    key: bytes
    message: bytes
    signature: bytes


def add(a: Point, b: Point) -> Point:
    """Sum of two points of the curve."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P
    return x, y


def times(n: int, point: Point) -> Point:
    """A multiple of a point."""
    found = ZERO
    while n:
        if n & 1:
            found = add(found, point)
        point, n = add(point, point), n >> 1
    return found


def point_at(y: int) -> Point | None:
    """The point with this ordinate and an even abscissa, if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square:
        return None
    return (P - x if x & 1 else x), y % P


def decoded(encoding: bytes) -> Point | None:
    """The point of any encoding, canonical or not."""
    y = int.from_bytes(encoding, "little")
    point = point_at(y % SIGN % P)
    if point and y >= SIGN:
        return -point[0] % P, point[1]
    return point


def encoded(point: Point) -> bytes:
    """The canonical encoding of a point."""
    x, y = point
    return (y | (x & 1) * SIGN).to_bytes(32, "little")


def little(n: int) -> bytes:
    """A number in 32 bytes."""
    return n.to_bytes(32, "little")


def scalar(label: str) -> int:
    """A number below L that nobody chose, the same on each run."""
    return int.from_bytes(sha512(b"urdimbre/odd/" + label.encode()).digest()) % L


def challenge(r: bytes, key: bytes, message: bytes) -> int:
    """The hash that binds the commitment, the key and the message.

    Reduced modulo L, as all programs do; for keys of mixed order it matters.
    """
    return int.from_bytes(sha512(r + key + message).digest(), "little") % L


def order_eight() -> Point:
    """A point of order eight, from the first ordinate that leads to one."""
    for y in count(2):
        point = point_at(y)
        if point and times(4, torsion := times(L, point)) != ZERO:
            return torsion
    raise AssertionError


ZERO: Point = (0, 1)
BASE: Point = point_at(4 * pow(5, -1, P)) or ZERO
EIGHTH = order_eight()
A = scalar("a")
R = scalar("r")
KEY = encoded(times(A, BASE))
COMMITMENT = encoded(times(R, BASE))


def message_where(r: bytes, key: bytes, *, remainder: int) -> bytes:
    """The first message whose challenge leaves this remainder modulo eight."""
    numbered = (b"odd %d" % i for i in count())
    return next(m for m in numbered if challenge(r, key, m) % 8 == remainder)


def signed(name: str, *, r: bytes, key: bytes, message: bytes, s: int = 0) -> Case:
    """A case with any commitment and key, and ``S = s`` or, if zero, ``R + hA``."""
    s = s or (R + challenge(r, key, message) * A) % L
    return Case(name, key, message, r + little(s))


def plain() -> Iterator[Case]:
    """Signatures on which all verifiers agree."""
    fair = signed("plain", r=COMMITMENT, key=KEY, message=b"so much for so much")
    yield fair
    yield signed("empty message", r=COMMITMENT, key=KEY, message=b"")
    r, s = fair.signature[:32], fair.signature[32:]
    flips = {
        "bit of R flipped": (KEY, fair.message, bytes([r[0] ^ 1]) + r[1:] + s),
        "bit of S flipped": (KEY, fair.message, r + bytes([s[0] ^ 1]) + s[1:]),
        "bit of message flipped": (KEY, b"s" + fair.message, r + s),
        "other key": (encoded(times(A + 1, BASE)), fair.message, r + s),
        "all zero": (bytes(32), b"", bytes(64)),
    }
    for name, (key, message, signature) in flips.items():
        yield Case(name, key, message, signature)


def large_s() -> Iterator[Case]:
    """Signatures that hold modulo L, with an ``S`` that is not below it."""
    message = b"so much for so much"
    s = (R + challenge(COMMITMENT, KEY, message) * A) % L
    for name, odd in {
        "S + L": s + L,
        "S + 8 L": s + 8 * L,
        "largest S + k L": s + (2**256 - 1 - s) // L * L,
    }.items():
        yield signed(name, r=COMMITMENT, key=KEY, message=message, s=odd)
    # With R = SB - hA for S = L, that is S = 0 spelled otherwise.
    key = encoded(ZERO)
    yield signed("S = L, identity key", r=key, key=key, message=b"any", s=L)


def small_order_keys() -> Iterator[Case]:
    """Keys without a secret: anybody can make signatures for them."""
    for eighths in range(8):
        point = times(eighths, EIGHTH)
        key = encoded(point)
        message = message_where(COMMITMENT, key, remainder=0)
        name = f"A = {eighths}/8, cofactorless"
        yield signed(name, r=COMMITMENT, key=key, message=message, s=R)
        if eighths:
            message = message_where(COMMITMENT, key, remainder=1)
            name = f"A = {eighths}/8, cofactored only"
            yield signed(name, r=COMMITMENT, key=key, message=message, s=R)
    zero = encoded(ZERO)
    yield Case("identity key, S = 0", zero, b"any message", zero + bytes(32))


def small_order_commitments() -> Iterator[Case]:
    """Fair keys with an ``R`` of small order: the signer gives her secret away."""
    for eighths in range(8):
        r = encoded(times(eighths, EIGHTH))
        s = challenge(r, KEY, b"given away") * A % L
        kind = "cofactored only" if eighths else "cofactorless"
        yield signed(
            f"R = {eighths}/8, {kind}", r=r, key=KEY, message=b"given away", s=s
        )


def mixed_order() -> Iterator[Case]:
    """Keys or commitments of large order with a part of small order."""
    key = encoded(add(times(A, BASE), EIGHTH))
    for remainder, kind in ((0, "cofactorless"), (1, "cofactored only")):
        message = message_where(COMMITMENT, key, remainder=remainder)
        yield signed(f"mixed A, {kind}", r=COMMITMENT, key=key, message=message)
    r = encoded(add(times(R, BASE), EIGHTH))
    yield signed("mixed R, cofactored only", r=r, key=KEY, message=b"mixed")
    # The parts of small order cancel: R = rB + T, A = aB + T, h = -1 modulo 8.
    message = message_where(r, key, remainder=7)
    yield signed("mixed A and R that cancel", r=r, key=key, message=message)
    message = message_where(r, key, remainder=0)
    yield signed("mixed A and R, cofactored only", r=r, key=key, message=message)


def other_spellings() -> Iterator[Case]:
    """Points of small order in encodings that are not the canonical ones."""
    spelled = {
        "y = p + 1 (identity)": (little(P + 1), ZERO),
        "x = -0 (identity)": (little(1 | SIGN), ZERO),
        "y = p + 1, x = -0 (identity)": (little(P + 1 | SIGN), ZERO),
        "y = p (order 4)": (little(P), point_at(0) or ZERO),
        "x = -0 (order 2)": (little(P - 1 | SIGN), (0, P - 1)),
    }
    for name, (odd, point) in spelled.items():
        message = message_where(COMMITMENT, odd, remainder=0)
        yield signed(f"A {name}", r=COMMITMENT, key=odd, message=message, s=R)
        s = challenge(odd, KEY, b"spelled") * A % L
        yield signed(f"R {name}", r=odd, key=KEY, message=b"spelled", s=s)
        # A verifier that hashes the canonical spelling instead of what was sent.
        s = challenge(encoded(point), KEY, b"spelled") * A % L
        hashed = f"R {name}, hashed canonically"
        yield signed(hashed, r=odd, key=KEY, message=b"spelled", s=s)
    beyond = next(y for y in range(2, 19) if point_at(y))
    off = next(y for y in count(2) if not point_at(y))
    for name, key in {
        "A large order, y + p": little(P + beyond),
        "A not on the curve": little(off),
        "A all bits set": b"\xff" * 32,
    }.items():
        yield signed(name, r=COMMITMENT, key=key, message=b"nowhere", s=R)
    yield signed("R not on the curve", r=little(off), key=KEY, message=b"nowhere")


def cases() -> Iterator[Case]:
    """All cases, in the order of the pinned file."""
    yield from plain()
    yield from large_s()
    yield from small_order_keys()
    yield from small_order_commitments()
    yield from mixed_order()
    yield from other_spellings()


def textbook(case: Case) -> tuple[bool, bool] | None:
    """The verdicts of the bare equation, cofactorless and cofactored.

    No further conditions: any order, any spelling of points, any size of ``S``.
    None if the key or ``R`` is no point at all.
    """
    r, s = case.signature[:32], int.from_bytes(case.signature[32:], "little")
    commitment, key = decoded(r), decoded(case.key)
    if not (commitment and key):
        return None
    h = challenge(r, case.key, case.message)
    x, y = add(commitment, times(h, key))
    gap = add(times(s % L, BASE), (-x % P, y))
    return gap == ZERO, times(8, gap) == ZERO


def pinned_text(verify: Verify, admissible: Admissible) -> str:
    """The file of vectors, with the verdicts of this verifier."""
    blocks = []
    for name, key, message, signature in cases():
        said = "accepted" if verify(key, message, signature) else "refused"
        entry = "admitted" if admissible(key) else "rejected"
        r, s = signature[:32].hex(), signature[32:].hex()
        lines = (name, key.hex(), r, s, f"{said} {entry} {message.hex() or '-'}")
        blocks.append("\n".join(lines))
    return HEAD + "\n\n".join(blocks) + "\n" + TAIL


def _verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Ask libsodium itself, without the adapter that reads the pinned file."""
    try:
        crypto_sign_open(signature + message, key)
    except BadSignatureError:
        return False
    return True


def main() -> None:
    """Rewrite the pinned file with the verdicts of the verifier at hand."""
    text = pinned_text(_verify, crypto_core_ed25519_is_valid_point)
    TARGET.write_text(text, encoding="ascii")
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
