"""Rollouts, their turns and texts, and what was said of them: grades and scores."""

from django.db import models

from analysis.types import Outcome, Role, TokenSource
from apps.accounts.models import User
from apps.traces.models.collections import Collection
from apps.traces.models.imports import Import
from apps.traces.models.problems import Condition, LanguageModel, Problem

OUTCOMES = [(outcome.value, outcome.value.replace("_", " ")) for outcome in Outcome]
ROLES = [(role.value, role.value) for role in Role]
TOKEN_SOURCES = [(source.value, source.value) for source in TokenSource]


class Text(models.Model):
    """Characters as uploaded, compressed, kept once per hash; never read on a list."""

    hash = models.BinaryField(max_length=32, unique=True)
    n_chars = models.PositiveIntegerField()
    body = models.BinaryField()

    def __str__(self) -> str:
        return bytes(self.hash).hex()[:12]


class Rollout(models.Model):
    """One sampled response of one model to one problem under one condition.

    `attributes` are labels that came with it, and how its reasoning was found (`reasoning_source`).
    """

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="rollouts", db_index=False)
    read_by = models.ForeignKey(Import, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    unit_key = models.CharField(max_length=32)
    external_id = models.CharField(max_length=300)
    model = models.ForeignKey(LanguageModel, on_delete=models.PROTECT, related_name="rollouts", db_index=False)
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="rollouts")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="rollouts", db_index=False)
    sample = models.IntegerField(default=0)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="continuations")
    parent_turn = models.PositiveIntegerField(null=True)
    parent_offset = models.PositiveIntegerField(null=True)
    truncated = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    n_chars = models.PositiveIntegerField(default=0)
    n_tokens = models.PositiveIntegerField(null=True)
    attributes = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "unit_key"], name="one_rollout_per_unit_key"),
        ]
        indexes = [
            models.Index(fields=["collection", "id"], name="rollout_listing"),
            models.Index(fields=["collection", "n_chars", "id"], name="rollout_by_length"),
            models.Index(
                fields=["collection", "model", "condition", "problem", "sample", "truncated"], name="rollout_facets"
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class Turn(models.Model):
    """One message of a rollout; an attempt is a turn that answers."""

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="turns", db_index=False)
    index = models.PositiveIntegerField()
    role = models.CharField(max_length=9, choices=ROLES)
    actor = models.CharField(max_length=200, blank=True)
    text = models.ForeignKey(Text, on_delete=models.PROTECT, null=True, related_name="turns", db_index=False)
    reasoning_start = models.PositiveIntegerField(null=True)
    reasoning_end = models.PositiveIntegerField(null=True)
    response_start = models.PositiveIntegerField(null=True)
    response_end = models.PositiveIntegerField(null=True)
    is_attempt = models.BooleanField(default=False)
    answer = models.TextField(null=True)  # noqa: DJ001  absent is not the empty answer
    confidence = models.FloatField(null=True)
    confidence_text = models.CharField(max_length=200, blank=True)
    n_tokens = models.PositiveIntegerField(null=True)
    n_reasoning_tokens = models.PositiveIntegerField(null=True)
    token_source = models.CharField(max_length=9, choices=TOKEN_SOURCES, blank=True)
    finish_reason = models.CharField(max_length=60, blank=True)
    reward = models.FloatField(null=True)
    images = models.JSONField(null=True)
    tool_calls = models.JSONField(null=True)
    train_on = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rollout", "index"], name="one_turn_per_index")]
        indexes = [models.Index(fields=["text", "rollout"], name="turn_of_text")]
        ordering = ["index"]

    def __str__(self) -> str:
        return f"{self.role} {self.index}"


class Grade(models.Model):
    """An outcome for an attempt: uploaded, ours, or a person's overrule. All are kept; which one counts is a rule."""

    class Source(models.TextChoices):
        UPLOADED = "uploaded", "uploaded"
        OURS = "ours", "ours"
        PERSON = "person", "a person"

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="grades", db_index=False)
    turn_index = models.PositiveIntegerField()
    source = models.CharField(max_length=8, choices=Source.choices)
    grader = models.CharField(max_length=60)
    outcome = models.CharField(max_length=13, choices=OUTCOMES)
    value = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    graded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    graded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rollout", "turn_index", "source", "grader"], name="one_grade_per_grader"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.outcome}"


class Score(models.Model):
    """A named number on a rollout or one of its turns."""

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="scores", db_index=False)
    turn_index = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=100)
    value = models.FloatField()
    source = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rollout", "turn_index", "name", "source"], name="one_score_per_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"
