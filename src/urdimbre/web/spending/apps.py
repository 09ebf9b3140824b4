"""The app of this room."""

from django.apps import AppConfig


class SpendingRoom(AppConfig):
    """Lets Django find this room's models and templates."""

    name = "urdimbre.web.spending"
    label = "web_spending"
