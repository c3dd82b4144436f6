"""What the frame of every page shows: which acts the reader may do, and the workers that are alive."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.core.jobs import database_now
from apps.core.models import ALIVE_SECONDS, Worker


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Inputs of base.html: `project`, `role` and `acts` where the page passed a project's gate, and `n_workers`."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "project": getattr(request, "project", None),
        "role": getattr(getattr(request, "membership", None), "role", None),
        "acts": getattr(request, "acts", frozenset()),
        "n_workers": n_workers(),
    }


def n_workers() -> int:
    """How many workers of imports and analyses were heard of lately; those that only drive models are not counted."""
    alive = Worker.objects.filter(seen_at__gte=database_now() - timedelta(seconds=ALIVE_SECONDS))
    return sum(settings.CELERY_TASK_DEFAULT_QUEUE in queues for queues in alive.values_list("queues", flat=True))
