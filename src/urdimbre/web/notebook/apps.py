"""The app of this room."""

from django.apps import AppConfig


class NotebookRoom(AppConfig):
    """Lets Django find this room's models, templates and static files."""

    name = "urdimbre.web.notebook"
    label = "web_notebook"
