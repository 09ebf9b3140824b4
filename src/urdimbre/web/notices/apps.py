"""The app of this room."""

from django.apps import AppConfig


class NoticesRoom(AppConfig):
    """Lets Django find this room's models and templates."""

    name = "urdimbre.web.notices"
    label = "web_notices"
