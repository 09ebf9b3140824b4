"""Where the two databases of a circuit lie in its folder."""

from pathlib import Path


def database_names(directory: Path) -> dict[str, str]:
    """Return Django's names of the databases: the desk, and the registry read-only."""
    return {
        "default": str(directory / "desk.db"),
        "registry": f"{(directory / 'registry.db').as_uri()}?mode=ro",
    }
