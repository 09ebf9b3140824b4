"""The page "Everything of mine": what the circuit holds of a member, to take along."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here, TooManyTries
from urdimbre.web.circuit.members import has_left
from urdimbre.web.membership import taking_along
from urdimbre.web.membership.pins import PinLocked
from urdimbre.web.security import again
from urdimbre.web.streaming import as_file


class AgainForm(forms.Form):
    """She shows once more that it is she."""

    password = forms.CharField(
        label=_("Your password once more, because the file holds all of it"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, typed: Any, *, here: Here, address: str) -> None:
        """Ask for what she has: a password, a PIN or a card."""
        super().__init__(typed)
        self._login, self._address = here.login, address
        again.labelled(self.fields["password"], here.person)

    def clean_password(self) -> str:
        """Refuse another's, and too many tries."""
        password = str(self.cleaned_data["password"])
        try:
            fits = again.proves(self._login, password, self._address)
        except (TooManyTries, PinLocked):
            told = gettext("Too many tries. Wait a quarter of an hour.")
            raise forms.ValidationError(told) from None
        if not fits:
            raise forms.ValidationError(again.not_hers(self._login))
        return password


def everything(request: Any) -> HttpResponse:
    """Say what the file will hold."""
    return _page(request, _form(request, None))


def _form(request: Any, typed: Any) -> AgainForm:
    _open_to_her(request.here)
    address = request.META.get("REMOTE_ADDR", "")
    return AgainForm(typed, here=request.here, address=address)


def _open_to_her(here: Here) -> None:
    """Let nobody take along what is another's, once her mandate has ended."""
    if here.acts_for_another and not may_act(here.person, here.member):
        raise Http404


def _page(request: Any, form: AgainForm) -> HttpResponse:
    here = request.here
    page = {
        "form": form,
        "act_count": len(taking_along.acts_of(here)),
        "left": has_left(here.no),
    }
    status = 422 if form.errors else 200
    return render(request, "membership/everything.html", page, status=status)


@require_POST
def everything_file(request: Any) -> HttpResponse | StreamingHttpResponse:
    """Hand out all of it."""
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form)
    return as_file(
        taking_along.everything(request.here),
        content_type=taking_along.CONTENT_TYPE,
        name="urdimbre.zip",
    )
