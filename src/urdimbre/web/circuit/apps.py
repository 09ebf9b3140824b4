"""The app of this room."""

from django.apps import AppConfig


class CircuitRoom(AppConfig):
    """Lets Django find this room's models, templates and static files."""

    name = "urdimbre.web.circuit"
    label = "web_circuit"
