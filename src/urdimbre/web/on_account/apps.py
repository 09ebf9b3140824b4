"""The app of this room."""

from django.apps import AppConfig


class OnAccountRoom(AppConfig):
    """Lets Django find this room's models and templates."""

    name = "urdimbre.web.on_account"
    label = "web_on_account"
