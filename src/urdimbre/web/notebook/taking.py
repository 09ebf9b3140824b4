"""Taking the whole notebook along: a bundle that anybody verifies, and reopens."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404
from django.views.decorators.http import require_POST

from urdimbre.adapters.bundle import write_bundle
from urdimbre.adapters.folder import read_only
from urdimbre.core.accounts import COMMON
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.surroundings import agreed

NAME = "urdimbre-bundle.tar"


def may_take(person: str) -> bool:
    """Tell whether somebody reads the whole notebook: all do, or who acts for all."""
    return agreed("log_readers", "all") == "all" or may_act(person, COMMON)


@require_POST
def bundle(request: Any) -> FileResponse:
    """Give the bundle; what is recorded meanwhile waits for the next one."""
    if not may_take(request.here.person):
        raise Http404
    reading = read_only(settings.DIRECTORY)
    try:
        with tempfile.TemporaryDirectory(prefix="urdimbre-bundle-") as folder:
            path = Path(folder) / NAME
            write_bundle(reading.store, path)
            # The file goes on until it is sent, though its name is gone.
            file = path.open("rb")
    finally:
        reading.close()
    return FileResponse(file, as_attachment=True, filename=NAME)
