"""The one pinned verifier: Ed25519 by libsodium, through PyNaCl.

Programs disagree on odd signatures (a key of small order, an ``S`` that is too large,
an encoding that is not the canonical one). A registry replayed by another verifier
could then accept what this one refused. So the verdicts on all known odd cases are
pinned in ``vectors`` and compared whenever the program starts.
"""

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_BYTES,
    crypto_sign_open,
    crypto_sign_PUBLICKEYBYTES,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError

from urdimbre.adapters.keys.vectors import VECTORS, Vector
from urdimbre.core.refusals import gettext_noop

FIELD_PRIME: Final = 2**255 - 19


class VerifierDiffers(RuntimeError):
    """This machine's verifier judges a pinned case otherwise; the program must stop."""

    code: ClassVar[str] = "verifier_differs"
    says: ClassVar[str] = gettext_noop(
        "This machine judges signatures otherwise than the notebook needs "
        "(case: {case}), so nothing was done."
    )
    hint: ClassVar[str] = gettext_noop(
        "Install the program with the libraries of its own lists, or use another "
        "machine; what is recorded stays as it is."
    )
    exit_code: ClassVar[int] = 1

    def __init__(self, vector: str, *, expected: bool, got: bool) -> None:
        """Keep the name of the case and the two verdicts."""
        super().__init__(
            f"the Ed25519 verifier differs on {vector!r}: "
            f"{got} instead of the pinned {expected}"
        )
        self.values = {"case": vector}
        self.vector = vector
        self.expected = expected
        self.got = got


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is one of ``key`` over ``message``."""
    # libsodium itself reads 32 bytes of any key it is given: lengths first.
    if len(key) != crypto_sign_PUBLICKEYBYTES or len(signature) != crypto_sign_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, key)
    except BadSignatureError:
        return False
    return True


def sign(seed: bytes, message: bytes) -> bytes:
    """Signature of 64 bytes by the key that grows from the seed of 32 bytes."""
    _, secret = crypto_sign_seed_keypair(seed)
    return crypto_sign(message, secret)[:crypto_sign_BYTES]


def signer(seed: bytes) -> Callable[[bytes], bytes]:
    """What signs many messages by one key: deriving it costs as much as a signature."""
    _, secret = crypto_sign_seed_keypair(seed)

    def sign_one(message: bytes) -> bytes:
        return crypto_sign(message, secret)[:crypto_sign_BYTES]

    return sign_one


def public_key(seed: bytes) -> bytes:
    """Public key that belongs to the seed of 32 bytes."""
    public, _ = crypto_sign_seed_keypair(seed)
    return public


def admissible(key: bytes) -> bool:
    """Whether a key may enter the registry: canonical, large order, torsion-free."""
    if len(key) != crypto_sign_PUBLICKEYBYTES:
        return False
    # libsodium checks this too; ours does not depend on its version.
    y = int.from_bytes(key, "little") & ((1 << 255) - 1)
    return y < FIELD_PRIME and bool(crypto_core_ed25519_is_valid_point(key))


def self_test(vectors: Iterable[Vector] = VECTORS) -> None:
    """Compare this machine's verdicts with the pinned ones, at every start.

    Raises:
        VerifierDiffers: at the first difference.
    """
    for vector in vectors:
        got = verify(vector.key, vector.message, vector.signature)
        if got != vector.verifies:
            raise VerifierDiffers(vector.name, expected=vector.verifies, got=got)
        got = admissible(vector.key)
        if got != vector.admissible:
            name = f"{vector.name} (admission of its key)"
            raise VerifierDiffers(name, expected=vector.admissible, got=got)
