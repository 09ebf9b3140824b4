"""The WSGI application that granian serves; it opens the circuit before it answers."""

import atexit
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "urdimbre.web.settings")
application = get_wsgi_application()

from urdimbre.web import opened, sparing  # noqa: E402 - settings come first
from urdimbre.web.exchanges import signing  # noqa: E402
from urdimbre.web.notebook import witnessing  # noqa: E402
from urdimbre.web.notices import posting  # noqa: E402

opened.circuit()
atexit.register(opened.close)
signing.finish()
opened.keep_sealing()
opened.keep_watching()
witnessing.keep_asking()
posting.keep_posting()
sparing.settle()
