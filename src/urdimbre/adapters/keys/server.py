"""Keys that the server holds: sealed seeds, the key that seals them, the node's key.

A member's ``server`` key lies in the database as a sealed seed. What opens it, the
key-encryption key (KEK), lies in a file of its own, outside database, bundle and
backup: a copy of the database alone signs nothing. If the member has set a PIN, the
seed is sealed under both: neither the KEK nor the PIN alone opens it.
"""

import errno
import hmac
import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path
from typing import Final

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from urdimbre.core.refusals import gettext_noop

KEK_FILE: Final = Path("keys/kek")
NODE_FILE: Final = Path("keys/node")
WITNESS_FILE: Final = Path("keys/witness")
SECRET_BYTES: Final = 32
MODE: Final = 0o600

_PLAIN: Final = b"\x01"
_WITH_PIN: Final = b"\x02"
# libsodium's "interactive" limits, as numbers: sealed keys must open for ever.
_OPERATIONS: Final = 2
_MEMORY_BYTES: Final = 64 * 1024 * 1024


class KeyMissing(FileNotFoundError):
    """There is no key file; without it no sealed key opens, so none is made unasked."""

    code = "key_missing"
    says = gettext_noop("The key file {path} does not exist.")
    hint = gettext_noop(
        "Put it back from where its copy is kept; only a new node makes a new one."
    )
    exit_code = 5

    def __init__(self, path: Path) -> None:
        """Keep where the key should be."""
        super().__init__(f"{path} does not exist")
        self.path = path
        self.values = {"path": path}


class KeyExists(FileExistsError):
    """A key file was to be made where there is one already."""

    def __init__(self, path: Path) -> None:
        """Keep where the key is."""
        super().__init__(f"{path} exists already and is never written over")
        self.path = path


class KeyFileUnsafe(PermissionError):
    """A key file that others could read or change, or that is no plain file."""

    code = "key_file_unsafe"
    says = gettext_noop(
        "The key file {path} is {mode}; it must be a plain file that only its owner "
        "can read."
    )
    hint = gettext_noop("If nobody else has read it: chmod 600 {path}")
    exit_code = 1

    def __init__(self, path: Path, mode: int) -> None:
        """Keep the file and its mode as ``os.stat`` tells it."""
        self.path = path
        self.mode = mode
        self.values = {"path": path, "mode": stat.filemode(mode)}
        super().__init__(f"{self.says} {self.hint}".format_map(self.values))


class KeyFileDamaged(ValueError):
    """A key file that has not 32 bytes."""

    code = "key_file_damaged"
    says = gettext_noop("The key file {path} has not {bytes} bytes.")
    hint = gettext_noop("Put it back from where its copy is kept.")
    exit_code = 1

    def __init__(self, path: Path, length: int) -> None:
        """Keep the file and the number of bytes read from it."""
        super().__init__(f"{path} holds {length} bytes or more, not {SECRET_BYTES}")
        self.path = path
        self.length = length
        self.values = {"path": path, "bytes": SECRET_BYTES}


class SealDamaged(ValueError):
    """A sealed key that was changed, or sealed under another KEK."""

    code = "seal_damaged"
    says = gettext_noop(
        "A key on the desk does not open with keys/kek: it is damaged, or was sealed "
        "under another one."
    )
    hint = gettext_noop("Put keys/kek back from where its copy is kept.")
    exit_code = 1

    def __init__(self) -> None:
        """Say it without any of the key's bytes."""
        super().__init__("the sealed key is damaged, or was sealed under another KEK")


class WrongPin(ValueError):
    """The PIN does not open the sealed key."""

    def __init__(self) -> None:
        """Say it without the PIN."""
        super().__init__("the PIN does not open this key")


class PinNeeded(ValueError):
    """The key is sealed under a PIN, and none was given."""

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__("this key opens only with its member's PIN")


class PinNotSet(ValueError):
    """A PIN was given for a key that is sealed without one."""

    def __init__(self) -> None:
        """Say that the key is not what its member believes it to be."""
        super().__init__("this key was sealed without a PIN")


class KeyEncryptionKey:
    """The secret under which all server-held keys are sealed."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """Take the 32 bytes; ``read`` and ``create`` find them in their file."""
        self._secret = secret

    def __repr__(self) -> str:
        """Show nothing of the secret in logs and tracebacks."""
        return "KeyEncryptionKey(...)"

    @classmethod
    def read(cls, path: Path) -> "KeyEncryptionKey":
        """The key in this file.

        Raises:
            KeyMissing: no such file.
            KeyFileUnsafe: it is open to others, or no plain file.
            KeyFileDamaged: it has not 32 bytes.
        """
        return cls(_read_secret(path))

    @classmethod
    def create(cls, path: Path) -> "KeyEncryptionKey":
        """A new key in a new file.

        Raises:
            KeyExists: there is a file already.
        """
        return cls(_create_secret(path))

    def seal(self, seed: bytes, *, pin: str | None = None) -> bytes:
        """Seal a seed, to be stored in the database."""
        if pin is None:
            return _PLAIN + bytes(SecretBox(self._derived(_PLAIN)).encrypt(seed))
        salt = secrets.token_bytes(argon2id.SALTBYTES)
        inner = bytes(SecretBox(self._derived_with(pin, salt)).encrypt(seed))
        # The outer box lets a damaged seal be told from a wrong PIN, and keeps the
        # salt from whoever would try PINs on a copy of the database.
        return _WITH_PIN + bytes(
            SecretBox(self._derived(_WITH_PIN)).encrypt(salt + inner)
        )

    def open(self, sealed: bytes, *, pin: str | None = None) -> bytes:
        """The seed that was sealed.

        Raises:
            SealDamaged: it was changed, or sealed under another KEK.
            PinNeeded, PinNotSet: it was sealed with a PIN, or without.
            WrongPin: with another PIN. Counting the attempts is the caller's duty.
        """
        form = sealed[:1]
        if form not in (_PLAIN, _WITH_PIN):
            raise SealDamaged
        try:
            opened = SecretBox(self._derived(form)).decrypt(sealed[1:])
        except (CryptoError, ValueError):
            raise SealDamaged from None
        if form == _PLAIN:
            if pin is not None:
                raise PinNotSet
            return opened
        if pin is None:
            raise PinNeeded
        salt, inner = opened[: argon2id.SALTBYTES], opened[argon2id.SALTBYTES :]
        try:
            return SecretBox(self._derived_with(pin, salt)).decrypt(inner)
        except CryptoError:
            raise WrongPin from None

    def _derived(self, form: bytes, more: bytes = b"") -> bytes:
        """The key of one form of seal, so that one form never opens as another."""
        label = b"urdimbre/seal/v1\0" + form + more
        return hmac.new(self._secret, label, sha256).digest()

    def _derived_with(self, pin: str, salt: bytes) -> bytes:
        """The key that takes both the KEK and the PIN to derive."""
        stretched = argon2id.kdf(
            SECRET_BYTES,
            pin.encode(),
            salt,
            opslimit=_OPERATIONS,
            memlimit=_MEMORY_BYTES,
        )
        return self._derived(_WITH_PIN, stretched)


def node_key(path: Path) -> bytes:
    """The node's Ed25519 seed.

    Raises:
        KeyMissing: no such file.
        KeyFileUnsafe: it is open to others, or no plain file.
        KeyFileDamaged: it has not 32 bytes.
    """
    return _read_secret(path)


def create_node_key(path: Path) -> bytes:
    """A new Ed25519 seed for the node in a new file.

    Raises:
        KeyExists: there is a file already.
    """
    return _create_secret(path)


def copy_keys(source: Path, folder: Path) -> None:
    """Copy the files ``kek`` and ``node`` of a folder into a circuit being made.

    Raises:
        KeyMissing, KeyFileUnsafe, KeyFileDamaged: one is not as it should be.
        KeyExists: there is one already.
    """
    for name in (KEK_FILE, NODE_FILE):
        _write_secret(folder / name, _read_secret(source / name.name))


def copy_witness_key(source: Path, folder: Path) -> bool:
    """Copy the file ``witness`` into a circuit being made; tells if there was one.

    Raises:
        KeyFileUnsafe, KeyFileDamaged: it is not as it should be.
    """
    try:
        secret = _read_secret(source / WITNESS_FILE.name)
    except KeyMissing:
        return False
    _write_secret(folder / WITNESS_FILE, secret)
    return True


def _read_secret(path: Path) -> bytes:
    """The bytes of a key file, after a look at who else can read it."""
    # O_NONBLOCK: a named pipe in the file's place must not stop the program.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        raise KeyMissing(path) from None
    except OSError as failed:
        if failed.errno in (errno.ELOOP, errno.EACCES, errno.ENXIO):
            raise KeyFileUnsafe(path, path.lstat().st_mode) from None
        raise
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & ~MODE:
            raise KeyFileUnsafe(path, mode)
        secret = os.read(handle, SECRET_BYTES + 1)
    finally:
        os.close(handle)
    if len(secret) != SECRET_BYTES:
        raise KeyFileDamaged(path, len(secret))
    return secret


def _create_secret(path: Path) -> bytes:
    """Write 32 random bytes to a new file."""
    secret = secrets.token_bytes(SECRET_BYTES)
    _write_secret(path, secret)
    return secret


def _write_secret(path: Path, secret: bytes) -> None:
    """Write a secret to a new file, whole and on disk or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(draft, flags, MODE), "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        # A link fails if the name is taken, and shows the file only when complete.
        os.link(draft, path)
    except FileExistsError:
        raise KeyExists(path) from None
    finally:
        draft.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
