"""Django's settings while there is no circuit yet: the founding pages alone."""

from urdimbre.web.settings import *  # noqa: F403 - the same but for what follows
from urdimbre.web.settings import INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = ["urdimbre.web.founding", *INSTALLED_APPS]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "urdimbre.web.founding.doorway.DoorwayMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "urdimbre.web.founding.urls"
TEMPLATES[0]["OPTIONS"]["context_processors"] = [  # type: ignore[index]
    "django.template.context_processors.request",
]
# Nothing is read or written here but the folder of the new circuit, by the founding.
DATABASES: dict[str, object] = {}  # type: ignore[no-redef]
DATABASE_ROUTERS: list[str] = []  # type: ignore[no-redef]
