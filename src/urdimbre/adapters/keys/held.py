"""The keys that the server holds, taken from the desk when something is signed."""

from __future__ import annotations

import secrets
from contextlib import suppress

from urdimbre.adapters.desk import Desk, ServerKey
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.server import KeyEncryptionKey, WrongPin
from urdimbre.core.chain.entry import ZERO16, Slot, key_id, signature_input
from urdimbre.recording import Node


class NoServerKey(LookupError):
    """The server holds no key of this member, so it cannot sign for her."""

    def __init__(self, member: str) -> None:
        """Keep whose key is missing."""
        super().__init__(f"the server holds no key of {member}")
        self.member = member


class ServerKeys:
    """The members' keys that the server holds, and the node's."""

    def __init__(self, desk: Desk, kek: KeyEncryptionKey, node_seed: bytes) -> None:
        """Take the sealed keys from the desk; the seeds stay sealed until used."""
        self._desk = desk
        self._kek = kek
        self._node_seed = node_seed

    @property
    def node(self) -> Node:
        """Who seals the blocks."""
        seed = self._node_seed
        return Node(ed25519.public_key(seed), lambda text: ed25519.sign(seed, text))

    def create(self, member: str, *, pin: str | None = None) -> str:
        """Make a key for a member and keep it sealed; returns the public key, hex."""
        seed = secrets.token_bytes(32)
        self.keep(member, seed, pin=pin)
        return ed25519.public_key(seed).hex()

    def keep(self, member: str, seed: bytes, *, pin: str | None = None) -> None:
        """Keep a member's seed sealed."""
        self.keep_many([(member, seed)], pin=pin)

    def keep_many(
        self, seeds: list[tuple[str, bytes]], *, pin: str | None = None
    ) -> None:
        """Keep many members' seeds sealed, in one writing."""
        self._desk.add_keys(
            ServerKey(
                key_id(ed25519.public_key(seed).hex()),
                member,
                self._kek.seal(seed, pin=pin),
                pin is not None,
            )
            for member, seed in seeds
        )

    def sign(
        self,
        member: str,
        message: bytes,
        *,
        key: str | None = None,
        pin: str | None = None,
    ) -> tuple[str, bytes]:
        """Sign with a member's key; returns the key's id and the signature.

        Args:
            member: whose key.
            message: what is signed.
            key: short id of the key; her latest one by default.
            pin: hers, if the key is sealed under it.

        Raises:
            NoServerKey: there is none.
            PinNeeded, WrongPin: it is sealed under a PIN, and this is not it.
        """
        held = self._held(member, key)
        seed = self._kek.open(held.sealed, pin=pin if held.pin else None)
        return held.key_id, ed25519.sign(seed, message)

    def set_pin(
        self, member: str, key: str, *, pin: str | None, new_pin: str | None
    ) -> None:
        """Seal a member's key under another PIN, or under none.

        How it was sealed before is overwritten; who copied the desk and the
        key-encryption key before that still has the key.

        Args:
            member: whose key.
            key: its short id.
            pin: the present one, if there is one.
            new_pin: from now on; ``None``: the server opens the key by itself.

        Raises:
            NoServerKey: the server does not hold it.
            PinNeeded, WrongPin: it is sealed under a PIN, and ``pin`` is not it.
        """
        held = self._held(member, key)
        seed = self._kek.open(held.sealed, pin=pin if held.pin else None)
        sealed = self._kek.seal(seed, pin=new_pin)
        self._desk.seal_anew(held._replace(sealed=sealed, pin=new_pin is not None))

    def opens(self, member: str, pin: str) -> bool:
        """Tell whether a PIN opens a key of a member's that is sealed under one."""
        for held in self._desk.keys_of(member):
            if not held.pin:
                continue
            with suppress(WrongPin):
                self._kek.open(held.sealed, pin=pin)
                return True
        return False

    def seal_secret(self, secret: bytes) -> bytes:
        """Seal a secret that a member shares with this server, to be stored."""
        return self._kek.seal(secret)

    def open_secret(self, sealed: bytes) -> bytes:
        """Open a secret that was sealed here.

        Raises:
            SealDamaged: it was changed, or sealed under another KEK.
        """
        return self._kek.open(sealed)

    def forget(self, key: str) -> None:
        """Delete a key that has ended: nobody can sign with it any more."""
        self._desk.erase_key(key)

    def _held(self, member: str, key: str | None) -> ServerKey:
        for held in self._desk.keys_of(member):
            if key in (None, held.key_id):
                return held
        raise NoServerKey(member)

    def slot(
        self,
        act: bytes,
        genesis: str,
        *,
        member: str,
        mandate: str = ZERO16,
        key: str | None = None,
        pin: str | None = None,
    ) -> Slot:
        """Sign an act for a member, as herself or under a mandate or policy."""
        message = signature_input(genesis, member, mandate, act)
        used, signature = self.sign(member, message, key=key, pin=pin)
        return Slot(member, used, mandate, signature)

    def node_slot(self, act: bytes, genesis: str, member: str) -> Slot:
        """Sign an act as the node, which is ``member`` of the circuit."""
        node = self.node
        message = signature_input(genesis, member, ZERO16, act)
        return Slot(member, key_id(node.key.hex()), ZERO16, node.sign(message))
