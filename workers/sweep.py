"""Wakes what should run but has no worker: lost messages, dead workers, half-done deletions."""

from collections.abc import Iterator
from typing import Any

from apps.accounts.models import Project
from apps.core import jobs, queue
from apps.core.models import Job, JobState
from apps.reports.models import ArchiveExport, ArchiveImport, FrozenReport
from apps.reports.services.archive_imports import unfinished
from apps.runs.models import Run, Trial
from apps.traces.models import Analysis, Collection, Import, Indexing
from apps.traces.services import imports

MOST_ATTEMPTS = 20
JOBS: dict[type[Job], str] = {
    Import: "import_id",
    Indexing: "indexing_id",
    Analysis: "analysis_id",
    ArchiveExport: "export_id",
    ArchiveImport: "import_id",
    FrozenReport: "frozen_id",
    Trial: "trial_id",
}
Message = tuple[str, dict[str, Any]]


def sweep() -> int:
    """Send a message for every stranded piece of work; a message too many does no harm. Returns how many."""
    messages = [*_stranded_jobs(), *_stranded_runs(), *_half_deleted()]
    for task_name, kwargs in messages:
        queue.enqueue_on_commit(task_name, **kwargs)
    return len(messages)


def _stranded_jobs() -> Iterator[Message]:
    for model, argument in JOBS.items():
        for job in jobs.stranded(model):
            if job.state == JobState.RUNNING and job.attempt >= MOST_ATTEMPTS:
                _give_up(job)
            else:
                yield job.task_name, {argument: job.pk, "to": getattr(job, "queue", "")}


def _stranded_runs() -> Iterator[Message]:
    """Runs that no worker is at: the row of a run is never claimed, its lease says that some unit of it is."""
    for run in jobs.stranded(Run).filter(project__is_deleted=False):
        yield run.task_name, {"run_id": run.pk, "to": run.queue}


def _give_up(job: Job) -> None:
    message = f"{job.attempt} attempts ended early; try again once the cause is found"
    if job.error:
        message += f" (the last said: {job.error})"
    try:
        if isinstance(job, Import):
            imports.give_up(reading=job, message=message)
        else:
            jobs.finish(job, JobState.FAILED, message)
    except jobs.LostLease:
        return


def _half_deleted() -> Iterator[Message]:
    for pk in Collection.objects.filter(is_deleted=True, project__is_deleted=False).values_list("pk", flat=True):
        yield queue.DELETE_COLLECTION, {"collection_id": pk}
    for pk in Project.objects.filter(is_deleted=True).values_list("pk", flat=True):
        yield queue.DELETE_PROJECT, {"project_id": pk}
    for pk in unfinished():
        yield queue.IMPORT_PROJECT, {"import_id": pk}
