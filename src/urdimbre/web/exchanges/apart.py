"""Signing with a key kept apart: the exact bytes go out, the signature comes back."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from urdimbre.core.chain.entry import Slot
from urdimbre.core.refusals import Refusal
from urdimbre.recording.answers import Receipt
from urdimbre.web.entries import told_draft
from urdimbre.web.exchanges.handing import asks_again, is_she
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.picture import picture_of
from urdimbre.web.exchanges.roles import (
    NothingToSign,
    Role,
    by_key,
    message_of,
    role_of,
)
from urdimbre.web.exchanges.signing import sign
from urdimbre.web.exchanges.waiting import of_hers
from urdimbre.web.membership import keys, written
from urdimbre.web.refusing import said
from urdimbre.web.security import again

PICTURE_BYTES_MAX = 900
"""More make a picture that a telephone reads badly, and a heavy page."""
FILE_BYTES_MAX = 4096
NO_SIGNATURE = _(
    "This is no signature: an Ed25519 signature has 64 bytes. Paste 128 hexadecimal "
    "digits or the base64 of it."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a key kept apart needs to sign a draft.

    Attributes:
        key: its short id.
        custody: who keeps it, in words.
        new: whether the act itself brings it.
        size: how many bytes are to be signed.
        base64: those bytes.
        hex: the same.
        digest: their SHA-256, to compare on the way.
        picture: the base64 as a QR code; empty if it is too long for one.
    """

    key: str
    custody: str
    new: bool
    size: int
    base64: str
    hex: str
    digest: str
    picture: str


def _sheet(draft: Draft, role: Role, key: str) -> Sheet:
    message = message_of(draft, role, key)
    text = b64encode(message).decode()
    small = len(message) <= PICTURE_BYTES_MAX
    return Sheet(
        key=key,
        custody=str(keys.CUSTODIES[role.apart[key]]),
        new=key in role.new,
        size=len(message),
        base64=text,
        hex=message.hex(),
        digest=sha256(message).hexdigest(),
        picture=picture_of(text, level="l") if small else "",
    )


class SignatureForm(forms.Form):
    """The signature, pasted or as a file."""

    signature = forms.CharField(
        label=_("The signature"),
        help_text=_("128 hexadecimal digits, or base64."),
        max_length=written.TYPED_MAX,
        error_messages={"required": NO_SIGNATURE},
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    file = forms.FileField(label=_("Or the file with the signature"), required=False)
    password = forms.CharField(
        label=_("Your password once more, because this is about keys"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, typed: Any, files: Any, *, draft: Draft, person: str) -> None:
        """Ask for her password where signing on a page asks for it."""
        super().__init__(typed, files)
        self.fields["signature"].required = not files
        if not asks_again(draft):
            del self.fields["password"]
        else:
            again.labelled(self.fields["password"], person)

    def clean(self) -> dict[str, Any]:
        """Read the 64 bytes, wherever they are."""
        typed = super().clean() or self.cleaned_data
        file = typed.get("file")
        text = typed.get("signature") or ""
        if file and not text:
            small = file.size <= FILE_BYTES_MAX
            typed["read"] = written.signature_in(file.read()) if small else b""
        else:
            typed["read"] = written.signature(text)
        if not typed["read"] and not self.errors:
            self.add_error("file" if file and not text else "signature", NO_SIGNATURE)
        return typed


def sign_apart(request: Any, pk: str, key: str) -> HttpResponse:
    """Show what a key kept apart must sign, and take its signature."""
    found = of_hers(request, pk)
    role = role_of(request.here, found)
    if role is None or key not in role.apart:
        return redirect("draft", pk)
    posted = request.method == "POST"
    form = SignatureForm(
        request.POST if posted else None,
        request.FILES or None,
        draft=found,
        person=role.person,
    )
    if posted and form.is_valid() and is_she(form, request):
        answer = _taken(
            request, found, by_key(found, role, key, form.cleaned_data["read"])
        )
        if isinstance(answer, HttpResponse):
            return answer
        told = said(answer)
        form.add_error("signature", f"{told.sentence} {told.hint}")
    page = {
        "draft": found,
        "told": told_draft(found),
        "sheet": _sheet(found, role, key),
        "form": form,
        "brake": keys.brake_of(request.here.person) if found.kind != "freeze" else None,
    }
    status = 422 if form.errors else 200
    return render(request, "exchanges/apart.html", page, status=status)


def _taken(request: Any, draft: Draft, slot: Slot | Refusal) -> HttpResponse | Refusal:
    """Add the signature to the draft; the last one records it."""
    if isinstance(slot, Refusal):
        return slot
    try:
        answer = sign(request.here, draft, [slot])
    except NothingToSign:
        return redirect("draft", draft.pk)
    if isinstance(answer, Refusal):
        return answer
    if isinstance(answer, Receipt):
        return redirect("receipt", answer.index)
    return redirect("draft", draft.pk)


def message(request: Any, pk: str, key: str) -> HttpResponse:
    """Hand out the exact bytes as a file."""
    found = of_hers(request, pk)
    role = role_of(request.here, found)
    if role is None or key not in role.apart:
        raise Http404
    response = HttpResponse(
        message_of(found, role, key), content_type="application/octet-stream"
    )
    name = f"urdimbre-{found.pk[:8]}-{key}.act"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
