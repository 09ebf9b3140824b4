"""What all this protects a member from, and what it does not, said plainly."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from urdimbre.core.federation.witness import witnesses
from urdimbre.core.membership.rows import HOSTED, Key
from urdimbre.web import opened


@dataclass(frozen=True, slots=True)
class Power:
    """Somebody, what she can do, and what she cannot."""

    who: Any
    can: Any
    cannot: Any


POWERS = (
    Power(
        _("Who runs the server"),
        _(
            "Put acts in another order, delay or refuse them; sign for everybody "
            "whose key lies on the server; serve a changed page that signs with a key "
            "kept in your browser; invent members."
        ),
        _(
            "Change or take out what is in the notebook without those noticing who "
            "keep a receipt or a seal of it; sign with a key that never touched the "
            "server."
        ),
    ),
    Power(
        _("Who gets hold of a copy of the data"),
        _("Read names, texts and phones; try to guess PINs, in vain without one file."),
        _("Sign with keys that lie on telephones, or with sealed keys."),
    ),
    Power(
        _("A clerk who writes down sheets of paper"),
        _("Write down a sheet that never was, within her mandate."),
        _("Go beyond her mandate, or hide that it was she."),
    ),
    Power(
        _("A witness"),
        _("Refuse to sign."),
        _("Change anything, or say that an act was right."),
    ),
)
LIMITS = (
    _("Two people who agree on writing down something that did not happen."),
    _("Somebody who has your telephone and your PIN, or who puts you under pressure."),
    _("What others have kept: a receipt, a printed sheet, a photograph of the screen."),
    _(
        "Guessing: in a small circuit, who knows the people can often tell from the "
        "amounts and the days who exchanged with whom."
    ),
    _("A host who shows you another notebook than your neighbour, until you compare."),
)
ADVICE = (
    _("Keep your receipts: each proves that your act stood in the notebook."),
    _("Look now and then at what was written down without your own signature."),
    _("Compare the seal of the notebook with somebody else's, or let witnesses do it."),
    _("Write into descriptions what the other needs, and no more."),
)


def honest(request: Any) -> HttpResponse:
    """Show who can do what, in her own case."""
    registry = opened.circuit().registry
    with registry.lock:
        state = registry.state
        mine = [
            row.custody
            for row in state.starting("key/")
            if isinstance(row, Key)
            and row.member == request.here.person
            and row.in_force(state.time)
        ]
        hosts = {one.host for one in witnesses(state)}
    shown = {
        "server_key": any(one in HOSTED for one in mine),
        "own_key": any(one not in HOSTED for one in mine),
        "hosts": len(hosts),
        "powers": POWERS,
        "limits": LIMITS,
        "advice": ADVICE,
    }
    return render(request, "notebook/honest.html", shown)
