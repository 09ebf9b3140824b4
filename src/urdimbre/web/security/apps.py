"""The app of this room."""

from django.apps import AppConfig


class SecurityRoom(AppConfig):
    """Lets Django find this room's models and templates."""

    name = "urdimbre.web.security"
    label = "web_security"
