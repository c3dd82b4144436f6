"""An archive into a new project: kept, checked whole, stored unseen in short transactions, then shown. Knows no page.

A worker that dies leaves a project that nobody is a member of; the next goes on where it ended. What fails is emptied.
"""

import time
from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify

from analysis.errors import UserError
from apps.accounts.models import Membership, Project, Role, User
from apps.accounts.services import create_project, free_slug
from apps.core import blobs, jobs
from apps.core.memory import rare_garbage_collection
from apps.core.models import Blob, JobState
from apps.core.queue import enqueue_on_commit
from apps.reports.archives.checks import check_rows
from apps.reports.archives.features import are_current
from apps.reports.archives.incoming import Incoming, Place
from apps.reports.archives.opened import Archive
from apps.reports.models import ArchiveImport
from apps.traces.models import Analysis, Collection, RolloutFeature
from apps.traces.services.analyses import request_analysis
from apps.traces.services.deletions import STEP, delete_project
from apps.traces.services.imports import recount
from apps.traces.services.indexing import Pace, request_indexing


def request_import(
    *, chunks: Iterable[bytes], file_name: str, key: str, user: User | None, name: str = "", wake: bool = True
) -> ArchiveImport:
    """Keep the archive and queue its import; the same key again is the same import."""
    known = ArchiveImport.objects.filter(key=key).first()
    if known is not None:
        return known
    blob = blobs.put(chunks)
    with transaction.atomic():
        given = {"blob": blob, "sha256": blob.sha256, "file_name": file_name[-255:], "created_by": user}
        job, is_new = ArchiveImport.objects.get_or_create(key=key, defaults={**given, "name": name.strip()[:120]})
        if is_new and wake:
            enqueue_on_commit(ArchiveImport.task_name, import_id=job.pk)
    return job


def execute(*, import_id: int) -> None:
    """Check and store: one project, exactly once, whatever happens; resumable after every batch."""
    job = jobs.claim(ArchiveImport, import_id)
    try:
        if job is not None:
            with jobs.recorded(job), rare_garbage_collection():
                _try(job)
    finally:
        _clear_away(import_id)


def _try(job: ArchiveImport) -> None:
    try:
        _import(job)
    except UserError as error:
        jobs.finish(job, JobState.FAILED, str(error))


def _import(job: ArchiveImport) -> None:
    assert job.blob is not None
    beat = _Beat(job)
    with Archive(blobs.path_of(job.blob)) as archive:
        if job.project is None:
            jobs.keep(job, phase="checking bytes", n_total=archive.n_rows)
            archive.check(beat)
            beat.phase = "checking rows"
            check_rows(archive, beat.count)
            _make_hidden(job)
        assert job.project is not None
        beat.phase = "storing"
        incoming = Incoming(archive, job.project, job.created_by, beat)
        incoming.store(Place(*job.position), Pace(), lambda place, n: _done(job, place, n))
        _drop_old_features(job)
        _show(job, archive.project_name)


def _make_hidden(job: ArchiveImport) -> None:
    """A project without members, which nobody sees."""
    with transaction.atomic():
        project = create_project(name="(being imported)", owner=None, slug=f"archive-import-{job.pk}")
        jobs.keep(job, project=project, n_done=0, phase="storing")


def _done(job: ArchiveImport, place: Place, n: int) -> None:
    jobs.keep(job, position=list(place), n_done=job.n_done + n)


def _drop_old_features(job: ArchiveImport) -> None:
    """Analyses of another version of the application go, a few rows a transaction, and are asked for anew."""
    for analysis in Analysis.objects.filter(collection__project=job.project).select_related("features"):
        blob = analysis.features
        if blob is None or are_current(blobs.path_of(blob)):
            continue
        while rows := list(RolloutFeature.objects.filter(analysis=analysis).values_list("pk", flat=True)[:STEP]):
            with transaction.atomic():
                RolloutFeature.objects.filter(pk__in=rows).delete()
                jobs.keep(job, phase="storing")
        with transaction.atomic():
            analysis.delete()
            _discard(blob)


def _show(job: ArchiveImport, name: str) -> None:
    """Give the whole project its name and its owner; what is derived is computed by other jobs."""
    project, blob = job.project, job.blob
    assert project is not None
    with transaction.atomic():
        project.name = job.name or name
        project.slug = free_slug(slugify(project.name) or "project")
        project.save(update_fields=["name", "slug"])
        if job.created_by is not None:
            Membership.objects.create(project=project, user=job.created_by, role=Role.OWNER)
        for collection in Collection.objects.filter(project=project):
            recount(collection)
            request_indexing(collection=collection)
            if _lacks_analysis(collection):
                request_analysis(collection=collection)
        jobs.keep(job, blob=None)
        jobs.finish(job, JobState.DONE)
        _discard(blob)


def _lacks_analysis(collection: Collection) -> bool:
    current = Analysis.objects.filter(collection=collection, revision=collection.revision, state=JobState.DONE)
    return collection.n_rollouts > 0 and not current.exists()


def _clear_away(import_id: int) -> None:
    """Empty what an import that failed has stored; again is no harm."""
    job = ArchiveImport.objects.filter(pk=import_id, state__in=[JobState.FAILED, JobState.CANCELLED]).first()
    if job is None:
        return
    with transaction.atomic():
        if job.project is not None:
            delete_project(project=job.project, actor=None)
        blob = job.blob
        ArchiveImport.objects.filter(pk=import_id).update(project=None, blob=None)
        _discard(blob)


def unfinished() -> "list[int]":
    """Imports that ended without success and still hold something: for the sweep."""
    ended = ArchiveImport.objects.filter(state__in=[JobState.FAILED, JobState.CANCELLED])
    return list(ended.exclude(project=None, blob=None).values_list("pk", flat=True))


def find_stored(import_id: int) -> Project | None:
    """The project that an import has become."""
    job = ArchiveImport.objects.filter(pk=import_id, state=JobState.DONE).select_related("project").first()
    return job.project if job else None


def _discard(blob: Blob | None) -> None:
    if blob is not None:
        blobs.discard_unused([blob.pk])


class _Beat:
    """Extends the lease about once a second, and says how far the checking is."""

    def __init__(self, job: ArchiveImport) -> None:
        self._job, self._last, self.phase = job, time.monotonic(), "checking bytes"

    def __call__(self) -> None:
        if time.monotonic() - self._last > 1:
            self._last = time.monotonic()
            jobs.keep(self._job, phase=self.phase)

    def count(self, n_rows: int) -> None:
        if time.monotonic() - self._last > 1:
            self._last = time.monotonic()
            jobs.keep(self._job, phase=self.phase, n_done=n_rows)
