"""Mandates in words: who may write what for whom, up to how much and until when."""

from typing import Any

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.acts import Act
from urdimbre.core.units import Quantity
from urdimbre.web import names, opened, wording
from urdimbre.web.kinds import MODES

ALL_MODES = ("sale", "barter", "gift")


def title(act: Act) -> str:
    """Say in one sentence what a mandate is about; empty if it has no page yet."""
    sentence = TITLES.get(act.body.purpose)
    if sentence is None:
        return ""
    member = names.by_id([act.body.principal])[act.body.principal]
    return gettext(sentence).format(member=member)


def lines(act: Act) -> list[str]:
    """Tell a mandate in sentences; none of a purpose that has no page yet."""
    match act.body.purpose:
        case "accept_debit":
            return _standing(act)
        case "act":
            return _to_write(act)
        case "attest":
            return _to_attest(act)
    return []


TITLES = {
    "accept_debit": gettext_noop("What {member} takes on account"),
    "act": gettext_noop("Who may write for {member}"),
    "attest": gettext_noop("Who may attest for who cannot sign"),
}


def _ends(act: Act) -> bool:
    """Tell whether an act ends a mandate: it is the same with an earlier end.

    Once that is recorded both are told alike, by the moment until which each holds.
    """
    before = opened.circuit().registry.state.get(f"mandate/{act.body.id}")
    return before is not None and act.body.until < before.until


def _to_attest(act: Act) -> list[str]:
    body = act.body
    known = names.by_id(body.agents)
    values = {
        "names": ", ".join(
            sorted((known[one] for one in body.agents), key=names.folded)
        ),
        "until": wording.moment(body.until),
    }
    if _ends(act):
        found = [gettext("These attest nothing more: {names}.")]
    else:
        found = [
            gettext("Two of these together attest: {names}."),
            gettext(
                "They attest goods or work given, and goods or signs taken, of others "
                "and never of themselves."
            ),
            gettext("It holds until {until}, and the common can end it at any time."),
        ]
    return [one.format(**values) for one in found]


def _to_write(act: Act) -> list[str]:
    body = act.body
    known = names.by_id({body.principal, *body.agents})
    values = {
        "principal": known[body.principal],
        "agents": ", ".join(known[one] for one in body.agents),
        "modes": ", ".join(gettext(MODES.get(one, one)) for one in _modes(body)),
        "until": wording.moment(body.until),
    }
    if _ends(act):
        found = [gettext("{agents} writes nothing more for {principal}.")]
    else:
        found = [gettext("{agents} may write for {principal}: {modes}.")]
        found += _caps(body, values)
        found.append(
            gettext("It holds until {until}, and {principal} can end it at any time.")
        )
        found.append(
            gettext(
                "Every entry says that {agents} wrote it. {agents} sees where the "
                "account of {principal} stands, and nothing else of hers."
            )
        )
    return [one.format(**values) for one in found]


def _modes(body: Any) -> tuple[str, ...]:
    return tuple(body.modes or ALL_MODES)


def _caps(body: Any, values: dict[str, str]) -> list[str]:
    """Say what may be spent; what {principal} receives has no cap."""
    found = []
    if body.max_each is not None:
        values["each"] = wording.quantity(Quantity(body.max_each, body.unit))
        found.append(gettext("Spent is at most {each} each time."))
    if body.max_per_period is not None:
        values["most"] = wording.quantity(Quantity(body.max_per_period, body.unit))
        values["days"] = wording.count(body.period_days)
        found.append(gettext("In {days} days it is at most {most} in all."))
    return found


def _standing(act: Act) -> list[str]:
    """Tell a permission to be charged."""
    body = act.body
    known = names.by_id({body.principal, body.creditor, *(body.fetchers or ())})
    values = {
        "principal": known[body.principal],
        "creditor": known[body.creditor],
        "most": wording.quantity(
            Quantity(body.max_balance or body.max_each, body.unit)
        ),
        "until": wording.moment(body.until),
        "names": ", ".join(known[one] for one in body.fetchers or ()),
    }
    if _ends(act):
        found = [gettext("{creditor} writes nothing more on account of {principal}.")]
    else:
        found = [
            gettext(
                "{creditor} may write what {principal} takes on account, until it adds "
                "up to {most}, without asking for a signature each time."
            ),
            gettext("It holds until {until}, and {principal} can end it at any time."),
        ]
        if body.fetchers:
            found.append(gettext("These may fetch too: {names}."))
    return [one.format(**values) for one in found]
