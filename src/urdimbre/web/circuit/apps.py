"""The app of this room."""

from django.apps import AppConfig

from urdimbre.web.circuit import form_words


class CircuitRoom(AppConfig):
    """Lets Django find this room's models, templates and static files."""

    name = "urdimbre.web.circuit"
    label = "web_circuit"

    def ready(self) -> None:
        """Have forms speak as all else does, before the first one is made."""
        form_words.speak()
