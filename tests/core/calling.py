"""Common work that the little circuit calls its members to, and what it counts."""

from tests.little_circuit import BETO, CARO, THE_COMMON
from urdimbre.core.accounts import COMMON

WORK = "work.common"


def dues_of(c, *members, **more):
    """Body of dues: half a day a week from now."""
    return {
        "day": c.today,
        "due": c.today + 7,
        "category": WORK,
        "quantity": 50,
        "unit": "DAY",
        "members": sorted(members or (BETO, CARO)),
    } | more


def call(c, *members, slots=(THE_COMMON,), by=COMMON, **more):
    """Call members to common work, or return what speaks against it."""
    return c.record("dues", dues_of(c, *members, **more), *slots, by=by)


def called(c, *members, **more):
    """Call members who must be called; returns the hash of the dues."""
    return c.ok("dues", dues_of(c, *members, **more), THE_COMMON, by=COMMON)


def line(c, dues, member, how="there", **more):
    """A line of a roster: half a day, unless it is said otherwise."""
    deal = c.cited[dues].act.body.members.index(member)
    return {"deal": deal, "member": member, "how": how, "quantity": 50, **more}


def roster(c, dues, *lines, slots=(THE_COMMON,), **more):
    """Record a roster of today, or return what speaks against it."""
    refs = more.pop("refs", [(dues, "releases")])
    private = more.pop("private", ())
    body = {"day": c.today, "dues": dues, "category": WORK, "unit": "DAY"} | more
    body["lines"] = sorted(lines, key=lambda one: one["deal"])
    return c.record("roster", body, *slots, refs=refs, private=private)
