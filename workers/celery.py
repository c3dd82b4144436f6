"""The workers' Celery application: the same settings as the web's, plus the tasks and the heartbeat."""

import os

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apps.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads than cores wait for each other
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # they load every page; the web process checks
django.setup()

app = Celery("workers", include=["workers.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")

from workers import heartbeat  # noqa: E402  the signals it listens to need Django

__all__ = ["app", "heartbeat"]
