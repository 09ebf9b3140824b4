"""Acts on keys, brakes and signing policies in words: what all see who sign them."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.acts import Act
from urdimbre.core.membership.key import KeyBody
from urdimbre.core.membership.rows import ANY, RECOVERY_DELAY, Key, Rule
from urdimbre.core.units import Quantity
from urdimbre.web import kinds, names, opened, wording
from urdimbre.web.membership import telling_mandates
from urdimbre.web.membership.keys import CUSTODIES

SECONDS_PER_HOUR = 3600


def lines(act: Act) -> tuple[str, ...]:
    """Tell an act of this room in sentences; none of another."""
    told = TOLD.get(act.kind)
    return tuple(told(act)) if told else ()


def title(act: Act) -> str:
    """Say in one sentence what an act is, where its kind alone would say it wrongly."""
    if act.kind == "mandate":
        return telling_mandates.title(act)
    recover = getattr(act.body, "recover", None)
    if recover is None:
        return ""
    member = names.by_id([recover.member])[recover.member]
    return gettext("Guardians give {member} a new key.").format(member=member)


def _key(act: Act) -> list[str]:
    body: KeyBody = act.body
    if body.add is not None:
        values = {"key": body.add.key_id, "custody": str(CUSTODIES[body.add.custody])}
        return [gettext("A further key: {key}, {custody}.").format(**values)]
    if body.recover is not None:
        return _recover(body.recover)
    ended = body.revoke or body.veto or ""
    held: Key | None = opened.circuit().registry.state.get(f"key/{ended}")
    values = {"key": ended, "custody": str(CUSTODIES[held.custody]) if held else ""}
    if body.revoke is not None:
        return [
            gettext("The key {key} ends: {custody}.").format(**values),
            gettext("What it has signed and is recorded stays. It signs nothing more."),
        ]
    return [
        gettext("The new key {key} from her guardians is stopped.").format(**values),
        gettext("It never comes into force."),
    ]


def _recover(recover: Any) -> list[str]:
    member = names.by_id([recover.member])[recover.member]
    custody = str(CUSTODIES[recover.key.custody])
    hours = wording.count(RECOVERY_DELAY // SECONDS_PER_HOUR)
    return [
        gettext("{member} gets a new key: {key}, {custody}.").format(
            member=member, key=recover.key.key_id, custody=custody
        ),
        gettext(
            "It comes into force {hours} hours after it is recorded. Until then any "
            "key of hers can stop it."
        ).format(hours=hours),
        gettext("Sign only if you have spoken with her yourself."),
    ]


def _freeze(act: Act) -> list[str]:
    body = act.body
    values = {
        "member": names.by_id([body.member])[body.member],
        "key": body.by_key or "",
    }
    if body.on:
        first = gettext("The brake on the keys of {member} goes on.")
        second = gettext(
            "No key of hers signs anything until another key of hers, or a mediator, "
            "releases it."
        )
    else:
        first = gettext("The brake on the keys of {member} is released.")
        second = gettext("All her keys in force sign again.")
    by = gettext("By the key {key}.") if body.by_key else gettext("By a mediator.")
    return [one.format(**values) for one in (first, second, by)]


def _policy(act: Act) -> list[str]:
    body = act.body
    named = [one for rule in body.rules for one in rule.of]
    guardians = body.guardians.of if body.guardians else ()
    known = names.by_id({*named, *guardians})
    found = [rule_in_words(rule, known) for rule in body.rules if rule.of]
    if body.guardians:
        found.append(
            gettext(
                "Guardians of her keys: {names}. Of these, {need} must sign."
            ).format(
                names=", ".join(known[one] for one in guardians),
                need=wording.count(body.guardians.need),
            )
        )
    elif not found:
        found.append(gettext("There are no guardians of her keys."))
    return found


def rule_in_words(rule: Rule, known: dict[str, str]) -> str:
    """Say how many of whom sign, for what and up to what."""
    values = {
        "need": wording.count(rule.need),
        "names": ", ".join(sorted((known[one] for one in rule.of), key=names.folded)),
        "kinds": ", ".join(gettext(kinds.SHORT.get(one, one)) for one in rule.kinds),
    }
    if rule.max is not None:
        most = Quantity(rule.max.quantity, rule.max.unit)
        values["most"] = wording.quantity(most)
    return gettext(_RULES[ANY in rule.kinds, rule.max is not None]).format(**values)


_RULES = {
    (True, False): gettext_noop("{need} of these sign: {names}."),
    (True, True): gettext_noop("Up to {most}, {need} of these sign: {names}."),
    (False, False): gettext_noop("{kinds}: {need} of these sign: {names}."),
    (False, True): gettext_noop(
        "{kinds}, up to {most}: {need} of these sign: {names}."
    ),
}
"""What a rule says: whether it is for all kinds of acts, and whether up to a limit."""


TOLD: dict[str, Callable[[Act], list[str]]] = {
    "key": _key,
    "freeze": _freeze,
    "policy": _policy,
    "mandate": telling_mandates.lines,
}
