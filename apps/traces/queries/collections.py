"""Reads for the pages of projects, collections and their history. Knows columns and counts, no text of a rollout."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.fields import IntegerField
from django.db.models.functions import Coalesce

from apps.accounts.models import Change, Membership, Project, User
from apps.accounts.queries import changes_of
from apps.core.models import JobState
from apps.traces.models import Analysis, Collection, Import, ImportIssue, Indexing, Preset, Upload
from apps.traces.queries.candidate_sets import OF_DEFAULT

PAGE = 50
OPEN = (JobState.QUEUED, JobState.RUNNING)


def memberships_with_counts(user: User) -> QuerySet[Membership]:
    """The user's projects by name, each with `n_collections`, `n_rollouts` and `n_members`."""
    live = Collection.objects.filter(project=OuterRef("project"), is_deleted=False).order_by().values("project")
    people = Membership.objects.filter(project=OuterRef("project")).order_by().values("project")
    return (
        Membership.objects.filter(user=user, project__is_deleted=False)
        .select_related("project")
        .annotate(
            n_collections=_number(live.annotate(n=Count("pk"))),
            n_rollouts=_number(live.annotate(n=Sum("n_rollouts"))),
            n_members=_number(people.annotate(n=Count("pk"))),
        )
        .order_by("project__name", "pk")
    )


def find_sample(user: User) -> Project | None:
    """The sample project, if the user is in it."""
    return Project.objects.filter(memberships__user=user, is_sample=True, is_deleted=False).order_by("pk").first()


def collections_of(project: Project) -> QuerySet[Collection]:
    """The project's collections, newest first, each with the state of its last import and last analysis."""
    last_import = Import.objects.filter(collection=OuterRef("pk")).exclude(state=JobState.DRAFT).order_by("-pk")
    last_analysis = Analysis.objects.filter(OF_DEFAULT, collection=OuterRef("pk")).order_by("-revision", "-pk")
    index = Indexing.objects.filter(collection=OuterRef("pk"))
    return (
        Collection.objects.filter(project=project, is_deleted=False)
        .annotate(
            import_state=Subquery(last_import.values("state")[:1]),
            import_done=Subquery(last_import.values("n_done")[:1]),
            import_total=Subquery(last_import.values("n_total")[:1]),
            analysis_state=Subquery(last_analysis.values("state")[:1]),
            analysis_revision=Subquery(last_analysis.values("revision")[:1]),
            analysis_done=Subquery(last_analysis.values("n_done")[:1]),
            analysis_total=Subquery(last_analysis.values("n_total")[:1]),
            index_state=Subquery(index.values("state")[:1]),
            index_done=Subquery(index.values("n_done")[:1]),
            index_total=Subquery(index.values("n_total")[:1]),
        )
        .order_by("-pk")
    )


def unindexed_of(project: Project, collection: Collection | None = None) -> list[Indexing]:
    """Of the project's collections, or of one: indexings that are not done, each with its collection."""
    rows = Indexing.objects.filter(collection__project=project, collection__is_deleted=False)
    rows = rows.exclude(state=JobState.DONE).select_related("collection").order_by("collection_id")
    return list(rows if collection is None else rows.filter(collection=collection))


def totals_of(project: Project) -> dict[str, int]:
    """How many collections and rollouts the project has."""
    live = Collection.objects.filter(project=project, is_deleted=False)
    return live.aggregate(n_collections=Count("pk"), n_rollouts=Coalesce(Sum("n_rollouts"), 0))


def find_collection(project: Project, pk: int) -> Collection | None:
    return Collection.objects.filter(project=project, pk=pk, is_deleted=False).first()


def find_import(project: Project, pk: int) -> Import | None:
    """An import of the project, unless its collection is being deleted."""
    readings = Import.objects.filter(project=project).select_related("project", "collection")
    return readings.filter(Q(collection__isnull=True) | Q(collection__is_deleted=False)).filter(pk=pk).first()


def drafts_of(project: Project) -> QuerySet[Import]:
    """Previews that nobody has confirmed yet and that hold at least one file."""
    files = Upload.objects.filter(reading=OuterRef("pk"))
    drafts = Import.objects.filter(Exists(files), project=project, state=JobState.DRAFT)
    return drafts.annotate(n_files=Count("uploads")).order_by("-pk")


def failed_imports_of(project: Project) -> QuerySet[Import]:
    """Imports that stored nothing; their files are still here to be read again."""
    files = Upload.objects.filter(reading=OuterRef("pk"))
    failed = Import.objects.filter(Exists(files), project=project, state=JobState.FAILED, collection__isnull=True)
    return failed.order_by("-pk")


def open_import_of(collection: Collection) -> Import | None:
    """The import that fills this collection now, if one does."""
    return collection.imports.filter(state__in=OPEN).order_by("-pk").first()


def draft_again_of(collection: Collection) -> Import | None:
    """The re-import that was begun and not yet confirmed."""
    return collection.imports.filter(state=JobState.DRAFT, replaces=True).order_by("-pk").first()


def imports_of(collection: Collection) -> QuerySet[Import]:
    return collection.imports.exclude(state=JobState.DRAFT).select_related("created_by").order_by("-pk")


def last_import_of(collection: Collection) -> Import | None:
    return imports_of(collection).first()


def issues_of(reading: Import, kind: str = "") -> QuerySet[ImportIssue]:
    """What an import could not read, errors first."""
    issues = reading.issues.order_by(F("kind").asc(), "pk")
    return issues.filter(kind=kind) if kind else issues


def presets_of(project: Project) -> QuerySet[Preset]:
    return project.presets.order_by("name")


def find_preset(project: Project, pk: str) -> Preset | None:
    return project.presets.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None


def history_page(project: Project, *, target: str = "", before: int | None = None) -> tuple[list[Change], int | None]:
    """One page of changes, newest first, and the key that the next page starts before (None on the last)."""
    changes = changes_of(project, target).order_by("-pk")
    if before is not None:
        changes = changes.filter(pk__lt=before)
    found = list(changes[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def collections_page(project: Project, *, before: int | None = None) -> tuple[list[Collection], int | None]:
    """One page of collections, newest first, and the key that the next page starts before (None on the last)."""
    collections = collections_of(project)
    if before is not None:
        collections = collections.filter(pk__lt=before)
    found = list(collections[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("n")[:1], output_field=IntegerField()), Value(0))
