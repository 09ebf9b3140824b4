"""What the page that checks proofs says, and what it knows of witnesses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext

from urdimbre.adapters.receipts import Agreed, Proven, agreed_on
from urdimbre.adapters.state_proofs import ProvenRows
from urdimbre.core.chain import notes
from urdimbre.core.federation.witness import witnesses
from urdimbre.web import opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a page says about a receipt, or a proof of balances.

    Attributes:
        title: of the act, empty if it is not of this circuit.
        position: of the entry.
        proven: sentences.
        unproven: sentences.
        texts: private texts that it opens, or the rows that it proves.
        act: as it was signed; empty if it is a proof of balances.
        broken: it is genuine, and today's notebook contradicts it.
    """

    title: str
    position: int
    proven: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    act: str = ""
    broken: bool = False


def witness_keys() -> list[notes.VerifierKey]:
    """Return the keys of the witnesses that the agreement names."""
    with opened.circuit().registry.lock:
        named = list(witnesses(opened.circuit().registry.state))
    return [
        notes.VerifierKey(
            name=one.name, kind=notes.COSIGNATURE, key=bytes.fromhex(one.public)
        )
        for one in named
    ]


def agreed_witnesses() -> Agreed:
    """Return how many witnesses the agreement asks for, and on which hosts."""
    registry = opened.circuit().registry
    with registry.lock:
        return agreed_on(registry.state, witnesses(registry.state))


def seen_by(proven: Proven | ProvenRows) -> Iterator[str]:
    """Say which witnesses have signed."""
    if proven.cosigners:
        sentence = gettext("These witnesses saw the notebook under this seal: {names}.")
        yield sentence.format(names=", ".join(proven.cosigners))


def not_seen_by(proven: Proven | ProvenRows) -> Iterator[str]:
    """Say what the witnesses leave open."""
    if proven.other_lines:
        sentence = gettext(
            "That these witnesses saw the notebook: {names}. They stand under the "
            "seal, but this page does not know their keys."
        )
        yield sentence.format(names=", ".join(proven.other_lines))
    elif not proven.cosigners:
        yield gettext(
            "That everybody is shown the same notebook: no witness has signed the "
            "seal. Compare seals with other members."
        )
    elif "few_witnesses" in proven.unproven:
        yield gettext(
            "That as many witnesses on different hosts have signed as the circuit asks "
            "for."
        )
