"""The app's name for Django."""

from django.apps import AppConfig


class PsychologyConfig(AppConfig):
    name = "apps.psychology"
