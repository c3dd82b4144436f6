"""Schemes of labels; what one holds is `analysis.labelling.scheme`."""

from django.db import models

from analysis.labelling import scheme
from apps.accounts.models import Project


class Scheme(models.Model):
    """The labels that people of a project may give. `version` rises with every change; labels are carried along.

    `kinds` are those of `analysis.labelling.scheme.Kind` as JSON; `made_from` names the shipped scheme it began as.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="schemes")
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)
    kinds = models.JSONField(default=list)
    description = models.TextField(blank=True)
    many = models.BooleanField(default=False)
    segmentation = models.CharField(max_length=20, default="line")
    source = models.TextField(blank=True)
    made_from = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_scheme_per_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def plain(self) -> scheme.Scheme:
        """What is in it, as plain types."""
        return scheme.Scheme(
            name=self.name,
            kinds=tuple(scheme.kind_of(row) for row in self.kinds),
            description=self.description,
            many=self.many,
            segmentation=self.segmentation,
            source=self.source,
        )
