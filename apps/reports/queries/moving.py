"""Reads for the pages of reports: jobs that move projects, and collections to choose from."""

from django.db.models import QuerySet

from apps.accounts.models import Project, User
from apps.core.models import JobState
from apps.reports.models import ArchiveExport, ArchiveImport

SHOWN = 10
TO_CHOOSE = 100


def find_export(project: Project) -> ArchiveExport | None:
    """The newest export of a project; earlier ones are gone."""
    return ArchiveExport.objects.filter(project=project).select_related("blob", "created_by").first()


def find_archive(project: Project, pk: int) -> ArchiveExport | None:
    """An export that is done."""
    done = ArchiveExport.objects.filter(project=project, state=JobState.DONE, blob__isnull=False)
    return done.select_related("blob").filter(pk=pk).first()


def archive_imports_of(user: User) -> QuerySet[ArchiveImport]:
    """What a person has asked for, newest first."""
    return ArchiveImport.objects.filter(created_by=user).select_related("project")[:SHOWN]


def collections_to_choose(project: Project) -> list[tuple[int, str]]:
    """Keys and names of a project's collections, newest first."""
    own = project.collections.filter(is_deleted=False).order_by("-pk")
    return list(own.values_list("pk", "name")[:TO_CHOOSE])
