"""Django's settings for one circuit: its folder comes in ``URDIMBRE_DIR``.

Nothing here is an option for operators: what a community decides is an agreement, and
where the circuit lies is told to ``urdimbre run``.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from urdimbre.web.places import desk_name, registry_database
from urdimbre.web.secret import web_secret

DIRECTORY = Path(os.environ["URDIMBRE_DIR"]).resolve()
WORDS = Path(__file__).resolve().parents[1] / "words"

SECRET_KEY = web_secret(DIRECTORY)
DEBUG = False
ALLOWED_HOSTS = os.environ.get(
    "URDIMBRE_HOSTS", "localhost,127.0.0.1,[::1],testserver"
).split(",")

INSTALLED_APPS = [
    "urdimbre.projections",
    "urdimbre.web.circuit",
    "urdimbre.web.api",
    "urdimbre.web.catalogue",
    "urdimbre.web.doorstep",
    "urdimbre.web.exchanges",
    "urdimbre.web.handbook",
    "urdimbre.web.membership",
    "urdimbre.web.notebook",
    "urdimbre.web.notices",
    "urdimbre.web.offline",
    "urdimbre.web.security",
    "urdimbre.web.work_days",
    "urdimbre.web.on_account",
    "urdimbre.web.market",
    "urdimbre.web.minutes",
    "urdimbre.web.own_words",
    "urdimbre.web.purchases",
    "urdimbre.web.spending",
    "urdimbre.web.office",
    "urdimbre.web.sheets",
    "django.forms",
    "django_htmx",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "urdimbre.web.circuit.entering.EnteringMiddleware",
    "urdimbre.web.security.idle.IdleMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "urdimbre.web.urls"
WSGI_APPLICATION = "urdimbre.web.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "urdimbre.web.circuit.surroundings.surroundings",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "urdimbre.web.circuit.templatetags.cloth",
                "urdimbre.web.handbook.templatetags.about",
            ],
        },
    }
]

# ``default`` is the desk, erasable; ``registry`` is read only, whoever asks.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": desk_name(DIRECTORY),
        "OPTIONS": {
            "timeout": 20,
            # Deferred transactions that write later fail with "database is locked".
            "transaction_mode": "IMMEDIATE",
            # A small cache for each thread's connection, here and of the registry: two
            # megabytes each add up, and the system keeps the file in memory.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-512"
            ),
        },
        "CONN_MAX_AGE": None,
    },
    "registry": registry_database(DIRECTORY),
}
DATABASE_ROUTERS = ["urdimbre.web.routing.TwoFiles"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Stretching as in OWASP's list; `scrypt` is in the standard library's OpenSSL.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
SESSION_COOKIE_NAME = "urdimbre"
SESSION_COOKIE_AGE = 14 * 86_400
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_NAME = "urdimbre_form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "urdimbre.web.circuit.errors.form_expired"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

FILE_UPLOAD_HANDLERS = ["urdimbre.web.uploads.BoundedUpload"]

USE_TZ = True
TIME_ZONE = "UTC"  # pages show the host's own time (wording.py)
USE_I18N = True
LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("pt", _("Portuguese")), ("en", _("English"))]
LOCALE_PATHS = [WORDS / "locale"]
LANGUAGE_COOKIE_NAME = "urdimbre_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Addresses of static files carry their content's hash (templatetags/cloth.py).
WHITENOISE_MAX_AGE = 31_536_000
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR"},
        "urdimbre": {"handlers": ["stderr"], "level": "WARNING"},
    },
}
