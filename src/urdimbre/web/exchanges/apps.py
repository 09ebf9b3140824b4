"""The app of this room."""

from django.apps import AppConfig


class ExchangesRoom(AppConfig):
    """Lets Django find this room's models, templates and static files."""

    name = "urdimbre.web.exchanges"
    label = "web_exchanges"
