"""A device that knows who stays on it: by a secret in a cookie, sealed on the desk."""

import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple

from django.http import HttpResponse

from urdimbre.projections.models import Member
from urdimbre.web import names
from urdimbre.web.circuit.models import Login
from urdimbre.web.doorstep.models import Stay

COOKIE = "urdimbre_device"
COOKIE_SECONDS = 400 * 86_400
"""As long as browsers keep one."""
SECRET_BYTES = 24
STAYING_MAX = 12


class OnDevice(NamedTuple):
    """Somebody whom the entrance lists.

    Attributes:
        stay: number of her stay.
        member: her id.
        name: hers.
    """

    stay: int
    member: str
    name: str


def staying(request: Any) -> list[OnDevice]:
    """Return who stays on this device and can still enter, by name."""
    found = {one.member: one.pk for one in _stays(request)}
    there = _can_enter(found)
    known = names.by_id(there)
    listed = [OnDevice(found[one], one, known.get(one, one[:8])) for one in there]
    return sorted(listed, key=lambda one: names.folded(one.name))


def _can_enter(members: Iterable[str]) -> list[str]:
    inside = Member.objects.filter(id__in=list(members), left=None)
    ids = list(inside.values_list("id", flat=True))
    logins = Login.objects.filter(member__in=ids)
    return list(logins.values_list("member", flat=True).distinct())


def stay_of(request: Any, pk: int) -> tuple[Stay, Login] | None:
    """Return a stay on this device and with what she enters; none on another."""
    found = next((one for one in _stays(request) if one.pk == pk), None)
    if found is None or not _can_enter([found.member]):
        return None
    login = Login.objects.filter(member=found.member).first()
    return None if login is None else (found, login)


def own(request: Any, member: str) -> Stay | None:
    """Return a member's stay on this device."""
    return next((one for one in _stays(request) if one.member == member), None)


def begin(request: Any, member: str) -> None:
    """Have her session know whether several share this device, and what she covers."""
    stay = own(request, member)
    if stay is not None:
        share(request, covered=stay.covered)


def share(request: Any, *, covered: bool) -> None:
    """Have the session know that several share this device."""
    request.session["shared"] = True
    request.session["covered"] = covered


def keep(request: Any, response: HttpResponse, *, pin: str, covered: bool) -> bool:
    """Have her stay here with a stretched PIN; false: too many stay here already."""
    device = _seal(request)
    hers = Stay.objects.filter(device=device, member=request.here.person)
    others = Stay.objects.filter(device=device).exclude(member=request.here.person)
    if device and others.count() >= STAYING_MAX:
        return False
    if not device:
        secret = secrets.token_hex(SECRET_BYTES)
        device = sha256(secret.encode()).hexdigest()
        response.set_cookie(
            COOKIE,
            secret,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    if not hers.update(pin=pin, covered=covered):
        Stay.objects.create(
            device=device, member=request.here.person, pin=pin, covered=covered
        )
    return True


def elsewhere(request: Any) -> int:
    """Count the other devices that list who is here."""
    hers = Stay.objects.filter(member=request.here.person)
    return hers.exclude(device=_seal(request)).count()


def forget(request: Any, *, others: bool) -> int:
    """Take her off this device, or off all others; returns how many were."""
    hers = Stay.objects.filter(member=request.here.person)
    here = {"device": _seal(request)}
    gone = hers.exclude(**here) if others else hers.filter(**here)
    return gone.delete()[0]


def _stays(request: Any) -> list[Stay]:
    device = _seal(request)
    return list(Stay.objects.filter(device=device)) if device else []


def _seal(request: Any) -> str:
    secret = request.COOKIES.get(COOKIE, "")
    return sha256(secret.encode()).hexdigest() if secret else ""
