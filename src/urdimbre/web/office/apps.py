"""The app of this room."""

from django.apps import AppConfig


class OfficeRoom(AppConfig):
    """Lets Django find this room's models and templates."""

    name = "urdimbre.web.office"
    label = "web_office"
