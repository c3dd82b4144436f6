"""Claim, extend, finish and sweep jobs. Knows rows and leases, nothing of what the work is."""

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, models
from django.db.models.functions import Now
from django.db.models.query import QuerySet

from apps.core.models import Job, JobState

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
J = TypeVar("J", bound=Job)
logger = logging.getLogger(__name__)


class LostLease(Exception):
    """Another worker, or a cancel, has taken this job; what this one has not committed does not count."""


def database_now() -> datetime:
    """The database's clock, so that machines with different clocks agree on leases."""
    sql = "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')" if connection.vendor == "sqlite" else "SELECT now()"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        value = cursor.fetchone()[0]
    if isinstance(value, str):
        value = datetime.fromisoformat(value + "+00:00")
    assert isinstance(value, datetime)
    return value


def claim(model: type[J], pk: int) -> J | None:
    """Take the job if it waits or its lease ran out; None if someone else has it or it is over."""
    job = _rows(model).filter(pk=pk).first()
    if job is None:
        return None
    now = database_now()
    ran_out = job.state == JobState.RUNNING and (job.lease_until is None or job.lease_until < now)
    if job.state != JobState.QUEUED and not ran_out:
        return None
    taken = (
        _rows(model)
        .filter(pk=pk, attempt=job.attempt, state=job.state)
        .update(
            state=JobState.RUNNING,
            attempt=job.attempt + 1,
            lease_until=now + LEASE,
            started_at=job.started_at or now,
            error="",
        )
    )
    return _rows(model).get(pk=pk) if taken else None


def keep(job: Job, **columns: Any) -> None:
    """Extend the lease and write `columns`; raises LostLease if the job is no longer ours."""
    held = _rows(type(job)).filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    if not held.update(lease_until=database_now() + LEASE, **columns):
        raise LostLease(f"{type(job).__name__} {job.pk}, attempt {job.attempt}")
    for name, value in columns.items():
        setattr(job, name, value)


def finish(job: Job, state: JobState, error: str = "") -> None:
    """End the job; raises LostLease if it is no longer ours."""
    keep(job, state=state, error=error, finished_at=database_now(), phase="")


def requeue(job: Job) -> bool:
    """Put an ended job back in the queue; False if it was not in a state that allows it."""
    if not job.may_become(JobState.QUEUED) or job.state == JobState.RUNNING:
        return False
    changed = (
        _rows(type(job))
        .filter(pk=job.pk, state=job.state)
        .update(state=JobState.QUEUED, error="", finished_at=None, started_at=None)
    )
    job.refresh_from_db()
    return bool(changed)


def cancel(job: Job) -> bool:
    """Cancel an open job; its worker notices at its next batch."""
    changed = (
        _rows(type(job))
        .filter(pk=job.pk, state__in=[JobState.DRAFT, JobState.QUEUED, JobState.RUNNING])
        .update(state=JobState.CANCELLED, attempt=models.F("attempt") + 1, finished_at=Now())
    )
    job.refresh_from_db()
    return bool(changed)


def stranded(model: type[J]) -> QuerySet[J]:
    """Jobs that should run but have no worker: they wait, or their lease ran out."""
    now = database_now()
    return _rows(model).filter(models.Q(state=JobState.QUEUED) | models.Q(state=JobState.RUNNING, lease_until__lt=now))


@contextmanager
def recorded(job: Job, undo: Callable[[str], None] | None = None) -> Iterator[None]:
    """The task boundary: an error ends the job as failed with its message, and is raised again.

    `undo` ends it instead where something must be taken back. What may pass by itself (a full disk, a database that
    restarts) ends nothing: the job keeps its place and is tried again when its lease runs out.
    """
    try:
        yield
    except LostLease:
        return
    except Exception as error:
        if may_pass(error):
            _put_off(job, words_of(error))
        elif undo is not None:
            undo(words_of(error))
        else:
            finish(job, JobState.FAILED, words_of(error))
        raise


def may_pass(error: Exception) -> bool:
    """True for faults of the machine, not of the work: no room, no database."""
    is_full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    return is_full or isinstance(error, OperationalError | InterfaceError)


def words_of(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _put_off(job: Job, reason: str) -> None:
    """Say why the job stands still; where not even that can be written the old lease runs out by itself."""
    connection.close()
    held = _rows(type(job)).filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    try:
        held.update(lease_until=database_now() + LEASE, error=reason)
    except DatabaseError:
        logger.exception("%s %s is put off; its lease runs out by itself", type(job).__name__, job.pk)


def _rows(model: type[J]) -> QuerySet[J]:
    manager: models.Manager[J] = model._default_manager
    return manager.all()
