"""An analysis: one Parquet file of per-rollout features, those of its columns that lists use, and cached measures."""

from django.db import models

from apps.core.models import Blob, Job
from apps.core.queue import ANALYSE
from apps.traces.models.candidates import CandidateSet
from apps.traces.models.collections import Collection
from apps.traces.models.rollouts import OUTCOMES, Rollout


class Analysis(Job):
    """Collection revision x candidate set x grader x segmentation x token counter."""

    task_name = ANALYSE

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="analyses")
    revision = models.PositiveIntegerField()
    candidate_set = models.ForeignKey(CandidateSet, on_delete=models.CASCADE, related_name="analyses")
    grader = models.CharField(max_length=60)
    segmentation = models.CharField(max_length=60, default="line@1")
    token_counter = models.CharField(max_length=60, default="uploaded, else estimated")
    features = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="analyses")
    last_rollout_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "revision", "candidate_set", "grader", "segmentation", "token_counter"],
                name="one_analysis_per_question",
            )
        ]

    def __str__(self) -> str:
        return f"analysis {self.pk} of revision {self.revision}"


class AnalysisPart(models.Model):
    """The features of one batch of rollouts, as Arrow bytes, until the analysis is whole."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="parts")
    last_rollout_id = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "last_rollout_id"], name="one_part_per_batch")]

    def __str__(self) -> str:
        return f"part to {self.last_rollout_id}"


class RolloutFeature(models.Model):
    """Those features of a rollout that lists filter and sort by."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="rows", db_index=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="features")
    outcome = models.CharField(max_length=13, choices=OUTCOMES)
    first_outcome = models.CharField(max_length=13, choices=OUTCOMES, blank=True)
    n_candidates = models.PositiveIntegerField()
    n_tt = models.PositiveIntegerField(default=0)
    n_ffs = models.PositiveIntegerField(default=0)
    n_ffd = models.PositiveIntegerField(default=0)
    n_tf = models.PositiveIntegerField(default=0)
    n_ft = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_tokens = models.PositiveIntegerField(null=True)
    tokens_first = models.PositiveIntegerField(null=True)
    position = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "rollout"], name="one_feature_row_per_rollout")]
        indexes = [
            models.Index(fields=["analysis", "outcome", "rollout"], name="feature_outcome"),
            models.Index(fields=["analysis", "n_candidates", "rollout"], name="feature_candidates"),
            models.Index(fields=["analysis", "n_tokens", "rollout"], name="feature_tokens"),
            models.Index(fields=["analysis", "n_changed", "rollout"], name="feature_changes"),
            models.Index(fields=["analysis", "first_outcome", "rollout"], name="feature_first"),
            models.Index(fields=["analysis", "position", "rollout"], name="feature_position"),
            models.Index(fields=["analysis", "tokens_first", "rollout"], name="feature_tokens_first"),
        ]

    def __str__(self) -> str:
        return f"features of rollout {self.rollout_id}"


class MeasureResult(models.Model):
    """A measure's rows for one analysis and one set of parameters, computed once."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="results")
    key = models.CharField(max_length=64)
    rows = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "key"], name="one_result_per_key")]

    def __str__(self) -> str:
        return self.key[:12]
