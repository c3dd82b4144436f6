"""People's labels of spans, rollouts and relations. No page uses them yet."""

from django.db import models

from apps.accounts.models import Project, User
from apps.traces.models import Rollout


class Scheme(models.Model):
    """A set of labels with their meaning and keys."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="schemes")
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)
    labels = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name", "version"], name="one_scheme_per_version")]

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


class Label(models.Model):
    """One person's label of a span (turn, start, end, text hash), a whole rollout (no span), or a relation (other)."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="rows")
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="labels")
    turn_index = models.PositiveIntegerField(null=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    text_hash = models.BinaryField(max_length=32, null=True)
    name = models.CharField(max_length=60)
    value = models.TextField(blank=True)
    other = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="related")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="labels")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start__isnull=True, end__isnull=True) | models.Q(end__gte=models.F("start")),
                name="label_span_is_a_range",
            )
        ]

    def __str__(self) -> str:
        return self.name
