"""What ``urdimbre erase`` asks before it erases, and what it says it has done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from urdimbre.adapters.erasing import PARTS, USUAL, Erasable
from urdimbre.cli.failures import USAGE, BadChoice, Failure
from urdimbre.core.refusals import gettext_noop


class ErasingUnconfirmed(Failure):
    """Something was to be erased for good, and nobody has said that they mean it."""

    code = "erasing_unconfirmed"
    says = gettext_noop("Nothing was erased: what is erased cannot be brought back.")
    way_out = gettext_noop("Look with --dry-run, then say --yes.")
    exit_code = USAGE


def parts_of(typed: Sequence[str] | None) -> tuple[str, ...]:
    """Return which parts somebody wants erased; the usual ones if none is named.

    Raises:
        BadChoice: there is no such part.
    """
    for one in typed or ():
        if one not in PARTS:
            raise BadChoice(option="--what", text=one, choices=", ".join(PARTS))
    return tuple(one for one in PARTS if one in typed) if typed else USUAL


def day_of(seconds: int) -> str:
    """Write the day of a second UTC."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def told(found: Erasable, parts: Sequence[str], *, erased: bool) -> dict[str, Any]:
    """Count what goes, for programs."""
    return {
        "member": found.member,
        "what": list(parts),
        "texts": len(found.texts) if "texts" in parts else 0,
        "drafts": len(found.drafts) if "texts" in parts else 0,
        "offers": len(found.offers) if "offers" in parts else 0,
        "person": found.person and "person" in parts,
        "login": found.login and "login" in parts,
        "keys": len(found.keys) if "keys" in parts else 0,
        "kept": found.kept,
        "held_until": [day_of(one.until) for one in found.holds],
        "acts": found.acts,
        "erased": erased,
    }
