"""Who acted for a party that did not sign itself: on receipts, drafts, statements.

A household signs by one of its people, a member without a device by whom she has
mandated, and for some parties two witnesses attest: there is no act in disguise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, Slot
from urdimbre.core.membership.rows import Mandate, Policy
from urdimbre.web import names, opened
from urdimbre.web.entries import Entry, entry_at, signed_at
from urdimbre.web.membership.claiming import imported_keys

POLICY, MANDATE, ATTESTED = "policy", "mandate", "attested"


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody who signed for another.

    Attributes:
        party: for whom; empty: as a witness, for whom it says herself.
        party_name: her name.
        person: who signed.
        person_name: her name.
        how: ``policy``, ``mandate`` or ``attested``.
    """

    party: str
    party_name: str
    person: str
    person_name: str
    how: str


def of_entry(entry: Entry) -> list[Acted]:
    """Tell who signed for whom in a recorded act."""
    return of_slots(entry.slots)


def of_slots(slots: Iterable[Slot]) -> list[Acted]:
    """Tell who signed for whom, each once."""
    found = list(dict.fromkeys(_acted((one.member, one.mandate) for one in slots)))
    known = names.by_id({one for each in found for one in each[:2]})
    return [
        Acted(party, known.get(party, ""), person, known[person], how)
        for party, person, how in found
    ]


def for_member(member: str, positions: Iterable[int]) -> dict[int, list[str]]:
    """Name who signed for a member in acts of hers, by position; herself is not told.

    Who attested is told where nobody has signed for her.
    """
    genesis = opened.circuit().registry.genesis
    found: dict[int, list[str]] = {}
    for position in positions:
        signed = signed_at(genesis, position)
        persons = _persons(member, signed)
        if persons:
            found[position] = persons
    known = names.by_id({one for persons in found.values() for one in persons})
    return {
        position: sorted((known[one] for one in persons), key=names.folded)
        for position, persons in found.items()
    }


def imported(member: str, positions: Iterable[int]) -> set[int]:
    """Tell which acts a key signed for a member that was made for imported history.

    She has confirmed none of them, and has not once she has a key of her own either.
    """
    made = imported_keys(member)
    if not made:
        return set()
    return {
        position
        for position in positions
        if any(slot.key_id in made for slot in entry_at(position).slots)
    }


def _persons(member: str, signed: tuple[tuple[str, str], ...]) -> list[str]:
    if (member, ZERO16) in signed:
        return []
    acted = list(_acted(signed))
    hers = [person for party, person, _ in acted if party == member]
    witnesses = [person for _, person, how in acted if how == ATTESTED]
    return list(dict.fromkeys(hers or witnesses))


def _acted(signed: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Give party, person and how of each signature that is not for its signer."""
    state = opened.circuit().registry.state
    for person, under in signed:
        if under == ZERO16:
            continue
        policy: Policy | None = state.get(f"policy/{under}")
        if policy is not None:
            yield policy.principal, person, POLICY
            continue
        mandate: Mandate | None = state.get(f"mandate/{under}")
        if mandate is not None:
            attested = mandate.principal == COMMON and mandate.purpose == "attest"
            party = "" if attested else mandate.principal
            yield party, person, ATTESTED if attested else MANDATE
