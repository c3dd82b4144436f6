"""The app's name for Django."""

from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "apps.traces"
