"""The Django app of the derived tables."""

from django.apps import AppConfig


class ProjectionsConfig(AppConfig):
    """Models without migrations: the registry makes and writes these tables."""

    name = "urdimbre.projections"
    label = "projections"
    default_auto_field = "django.db.models.BigAutoField"
