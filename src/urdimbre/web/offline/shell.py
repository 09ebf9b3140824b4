"""The shell that a device keeps: style, pictures, one page; nothing about anybody."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from urdimbre.web.circuit.doors import anybody
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.circuit.templatetags.cloth import asset

WORKER = Path(__file__).parent / "static" / "urdimbre" / "worker.js"
KEPT = ("urdimbre/urdimbre.css", "urdimbre/warp.svg", "urdimbre/icon.svg")
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
    return render(request, "offline/offline.html")


@anybody
def worker(request: Any) -> HttpResponse:
    """Give the program that keeps the shell; a new one whenever the shell changes."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker() -> str:
    kept = [reverse("offline"), *(asset(one) for one in KEPT)]
    program = WORKER.read_text("utf-8")
    version = sha256("\n".join([program, *kept]).encode()).hexdigest()[:12]
    listed = ", ".join(f'"{one}"' for one in kept)
    return f'const VERSION = "{version}", KEPT = [{listed}];\n{program}'
