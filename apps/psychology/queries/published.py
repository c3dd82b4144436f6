"""Imports of published runs in a project. Knows no file."""

from django.db.models import QuerySet

from apps.accounts.models import Project
from apps.core.models import JobState
from apps.traces.models import Import

ROWS = "sittings.jsonl"
"""The upload that holds a group's sittings as rows of our own."""


def published_imports(project: Project) -> QuerySet[Import]:
    """The newest first; those whose collection was deleted are left out."""
    found = Import.objects.filter(project=project, uploads__name=ROWS).exclude(collection__is_deleted=True)
    return found.select_related("collection").order_by("-pk")


def find_same(project: Project, digest: str) -> Import | None:
    """The import of the same bytes that is done, or on its way; the oldest."""
    states = [JobState.DRAFT, JobState.QUEUED, JobState.RUNNING, JobState.DONE]
    return published_imports(project).filter(uploads__blob__sha256=digest, state__in=states).last()
