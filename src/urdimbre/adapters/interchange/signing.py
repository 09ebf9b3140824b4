"""Signers among the keys that the server holds: opened once, used many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from urdimbre.adapters.desk import Desk, ServerKey
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.server import KeyEncryptionKey
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, Slot, signature_input
from urdimbre.core.membership.rows import ANY, Key, Policy, policy_of
from urdimbre.core.state import View

UNSIGNED = bytes(64)
"""What stands in the slots of a rehearsal."""


class Signer(NamedTuple):
    """Somebody whose key is at hand.

    Attributes:
        member: hex.
        key_id: hex.
        sign: makes 64 bytes.
    """

    member: str
    key_id: str
    sign: Callable[[bytes], bytes]

    def slot(self, genesis: str, act: bytes, mandate: str = ZERO16) -> Slot:
        """Sign an act, as herself or under a mandate or policy."""
        message = signature_input(genesis, self.member, mandate, act)
        return Slot(self.member, self.key_id, mandate, self.sign(message))


class PinKept(LookupError):
    """The member's key opens only with her PIN, which a command never has."""

    def __init__(self, member: str) -> None:
        """Keep whose key it is."""
        super().__init__(f"the key of {member} opens only with her PIN")
        self.member = member


class HeldKeys:
    """The keys of a circuit's members that the server can sign with, without a PIN.

    Attributes:
        public: public keys, hex, of members who are just being admitted.
    """

    def __init__(self, state: View, desk: Desk, kek: KeyEncryptionKey | None) -> None:
        """Look keys up in the state and on the desk; without a KEK nothing is signed.

        Args:
            state: tells which keys are in force.
            desk: holds the sealed keys.
            kek: opens them; ``None`` in a rehearsal.
        """
        self._state = state
        self._desk = desk
        self._kek = kek
        self.public: dict[str, str] = {}
        self._opened: dict[tuple[str, str | None], Signer | None] = {}

    def signer(self, member: str, *, custody: str | None = None) -> Signer | None:
        """Return who signs for a member, ``None`` if the server holds no such key.

        Args:
            member: hex.
            custody: only a key in force of that custody; otherwise also an old key, so
                that the rules can say what is wrong with it.

        Raises:
            PinKept: there are only keys under a PIN.
        """
        wanted = (member, custody)
        if wanted not in self._opened:
            self._opened[wanted] = self._found(member, custody)
        return self._opened[wanted]

    def keep(self, signer: Signer, custody: str) -> None:
        """Remember the signer of a key that is just being registered."""
        self._opened[signer.member, custody] = signer

    def for_common(
        self, kind: str, gives: Mapping[str, int]
    ) -> list[tuple[Signer, str]]:
        """Return who signs an act for the common, with the policy she signs under.

        Args:
            kind: of the act.
            gives: minor steps by unit that the common gives in it.
        """
        policy = policy_of(self._state, COMMON)
        if policy is None:
            return []
        persons, need = _entitled(policy, kind, gives)
        found: list[tuple[Signer, str]] = []
        for person in persons:
            signer = self._without_pin(person)
            if signer is not None and len(found) < need:
                found.append((signer, policy.id))
        return found

    def sponsors(self, need: int) -> list[Signer]:
        """Return persons who can vouch for somebody: those who sign for the common."""
        policy = policy_of(self._state, COMMON)
        rules = () if policy is None else policy.rules
        persons = dict.fromkeys(one for rule in rules for one in rule.of)
        found = [self._without_pin(person) for person in persons]
        return sorted(one for one in found if one is not None)[:need]

    def _without_pin(self, member: str) -> Signer | None:
        try:
            return self.signer(member)
        except PinKept:
            return None

    def _found(self, member: str, custody: str | None) -> Signer | None:
        held = self._desk.keys_of(member)
        usable = [one for one in held if self._serves(one, custody)]
        if custody is None and not usable:
            usable = held
        for one in usable:
            if not one.pin:
                return Signer(member, one.key_id, self._sign_with(one))
        if usable:
            raise PinKept(member)
        return None

    def _serves(self, held: ServerKey, custody: str | None) -> bool:
        row: Key | None = self._state.get(f"key/{held.key_id}")
        if row is None or not row.in_force(self._state.time):
            return False
        return custody in (None, row.custody)

    def _sign_with(self, held: ServerKey) -> Callable[[bytes], bytes]:
        if self._kek is None:
            return _unsigned
        return ed25519.signer(self._kek.open(held.sealed))


def _unsigned(message: bytes) -> bytes:
    return UNSIGNED


def _entitled(
    policy: Policy, kind: str, gives: Mapping[str, int]
) -> tuple[Sequence[str], int]:
    """Return who may sign and how many must: the first rule that fits decides."""
    for rule in policy.rules:
        most = rule.max
        within = most is None or (
            all(unit == most.unit for unit in gives)
            and sum(gives.values()) <= most.quantity
        )
        if within and (kind in rule.kinds or ANY in rule.kinds):
            return rule.of, rule.need
    return (), 0
