"""The app of this room."""

from django.apps import AppConfig


class MinutesRoom(AppConfig):
    """Lets Django find this room's templates and tables."""

    name = "urdimbre.web.minutes"
    label = "web_minutes"
