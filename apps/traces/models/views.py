"""A list of rollouts as somebody wants to find it again."""

from django.db import models

from apps.accounts.models import Project, User
from apps.traces.models.collections import Collection


class SavedView(models.Model):
    """Filters, order, columns and query of a list, under a name; `collection` is None for the project's list."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="views")
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, null=True, related_name="views")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "owner", "name"], name="one_view_per_name")]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
