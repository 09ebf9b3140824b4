"""What the desk knows of how a person is told, for her to take along."""

from typing import Any

from urdimbre.web.notices.models import Device, Feed, Letterbox, Wish


def known_of(person: str) -> dict[str, Any]:
    """Tell it, without what would let somebody else in or read along."""
    box = Letterbox.objects.filter(person=person)
    wishes = Wish.objects.filter(person=person).order_by("kind")
    devices = Device.objects.filter(person=person).order_by("made")
    shown = ("address", "confirmed", "wanted", "digest", "amounts", "since")
    return {
        "letters": box.values(*shown).first(),
        "wishes": list(wishes.values("kind", "mail", "push")),
        "devices": list(devices.values("told", "made", "last")),
        "calendar": Feed.objects.filter(person=person).values("amounts").first(),
    }
