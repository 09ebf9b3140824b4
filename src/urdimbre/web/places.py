"""Where the two databases of a circuit are: the desk in its folder, the registry."""

from pathlib import Path
from typing import Any

from urdimbre.adapters.engines import REGISTRY_FILE, place_of


def desk_name(directory: Path) -> str:
    """Return Django's name of the desk."""
    return str(directory / "desk.db")


def registry_database(directory: Path) -> dict[str, Any]:
    """Return Django's settings of the registry, read-only whatever its engine."""
    place = place_of(directory)
    if place is None:
        file = (directory / REGISTRY_FILE).as_uri()
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{file}?mode=ro",
            "OPTIONS": {
                "timeout": 20,
                "uri": True,
                # SQLite would keep two megabytes for each of eight threads, and drop
                # them whenever an act is recorded. Between two acts the statement
                # takes 5 % longer without.
                "init_command": "PRAGMA cache_size=-512",
            },
            "CONN_MAX_AGE": None,
        }
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - of an extra

    parts = conninfo_to_dict(place.conninfo)
    name = parts.pop("dbname", None) or parts.get("user") or ""
    session = f"-c search_path={place.schema} -c default_transaction_read_only=on"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "OPTIONS": {**parts, "options": session, "application_name": "urdimbre"},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
