"""What a demo circuit shows at its entrance: people to try it as."""

from dataclasses import dataclass

from urdimbre.web import opened
from urdimbre.web.circuit.models import Login
from urdimbre.web.names import by_id

PASSWORD = "urdimbre"  # noqa: S105 - of a demo, printed for everybody
PEOPLE = 6


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to try the demo as."""

    handle: str
    name: str


def people() -> list[DemoPerson]:
    """Return half a dozen people of a demo circuit; nobody in any other."""
    if not opened.circuit().is_demo:
        return []
    logins = list(Login.objects.order_by("pk")[:PEOPLE])
    known = by_id(login.member for login in logins)
    return [DemoPerson(login.handle, known[login.member]) for login in logins]
