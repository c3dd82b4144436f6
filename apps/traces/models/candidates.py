"""Candidates in their sets, and verdicts on values: each (gold, value) pair is graded once."""

from django.db import models

from apps.traces.models.collections import Collection
from apps.traces.models.rollouts import OUTCOMES, Rollout


class CandidateSet(models.Model):
    """The candidates that one extractor at one version found in one collection."""

    class Source(models.TextChoices):
        RULE = "rule", "rules"
        MODEL = "model", "a model"
        PEOPLE = "people", "people"

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="candidate_sets")
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.RULE)
    extractor = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "extractor", "version"], name="one_set_per_extractor")
        ]

    def __str__(self) -> str:
        return f"{self.extractor}@{self.version}"


class Reading(models.Model):
    """That a set's extractor has read a rollout: from where, and how many candidates it found (none is a finding)."""

    candidate_set = models.ForeignKey(CandidateSet, on_delete=models.CASCADE, related_name="readings", db_index=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="readings")
    read_from = models.CharField(max_length=9)
    n_candidates = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate_set", "rollout"], name="one_reading_per_rollout")]

    def __str__(self) -> str:
        return f"{self.n_candidates} from {self.read_from}"


class Candidate(models.Model):
    """A span of a turn's text that states a value for exactly what the problem asks.

    `start` and `end` are code points of the turn's text; `line` is 1-based in the part that was read.
    """

    candidate_set = models.ForeignKey(CandidateSet, on_delete=models.CASCADE, related_name="candidates", db_index=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="candidates")
    turn_index = models.PositiveIntegerField()
    index = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    value = models.TextField()
    rule = models.CharField(max_length=60)
    because = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate_set", "rollout", "index"], name="one_candidate_per_index"),
        ]
        ordering = ["index"]

    def __str__(self) -> str:
        return self.value


class Verdict(models.Model):
    """The outcome of one value against one problem's golds by one grader; `key` hashes all four."""

    key = models.BinaryField(max_length=16, unique=True)
    outcome = models.CharField(max_length=13, choices=OUTCOMES)
    value = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.outcome
