"""Steps of histories: common work is called, and who was there is counted."""

from tests.little_circuit import (
    ATTEST,
    CARO,
    COMMON,
    DORA,
    EVA,
    FEDE,
    allowed,
    commitment,
    slot,
)


def call(c, draw):
    """Call some to common work; now and then more often than is agreed."""
    first, other = draw.two()
    unit, most = draw.one_of((("DAY", 100), ("DAY", 100), ("HUR", 2400), ("KGM", 1)))
    body = {
        "day": c.today,
        "due": c.today + draw.one_of((0, 3, 3, 7)),
        "category": "work.common",
        "quantity": min(most, draw.amount()),
        "unit": unit,
        "members": sorted({first, other, CARO} - {COMMON}),
    }
    if draw.one_of((False, True)):
        body["or"] = {"type": "money", "quantity": 80_00, "unit": "MXN"}
    return c.record("dues", body, *c.sign_for({"common": True}), by=COMMON)


def count(c, draw):
    """Say who was there, has sent somebody or is excused; signed for the common or by
    two witnesses."""
    called = [one for one in c.log if one.act.kind == "dues"]
    if not called and not allowed(call(c, draw)):
        return None
    called = called or c.log[-1:]
    dues = draw.one_of(called).act
    lines = [_line(c, draw, dues, n) for n in range(draw.one_of((1, 2)))]
    lines = [one for one in lines if one is not None]
    private = [commitment("ill")] if "exempt" in str(lines) else []
    body = {"day": c.today, "dues": dues.hash, "lines": lines}
    body |= {"category": dues.body.category, "unit": dues.body.unit}
    slots = c.sign_for({"common": True})
    if draw.one_of((False, True)):
        slots = (slot(EVA, ATTEST), slot(FEDE, ATTEST))
    elif DORA in [one.get("by") for one in lines]:
        slots = (*slots, slot(DORA))
    more = {"refs": [(dues.hash, "releases")], "private": private}
    if not lines:
        return None
    return c.record("roster", body, *slots, **more)


def _line(c, draw, dues, deal):
    row = c.owed(dues.hash, deal)
    if row is None or not row.open:
        return None
    how = draw.one_of(("there", "there", "sent", "exempt"))
    line = {"deal": deal, "member": row.debtor, "how": how}
    line["quantity"] = min(draw.one_of((100, 50, 2400, 1)), row.open + 1)
    if how == "exempt":
        line["why"] = commitment("ill")
    elif how == "sent" and row.debtor != DORA:
        line["by"] = DORA
    return line
