"""A project into an archive: as a job whose file is kept by hash, or straight into a file. Knows no page."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from analysis.errors import UserError
from apps.accounts.models import Project, User
from apps.core import blobs, jobs
from apps.core.models import JobState
from apps.core.queue import enqueue_on_commit
from apps.reports.archives.members import writing
from apps.reports.archives.opened import Archive
from apps.reports.archives.outgoing import Outgoing
from apps.reports.archives.snapshot import snapshot
from apps.reports.models import ArchiveExport

OPEN = (JobState.QUEUED, JobState.RUNNING)


@transaction.atomic
def request_export(*, project: Project, user: User | None) -> ArchiveExport:
    """An archive of the project as it is now; one that waits or runs is not asked for twice, an earlier one goes."""
    Project.objects.select_for_update().get(pk=project.pk)
    under_way = ArchiveExport.objects.filter(project=project, state__in=OPEN).first()
    if under_way is not None:
        return under_way
    discard_exports(project_id=project.pk)
    export = ArchiveExport.objects.create(project=project, created_by=user)
    enqueue_on_commit(ArchiveExport.task_name, export_id=export.pk)
    return export


def discard_exports(*, project_id: int) -> None:
    """Delete the archives of a project with their jobs."""
    with transaction.atomic():
        exports = ArchiveExport.objects.filter(project_id=project_id)
        blob_ids = [pk for pk in exports.values_list("blob_id", flat=True) if pk]
        exports.delete()
        blobs.discard_unused(blob_ids)


def execute(*, export_id: int) -> None:
    """Write the archive, read it back, and keep it; a worker that dies leaves nothing, and the next begins anew."""
    export = jobs.claim(ArchiveExport, export_id)
    if export is None:
        return
    with jobs.recorded(export):
        try:
            _export(export)
        except UserError as error:
            jobs.finish(export, JobState.FAILED, str(error))


def write_archive(project: Project, path: Path, beat: "Beat | None" = None) -> dict[str, Any]:
    """The project's archive at `path`: written beside it, read back, then moved there; returns the manifest."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with writing(partial) as writer, snapshot() as now:
            outgoing = Outgoing(project, now, writer, beat or _no_beat)
            if beat is not None:
                beat(0, outgoing.n_total())
            manifest = outgoing.write()
        with Archive(partial) as archive:
            archive.check(lambda: (beat or _no_beat)(outgoing.n_rows))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


Beat = Callable[..., None]


def _no_beat(n_rows: int, n_total: int | None = None) -> None:
    """Nobody watches."""


def _export(export: ArchiveExport) -> None:
    root: Path = settings.BLOB_ROOT
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in root.glob(f".export-{export.pk}-*"):
        left.unlink(missing_ok=True)
    path = root / f".export-{export.pk}-{export.attempt}"
    try:
        write_archive(export.project, path, _Progress(export))
        jobs.keep(export, phase="keeping")
        blob = blobs.adopt(path)
    finally:
        path.unlink(missing_ok=True)
    with transaction.atomic():
        jobs.keep(export, blob=blob)
        jobs.finish(export, JobState.DONE)


class _Progress:
    """Writes to the job's row how far it is, about once a second."""

    def __init__(self, export: ArchiveExport) -> None:
        self._export, self._last = export, 0.0

    def __call__(self, n_rows: int, n_total: int | None = None) -> None:
        if time.monotonic() - self._last < 1 and n_total is None:
            return
        self._last = time.monotonic()
        columns = {} if n_total is None else {"n_total": n_total}
        jobs.keep(self._export, n_done=n_rows, phase="writing", **columns)
