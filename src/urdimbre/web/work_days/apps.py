"""The app of this room."""

from django.apps import AppConfig


class WorkDaysRoom(AppConfig):
    """Lets Django find this room's templates."""

    name = "urdimbre.web.work_days"
    label = "web_work_days"
