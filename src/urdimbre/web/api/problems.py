"""What the API answers when it does not do what was asked: one shape for all of it."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form
from django.utils.translation import gettext, gettext_noop

from urdimbre.core.refusals import Refusal
from urdimbre.recording.answers import (
    IdTaken,
    Overloaded,
    RecordingFailed,
    TooManyActs,
)
from urdimbre.web.refusing import said

TAKEN, UNPROCESSABLE, TOO_MANY = 409, 422, 429
FAILED, BUSY = 500, 503
STATUSES = {IdTaken: TAKEN, TooManyActs: TOO_MANY}
"""Refusals that have a status of their own; all others are 422."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as it is answered.

    Attributes:
        status: of HTTP.
        code: stable; of a rule, the rule's own.
        message: what happened.
        hint: the way out.
        act: of the draft or act it is about, as its maker named it; none: of none.
        wait: seconds after which to try again, if waiting helps.
    """

    status: int
    code: str
    message: str
    hint: str
    act: str | None = None
    wait: int | None = None

    def body(self) -> dict[str, str | None]:
        """Return the four fields that every problem has."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "act": self.act,
        }


class Problem(Exception):
    """Something that was asked of the API and is not done."""

    status: ClassVar[int] = UNPROCESSABLE
    code: ClassVar[str]
    says: ClassVar[str]
    way_out: ClassVar[str]

    def __init__(self, *, act: str | None = None, **values: object) -> None:
        """Keep the values of the sentences."""
        super().__init__(self.code)
        self.act = act
        self.values = values

    def told(self) -> Told:
        """Put it into the language of the request."""
        return Told(
            status=self.status,
            code=self.code,
            message=gettext(self.says).format_map(self.values),
            hint=gettext(self.way_out).format_map(self.values),
            act=self.act,
        )


class NoToken(Problem):
    """No token, or one that opens nothing."""

    status = 401
    code = "no_token"
    says = gettext_noop("There is no token that opens this.")
    way_out = gettext_noop(
        "Make one on the page My programs and send it in the header Authorization, "
        "after the word Bearer."
    )


class ScopeMissing(Problem):
    """The token's maker has not allowed it this."""

    status = 403
    code = "scope_missing"
    says = gettext_noop("This token is not allowed that; it would need: {scopes}.")
    way_out = gettext_noop("Make another token on the page My programs.")


class MayNotAct(Problem):
    """The token's maker may not act any more for whom it was made."""

    status = 403
    code = "may_not_act"
    says = gettext_noop("Whoever made this token may no longer act for {member}.")
    way_out = gettext_noop("Make another token, or ask who decides how {member} signs.")


class NotFound(Problem):
    """There is nothing there, or it is not the member's to see."""

    status = 404
    code = "not_found"
    says = gettext_noop("There is nothing there, or it is not yours to see.")
    way_out = gettext_noop("Look in the list for what there is.")


class NoSuchMethod(Problem):
    """Nothing of that kind is done at this address."""

    status = 405
    code = "method_not_allowed"
    says = gettext_noop("That is not done at this address.")
    way_out = gettext_noop("The document openapi.json tells what is.")


class NothingToSign(Problem):
    """A draft does not wait for this member."""

    status = TAKEN
    code = "nothing_to_sign"
    says = gettext_noop("This draft does not wait for you.")
    way_out = gettext_noop("Read it again: it tells its state and for whom it waits.")


class TooLong(Problem):
    """More bytes than anything here needs."""

    status = 413
    code = "too_long"
    says = gettext_noop("That is longer than {most} bytes.")
    way_out = gettext_noop("Send less.")


class BadRequest(Problem):
    """A body that cannot be read at all."""

    status = 400
    code = "unreadable"
    says = gettext_noop("The body could not be read: it is not JSON.")
    way_out = gettext_noop("Send one JSON object.")


class NotUnderstood(Problem):
    """A field that is missing, too much, or not of the right kind."""

    code = "not_understood"
    says = gettext_noop("{field}: {reason}")
    way_out = gettext_noop("Mend this field and send it again.")


class UnitUnknown(Problem):
    """A unit that the circuit has not agreed."""

    code = "unknown_unit_here"
    says = gettext_noop("This circuit has no unit {unit}.")
    way_out = gettext_noop("The agreement lists its units.")


class NoPartner(Problem):
    """Nobody of that number can be a partner in an exchange of this member."""

    code = "no_partner"
    says = gettext_noop("The member with number {no} cannot be a partner here.")
    way_out = gettext_noop("Take the number of another member who has not left.")


class ExchangesOnly(Problem):
    """A token signs exchanges and nothing else."""

    status = 403
    code = "exchanges_only"
    says = gettext_noop("A program signs exchanges only.")
    way_out = gettext_noop("Sign this draft on its page.")


class KeyElsewhere(Problem):
    """The member's key is not the server's, or opens with her PIN only."""

    code = "key_elsewhere"
    says = gettext_noop("Only you can sign this: no key that opens alone is here.")
    way_out = gettext_noop("The draft is kept. Sign it on its page.")


class OverCap(Problem):
    """More would leave the account than the token may sign away."""

    code = "over_cap"
    says = gettext_noop("{amount} would leave your account; this token has {left}.")
    way_out = gettext_noop("Sign the draft on its page, or make a token with more.")


class TooManyRequests(Problem):
    """A program asks faster than anybody needs."""

    status = TOO_MANY
    code = "too_many_requests"
    says = gettext_noop("This program has asked too often.")
    way_out = gettext_noop("Wait {wait} seconds.")

    def told(self) -> Told:
        """Say how long to wait, for programs too."""
        told = super().told()
        wait = int(str(self.values["wait"]))
        return Told(told.status, told.code, told.message, told.hint, wait=wait)


class Refused(Problem):
    """A rule of the circuit, or of recording, does not let it pass."""

    code = "refused"

    def __init__(self, refusal: Refusal, act: str | None = None) -> None:
        """Keep the refusal."""
        super().__init__(act=act)
        self.refusal = refusal

    def told(self) -> Told:
        """Say it with the rule's own code and words."""
        shown = said(self.refusal)
        wait = self.refusal.wait if isinstance(self.refusal, TooManyActs) else None
        status = STATUSES.get(type(self.refusal), UNPROCESSABLE)
        return Told(status, shown.code, shown.sentence, shown.hint, self.act, wait)


PROBLEMS = (
    NoToken,
    ScopeMissing,
    MayNotAct,
    NotFound,
    NoSuchMethod,
    NothingToSign,
    TooLong,
    BadRequest,
    NotUnderstood,
    UnitUnknown,
    NoPartner,
    ExchangesOnly,
    KeyElsewhere,
    OverCap,
    TooManyRequests,
)
"""What the API itself says; all else is said by the rules and by recording."""


def failed(failure: RecordingFailed) -> Told:
    """Tell that the machine could not record; the draft is kept."""
    busy = isinstance(failure, Overloaded)
    return Told(
        status=BUSY if busy else FAILED,
        code=failure.code,
        message=gettext(failure.says).format_map(failure.values),
        hint=gettext(failure.hint).format_map(failure.values),
        wait=1 if busy else None,
    )


def from_form(form: Form, act: str | None = None) -> NotUnderstood:
    """Say the first thing that is wrong in a form, as its page would beside it."""
    field, errors = next(iter(form.errors.items()))
    reason = str(errors[0])
    shown = field if field != NON_FIELD_ERRORS else "body"
    return NotUnderstood(field=shown, reason=reason, act=act)
