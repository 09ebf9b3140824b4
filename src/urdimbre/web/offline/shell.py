"""The shell that a device keeps: style, pictures, one page; nothing about anybody."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from urdimbre.web.catalogue import categories
from urdimbre.web.circuit.doors import anybody
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.circuit.templatetags.cloth import asset
from urdimbre.web.exchanges.fields import WEIGHED, volumes
from urdimbre.web.units import measure

STATIC = Path(__file__).parent / "static" / "urdimbre"
PROGRAM = ("outbox.js", "worker.js")
SCRIPTS = ("keys.js", "outbox.js", "offline.js", "slip.js", "qr.js", "pocket.js")
KEPT = (
    "urdimbre/urdimbre.css",
    "urdimbre/warp.svg",
    "urdimbre/icon.svg",
    *(f"urdimbre/{one}" for one in SCRIPTS),
)
NAME_SHOWN = 12
"""Letters that stand under an icon on most phones."""


@anybody
def manifest(request: Any) -> JsonResponse:
    """Tell a browser how the circuit is installed like an application."""
    name = display("name", "Urdimbre")
    icon = {"src": asset("urdimbre/icon.svg"), "type": "image/svg+xml", "sizes": "any"}
    told = {
        "id": "/",
        "name": name,
        "short_name": name if len(name) <= NAME_SHOWN else name.split()[0],
        "lang": request.LANGUAGE_CODE,
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf6ec",
        "theme_color": "#8f2f3a",
        "icons": [icon | {"purpose": "any"}, icon | {"purpose": "maskable"}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@anybody
def offline(request: Any) -> HttpResponse:
    """The page that a device shows when nobody answers."""
    # Kept by devices: it names nobody, whoever asks for it.
    request.here = None
    page = {
        "scripts": [f"urdimbre/{one}" for one in SCRIPTS],
        "kinds": categories.choices(),
        "units": [_volume(code, label) for code, label in volumes()],
    }
    return render(request, "offline/offline.html", page)


def _volume(code: str, label: str) -> dict[str, Any]:
    return {
        "code": code,
        "label": label,
        "steps": 10 ** measure(code).scale,
        "weighed": code in WEIGHED,
    }


@anybody
def worker(request: Any) -> HttpResponse:
    """Give the program that keeps the shell; a new one whenever the shell changes."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker() -> str:
    kept = [reverse("offline"), *(asset(one) for one in KEPT)]
    program = "\n".join((STATIC / one).read_text("utf-8") for one in PROGRAM)
    version = sha256("\n".join([program, *kept]).encode()).hexdigest()[:12]
    listed = ", ".join(f'"{one}"' for one in kept)
    return f'const VERSION = "{version}", KEPT = [{listed}];\n{program}'
