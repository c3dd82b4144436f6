"""From a dropped file to stored rollouts: uploads kept by hash, the job that reads them, what it could not read."""

from django.db import models

from apps.accounts.models import Project, User
from apps.core.models import Blob, Job
from apps.core.queue import IMPORT_ROLLOUTS
from apps.traces.models.collections import Collection


class Import(Job):
    """One reading of uploaded files into one collection; a draft is a preview that nobody has confirmed yet."""

    task_name = IMPORT_ROLLOUTS

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="imports")
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, null=True, related_name="imports")
    name = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=60, default="auto")
    mapping = models.JSONField(default=dict)
    map_values = models.JSONField(default=dict)
    set_values = models.JSONField(default=dict)
    keep_good = models.BooleanField(default=False)
    position = models.JSONField(null=True)
    last_known_problem = models.BigIntegerField(null=True)
    detected = models.CharField(max_length=60, blank=True)
    n_truncated = models.PositiveIntegerField(default=0)
    n_duplicates = models.PositiveIntegerField(default=0)
    n_errors = models.PositiveIntegerField(default=0)
    replaces = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"import {self.pk}: {self.state}"


class Upload(models.Model):
    """One file as it came, kept by hash for as long as the collection lives."""

    reading = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=1000)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="uploads")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["reading", "name"], name="one_upload_per_name")]

    def __str__(self) -> str:
        return self.name


class ImportIssue(models.Model):
    """Something in a file that was not stored, or was stored with a remark."""

    reading = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="issues")
    kind = models.CharField(max_length=20)
    file = models.CharField(max_length=1000, blank=True)
    row = models.PositiveIntegerField(null=True)
    field = models.CharField(max_length=200, blank=True)
    message = models.TextField()

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


class Preset(models.Model):
    """A mapping that somebody saved for the next file of the same shape."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="presets")
    name = models.CharField(max_length=100)
    mapping = models.JSONField()
    set_values = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_preset_per_name")]

    def __str__(self) -> str:
        return self.name
