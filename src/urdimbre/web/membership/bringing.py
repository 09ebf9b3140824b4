"""Bringing people in from a pasted list: preview first, then all of them at once."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.accounts import COMMON
from urdimbre.web import names, refusing
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.admitting import (
    Newcomer,
    SponsorsForm,
    admit_person,
    cut_off,
    go_on,
)
from urdimbre.web.exchanges.models import Draft

LINES_MAX = 500
BYTES_MAX = 200_000
NAME_MAX = 60
PLACE_MAX = 80
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,120}\.[^@\s.]{2,24}")
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,20}[0-9]")
BULLET = re.compile(r"^(?:[-*•·]|\d{1,3}[.)])\s+")
HEADINGS = frozenset(["nombre", "nome", "name", "nombres", "nomes"])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, read.

    Attributes:
        number: in the list, from 1.
        person: who it names, as far as it was understood.
        problem: why it cannot be taken; empty if it can.
    """

    number: int
    person: Newcomer
    problem: str = ""


class ListForm(SponsorsForm):
    """A pasted list or a file, and who vouches for all."""

    people = forms.CharField(
        label=_("One person a line"),
        help_text=_(
            "Name, and if you like phone, e-mail and place, with commas between: "
            "«Rosa Quispe, 70012345, Villa Adela»."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=BYTES_MAX,
        required=False,
    )
    file = forms.FileField(
        label=_("Or a file"),
        help_text=_("Text or CSV, as a spreadsheet saves it."),
        required=False,
    )
    field_order = ("people", "file")

    def clean(self) -> dict[str, Any]:
        """Take the text of the file, if there is one."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        file = typed.get("file")
        if file is not None:
            if file.size > BYTES_MAX:
                self.add_error("file", gettext("The file is too large for a list."))
            else:
                typed["people"] = _text(file.read())
        if not self.errors and not (typed.get("people") or "").strip():
            self.add_error("people", gettext("Write or paste at least one name."))
        return typed


def _text(raw: bytes) -> str:
    """Read a file as it was saved: UTF-8, else what Windows writes."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding).replace("\0", " ")
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1").replace("\0", " ")


def read(text: str, known: Sequence[str] = ()) -> list[Line]:
    """Read a list; ``known`` are names of members, who are not admitted again."""
    seen = {names.folded(name) for name in known}
    found: list[Line] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        cells = _cells(raw)
        if not cells or (not found and names.folded(cells[0]) in HEADINGS):
            continue
        person = _person(cells)
        problem = _problem(person, seen, len(found))
        seen.add(names.folded(person.name))
        found.append(Line(number, person, problem))
    return found


def _cells(raw: str) -> list[str]:
    line = BULLET.sub("", raw.strip())
    mark = next((one for one in "\t;," if one in line), ",")
    try:
        cells = next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        cells = [line]
    told = [" ".join(cell.split()) for cell in cells]
    return told if any(told) else []


def _person(cells: Sequence[str]) -> Newcomer:
    """Tell phone and e-mail by their look, whatever their order; the name is first."""
    rest = [cell for cell in cells[1:] if cell]
    email = next((one for one in rest if EMAIL.fullmatch(one)), "")
    phone = next((one for one in rest if PHONE.fullmatch(one)), "")
    places = [one for one in rest if one not in (email, phone)]
    return Newcomer(cells[0], ", ".join(places), phone, email)


def _problem(person: Newcomer, seen: set[str], before: int) -> str:
    if not person.name or not any(one.isalpha() for one in person.name):
        return gettext("There is no name in this line.")
    if len(person.name) > NAME_MAX or not person.name.isprintable():
        return gettext("The name is too long, or holds what cannot be shown.")
    if len(person.place) > PLACE_MAX:
        return gettext("There is too much beside the name. Is it one person?")
    if names.folded(person.name) in seen:
        return gettext("Somebody has that name already. Add what tells them apart.")
    if before >= LINES_MAX:
        return gettext("The list is too long. Bring the rest afterwards.")
    return ""


def bring(request: Any) -> HttpResponse:
    """Ask for the list, show how it was understood, then admit everybody on it."""
    here = request.here
    if not may_act(here.person, COMMON):
        raise Http404
    form = ListForm(request.POST or None, request.FILES or None, here=here)
    page: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        lines = read(form.cleaned_data["people"], taken(here))
        page |= _preview(form, lines)
        if "admit" in request.POST and page["good"]:
            outcome = _admit_all(here, form, lines)
            if not outcome["failed"]:
                return redirect("cards")
            page |= outcome
    status = 422 if form.errors or page.get("failed") else 200
    return render(request, "membership/bring.html", page, status=status)


def taken(here: Any) -> list[str]:
    """Return the names that are taken; an admission that was cut off takes none."""
    begun = cut_off(here)
    everybody = names.everybody().values()
    return [one for one in everybody if names.folded(one) not in begun]


def _preview(form: ListForm, lines: list[Line]) -> dict[str, Any]:
    good = [one for one in lines if not one.problem]
    button = ngettext("Admit %(count)s person", "Admit %(count)s people", len(good))
    return {
        "lines": lines,
        "good": good,
        "button": button % {"count": len(good)},
        "text": form.cleaned_data["people"],
    }


def _admit_all(here: Any, form: ListForm, lines: list[Line]) -> dict[str, Any]:
    """Admit who can be admitted; a list sent again skips who is there already."""
    begun = cut_off(here)
    admitted, waiting, failed = 0, 0, []
    for line in lines:
        if line.problem:
            continue
        before = begun.get(names.folded(line.person.name))
        if before is None:
            made = admit_person(here, line.person, form.sponsors(here))
        else:
            made = go_on(here, before)
        if isinstance(made, list):
            failed.append((line, [refusing.said(one) for one in made]))
        elif isinstance(made, Draft):
            waiting += 1
        else:
            admitted += 1
    return {"admitted": admitted, "waiting": waiting, "failed": failed}
