"""What every app stands on: bytes kept by hash, and work that is a row. Knows no project, rollout or user."""

from datetime import datetime
from typing import ClassVar

from django.db import models


class Blob(models.Model):
    """Bytes in the one store, named by their SHA-256; the file lies under settings.BLOB_ROOT."""

    sha256 = models.CharField(max_length=64, unique=True)
    n_bytes = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]


class JobState(models.TextChoices):
    DRAFT = "draft", "draft"
    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


LEGAL: dict[JobState, set[JobState]] = {
    JobState.DRAFT: {JobState.QUEUED, JobState.CANCELLED},
    JobState.QUEUED: {JobState.RUNNING, JobState.CANCELLED, JobState.FAILED},
    JobState.RUNNING: {JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.QUEUED},
    JobState.FAILED: {JobState.QUEUED},
    JobState.CANCELLED: {JobState.QUEUED},
    JobState.DONE: {JobState.QUEUED},
}
assert set(LEGAL) == set(JobState), "every job state needs its line in the table of legal transitions"


class Job(models.Model):
    """A piece of background work: its row is the truth, the queue only wakes a worker.

    A worker claims the row (compare-and-set on `attempt`), extends `lease_until` while it works, and checks
    `attempt` on every write, so that a worker that was taken for dead cannot write over its successor.
    """

    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    n_done = models.PositiveIntegerField(default=0)
    n_total = models.PositiveIntegerField(default=0)
    phase = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    task_name: ClassVar[str]

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = []

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    def may_become(self, state: JobState) -> bool:
        return state in LEGAL[JobState(self.state)]


class Worker(models.Model):
    """A worker process that has said it is alive, which queues it serves and which kinds of engine it can drive."""

    name = models.CharField(max_length=200, unique=True)
    queues = models.JSONField(default=list)
    engines = models.JSONField(default=list)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    def is_alive(self, now: datetime) -> bool:
        return (now - self.seen_at).total_seconds() < ALIVE_SECONDS


ALIVE_SECONDS = 30
