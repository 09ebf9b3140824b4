"""The app of this room."""

from django.apps import AppConfig


class MembershipRoom(AppConfig):
    """Lets Django find this room's templates and static files."""

    name = "urdimbre.web.membership"
    label = "web_membership"
