"""Decisions in words: what all see who sign one or look it up."""

from collections.abc import Iterator
from typing import Any

from babel.numbers import get_currency_name
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.acts import Act
from urdimbre.core.agreements import BY_NAME
from urdimbre.core.assembly import effects
from urdimbre.core.assembly.decision import Decision
from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.membership.telling import rule_in_words

READERS = {"all": _("all members"), "own": _("each her own acts")}


def value(name: str, agreed: str) -> str:
    """Write the value of a parameter in words."""
    if name == "currency":
        shown = get_currency_name(agreed, locale=get_language() or "es")
        return f"{shown} ({agreed})"
    if name == "log_readers":
        return str(READERS[agreed])
    return wording.count(int(agreed))


def lines(act: Act) -> tuple[str, ...]:
    """Tell what a decision changes in sentences; nothing of another act."""
    return tuple(_lines(act.body)) if act.kind == "decision" else ()


def _lines(body: Decision) -> Iterator[str]:
    if body.basis == "meeting":
        yield gettext("Decided by a meeting, whose minutes are sealed with it.")
    else:
        yield gettext("Decided by the founders.")
    for one in body.effects:
        yield from _effect(one)
    if not body.effects:
        yield gettext("It changes no agreement.")
    if body.attested_by:
        yield gettext("Attested by {names}.").format(names=_names(body.attested_by))


def _effect(one: effects.Effect) -> Iterator[str]:
    match one:
        case effects.SetParameter():
            yield _parameter(one)
        case effects.SetPolicy():
            yield gettext("From now on others sign for the common:")
            known = names.by_id(person for rule in one.rules for person in rule.of)
            yield from (rule_in_words(rule, known) for rule in one.rules)
        case effects.Grant():
            yield _grant(one.mandate)
        case effects.SetLimits():
            yield gettext("Limits in {unit}: from {low} to {high}.").format(
                unit=one.unit,
                low=wording.quantity(Quantity(one.low, one.unit)),
                high=wording.quantity(Quantity(one.high, one.unit)),
            )
        case effects.SetCeiling():
            most = wording.quantity(Quantity(one.quantity, one.unit))
            yield gettext("At most {most} may be in circulation.").format(most=most)
        case effects.SetConversion():
            yield gettext("{give} are exchanged for {take}.").format(
                give=wording.quantity(Quantity(one.give, one.unit)),
                take=wording.quantity(Quantity(one.take, one.into)),
            )
        case _:
            yield _of_another_sort(one)


def _parameter(one: effects.SetParameter) -> str:
    told = {
        "meaning": gettext(BY_NAME[one.name].meaning) if one.name in BY_NAME else "",
        "value": value(one.name, str(one.value)),
    }
    if one.start is None:
        return gettext("{meaning} From now on: {value}.").format(**told)
    sentence = gettext("{meaning} From {day} on: {value}.")
    return sentence.format(day=wording.moment(one.start), **told)


def _grant(mandate: Any) -> str:
    told = {
        "names": _names(mandate.agents),
        "day": wording.moment(mandate.until),
    }
    if mandate.purpose == "attest":
        return gettext("Witnesses until {day}: {names}.").format(**told)
    if mandate.purpose == "mediate":
        return gettext("Mediators until {day}: {names}.").format(**told)
    return gettext("A mandate of the common until {day}: {names}.").format(**told)


def _of_another_sort(one: Any) -> str:
    match one:
        case effects.DefineUnit():
            sentence = gettext("A new unit: {code}.")
            return sentence.format(code=one.unit.code)
        case effects.SetRegime():
            sentence = gettext("The sign {code} comes into being another way.")
            return sentence.format(code=one.unit)
        case effects.NameWitness():
            return _outside(one)
        case effects.SetAnchor():
            sentence = gettext("Who anchors the notebook on chain {chain} is named.")
            return sentence.format(chain=wording.count(one.chain))
    return gettext("A mandate of the common ends.")


def _outside(one: effects.NameWitness) -> str:
    told = {"name": one.name, "host": one.host}
    if one.until is None:
        sentence = gettext("{name}, on {host}, witnesses the notebook from now on.")
        return sentence.format(**told)
    sentence = gettext("{name}, on {host}, witnesses the notebook until {day}.")
    return sentence.format(day=wording.moment(one.until), **told)


def _names(members: tuple[str, ...]) -> str:
    known = names.by_id(members)
    return ", ".join(sorted(known.values(), key=names.folded))
