"""What the frame of every page shows: the project, the sections, the workers."""

from typing import Any

from django.http import HttpRequest

from apps.core.models import ALIVE_SECONDS, Worker
from apps.core.jobs import database_now
from datetime import timedelta


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Inputs of base.html: `n_workers` that were heard of lately; the page itself gives `project` and `section`."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    since = database_now() - timedelta(seconds=ALIVE_SECONDS)
    return {"n_workers": Worker.objects.filter(seen_at__gte=since).count()}
