"""The roster of a work day: a tap for each who was called, then who came and why."""

import json
from collections import Counter
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Member
from urdimbre.web import names, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft, Opening
from urdimbre.web.exchanges.proposing import Proposal, propose, seal
from urdimbre.web.work_days.looking import for_the_common
from urdimbre.web.work_days.rosters import WorkDay, counts, work_day

NOT_YET = ""
TAPS = (
    ("there", _("Was there")),
    ("sent", _("Sent somebody")),
    ("exempt", _("Excused")),
    (NOT_YET, _("Not yet")),
)
REASONS_MAX = 7
"""How many sealed reasons an act has room for, beside the names of who came."""
WORKED_BY, WHY = "worked_by", "why"


class RosterForm(forms.Form):
    """How each who was called has done her part."""

    day = fields.day_field(_("On which day?"))

    def __init__(self, *args: Any, day: WorkDay, witness: str, **more: Any) -> None:
        """Ask about each who still owes.

        Args:
            args: as forms take them.
            day: of the roster.
            witness: who attests it, of whom it says nothing and who excuses nobody;
                empty if it is signed for the common.
            more: as forms take them.
        """
        super().__init__(*args, **more)
        self.work = day
        known = names.by_id(day.body.members)
        taps = [one for one in TAPS if not witness or one[0] != "exempt"]
        left = [one for one in day.left() if one[1] != witness]
        left.sort(key=lambda one: names.folded(known[one[1]]))
        self.names = {place: known[member] for place, member, _ in left}
        for place, name in self.names.items():
            self.fields[f"how_{place}"] = forms.ChoiceField(
                label=name, choices=taps, required=False, widget=forms.RadioSelect
            )

    def clean(self) -> None:
        """Look that somebody stands on it."""
        if not self.errors and not any(self.how().values()):
            raise forms.ValidationError(gettext("Tap at least one."), code="nobody")

    def how(self) -> dict[int, str]:
        """Return what was tapped, by place among those called."""
        return {n: self.cleaned_data.get(f"how_{n}") or "" for n in self.names}


class DetailsForm(forms.Form):
    """Who came in the place of somebody, and why somebody is excused."""

    def __init__(self, *args: Any, roster: RosterForm, **more: Any) -> None:
        """Ask for what was tapped."""
        super().__init__(*args, **more)
        self.how = roster.how()
        for place, how in self.how.items():
            if how == "sent":
                label = gettext("Who came for %(name)s?")
                self.fields[f"by_{place}"] = forms.CharField(
                    label=label % {"name": roster.names[place]},
                    max_length=fields.TEXT_MAX,
                    required=False,
                    widget=forms.TextInput({"list": "members", "autocomplete": "off"}),
                )
            elif how == "exempt":
                label = gettext("Why is %(name)s excused?")
                self.fields[f"why_{place}"] = fields.text_field(
                    label % {"name": roster.names[place]}
                )

    def clean(self) -> None:
        """Look whether the reasons fit into one act."""
        reasons = [one for one in self.how.values() if one == "exempt"]
        if len(reasons) > REASONS_MAX:
            sentence = gettext("At most %(most)s can be excused at once.")
            raise forms.ValidationError(
                sentence % {"most": wording.count(REASONS_MAX)}, code="many_reasons"
            )


def count(request: Any, position: int) -> HttpResponse:
    """Ask how each has done her part; then, where needed, who came and why."""
    here = request.here
    day = work_day(position, here)
    if not counts(here) or not any(day.open):
        raise Http404
    witness = "" if may_act(here.person, COMMON) else here.person
    second = "details" in request.POST
    typed = request.POST if request.method == "POST" else None
    today = wording.to_date(wording.today())
    form = RosterForm(typed, day=day, witness=witness, initial={"day": today})
    if typed is None or not form.is_valid():
        return _page(request, day, form, by_witness=bool(witness))
    details = DetailsForm(typed if second else None, roster=form)
    if details.fields and not (second and details.is_valid()):
        return _details(request, day, form, details)
    maker = here.as_person() if witness else for_the_common(here)
    made = propose(maker, proposal(day, form, details), {})
    if isinstance(made, Draft):
        request.session["acting"] = maker.member
        return redirect("draft", made.pk)
    write_refusals(form, made)
    return _page(request, day, form, by_witness=bool(witness))


def _page(
    request: Any, day: WorkDay, form: RosterForm, *, by_witness: bool
) -> HttpResponse:
    shown = {
        "day": day,
        "form": form,
        "taps": [form[f"how_{place}"] for place in form.names],
        "by_witness": by_witness,
        "when": wording.day(day.body.due),
    }
    status = 422 if form.errors else 200
    return render(request, "work_days/count.html", shown, status=status)


def _details(
    request: Any, day: WorkDay, roster: RosterForm, form: DetailsForm
) -> HttpResponse:
    shown = {
        "day": day,
        "tapped": [(name, request.POST.get(name, "")) for name in roster.fields],
        "form": form,
        "members": sorted(_substitutes(), key=names.folded),
        "excuses": "exempt" in form.how.values(),
    }
    status = 422 if form.errors else 200
    return render(request, "work_days/details.html", shown, status=status)


def _substitutes() -> dict[str, str]:
    """Return the members who may have come for somebody, by name."""
    ids = Member.objects.filter(left=None, no__gt=0).exclude(kind="node")
    known = names.by_id(ids.values_list("id", flat=True))
    # Of two who are called alike nobody could say which of them came.
    alike = Counter(names.folded(name) for name in known.values())
    return {
        name: member for member, name in known.items() if alike[names.folded(name)] == 1
    }


def proposal(day: WorkDay, form: RosterForm, details: DetailsForm) -> Proposal:
    """Write a roster: of each who was tapped, all that she still owes."""
    written = details.cleaned_data if details.is_bound else {}
    left = {place: (member, minor) for place, member, minor in day.left()}
    members = {names.folded(name): one for name, one in _substitutes().items()}
    lines: list[dict[str, Any]] = []
    others: dict[str, str] = {}
    sealed: list[Opening] = []
    for place, how in sorted(form.how().items()):
        if not how:
            continue
        member, minor = left[place]
        line = {"deal": place, "member": member, "how": how, "quantity": minor}
        came = written.get(f"by_{place}", "").strip()
        by = members.get(names.folded(came))
        if by is not None and by != member:
            line["by"] = by
        elif came:
            others[str(place)] = came
        if how == "exempt":
            sealed.append(seal(WHY, written[f"why_{place}"].encode()))
            line["why"] = sealed[-1].commitment
        lines.append(line)
    body = {
        "day": wording.to_day(form.cleaned_data["day"]),
        "dues": day.act,
        "category": day.body.category,
        "unit": day.body.unit,
        "lines": lines,
    }
    told = json.dumps(others, ensure_ascii=False, sort_keys=True).encode()
    return Proposal(
        kind="roster",
        body=body,
        refs=[(day.act, "releases")],
        private={WORKED_BY: told} if others else {},
        sealed=sealed,
    )
