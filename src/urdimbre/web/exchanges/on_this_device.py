"""Who else may sign a draft on the device of who has made it."""

from typing import Any

from urdimbre.projections.models import Member
from urdimbre.web import names, opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.roles import is_attested, slots_of
from urdimbre.web.membership import keys


def who_can(request: Any, draft: Draft, missing: set[str]) -> list[tuple[int, str]]:
    """Name those missing who may sign a draft of hers beside her."""
    here = request.here
    if draft.by not in (here.member, here.person):
        return []
    return can_sign_here(draft, missing, here)


def can_sign_here(draft: Draft, missing: set[str], here: Here) -> list[tuple[int, str]]:
    """Name those missing whose key the server keeps, witnesses among them."""
    if not missing:
        return []
    others = set(missing)
    if is_attested(draft):
        signed = {slot.member for slot in slots_of(draft)}
        others |= set(keys.witnesses_to(draft.kind)) - signed
    desk = opened.circuit().desk
    rows = Member.objects.filter(id__in=others - {here.person}, kind="person")
    held = [row for row in rows.filter(left=None) if desk.keys_of(row.id)]
    known = names.by_id(row.id for row in held)
    found = [(row.no, known[row.id]) for row in held]
    return sorted(found, key=lambda one: names.folded(one[1]))
