"""The app of this room."""

from django.apps import AppConfig


class SheetsRoom(AppConfig):
    """Lets Django find this room's models and templates."""

    name = "urdimbre.web.sheets"
    label = "web_sheets"
