"""Every address of the founding pages."""

from django.urls import path

from urdimbre.web.founding import wizard

urlpatterns = [
    path("", wizard.start, name="home"),
    path("language", wizard.language, name="language"),
    path("opening", wizard.opening, name="opening"),
    path("kind/<slug:kind>", wizard.narrow, name="narrow"),
    path("found/<slug:preset>", wizard.details, name="details"),
]
