"""The app of this room."""

from django.apps import AppConfig


class OwnWordsRoom(AppConfig):
    """Lets Django find this room's templates."""

    name = "urdimbre.web.own_words"
    label = "web_own_words"
