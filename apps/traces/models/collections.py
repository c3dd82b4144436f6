"""Rollouts that came together."""

from django.db import models

from apps.accounts.models import Project, User


class GradeSource(models.TextChoices):
    OURS = "ours", "this application's grader"
    UPLOADED = "uploaded", "the uploaded grades"


class Collection(models.Model):
    """One upload of one or more files, or one run's output; the revision rises when anything in it changes."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="collections")
    name = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=0)
    counting_grade = models.CharField(max_length=8, choices=GradeSource.choices, default=GradeSource.OURS)
    n_rollouts = models.PositiveIntegerField(default=0)
    n_problems = models.PositiveIntegerField(default=0)
    n_models = models.PositiveIntegerField(default=0)
    is_deleted = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["project", "is_deleted", "-id"], name="collection_listing")]

    def __str__(self) -> str:
        return self.name
