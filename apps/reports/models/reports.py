"""A report as it is written, its frozen states with their files, and the links by which strangers read one."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from apps.accounts.models import Project, User
from apps.core.models import Blob, Job
from apps.core.queue import FREEZE_REPORT


class Report(models.Model):
    """Blocks in their order: each `{id, kind, given}` (blocks.block.Block). `revision` rises with every change."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reports")
    title = models.CharField(max_length=200)
    authors = models.CharField(max_length=300, blank=True)
    blocks = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.title


class FrozenReport(Job):
    """A report as it was at one moment. `content` (reports.content.Content) is the truth, the files are made of it.

    `number` counts the frozen states of a report; `notes` say what its files lack.
    """

    task_name = FREEZE_REPORT

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="frozen")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    authors = models.CharField(max_length=300, blank=True)
    blocks = models.JSONField(default=list)
    content = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    html = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    package = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    notes = models.JSONField(default=list)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "number"], name="one_frozen_report_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class ShareLink(models.Model):
    """A way to a frozen report for whoever holds its secret, of which only the hash is kept."""

    frozen = models.ForeignKey(FrozenReport, on_delete=models.CASCADE, related_name="links")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"link {self.pk} to {self.frozen_id}"

    def is_open(self, now: datetime) -> bool:
        return self.withdrawn_at is None and now < self.expires_at
