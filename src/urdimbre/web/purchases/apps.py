"""The app of this room."""

from django.apps import AppConfig


class PurchasesRoom(AppConfig):
    """Lets Django find this room's models and templates."""

    name = "urdimbre.web.purchases"
    label = "web_purchases"
