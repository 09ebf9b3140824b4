"""Every address of the founding pages."""

from django.urls import path

from urdimbre.web.founding import wizard
from urdimbre.web.handbook import reading as handbook

urlpatterns = [
    path("", wizard.start, name="home"),
    path("language", wizard.language, name="language"),
    path("opening", wizard.opening, name="opening"),
    path("kind/<slug:kind>", wizard.narrow, name="narrow"),
    path("found/<slug:preset>", wizard.details, name="details"),
    path("handbook", handbook.contents, name="handbook"),
    path("handbook/<slug:name>", handbook.page, name="handbook_page"),
    path(
        "handbook/pictures/<slug:language>/<slug:name>.webp",
        handbook.picture,
        name="handbook_picture",
    ),
]
