"""The app of this room."""

from django.apps import AppConfig


class CatalogueRoom(AppConfig):
    """Lets Django find this room's models, templates and static files."""

    name = "urdimbre.web.catalogue"
    label = "web_catalogue"
