"""Refusals: typed answers that say who or what, the values, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from urdimbre.core.units import Quantity


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return text


class Reason(str):
    """A reason within a sentence: English for programs, told in any language.

    Attributes:
        says: an English key of the catalogues, with ``{value}`` places.
        values: of the reason, by name.
    """

    __slots__ = ("says", "values")

    says: str
    values: dict[str, Any]

    def __new__(cls, says: str, /, **values: object) -> Self:
        """Fill the places; without values the text stays as it is."""
        made = super().__new__(cls, says.format_map(values) if values else says)
        made.says, made.values = says, values
        return made

    def written(self) -> dict[str, Any]:
        """Return it for another process, with reasons within it."""
        values = {
            name: one.written() if isinstance(one, Reason) else one
            for name, one in self.values.items()
        }
        return {"says": self.says, "values": values}

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """Take up what :meth:`written` gave."""
        values = {
            name: cls.read(one) if isinstance(one, dict) else one
            for name, one in written["values"].items()
        }
        return cls(written["says"], **values)

    def told(
        self, translate: Callable[[str], str], show: Callable[[str, Any], str]
    ) -> str:
        """Render it; ``show`` turns one value, by its name, into text."""
        text = translate(self.says)
        if not self.values:
            return text
        return text.format_map(
            {name: show(name, one) for name, one in self.values.items()}
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """An act that the rules do not let pass.

    Attributes:
        code: stable, never used for anything else.
        says: the sentence, an English key of the catalogues, with ``{field}`` places.
        way_out: what the member can do now, likewise.
    """

    code: ClassVar[str]
    says: ClassVar[str]
    way_out: ClassVar[str]

    def values(self) -> dict[str, object]:
        """Return the values of the sentence by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def sentence(
        self,
        translate: Callable[[str], str] = str,
        show: Callable[[object], str] = str,
    ) -> str:
        """Render what happened; ``show`` turns one value into text."""
        return _fill(translate(self.says), self.values(), show)

    def hint(
        self,
        translate: Callable[[str], str] = str,
        show: Callable[[object], str] = str,
    ) -> str:
        """Render the way out."""
        return _fill(translate(self.way_out), self.values(), show)


def plain(value: object) -> str:
    """Show a value without any locale: the command line's and the tests' form."""
    if isinstance(value, Quantity):
        return f"{value.minor} {value.unit}"
    if isinstance(value, tuple):
        return ", ".join(plain(one) for one in value)
    return str(value)


def _fill(text: str, values: dict[str, object], show: Callable[[object], str]) -> str:
    shown = show if show is not str else plain
    return text.format_map({name: shown(value) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class Malformed(Refusal):
    """The bytes are not a canonical act of a kind that the rules know."""

    code = "malformed"
    says = gettext_noop("The act is not well formed at {path}: {reason}.")
    way_out = gettext_noop("Correct that field and send the act again.")
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnknownAct(Refusal):
    """An act refers to one that this circuit has not recorded."""

    code = "unknown_act"
    says = gettext_noop("No act {act} has been recorded in this circuit.")
    way_out = gettext_noop("Check the number of the act on its receipt.")
    act: str


@dataclass(frozen=True, slots=True)
class UnknownMember(Refusal):
    """An act names somebody who is not a member."""

    code = "unknown_member"
    says = gettext_noop("{member} is not a member of this circuit.")
    way_out = gettext_noop("Choose a member from the list, or admit her first.")
    member: str


@dataclass(frozen=True, slots=True)
class MemberHasLeft(Refusal):
    """An act names a member who has left."""

    code = "member_has_left"
    says = gettext_noop("{member} has left the circuit.")
    way_out = gettext_noop("Choose another member.")
    member: str


@dataclass(frozen=True, slots=True)
class UnknownUnit(Refusal):
    """An act counts in a unit that the circuit has not agreed."""

    code = "unknown_unit"
    says = gettext_noop("{unit} is not a unit of this circuit for {use}.")
    way_out = gettext_noop("Choose one of the circuit's units, or propose it.")
    unit: str
    use: str


@dataclass(frozen=True, slots=True)
class NotInTheseRules(Refusal):
    """A form that has its place in the format but no rule in this version yet."""

    code = "not_in_these_rules"
    says = gettext_noop("These rules do not know {what} yet.")
    way_out = gettext_noop("Wait for a rules version that the circuit decides to take.")
    what: str
