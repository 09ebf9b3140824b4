"""Browsers that show a member that something is new: asked for, told, and ended."""

import json
import time
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from urdimbre.web import wording
from urdimbre.web.notices.letters import language_of
from urdimbre.web.notices.models import Device
from urdimbre.web.security.log import device_of
from urdimbre.web.security.mine import told_device

DEVICES_MAX = 10
EACH_PASS_MAX = 50
PAUSE_SECONDS = 15 * 60
TAKEN_SECONDS = 10 * 60
AGAIN_SECONDS = (60, 300, 1_800, 7_200)


def library() -> ModuleType | None:
    """Return what seals messages for browsers; nothing if it is not installed."""
    if find_spec("cryptography") is None:
        return None
    from urdimbre.adapters import push  # noqa: PLC0415 - of the extra [push]

    return push


def devices(request: Any) -> HttpResponse:
    """Show the browsers that tell her, and let her add this one."""
    return _page(request)


def _page(request: Any, *, refused: bool = False) -> HttpResponse:
    rows = Device.objects.filter(person=request.here.person).order_by("made")
    push = library()
    page = {
        "devices": [
            (one.pk, told_device(one.told), wording.moment(one.made)) for one in rows
        ],
        "key": push.as_text(push.public_of(push.own_key(settings.DIRECTORY)))
        if push
        else "",
        "refused": refused,
    }
    status = 422 if refused else 200
    return render(request, "notices/devices.html", page, status=status)


@require_POST
def add(request: Any) -> HttpResponse:
    """Take the browser from which she asks."""
    push, person = library(), request.here.person
    asked = [request.POST.get(one, "") for one in ("endpoint", "public", "secret")]
    if push is None or push.browser(*asked) is None:
        return _page(request, refused=True)
    endpoint, public, secret = asked
    with transaction.atomic():
        others = Device.objects.filter(person=person).exclude(endpoint=endpoint)
        if others.count() >= DEVICES_MAX:
            others.order_by("made")[0].delete()
        # Whoever used this browser before is not told in it any more.
        Device.objects.filter(endpoint=endpoint).delete()
        Device.objects.create(
            person=person,
            endpoint=endpoint,
            public=public,
            secret=secret,
            told=device_of(request),
            made=int(time.time()),
        )
    return redirect("notice_devices")


@require_POST
def end(request: Any) -> HttpResponse:
    """Tell her no more in one of her browsers."""
    wanted = request.POST.get("device", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < len(str(2**63)):
        Device.objects.filter(person=request.here.person, pk=int(wanted)).delete()
    return redirect("notice_devices")


def push_waiting(now: int, *, about: str) -> int:
    """Tell the browsers for which something is new; returns how many took it."""
    rows = Device.objects.filter(
        waiting=True, next_at__lte=now, last__lte=now - PAUSE_SECONDS
    ).order_by("next_at", "pk")
    due = list(rows[:EACH_PASS_MAX])
    # Looked for each minute; what seals is ten megabytes, loaded when there is work.
    push = library() if due else None
    if push is None:
        return 0
    return sum(_pushed(one, push, now, about) for one in due)


def _pushed(device: Device, push: ModuleType, now: int, about: str) -> bool:
    mine = Device.objects.filter(
        pk=device.pk, waiting=True, next_at=device.next_at
    ).update(next_at=now + TAKEN_SECONDS, tries=device.tries + 1)
    if not mine:
        return False  # another worker has it
    to = push.browser(device.endpoint, device.public, device.secret)
    if to is None:  # taken before such an address was refused
        _not_pushed(device, now, gone=True)
        return False
    key = push.own_key(settings.DIRECTORY)
    try:
        push.push(to, _message(device.person), key, now=now, about=about)
    except push.NotPushed as failed:
        _not_pushed(device, now, gone=failed.gone)
        return False
    Device.objects.filter(pk=device.pk).update(waiting=False, last=now, tries=0)
    return True


def _message(person: str) -> bytes:
    """Say that something is new, and nothing else: others may hold the device."""
    with translation.override(language_of(person)):
        told = {"text": gettext("There is something new")}
    return json.dumps(told, ensure_ascii=False).encode()


def _not_pushed(device: Device, now: int, *, gone: bool) -> None:
    if gone:
        Device.objects.filter(pk=device.pk).delete()
        return
    again = device.tries < len(AGAIN_SECONDS)
    wait = AGAIN_SECONDS[device.tries] if again else 0
    Device.objects.filter(pk=device.pk).update(waiting=again, next_at=now + wait)
