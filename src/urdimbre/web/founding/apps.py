"""The app of this room."""

from django.apps import AppConfig


class FoundingRoom(AppConfig):
    """Lets Django find this room's templates."""

    name = "urdimbre.web.founding"
    label = "web_founding"
