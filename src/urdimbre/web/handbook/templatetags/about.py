"""Which page of the handbook tells about the screen that is shown."""

from typing import Any

from django import template
from django.urls import reverse

from urdimbre.web.handbook.pages import FIRST, OF_SCREEN

register = template.Library()


@register.simple_tag(takes_context=True)
def about_here(context: dict[str, Any]) -> str:
    """Give the address of the page about this screen."""
    match = getattr(context.get("request"), "resolver_match", None)
    screen = str(match.url_name) if match else ""
    if screen in {"handbook", "handbook_page"}:
        return reverse("handbook")
    return reverse("handbook_page", args=(OF_SCREEN.get(screen, FIRST),))
