"""Givings of instruments and tasks to models, and published ones that were read in."""

from django.db import models

from apps.accounts.models import Project, User
from apps.psychology.models.instruments import Instrument
from apps.runs.models import Run
from apps.traces.models import Collection


class Administration(models.Model):
    """One giving of one instrument or task to one model: a run over the grid, or a collection that was read in.

    Each reply is a rollout of the collection. Those that were made together share a name; the models and conditions are
    those of the rollouts.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="administrations")
    name = models.CharField(max_length=100)
    run = models.OneToOneField(Run, on_delete=models.CASCADE, null=True, related_name="administration")
    collection = models.OneToOneField(Collection, on_delete=models.CASCADE, null=True, related_name="administration")
    instrument = models.ForeignKey(Instrument, on_delete=models.RESTRICT, null=True, related_name="administrations")
    task = models.CharField(max_length=60, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(run__isnull=False) | models.Q(collection__isnull=False),
                name="administration_by_run_or_read_in",
            )
        ]
        indexes = [models.Index(fields=["project", "name"], name="administration_by_name")]

    def __str__(self) -> str:
        return f"{self.name}: {self.instrument or self.task or 'read in'}"

    @property
    def replies(self) -> Collection | None:
        """The collection that its rollouts are in; None before the first came, and once it was deleted."""
        found = self.collection if self.run is None else self.run.output
        return None if found is None or found.is_deleted else found
