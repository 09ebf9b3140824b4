"""Choosing the circuit's own words, by those who sign for the common."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.accounts import COMMON
from urdimbre.web import names, units
from urdimbre.web.circuit import surroundings
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.models import Display
from urdimbre.web.own_words.words import WORDS, own

WORD_MAX = 30
ASKED = {
    "work_days": _("Work days"),
    "purchases": _("Buying together"),
    "on_account": _("The on-account notebook"),
    "notebook": _("The common notebook"),
    "meetings": _("The meetings"),
    "market": _("The market"),
    "emporio": _("An emporio, the shop of our own"),
    "fund": _("A liberation fund"),
    "common": _("The common, all of us together"),
}
EXAMPLES = {
    "work_days": _("A minga, a bee, a working day…"),
    "purchases": _("Purchase of the month, pool…"),
    "on_account": _("Fiado, tab…"),
    "notebook": _("The book, our paper…"),
    "meetings": _("Assembly, council, circle…"),
    "market": _("Fair, tianguis, feria…"),
    "emporio": _("Bodega, tienda, vendinha…"),
    "fund": _("Common chest, caja, caixa…"),
    "common": _("The community, the assembly…"),
}


class WordsForm(forms.Form):
    """A word for each thing of the list, and the name of each sign."""

    def __init__(self, typed: Any) -> None:
        """Begin with the words that the circuit has."""
        super().__init__(typed)
        for name in WORDS:
            self.fields[f"word.{name}"] = forms.CharField(
                label=ASKED[name],
                help_text=EXAMPLES[name],
                max_length=WORD_MAX,
                required=False,
                initial=own(name),
            )
        for sign in units.signs():
            label = gettext("The sign %(code)s") % {"code": sign.code}
            self.fields[f"unit.{sign.code}"] = forms.CharField(
                label=label,
                help_text=_("Tumin, seeds, points…"),
                max_length=WORD_MAX,
                initial=sign.name,
            )

    def clean(self) -> None:
        """Look that no two things are called alike."""
        taken: dict[str, str] = {}
        for name, word in self.words():
            other = taken.setdefault(names.folded(word), name)
            if other != name:
                sentence = gettext("“%(word)s” is already the word for: %(what)s.")
                told = {"word": word, "what": self.fields[other].label}
                self.add_error(name, sentence % told)

    def words(self) -> Iterator[tuple[str, str]]:
        """Give the words that were typed, each in one line."""
        for name in self.fields:
            word = " ".join(self.cleaned_data.get(name, "").split())
            if word:
                yield name, word


def choose_words(request: Any) -> HttpResponse:
    """Ask what the circuit calls things; only its screens change by it."""
    if not may_act(request.here.person, COMMON):
        raise Http404
    form = WordsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _keep(form)
        return redirect("agreements")
    status = 422 if form.errors else 200
    return render(request, "own_words/choose.html", {"form": form}, status=status)


@transaction.atomic
def _keep(form: WordsForm) -> None:
    words = dict(form.words())
    _forget([name for name in form.fields if name not in words])
    for name, word in words.items():
        changed = Display.objects.filter(name=name).exclude(value=word).exists()
        if changed and name.startswith("unit."):
            _forget([f"{name}.one"])  # it was a form of the word of before
        Display.objects.update_or_create(name=name, defaults={"value": word})
    units.forget()
    surroundings.forget()


def _forget(displayed: list[str]) -> None:
    Display.objects.filter(name__in=displayed).delete()
