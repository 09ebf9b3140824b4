"""The app of this room."""

from django.apps import AppConfig


class HandbookRoom(AppConfig):
    """Lets Django find this room's templates and static files."""

    name = "urdimbre.web.handbook"
    label = "web_handbook"
