"""Addresses of the psychology lab."""

from django.urls import path

from apps.psychology.views import published

app_name = "psychology"
urlpatterns = [
    path("p/<slug:project>/psychology/import/", published.published, name="published"),
]
