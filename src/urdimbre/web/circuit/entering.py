"""Who is here: the login of a session, the person behind it, whom she acts for."""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Member
from urdimbre.recording.answers import RecordingFailed
from urdimbre.web.circuit import errors, office_doors
from urdimbre.web.circuit.acting import may_act, office_mandate
from urdimbre.web.circuit.models import Attempt, Login, Person
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.own_words.words import called_later
from urdimbre.web.security import log, visits

ACCOUNT_TRIES = 5
ADDRESS_TRIES = 30
TRIES_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who has entered.

    Attributes:
        login: with what she entered.
        person: her member id, hex: who signs.
        member: id of the member she acts for, herself as a rule.
        no: that member's number in the projections.
        kind: that member's kind.
        name: that member's name.
        person_name: her own.
        mandate: under which she writes for another in the office; empty: she acts for
            herself, or by a policy that names her.
    """

    login: Login
    person: str
    member: str
    no: int
    kind: str
    name: str
    person_name: str
    mandate: str = ""

    @property
    def acts_for_another(self) -> bool:
        """Whether she acts for a household, an initiative or the like."""
        return self.person != self.member

    def as_person(self) -> "Here":
        """Return the same, acting for nobody but herself."""
        return replace(
            self,
            member=self.person,
            kind="person",
            name=self.person_name,
            mandate="",
        )


class TooManyTries(Exception):
    """Somebody has tried too often; waiting helps."""


def enter(request: HttpRequest, login: Login) -> None:
    """Begin a session under a new key, so that a key known before is worth nothing."""
    request.session.cycle_key()
    request.session["login"] = login.pk
    request.session["seal"] = seal(login)
    request.session["shown"] = int(time.time())
    visits.begin(request, login.member)


def seal(login: Login) -> str:
    """Bind a session to the password: with a new one, all older sessions end."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, login.password.encode(), sha256).hexdigest()[:32]


def known(handle: str, password: str, address: str) -> Login | None:
    """Return the login of a handle (or member code) and its password.

    Raises:
        TooManyTries: for this account or from this address.
    """
    handle = handle.strip().lower()
    since = int(time.time()) - TRIES_SECONDS
    places = {
        f"account {handle[:80]}": ACCOUNT_TRIES,
        f"address {address}": ADDRESS_TRIES,
    }
    for place, most in places.items():
        if Attempt.objects.filter(where=place, at__gte=since).count() >= most:
            raise TooManyTries
    login = Login.objects.filter(handle=handle).first() or _by_code(handle)
    if login is not None and not check_password(password, login.password):
        log.note("entry_failed", login.member)
    elif login is not None:
        return login
    else:
        # As long as a real comparison, so that nobody learns which handles exist.
        make_password(password)
    now = int(time.time())
    Attempt.objects.filter(at__lt=since).delete()
    Attempt.objects.bulk_create([Attempt(where=place, at=now) for place in places])
    return None


def _by_code(code: str) -> Login | None:
    member = (
        Person.objects.filter(code__iexact=code)
        .values_list("member", flat=True)
        .first()
    )
    return Login.objects.filter(member=member).first() if member else None


class EnteringMiddleware:
    """Puts ``request.here`` in place, speaks her language, sends strangers to enter."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Answer a request."""
        request.here = _here(request)
        language = _language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: Any, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send strangers to the entrance unless the view is for anybody.

        Who writes for another in the office finds the other rooms closed.
        """
        if getattr(view, "for_anybody", False):
            return None
        if request.here:
            return office_doors.closed(request)
        if request.method in ("GET", "HEAD"):
            asked = urlencode({"next": request.get_full_path()}, safe="/")
            return redirect(f"{reverse('login')}?{asked}")
        return redirect("login")

    def process_exception(
        self, request: Any, exception: Exception
    ) -> HttpResponse | None:
        """Turn a failure of the recording into a page."""
        if isinstance(exception, RecordingFailed):
            return errors.not_recorded(request, exception)
        return None


def _language(request: Any) -> str:
    if request.here and request.here.login.language:
        return str(request.here.login.language)
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if cookie or "HTTP_ACCEPT_LANGUAGE" in request.META:
        return translation.get_language_from_request(request)
    return display("language") or settings.LANGUAGE_CODE


def _unnamed(member: str) -> str:
    # Said later, in the language of the page: which one it is, she decides.
    return called_later("common") if member == COMMON else member[:8]


def _here(request: HttpRequest) -> Here | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    login = Login.objects.filter(pk=request.session.get("login", 0)).first()
    if login is None or request.session.get("seal") != seal(login):
        return None
    acting = request.session.get("acting", login.member)
    if not may_act(login.member, acting):
        acting = login.member  # a policy has changed since she began to act for it
    visits.seen(request, login.member)
    under = request.session.get("under", "")
    mandate = office_mandate(login.member, under) if under else None
    if mandate is not None:
        return here_of(login, mandate.principal, mandate=mandate.id)
    return here_of(login, acting)


def here_of(login: Login, acting: str, *, mandate: str = "") -> Here | None:
    """Say who is here with a login, acting for a member for whom she may.

    Args:
        login: with what she entered.
        acting: for whom.
        mandate: under which, in the office; empty: by policy, or for herself.
    """
    rows = {row.id: row for row in Member.objects.filter(id__in={login.member, acting})}
    names = dict(Person.objects.filter(member__in=rows).values_list("member", "name"))
    row = rows.get(acting)
    if row is None or login.member not in rows:
        return None
    return Here(
        login=login,
        person=login.member,
        member=acting,
        no=row.no,
        kind=row.kind,
        name=names.get(acting) or _unnamed(acting),
        person_name=names.get(login.member, login.member[:8]),
        mandate=mandate,
    )
