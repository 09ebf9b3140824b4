"""What a device takes along: who is who, which keys are whose, how far she may promise.

Asked for by the page's script, of herself only; kept in the browser until she logs out.
"""

import time
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token

from urdimbre.core.accounts import AccountKey, counts, limits
from urdimbre.core.agreements import number, version
from urdimbre.core.chain import slip
from urdimbre.core.membership.rows import HOSTED, Key
from urdimbre.projections.models import ActLine, Member
from urdimbre.web import names, opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import entry_at
from urdimbre.web.membership import keys
from urdimbre.web.units import Measure, signs

PEOPLE_MAX = 5_000
"""More make a list too long for a telephone; those with the lowest numbers come."""
STEPS = 10


def book(request: Any) -> HttpResponse:
    """Hand out what her device needs to promise without a connection."""
    here: Here = request.here
    registry = opened.circuit().registry
    with registry.lock:
        state = registry.state
        told = {
            "genesis": registry.genesis,
            "agreement": version(state),
            "draft_days": number(state, "draft_days"),
            "offline_max": number(state, "offline_max"),
            "owe_max": number(state, "owe_max"),
            "signs": [_sign(state, here.person, one) for one in signs()],
        }
    public = _public_keys()
    mine = [one for one in keys.in_force(here.person) if one.custody not in HOSTED]
    told |= {
        "me": {"id": here.person, "name": here.person_name, "kind": "person"},
        "keys": {one.key_id: one.public for one in mine},
        "people": _people(here.person, public),
        "known": entry_at(_last()).act.hash,
        "time": int(time.time()),
        "token": get_token(request),
        "slips": {"keys": slip.KEYS, "words": slip.WORDS, "shapes": slip.SHAPES},
        "picture_bytes_max": slip.PICTURE_BYTES_MAX,
    }
    return JsonResponse(told)


def _last() -> int:
    last = ActLine.objects.order_by("-position").values_list("position", flat=True)
    return int(last[0])


def _sign(state: Any, person: str, one: Measure) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "steps": 3600 if one.is_time else STEPS**one.scale,
        "balance": counts(state, AccountKey(person, one.code)),
        "low": limits(state, person, one.code).low,
    }


def _public_keys() -> dict[str, list[str]]:
    """Give the keys with which members sign on devices of their own."""
    registry, now = opened.circuit().registry, keys.now()
    found: dict[str, list[str]] = {}
    with registry.lock:
        rows = list(registry.state.starting("key/"))
    for row in rows:
        if isinstance(row, Key) and row.custody not in HOSTED and row.in_force(now):
            found.setdefault(row.member, []).append(row.public)
    return found


def _people(person: str, public: dict[str, list[str]]) -> list[dict[str, Any]]:
    rows = Member.objects.filter(left=None, kind="person").exclude(id=person)
    rows = list(rows.order_by("no")[:PEOPLE_MAX])
    known = names.by_id(one.id for one in rows)
    return [
        {
            "id": one.id,
            "no": one.no,
            "name": known[one.id],
            "kind": one.kind,
            "keys": public.get(one.id, []),
        }
        for one in sorted(rows, key=lambda row: names.folded(known[row.id]))
    ]
