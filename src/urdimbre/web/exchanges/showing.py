"""Showing a draft to who is to sign it: its link as a picture, and a code to type."""

import time
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from urdimbre.adapters.desk import CODE_LETTERS
from urdimbre.core.chain.entry import act_hash
from urdimbre.web import opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft, waiting_for
from urdimbre.web.exchanges.picture import picture_of

LETTERS = 8
HASH_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """What the other device can read.

    Attributes:
        picture: link and hash of the act as a QR code, SVG.
        code: the same to be typed, in two groups.
    """

    picture: str
    code: str


def shown_of(request: Any, draft: Draft) -> Shown | None:
    """Give what is shown while a draft waits for others."""
    if draft.state != "waiting":
        return None
    link = request.build_absolute_uri(
        reverse("linked_draft", args=[draft.pk, hash_of(draft)])
    )
    code, half = code_of(draft), LETTERS // 2
    return Shown(picture_of(link), f"{code[:half]} {code[half:]}")


def hash_of(draft: Draft) -> str:
    """Return the hash of a draft's act."""
    return act_hash(opened.circuit().registry.genesis, bytes(draft.act))


def code_of(draft: Draft) -> str:
    """Return a draft's code; it follows from the act's hash and is no secret."""
    number, out = int(hash_of(draft)[:HASH_DIGITS], 16), ""
    for _ in range(LETTERS):
        number, digit = divmod(number, len(CODE_LETTERS))
        out += CODE_LETTERS[digit]
    return out


def of_code(here: Here, typed: str) -> Draft | None:
    """Find what waits for her under a code; what waits for others has none for her."""
    code = "".join(one for one in typed.upper() if one in CODE_LETTERS)
    waiting = waiting_for(here.member, here.person)
    for draft in waiting.filter(valid_until__gte=int(time.time())):
        if code_of(draft) == code:
            return draft
    return None
