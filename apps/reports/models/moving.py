"""Jobs that move a project: one that writes its archive, one that reads an archive into a new project."""

from django.db import models

from apps.accounts.models import Project, User
from apps.core.models import Blob, Job
from apps.core.queue import EXPORT_PROJECT, IMPORT_PROJECT


class ArchiveExport(Job):
    """The archive of a project as it was at one moment; the file goes with this row."""

    task_name = EXPORT_PROJECT

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="exports")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"export {self.pk}: {self.state}"


class ArchiveImport(Job):
    """An archive that becomes a new project, which nobody is a member of until it is whole.

    `key` is the form's, so that a form sent twice is one import; `position` is where the next worker goes on.
    """

    task_name = IMPORT_PROJECT

    key = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True, related_name="archive_imports")
    position = models.JSONField(default=list)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"import of {self.file_name}: {self.state}"
