"""Two witnesses sign a sheet; what they can attest is recorded, line by line.

Witnesses serve whoever has only given goods or work, or taken goods or signs. Who pays
signs or money confirms herself: her draft waits for her. Nobody attests a line of hers.
"""

from collections.abc import Iterable

from django.db import transaction

from urdimbre.adapters.desk import ServerKey
from urdimbre.adapters.keys.server import PinNeeded, WrongPin
from urdimbre.core.chain.entry import Slot
from urdimbre.core.membership.consent import WITNESSES
from urdimbre.core.refusals import Refusal
from urdimbre.web import opened
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.exchanges.roles import in_order, pack, slots_of, unpack
from urdimbre.web.exchanges.signing import missing_parties, record, wait_for_missing
from urdimbre.web.market.models import Attestation, Line, Market
from urdimbre.web.membership import keys, pins
from urdimbre.web.refusing import said

WRONG = (WrongPin, PinNeeded)


def hosted_key(person: str) -> ServerKey | None:
    """Return the key of hers that the server keeps and that is in force."""
    serving = {row.key_id for row in keys.in_force(person)}
    held = opened.circuit().desk.keys_of(person)
    return next((one for one in held if one.key_id in serving), None)


def left_to_sign(market: Market, person: str) -> bool:
    """Tell whether there is a line that she can attest and has not."""
    return any(_signable(market, person))


def _signable(market: Market, person: str) -> Iterable[Draft]:
    """Give the drafts of a sheet that wait and say nothing of her."""
    lines = market.lines.exclude(giver=person).exclude(taker=person).exclude(draft="")
    signed = market.attestations.filter(person=person).values("draft")
    wanted = lines.exclude(draft__in=signed).values("draft")
    return Draft.objects.filter(pk__in=wanted, state="waiting").order_by("pk")


def attest(market: Market, person: str, key: ServerKey, *, pin: str | None) -> None:
    """Sign every line that says nothing of her, under her mandate.

    Raises:
        WrongPin, PinNeeded: the key is sealed under a PIN, and this is not it.
        PinLocked: there were too many wrong ones.
    """
    mandate = keys.mandate_to_attest(person, "exchange")
    for draft in _signable(market, person) if mandate is not None else ():
        slot = pins.slot(
            bytes(draft.act),
            person=person,
            mandate=mandate or "",
            key=key.key_id,
            pin=pin if key.pin else None,
        )
        Attestation.objects.get_or_create(
            draft=draft.pk,
            person=person,
            defaults={"market": market, "slot": pack(slot)},
        )


def record_attested(market: Market) -> dict[int, str]:
    """Give the lines what two have signed; say what could not be recorded, and why."""
    refused = {}
    for line in market.lines.exclude(draft="").order_by("pk"):
        answer = _record(line)
        if isinstance(answer, Refusal):
            refused[line.pk] = said(answer).sentence
    return refused


def _record(line: Line) -> Refusal | None:
    with transaction.atomic():
        draft = Draft.objects.filter(pk=line.draft, state="waiting").first()
        if draft is None:
            return None
        added = _lent(draft, _witnessed(line))
        if not added or wait_for_missing(draft):
            return None
    answer = record(draft, last=added)
    if not isinstance(answer, Refusal):
        return None
    # Taken back as if its maker had it before her; but all have heard it read.
    Draft.objects.filter(pk=draft.pk, state="preparing").update(state="waiting")
    return answer


def _witnessed(line: Line) -> list[Slot]:
    """Return the signatures of two witnesses; none before two have signed."""
    rows = Attestation.objects.filter(draft=line.draft).order_by("pk")
    slots = [unpack(bytes(row.slot)) for row in rows]
    serving = [one for one in slots if keys.serves_still(one.mandate)]
    return serving[:WITNESSES] if len(serving) >= WITNESSES else []


def _lent(draft: Draft, slots: list[Slot]) -> list[Signer]:
    """Let the witnesses stand for whom they can, if they have a role here.

    They have none if the party has signed herself, or if nobody can be attested.
    """
    if not slots:
        return []
    act, given = bytes(draft.act), slots_of(draft)
    before = missing_parties(act, given)
    together = in_order([*given, *slots])
    served = before - missing_parties(act, together)
    return [_row(draft, party, slot) for party in sorted(served) for slot in slots]


def _row(draft: Draft, party: str, slot: Slot) -> Signer:
    row, _ = Signer.objects.get_or_create(
        draft=draft,
        member=party,
        slot=pack(slot),
        defaults={"person": slot.member},
    )
    return row
