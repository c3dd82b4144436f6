"""Collections and projects go with all that hangs on them: hidden at once, emptied in the background in small steps."""

from django.db import transaction
from django.db.models import Model, QuerySet

from apps.accounts.models import Project, User
from apps.accounts.services import record_change
from apps.core import blobs
from apps.core.queue import DELETE_COLLECTION, DELETE_PROJECT, enqueue_on_commit
from apps.traces.models import (
    AnalysisPart,
    Candidate,
    Collection,
    Grade,
    Import,
    Problem,
    Reading,
    Rollout,
    RolloutFeature,
    Score,
    Turn,
    Upload,
)
from apps.traces.queries.many import among
from apps.traces.seams import NEEDED_PROBLEMS
from apps.traces.services.indexing import purge_unused
from apps.traces.services.texts import delete_unused

STEP = 500


@transaction.atomic
def delete_collection(
    *, collection: Collection, actor: User | None, reason: str = "", keep_import: bool = False
) -> None:
    """Hide a collection now and empty it in the background; again is no harm."""
    if keep_import:
        Import.objects.filter(collection=collection).update(collection=None)
    if Collection.objects.filter(pk=collection.pk, is_deleted=False).update(is_deleted=True):
        record_change(
            project=collection.project,
            actor=actor,
            verb="deleted collection",
            target=f"collection:{collection.pk}",
            label=collection.name,
            before={"rollouts": collection.n_rollouts},
            reason=reason,
        )
    enqueue_on_commit(DELETE_COLLECTION, collection_id=collection.pk)


@transaction.atomic
def delete_project(*, project: Project, actor: User | None) -> None:
    """Hide a project now and empty it in the background; again is no harm."""
    Project.objects.filter(pk=project.pk).update(is_deleted=True)
    enqueue_on_commit(DELETE_PROJECT, project_id=project.pk)


def empty_collection(*, collection_id: int) -> None:
    """Delete a hidden collection's rows in short transactions; may be stopped and started anew at any point."""
    collection = Collection.objects.filter(pk=collection_id, is_deleted=True).first()
    if collection is None:
        return
    while ids := list(Rollout.objects.filter(collection=collection).values_list("pk", flat=True)[:STEP]):
        with transaction.atomic():
            delete_rollouts(ids)
    purge_unused()
    blob_ids = [*Upload.objects.filter(reading__collection=collection).values_list("blob_id", flat=True)]
    blob_ids += [pk for pk in collection.analyses.values_list("features_id", flat=True) if pk]
    with transaction.atomic():
        AnalysisPart.objects.filter(analysis__collection=collection).delete()
        collection.delete()
        _delete_lonely_problems(collection.project)
        blobs.discard_unused(blob_ids)


def empty_project(*, project_id: int) -> None:
    """Delete a hidden project with its collections; may be stopped and started anew at any point."""
    project = Project.objects.filter(pk=project_id, is_deleted=True).first()
    if project is None:
        return
    for collection in Collection.objects.filter(project=project):
        Collection.objects.filter(pk=collection.pk).update(is_deleted=True)
        empty_collection(collection_id=collection.pk)
    drafts = [*Upload.objects.filter(reading__project=project).values_list("blob_id", flat=True)]
    with transaction.atomic():
        project.delete()
        blobs.discard_unused(drafts)


def discard_draft(*, reading: Import) -> None:
    """Throw an unconfirmed import away, with its uploads."""
    blob_ids = list(reading.uploads.values_list("blob_id", flat=True))
    with transaction.atomic():
        reading.delete()
        blobs.discard_unused(blob_ids)


def delete_rollouts(ids: list[int]) -> None:
    """Children first and by key, so that no row is loaded to be deleted. Call in a transaction, with few ids."""
    texts = list(Turn.objects.filter(rollout_id__in=ids, text__isnull=False).values_list("text_id", flat=True))
    children: list[type[Model]] = [RolloutFeature, Candidate, Reading, Score, Grade, Turn]
    for child in children:
        rows: QuerySet[Model] = child._default_manager.filter(rollout_id__in=ids)
        rows._raw_delete(rows.db)
    Rollout.objects.filter(parent_id__in=ids).update(parent=None)
    Rollout.objects.filter(pk__in=ids).delete()
    delete_unused(texts)


def _delete_lonely_problems(project: Project) -> None:
    """Problems, models and conditions that no rollout refers to any more; corrected golds are kept in the history."""
    needed = {pk for name in NEEDED_PROBLEMS for pk in NEEDED_PROBLEMS[name](project)}
    lonely = Problem.objects.filter(project=project, rollouts__isnull=True, merged__isnull=True)
    lonely.exclude(among("pk", needed)).delete()
    project.conditions.filter(rollouts__isnull=True).delete()
    project.models.filter(rollouts__isnull=True).delete()
