"""The app of this room."""

from django.apps import AppConfig


class ApiRoom(AppConfig):
    """Lets Django find this room's templates and its table of tokens."""

    name = "urdimbre.web.api"
    label = "web_api"
