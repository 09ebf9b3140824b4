"""Checking a receipt: anybody drops one and reads what it proves and what it does not.

Nothing is written, so no login and no seal of the form is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from urdimbre.adapters.receipts import (
    RECEIPT_BYTES_MAX,
    BadReceipt,
    Proven,
    unpacked,
    verify_receipt,
)
from urdimbre.adapters.state_proofs import is_state_proof
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import BrokenEntry, Slot, decode
from urdimbre.projections.models import ActLine
from urdimbre.recording.chain import origin_of
from urdimbre.web import kinds, names, opened, wording
from urdimbre.web.circuit.doors import anybody
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.entries import entry_at
from urdimbre.web.exchanges.proposing import TEXTS
from urdimbre.web.exchanges.receipts import concerns
from urdimbre.web.notebook.checking_rows import rows_verdict
from urdimbre.web.notebook.log_keys import log_keys
from urdimbre.web.notebook.verdict import (
    Verdict,
    agreed_witnesses,
    not_seen_by,
    seen_by,
    witness_keys,
)

REQUEST_BYTES_MAX = 2 * RECEIPT_BYTES_MAX
"""Most that a form may bring: a receipt, and what a browser writes around it."""
TEXT_CHARACTERS_MAX = 2_000
FINGERPRINT = re.compile("[0-9a-f]{64}")

FALSE = {
    "format": _("This is no receipt, or it was cut short or changed on its way."),
    "entry": _("The act in this receipt cannot be read: it was cut short or changed."),
    "log": _("The seal in this receipt was not signed by this notebook."),
    "inclusion": _("The act does not belong to the seal that comes with it."),
    "signature": _("A signature under this act is not genuine."),
    "witness": _("The signature of a witness under the seal is not genuine."),
    "state": _("The balances in this proof do not belong to the seal under them."),
    "opening": _("A text in this receipt is not the one that was signed."),
}
"""What is wrong with a receipt, by the code of ``BadReceipt``."""


class ReceiptForm(forms.Form):
    """A receipt as a file, or its text."""

    file = forms.FileField(label=_("The file of the receipt"), required=False)
    text = forms.CharField(
        label=_("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )


@anybody
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Any) -> HttpResponse:
    """Take a receipt and say what it proves."""
    if request.method != "POST":
        return _page(request, ReceiptForm())
    if _length(request) > REQUEST_BYTES_MAX:
        # Answered before anything of it is read or kept.
        return _page(request, ReceiptForm(), wrong=_too_long(), status=413)
    form = ReceiptForm(request.POST, request.FILES)
    raw = _receipt_in(form)
    if len(raw) > RECEIPT_BYTES_MAX:
        return _page(request, ReceiptForm(), wrong=_too_long(), status=413)
    if not raw:
        wrong = gettext("Choose the file of a receipt, or paste its text.")
        return _page(request, ReceiptForm(), wrong=wrong, status=422)
    try:
        judged = rows_verdict if is_state_proof(raw) else _verdict
        verdict = judged(raw, known_to_her=bool(request.here))
    except BadReceipt as bad:
        wrong = str(FALSE[bad.code])
        return _page(request, ReceiptForm(), wrong=wrong, status=422)
    return _page(request, ReceiptForm(), verdict=verdict)


@anybody
@require_safe
def linked(request: Any, position: int, act: str) -> HttpResponse:
    """Follow the link of a receipt: does this fingerprint stand under that number?"""
    registry = opened.circuit().registry
    found = registry.position_of(act) if FINGERPRINT.fullmatch(act) else None
    if found is None or found != position:
        page = {"position": position, "act": act}
        return render(request, "notebook/linked.html", page, status=404)
    if request.here:
        entry = entry_at(position)
        if concerns(entry, request.here.member, request.here.person):
            return redirect("receipt", position)
    line = ActLine.objects.get(position=position)
    page = {
        "position": position,
        "act": act,
        "found": True,
        "time": wording.moment(line.time),
    }
    return render(request, "notebook/linked.html", page)


def _length(request: Any) -> int:
    written = request.META.get("CONTENT_LENGTH") or "0"
    return int(written) if written.isdecimal() else 0


def _too_long() -> str:
    return gettext("This is too long to be a receipt.")


def _receipt_in(form: ReceiptForm) -> bytes:
    """Return the receipt; line ends that a form or a chat has changed are mended."""
    form.is_valid()
    file: UploadedFile | None = form.cleaned_data.get("file")
    if file is not None:
        raw = file.read(RECEIPT_BYTES_MAX + 1)
    else:
        text = form.cleaned_data.get("text", "")
        raw = text.encode("utf-8", "replace")
    whole = raw.replace(b"\r\n", b"\n").strip()
    return whole + b"\n" if whole else b""


def _page(
    request: Any,
    form: ReceiptForm,
    *,
    verdict: Verdict | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    page = {"form": form, "verdict": verdict, "wrong": wrong}
    return render(request, "notebook/check.html", page, status=status)


def _verdict(raw: bytes, *, known_to_her: bool) -> Verdict:
    """Judge a receipt with all that this circuit knows of keys.

    Raises:
        BadReceipt: something in it does not hold.
    """
    registry = opened.circuit().registry
    note, slots, act, openings = _parts(raw)
    told = notes.parse_checkpoint(note.text)
    own = told.origin == origin_of(registry.genesis)
    rows = [registry.state.get(f"key/{slot.key_id}") for slot in slots if own]
    proven = verify_receipt(
        raw,
        log_keys=log_keys(registry, note) if own else (),
        genesis=registry.genesis if own else None,
        keys={row.key_id: row.public for row in rows if row is not None},
        owners={row.key_id: row.member for row in rows if row is not None},
        witnesses=witness_keys() if own else (),
        agreed=agreed_witnesses() if own else None,
    )
    continued = own and registry.continues(told.size, told.root)
    verdict = Verdict(
        title=_title(proven) if own else "",
        position=proven.index,
        texts=[_text(openings[one]) for one in sorted(openings)],
        act=act.decode("ascii", "replace"),
        broken=own and not continued,
    )
    verdict.proven.extend(
        _proven(proven, own=own, continued=continued, named=known_to_her)
    )
    verdict.unproven.extend(_unproven(proven, own=own))
    return verdict


def _parts(raw: bytes) -> tuple[notes.Note, tuple[Slot, ...], bytes, dict[str, Any]]:
    """Take a receipt apart; what is wrong is told by who verifies it."""
    try:
        proof = notes.parse_proof(raw)
        entry, openings = unpacked(proof.extra)
        signed = decode(entry)
    except notes.MalformedNote as malformed:
        raise BadReceipt("format", malformed.told) from None
    except BrokenEntry as broken:
        raise BadReceipt("entry", broken.reason) from None
    return proof.note, signed.slots, signed.act, openings


def _title(proven: Proven) -> str:
    return gettext(kinds.SHORT.get(proven.kind, proven.kind))


def _text(opening: Any) -> str:
    """Read a private text; descriptions of goods stand in it by their places."""
    text = bytes.fromhex(opening["payload"]).decode("utf-8", "replace")
    if opening["field"] == TEXTS:
        with suppress(ValueError, RecursionError):
            goods = json.loads(text)
            if isinstance(goods, dict):
                text = ", ".join(str(one) for one in goods.values())
    # A surrogate that JSON has let in could not be sent.
    return text[:TEXT_CHARACTERS_MAX].encode("utf-8", "replace").decode()


def _proven(
    proven: Proven, *, own: bool, continued: bool, named: bool
) -> Iterator[str]:
    if own:
        sentence = gettext(
            "When this receipt was made, the act stood in the common notebook of "
            "{circuit}, under number {number}. Nobody can change it or take it out "
            "without contradicting the seal in this receipt."
        )
        number = wording.count(proven.index)
        yield sentence.format(circuit=display("name", "Urdimbre"), number=number)
        if continued:
            yield gettext("Today's notebook still contains it.")
    else:
        yield gettext("The act belongs to the seal that comes with it.")
    people = len(proven.signers)
    if people and named:
        known = names.by_id(set(proven.signers))
        sentence = gettext("It was signed by: {names}.")
        yield sentence.format(names=", ".join(known[one] for one in proven.signers))
    elif people:
        sentence = ngettext(
            "{count} signature under it is genuine.",
            "{count} signatures under it are genuine.",
            people,
        )
        yield sentence.format(count=wording.count(people))
    yield from seen_by(proven)
    if proven.openings:
        yield gettext("The texts below are those that were signed, to the letter.")


def _unproven(proven: Proven, *, own: bool) -> Iterator[str]:
    if not own:
        yield gettext(
            "Whose notebook it is and who signed: it comes from another circuit, "
            "whose keys this page does not know. Show it to that circuit."
        )
    elif "signatures" in proven.unproven:
        yield gettext("Who else signed: this page does not know all their keys.")
    yield from not_seen_by(proven)
    yield gettext(
        "That the agreement allowed the act: for that, verify the whole notebook."
    )
    yield gettext(
        "That things or work were really given: the notebook knows what was signed."
    )
    yield gettext(
        "That this page is honest: it comes from the same host as the notebook. The "
        "program verify_receipt.py checks the file on any other computer."
    )
