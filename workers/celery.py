"""The workers' Celery application: the same settings as the web's, plus the tasks and the sweep."""

import os

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apps.settings")
django.setup()

app = Celery("workers")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["workers"])
