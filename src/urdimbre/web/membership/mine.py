"""The page "My keys": what she has, what others could do with it, what she can do."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.adapters.keys import ed25519
from urdimbre.core import drafting
from urdimbre.core.membership.answers import KeyNotAdmissible
from urdimbre.core.membership.rows import Key
from urdimbre.core.refusals import Refusal
from urdimbre.projections.models import Member
from urdimbre.web import names, opened, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.exchanges.signing import sign_by_new_key
from urdimbre.web.membership import keys
from urdimbre.web.refusing import said

KEY_DIGITS = 64
TITLES = {
    "server": _("Kept by this server"),
    "device": _("On a device of yours"),
    "app": _("In an app of yours"),
    "hardware": _("In a device made for it"),
    "import": _("Made for imported history"),
    "link": _("Of another circuit"),
}
HOST = {
    "server": _(
        "Whoever runs this server could sign in your name with it, at any time."
    ),
    "pin": _(
        "Whoever runs this server has to catch your PIN first, or try all of them: "
        "a long one takes very long."
    ),
    "device": _(
        "The host has never had it. But it serves the page that signs: a host that "
        "means ill could show you one thing and have you sign another."
    ),
    "app": _("The host has never had it."),
    "hardware": _("The host has never had it."),
    "import": _("The circuit holds it. It ends when you add a key of your own."),
    "link": _("The other circuit keeps it."),
}


@dataclass(frozen=True, slots=True)
class KeyCard:
    """A key as her page shows it.

    Attributes:
        id: its short id.
        title: who keeps it.
        host: what the host could do with it.
        since: when it was recorded, or will be in force.
        ended: when it ended; empty if it has not.
        coming: whether guardians have given it and it is not in force yet.
        pin: whether the server opens it only with her PIN.
        hosted: whether the server keeps it.
        on_device: whether a browser of hers keeps it.
        can_end: whether another key is left without it.
    """

    id: str
    title: str
    host: str
    since: str
    ended: str
    coming: bool
    pin: bool
    hosted: bool
    on_device: bool
    can_end: bool

    @property
    def serves(self) -> bool:
        """Whether she can sign with it now."""
        return not self.ended and not self.coming


def cards(person: str) -> list[KeyCard]:
    """Return all keys of a person: those in force first."""
    at = keys.now()
    rows = keys.keys_of(person)
    held = {one.key_id: one.pin for one in opened.circuit().desk.keys_of(person)}
    serving = sum(row.in_force(at) for row in rows)
    found = [_card(row, at, held, serving) for row in rows]
    return sorted(found, key=lambda one: (bool(one.ended), one.coming))


def _card(row: Key, at: int, held: dict[str, bool], serving: int) -> KeyCard:
    pin = held.get(row.key_id, False)
    return KeyCard(
        id=row.key_id,
        title=str(TITLES[row.custody]),
        host=str(HOST["pin" if pin else row.custody]),
        since=wording.moment(row.since),
        ended="" if row.until is None else wording.moment(row.until),
        coming=row.since > at and row.until is None,
        pin=pin,
        hosted=row.key_id in held,
        on_device=row.custody == "device",
        can_end=row.in_force(at) and serving > 1,
    )


def mine(request: Any, refused: list[Refusal] | None = None) -> HttpResponse:
    """Show her keys; they are her own, whomever she acts for."""
    person = request.here.person
    brake = keys.brake_of(person)
    shown = cards(person)
    policy = keys.policy_of(person)
    guardians = policy.guardians if policy else None
    known = names.by_id(guardians.of) if guardians else {}
    page = {
        "cards": shown,
        "has_one": sum(one.serves for one in shown) == 1,
        "brake": brake,
        "guardians": ", ".join(sorted(known.values(), key=names.folded)),
        "guardians_need": wording.count(guardians.need) if guardians else "",
        "guarded": _numbered(keys.guarded_by(person)),
        "here_person_no": number_of(person),
        "key_notices": notices(person),
        "refused": [said(one) for one in refused or ()],
    }
    status = 422 if refused else 200
    return render(request, "membership/keys.html", page, status=status)


def number_of(person: str) -> int:
    """Return a person's number, as addresses of pages have it."""
    return int(Member.objects.values_list("no", flat=True).get(id=person))


def _numbered(persons: list[str]) -> list[tuple[int, str]]:
    known = names.by_id(persons)
    rows = Member.objects.filter(id__in=persons).values_list("no", "id")
    return sorted(((no, known[one]) for no, one in rows), key=lambda one: one[1])


def notices(person: str) -> dict[str, Any]:
    """Tell what she must know of her keys: given by guardians, or braked."""
    coming = [
        {"id": row.key_id, "since": wording.moment(row.since)}
        for row in keys.coming(person)
    ]
    return {"coming": coming, "brake": keys.brake_of(person)}


def _drafted(request: Any, proposal: Proposal) -> HttpResponse:
    """Make a draft of hers to look at and sign, or say what speaks against it."""
    made = propose(request.here.as_person(), proposal, {})
    if isinstance(made, Draft):
        _as_herself(request)
        return redirect("draft", made.pk)
    return mine(request, made)


def _as_herself(request: Any) -> None:
    """What concerns her keys is hers: from here on she acts for herself."""
    here: Here = request.here
    if here.acts_for_another:
        request.session["acting"] = here.person


@require_POST
def revoke(request: Any) -> HttpResponse:
    """Propose that a key of hers ends."""
    body = {"revoke": _key(request)}
    return _drafted(request, Proposal(kind="key", body=body))


@require_POST
def veto(request: Any) -> HttpResponse:
    """Propose to stop a key that her guardians have given."""
    body = {"veto": _key(request)}
    return _drafted(request, Proposal(kind="key", body=body))


@require_POST
def freeze(request: Any) -> HttpResponse:
    """Propose to put the brake on her keys, or to release it, by one of them."""
    body = {
        "member": request.here.person,
        "on": request.POST.get("on") == "1",
        "by_key": _key(request),
    }
    return _drafted(request, Proposal(kind="freeze", body=body))


@require_POST
def add_device(request: Any) -> HttpResponse:
    """Propose the key that her browser has just made."""
    public = request.POST.get("public", "")
    if not sound(public):
        return mine(request, [KeyNotAdmissible(public[:KEY_DIGITS])])
    body = {"add": drafting.key(public, "device")}
    return _drafted(request, Proposal(kind="key", body=body))


@require_POST
def add_hosted(request: Any) -> HttpResponse:
    """Propose a new key that the server keeps; it signs its own registration."""
    person = request.here.person
    public = opened.circuit().keys.create(person)
    body = {"add": drafting.key(public, "server")}
    made = propose(request.here.as_person(), Proposal(kind="key", body=body), {})
    if not isinstance(made, Draft):
        return mine(request, made)
    _as_herself(request)
    sign_by_new_key(made, person, public)
    return redirect("draft", made.pk)


def sound(public: str) -> bool:
    """Tell whether a public key, hex, is one that may enter the notebook."""
    if len(public) != KEY_DIGITS or not set(public) <= set("0123456789abcdef"):
        return False
    return ed25519.admissible(bytes.fromhex(public))


def _key(request: Any) -> str:
    wanted = request.POST.get("key", "")
    known = {row.key_id for row in keys.keys_of(request.here.person)}
    return wanted if wanted in known else "0" * 16
