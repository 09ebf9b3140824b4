"""Objecting to an entry that others made for a member, and how that ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from urdimbre.core.exchange.contest import Contest
from urdimbre.core.units import Quantity
from urdimbre.web import names, opened, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import Entry, entry_at, payloads, texts_of, told
from urdimbre.web.exchanges import afterwards
from urdimbre.web.exchanges.adjusting import deal_of
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import WORDS, Proposal, propose
from urdimbre.web.membership import keys

PER_PAGE = 25
SHOWN = 20
OUTCOMES = {
    "withdrawn": _("I take my objection back: the entry was right"),
    "upheld": _("The objection was right, and the entry has been corrected"),
    "rejected": _("The objection was not right: the entry counts as it stands"),
}


class ReasonForm(forms.Form):
    """Why the entry is not so."""

    words = forms.CharField(
        label=_("What is not right?"),
        help_text=_(
            "The other party and the mediator read it; the notebook keeps only a seal "
            "of it."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class OutcomeForm(forms.Form):
    """How an objection ends."""

    outcome = forms.ChoiceField(label=_("How does it end?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Words to both"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, typed: Any, *, outcomes: Sequence[str]) -> None:
        """Offer what the rules leave open to her."""
        super().__init__(typed)
        offered: Any = self.fields["outcome"]
        offered.choices = [(one, OUTCOMES[one]) for one in outcomes]


def contest(request: Any, position: int) -> HttpResponse:
    """Open an objection, or end one."""
    entry = entry_at(position)
    if entry.act.kind != "exchange":
        raise Http404
    deal = deal_of(request, entry)
    here, row = request.here, afterwards.contest_of(entry, deal)
    party = here.member in afterwards.parties_of(entry.act)
    judged = not party and afterwards.waits_for_mediator(here.person, entry, "contest")
    if not party and not judged:
        raise Http404
    form = _form(request, entry, deal, row, judged=judged)
    if request.method == "POST" and form is not None and form.is_valid():
        made = _proposed(here, entry, deal, form.cleaned_data, judged=judged)
        if isinstance(made, Draft):
            return redirect("draft", made.pk)
        write_refusals(form, made)
    page = {
        "entry": entry,
        "told": told(entry.act, texts_of(payloads(entry.act.private))),
        "form": form,
        "row": row,
        "judged": judged,
        "later": afterwards.later_acts(position),
        "until": afterwards.contest_until(here, entry) if row is None else "",
        "may_adjust": party
        or afterwards.waits_for_mediator(here.person, entry, "adjust"),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "exchanges/contest.html", page, status=status)


def _form(
    request: Any, entry: Entry, deal: int, row: Contest | None, *, judged: bool
) -> forms.Form | None:
    """Return the form that is open to her now; nothing if none is."""
    here = request.here.as_person() if judged else request.here
    typed = request.POST if request.method == "POST" else None
    if row is None:
        may = afterwards.may_contest(here, entry, deal)
        return ReasonForm(typed) if may else None
    asked = ("upheld", "rejected") if judged else ("withdrawn", "upheld")
    outcomes = [one for one in asked if afterwards.may_contest(here, entry, deal, one)]
    return OutcomeForm(typed, outcomes=outcomes) if outcomes else None


def _proposed(
    here: Here, entry: Entry, deal: int, typed: dict[str, Any], *, judged: bool
) -> Any:
    words = typed["words"].strip()
    proposal = Proposal(
        kind="contest",
        body=afterwards.contest_body(entry, deal, typed.get("outcome", "")),
        refs=[(entry.act.hash, "contests")],
        private={WORDS: words.encode()} if words else {},
    )
    whose = here.as_person() if judged else here
    return propose(whose, proposal, {}, judged=judged)


@dataclass(frozen=True, slots=True)
class Dispute:
    """An open objection as a line of a page.

    Attributes:
        position: of the entry.
        deal: place of the deal.
        by: who objects.
        others: the other parties.
        since: when it was opened.
        held: what does not count meanwhile, in words; empty if nothing.
    """

    position: int
    deal: int
    by: str
    others: str
    since: str
    held: str


def disputes(request: Any) -> HttpResponse:
    """List the open objections that a mediator may settle."""
    person = request.here.person
    if keys.mandate_to_mediate(person, "contest") is None:
        raise Http404
    page = Paginator(afterwards.open_contests(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    shown = {"page": page, "lines": _lines(list(page.object_list), person)}
    return render(request, "exchanges/disputes.html", shown)


def on_home(here: Here) -> dict[str, Any]:
    """Give the open objections to deals of hers, and how many she may mediate in."""
    rows = afterwards.open_contests()
    if not rows:
        return {}
    mandate = keys.mandate_to_mediate(here.person, "contest")
    hers = [
        case
        for case in _cases(rows)
        if here.member in afterwards.parties_of(case[1].act)
    ]
    return {
        "disputes": _told_cases(hers[:SHOWN]),
        "to_mediate": mandate is not None,
    }


def _lines(rows: Sequence[Contest], person: str) -> list[Dispute]:
    return _told_cases(
        [
            case
            for case in _cases(rows)
            if afterwards.mediates(person, case[1], "contest")
        ]
    )


def _cases(rows: Sequence[Contest]) -> list[tuple[Contest, Entry]]:
    registry = opened.circuit().registry
    return [
        (row, entry_at(place))
        for row in rows
        for place in [registry.position_of(row.act)]
        if place is not None
    ]


def _told_cases(cases: Sequence[tuple[Contest, Entry]]) -> list[Dispute]:
    sides = [afterwards.parties_of(entry.act) for _row, entry in cases]
    known = names.by_id({one for side in sides for one in side}) if cases else {}
    return [
        Dispute(
            position=entry.position,
            deal=row.deal,
            by=known[row.party],
            others=", ".join(sorted(known[one] for one in side - {row.party})),
            since=wording.moment(row.since),
            held=held(row, entry),
        )
        for (row, entry), side in zip(cases, sides, strict=True)
    ]


def held(row: Contest, entry: Entry) -> str:
    """Say what does not count while an objection is open."""
    moves = entry.act.body.deals[row.deal].moves
    amounts = [Quantity(minor, moves[place].unit) for place, minor in row.holds]
    return ", ".join(wording.quantity(one) for one in amounts)
