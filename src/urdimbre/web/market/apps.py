"""The app of this room."""

from django.apps import AppConfig


class MarketRoom(AppConfig):
    """Lets Django find this room's templates, tables and scripts."""

    name = "urdimbre.web.market"
    label = "web_market"
