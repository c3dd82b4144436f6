"""`manage.py demo_engines`: the engines that a site of one machine can run at once, made where they are missing."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.runs.services.engines import ensure_demo_engines


class Command(BaseCommand):
    help = "Make the scripted engine and the one with the demo model, unless they are there."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_demo_engines()
