"""Which of the two files a model lives in."""

from typing import Any

REGISTRY_APP = "projections"


class TwoFiles:
    """Projections are read from the registry; everything else lies on the desk."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Name the file to read a model from."""
        label = model._meta.app_label  # noqa: SLF001 - Django's way to tell
        return "registry" if label == REGISTRY_APP else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Name the file to write a model to; the registry opens read-only."""
        return self.db_for_read(model)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Let Django make tables on the desk only, and none for projections."""
        return db == "default" and app_label != REGISTRY_APP
