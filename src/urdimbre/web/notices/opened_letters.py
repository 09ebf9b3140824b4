"""What links in letters do: say that an address is hers, and end the letters."""

import time
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from urdimbre.web.circuit.doors import anybody
from urdimbre.web.notices import links
from urdimbre.web.notices.mine import no_more
from urdimbre.web.notices.models import Letterbox


@anybody
def confirm(request: Any, token: str) -> HttpResponse:
    """Ask once more, for programs open links too; then letters go to this address."""
    box = links.to_confirm(token)
    if box is None:
        raise Http404
    done = request.method == "POST"
    if done:
        Letterbox.objects.filter(pk=box.pk, confirmed=False).update(
            confirmed=True, since=int(time.time())
        )
    page = {"address": box.address, "done": done or box.confirmed}
    return render(request, "notices/confirm.html", page)


@csrf_exempt  # a mail program sends it with one tap, and has no page of ours (RFC 8058)
@anybody
def stop(request: Any, token: str) -> HttpResponse:
    """End somebody's letters, by a link that only her letters hold."""
    box = links.to_stop(token)
    if box is None:
        raise Http404
    if request.method == "POST":
        no_more(box)
    page = {"done": request.method == "POST" or not box.wanted}
    return render(request, "notices/stop.html", page)
