"""Tags of the pages: addresses of static files, and small things of the layout."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext

from urdimbre.web import names, wording
from urdimbre.web.membership.picture_signs import sign_of
from urdimbre.web.own_words import words

register = template.Library()
HASH_CHARACTERS = 8


@register.simple_tag
@cache
def asset(path: str) -> str:
    """Give the address of a static file; it changes whenever the content does."""
    found = finders.find(path)
    if found is None:
        raise LookupError(path)
    digest = sha256(Path(found).read_bytes()).hexdigest()[:HASH_CHARACTERS]
    return f"{static(path)}?v={digest}"


@register.filter
def initials(name: str) -> str:
    """Give the letters that stand where a photo will."""
    return names.initials(name)


@register.filter
def count(whole: int) -> str:
    """Write a count in the reader's way."""
    return wording.count(whole)


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], *routes: str) -> str:
    """Mark the present room in the navigation."""
    match = getattr(context.get("request"), "resolver_match", None)
    return "page" if match is not None and match.url_name in routes else "false"


@register.simple_tag
def called(name: str) -> str:
    """Write what the circuit calls something of the short list."""
    return words.called(name)


@register.simple_tag
def beside(name: str) -> str:
    """Write the usual word beside the circuit's own; nothing if it has none."""
    if not words.own(name):
        return ""
    usual = gettext(words.WORDS[name])
    return format_html(' <span class="small soft">{}</span>', usual)


@register.inclusion_tag("circuit/picture.html")
def picture(member: str, name: str) -> dict[str, Any]:
    """Show a member's picture sign; who has none is shown by her initials."""
    return {"sign": sign_of(member), "name": name}
