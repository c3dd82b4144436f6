"""The app's name for Django."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    name = "apps.annotation"
