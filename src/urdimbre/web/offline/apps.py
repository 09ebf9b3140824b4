"""The app of this room."""

from django.apps import AppConfig


class OfflineRoom(AppConfig):
    """Lets Django find this room's templates and static files."""

    name = "urdimbre.web.offline"
    label = "web_offline"
