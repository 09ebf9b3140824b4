"""What is typed of a sheet, as the browser of a clerk sends it."""

import datetime as dt

from tests.web.acting import text
from tests.web.office.deskwork import no_of

TODAY = dt.date.today().isoformat()  # noqa: DTZ011 - as a member types it


def sheet(lines, **more):
    """What is typed of a sheet."""
    return {"text": "\n".join(lines), "day": TODAY, "unit": "TOTAI", **more}


def kept(client, *lines, **more):
    """Keep a sheet; return its address."""
    answer = client.post("/sheets/new", sheet(lines, keep="1", **more))
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def written(client, address):
    """Write it down; return its page."""
    answer = client.post(f"{address}/write")
    assert answer.status_code in (302, 422), text(answer)
    return text(answer if answer.status_code == 422 else client.get(address))


def balance(name):
    """Where somebody stands, in minor steps."""
    from urdimbre.projections.models import Balance

    row = Balance.objects.filter(owner=no_of(name), unit="TOTAI", purse="own").first()
    return row.balance if row else 0
