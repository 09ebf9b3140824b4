"""Her page on notices: where letters go, how often, and of what she is told."""

import time
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.web import wording
from urdimbre.web.circuit.models import Person
from urdimbre.web.notices import posting
from urdimbre.web.notices.found import Kind
from urdimbre.web.notices.gathering import how, pushes
from urdimbre.web.notices.kinds import KINDS
from urdimbre.web.notices.models import Device, Letter, Letterbox, News, Wish, new_nonce

SECONDS_PER_DAY = 86_400
CONFIRMS_A_DAY = 3
DEVICES = "devices"
OFTEN = {
    "never": _("Never"),
    "daily": _("Once a day"),
    "weekly": _("Once a week"),
    "monthly": _("Once a month"),
}
WAYS = {
    "now": _("At once"),
    "digest": _("Together with the rest"),
    "no": _("Not by mail"),
}


class AddressForm(forms.Form):
    """Where her letters go; nothing is asked for but this."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Leave it empty if you want no letters."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _("That is no e-mail address. It looks like: ana@example.org")
        },
    )

    def __init__(self, typed: Any, *, person: str, box: Letterbox | None) -> None:
        """Begin with the address that is known."""
        super().__init__(typed)
        self._person, self._box = person, box
        known = box.address if box else ""
        listed = Person.objects.filter(member=person).values_list("email", flat=True)
        self.fields["address"].initial = known or listed.first() or ""

    def clean_address(self) -> str:
        """Refuse what no letter can carry, and one of many that were asked today."""
        address = str(self.cleaned_data["address"])
        if not address.isprintable():
            raise forms.ValidationError(
                self.fields["address"].error_messages["invalid"]
            )
        if self._box and address == self._box.address and self._box.confirmed:
            return address
        since = int(time.time()) - SECONDS_PER_DAY
        asked = Letter.objects.filter(
            person=self._person, what="confirm", made__gt=since
        )
        if address and asked.count() >= CONFIRMS_A_DAY:
            told = gettext("Several addresses were asked today. Try again tomorrow.")
            raise forms.ValidationError(told)
        return address


class OftenForm(forms.Form):
    """How often all together, and whether letters tell amounts."""

    digest = forms.ChoiceField(
        label=_("What is not urgent comes together in one letter"),
        choices=list(OFTEN.items()),
        widget=forms.RadioSelect,
    )
    amounts = forms.MultipleChoiceField(
        label=_("Amounts"),
        choices=[("on", _("Write in letters how much it is"))],
        help_text=_("Others may see your mail. Amounts are left out unless you ask."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class KindsForm(forms.Form):
    """Of what she is told, and how."""

    def __init__(self, typed: Any, *, wishes: dict[str, Wish], devices: bool) -> None:
        """Make a field of each kind; one of all for her devices, if she has some."""
        super().__init__(typed)
        for kind in KINDS:
            wish = wishes.get(kind.code)
            self.fields[kind.code] = forms.ChoiceField(
                label=gettext(kind.label),
                choices=list(WAYS.items()),
                initial=(wish and wish.mail) or kind.mail,
            )
        if devices:
            self.fields[DEVICES] = _devices_field(wishes)


def _devices_field(wishes: dict[str, Wish]) -> forms.MultipleChoiceField:
    found = {kind.code: wishes.get(kind.code) for kind in KINDS}
    return forms.MultipleChoiceField(
        label=gettext("On my devices"),
        choices=[(kind.code, gettext(kind.label)) for kind in KINDS],
        initial=[
            code for code, wish in found.items() if pushes(code, wish and wish.push)
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def notices(request: Any) -> HttpResponse:
    """Show where her letters go."""
    return _page(request)


def _box(request: Any) -> Letterbox | None:
    return Letterbox.objects.filter(person=request.here.person).first()


def _page(
    request: Any, *, address: AddressForm | None = None, often: OftenForm | None = None
) -> HttpResponse:
    box, person = _box(request), request.here.person
    if often is None and box and box.confirmed:
        often = OftenForm(None)
        often.fields["digest"].initial = box.digest
        often.fields["amounts"].initial = ["on"] if box.amounts else []
    page = {
        "sends": posting.can_send(),
        "box": box,
        "address": address or AddressForm(None, person=person, box=box),
        "often": often,
        "last": _last_letter(person),
    }
    wrong = any(form is not None and form.errors for form in (address, often))
    return render(request, "notices/notices.html", page, status=422 if wrong else 200)


def _last_letter(person: str) -> str:
    """Say what became of her last letter; empty if there was none."""
    letter = Letter.objects.filter(person=person).order_by("-made").first()
    if letter is None:
        return ""
    made = wording.moment(letter.made)
    if letter.state == "sent":
        told = gettext("The last letter, of {time}, was taken by the mail server.")
    elif letter.state == "given_up":
        told = gettext("The last letter, of {time}, could not be delivered.")
    else:
        told = gettext("A letter of {time} waits to be sent.")
    return told.format(time=made)


@require_POST
def address(request: Any) -> HttpResponse:
    """Take a new address, and ask there whether it is hers; or forget the old one."""
    box, person = _box(request), request.here.person
    form = AddressForm(request.POST, person=person, box=box)
    if not form.is_valid() or not posting.can_send():
        return _page(request, address=form)
    wanted = form.cleaned_data["address"]
    if not wanted:
        forget(person)
    elif box is None or wanted != box.address or not box.confirmed:
        with transaction.atomic():
            _ask(person, wanted, int(time.time()))
    return redirect("notices")


def _ask(person: str, wanted: str, now: int) -> None:
    """Send a letter to an address; until its link is opened nothing else goes there."""
    Letterbox.objects.update_or_create(
        person=person,
        defaults={
            "address": wanted,
            "nonce": new_nonce(),
            "confirmed": False,
            "wanted": True,
        },
        create_defaults={"address": wanted, "since": now},
    )
    waiting = Letter.objects.filter(person=person, what="confirm", state="waiting")
    if not waiting.exists():
        Letter.objects.create(person=person, what="confirm", made=now, next_at=now)


def forget(person: str) -> None:
    """Forget an address and what would have gone there."""
    with transaction.atomic():
        News.objects.filter(person=person).update(mail="", values={})
        Letter.objects.filter(person=person).exclude(state="sent").delete()
        Letterbox.objects.filter(person=person).delete()


@require_POST
def often(request: Any) -> HttpResponse:
    """Take how often she wants a letter."""
    box = _box(request)
    form = OftenForm(request.POST)
    if box is None:
        return redirect("notices")
    if not form.is_valid():
        return _page(request, often=form)
    box.digest = form.cleaned_data["digest"]
    box.amounts = bool(form.cleaned_data["amounts"])
    box.save(update_fields=["digest", "amounts"])
    _choose_again(box)
    return redirect("notices")


@require_POST
def again(request: Any) -> HttpResponse:
    """Send letters again to who had ended them."""
    Letterbox.objects.filter(person=request.here.person, wanted=False).update(
        wanted=True, since=int(time.time())
    )
    return redirect("notices")


@require_POST
def end(request: Any) -> HttpResponse:
    """Send no more letters, and keep the address for when she wants them again."""
    box = _box(request)
    if box is not None:
        no_more(box)
    return redirect("notices")


def no_more(box: Letterbox) -> None:
    """Send nobody's letters any more; what waited is not told later."""
    with transaction.atomic():
        Letterbox.objects.filter(pk=box.pk).update(wanted=False)
        News.objects.filter(person=box.person, letter=None).update(mail="", values={})


def kinds(request: Any) -> HttpResponse:
    """Let her choose of what she is told, and how."""
    person = request.here.person
    rows = Wish.objects.filter(person=person)
    form = KindsForm(
        request.POST if request.method == "POST" else None,
        wishes={one.kind: one for one in rows},
        devices=Device.objects.filter(person=person).exists(),
    )
    if request.method == "POST" and form.is_valid():
        _keep(person, form.cleaned_data)
        return redirect("notices")
    status = 422 if form.errors else 200
    return render(request, "notices/kinds.html", {"form": form}, status=status)


def _keep(person: str, chosen: dict[str, Any]) -> None:
    with transaction.atomic():
        Wish.objects.filter(person=person).delete()
        Wish.objects.bulk_create(
            Wish(person=person, kind=kind.code, mail=chosen[kind.code], push=push)
            for kind in KINDS
            for push in [_push_wish(kind, chosen.get(DEVICES))]
            if chosen[kind.code] != kind.mail or push
        )
        box = Letterbox.objects.filter(person=person).first()
        if box is not None:
            _choose_again(box)


def _push_wish(kind: Kind, shown: list[str] | None) -> str:
    """Say what she chose of a kind for her devices; empty: as usual."""
    wanted = shown is None or kind.code in shown
    if shown is None or wanted == pushes(kind.code, None):
        return ""
    return "yes" if wanted else "no"


def _choose_again(box: Letterbox) -> None:
    """Have what still waits go as she wants it now."""
    wishes = dict(Wish.objects.filter(person=box.person).values_list("kind", "mail"))
    waiting = News.objects.filter(person=box.person, letter=None).exclude(mail="")
    for kind in KINDS:
        way = how(kind.code, wishes.get(kind.code), box.digest)
        waiting.filter(kind=kind.code).update(mail=way)
