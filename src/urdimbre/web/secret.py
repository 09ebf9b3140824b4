"""The secret with which Django signs cookies and forms, one per circuit."""

import os
import secrets
from pathlib import Path

WEB_FILE = Path("keys/web")
SECRET_CHARACTERS = 64


def web_secret(directory: Path) -> str:
    """Read the circuit's web secret; the first call makes it, readable by its owner."""
    path = directory / WEB_FILE
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return _created(path)


def _created(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(SECRET_CHARACTERS)[:SECRET_CHARACTERS]
    draft = path.with_name(f".web.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret)
    try:
        # Two processes may start at once: the first link wins, both read the same.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
