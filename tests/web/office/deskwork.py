"""What happens at the desk of the office, as its browser sends it."""

import datetime as dt
import re

from tests.web.acting import text
from tests.web.allowing import member_of

PIN = "246813"


def day_ahead(days=30):
    """A day as a date field sends it."""
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()  # noqa: DTZ011 - as a member types it


def terms(**more):
    """What is typed to let somebody write."""
    return {
        "modes": ["barter", "gift"],
        "unit": "TOTAI",
        "each": "20",
        "month": "30",
        "until": day_ahead(),
        **more,
    }


def picture_of(name):
    """The name of somebody's picture."""
    from urdimbre.web.membership.picture_signs import sign_of

    sign = sign_of(member_of(name))
    return f"{sign.picture}.{sign.colour}"


def no_of(name):
    """Her number in addresses."""
    from urdimbre.projections.models import Member

    return Member.objects.get(id=member_of(name)).no


def card_of(name):
    """A fresh code of her card."""
    import time

    from urdimbre.web import opened

    desk = opened.circuit().desk
    return desk.new_code(member_of(name), now=int(time.time()))


def without_device(name):
    """Let her never have entered."""
    from urdimbre.web.circuit.models import Login

    Login.objects.filter(member=member_of(name)).delete()


def allowed_beside(clerk, name, secret, *, new_pin="", **more):
    """Let a member beside the clerk allow her to write; return the mandate's id."""
    from urdimbre.web.office import mandates

    before = {row.id for row in mandates.to_act()}
    answer = clerk.post(f"/office/beside/{no_of(name)}", terms(**more))
    assert answer.status_code == 302, text(answer)
    typed = {"picture": picture_of(name), "secret": secret, "new_pin": new_pin}
    signed = clerk.post(answer["Location"], typed)
    assert signed.status_code == 302, text(signed)
    (made,) = [row.id for row in mandates.to_act() if row.id not in before]
    return made


def opened(clerk, mandate):
    """Open the desk under a mandate."""
    answer = clerk.post(f"/office/{mandate}/open")
    assert answer["Location"] == "/office/desk"
    return text(clerk.get("/office/desk"))


def pictures_on(answer):
    """The pictures to choose from on a page."""
    return re.findall(r'name="picture" value="([^"]+)"', answer.content.decode())
