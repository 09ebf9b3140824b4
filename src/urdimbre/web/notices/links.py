"""Addresses in letters: signed, so that they work for whoever holds the letter only."""

from django.core import signing
from django.urls import reverse

from urdimbre.web.notices.models import Letterbox

CONFIRM_SECONDS = 7 * 86_400
_STOP = "urdimbre/notices/stop/v1"
_CONFIRM = "urdimbre/notices/confirm/v1"


def stop_path(box: Letterbox) -> str:
    """Give the page with which letters to this address end; it is good for ever."""
    return reverse("notices_stop", args=[signing.Signer(salt=_STOP).sign(box.nonce)])


def confirm_path(box: Letterbox) -> str:
    """Give the page that says that this address is hers; it is good for a week."""
    token = signing.TimestampSigner(salt=_CONFIRM).sign(box.nonce)
    return reverse("notices_confirm", args=[token])


def to_stop(token: str) -> Letterbox | None:
    """Return whose letters a link ends; nothing if it is not one of ours."""
    try:
        nonce = signing.Signer(salt=_STOP).unsign(token)
    except signing.BadSignature:
        return None
    return Letterbox.objects.filter(nonce=nonce).first()


def to_confirm(token: str) -> Letterbox | None:
    """Return whose address a link confirms; nothing if it is not ours, or too old."""
    signer = signing.TimestampSigner(salt=_CONFIRM)
    try:
        nonce = signer.unsign(token, max_age=CONFIRM_SECONDS)
    except signing.BadSignature:
        return None
    return Letterbox.objects.filter(nonce=nonce).first()
