"""Who was imported enters: a key of her own is made, and the imported ones end."""

import logging
import secrets

from urdimbre.core import drafting
from urdimbre.core.agreements import version
from urdimbre.core.chain.entry import key_id, signed_entry
from urdimbre.core.refusals import Refusal
from urdimbre.recording.answers import RecordingFailed
from urdimbre.web import opened
from urdimbre.web.membership import keys

logger = logging.getLogger(__name__)
IMPORTED = "import"
VALID_SECONDS = 7 * 86_400


def imported_keys(person: str) -> set[str]:
    """Return the short ids of the keys that were ever made for imported history."""
    return {row.key_id for row in keys.keys_of(person) if row.custody == IMPORTED}


def claim(person: str) -> Refusal | None:
    """Give a person who has only imported keys one of her own, in one act.

    The act is signed by an imported key and by the new one, and ends the imported
    ones by the rules: from here on nobody can write history in her name.

    If the machine fails she is inside all the same, and keeps both secrets: whichever
    serves then, she makes a key on the page of her keys.

    Returns:
        Why it was refused, if it was; then she has what she had before.
    """
    serving = keys.in_force(person)
    if not serving or any(row.custody != IMPORTED for row in serving):
        return None
    circuit = opened.circuit()
    genesis = circuit.registry.genesis
    public = circuit.keys.create(person)
    act = drafting.draft(
        "key",
        {"add": drafting.key(public, "server")},
        by=person,
        id_=secrets.token_hex(16),
        valid_until=keys.now() + VALID_SECONDS,
        agreement=version(circuit.registry.state),
    )
    slots = [
        circuit.keys.slot(act, genesis, member=person, key=key)
        for key in (serving[0].key_id, key_id(public))
    ]
    entry = signed_entry(act, slots).encode()
    try:
        answer = circuit.registry.submit(entry, sender=person)
    except RecordingFailed as failed:
        logger.warning("%s %s", failed.message, failed.hint)
        return None
    refused = answer if isinstance(answer, Refusal) else None
    ended = [row.key_id for row in serving] if refused is None else [key_id(public)]
    for key in ended:
        circuit.keys.forget(key)
    return refused
