"""The app of this room."""

from django.apps import AppConfig


class DoorstepRoom(AppConfig):
    """Lets Django find this room's models and templates."""

    name = "urdimbre.web.doorstep"
    label = "web_doorstep"
