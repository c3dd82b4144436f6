"""What was asked, of which model, under which condition: shared by all collections of a project."""

from django.db import models

from analysis.types import AnswerType
from apps.accounts.models import Project

ANSWER_TYPES = [(kind.value, kind.value) for kind in AnswerType]


class LanguageModel(models.Model):
    """A name that rollouts came from."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="models")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_model_per_name")]

    def __str__(self) -> str:
        return self.name


class ModelAlias(models.Model):
    """Another name of a model, as some file writes it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="aliases")
    alias = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "alias"], name="one_model_per_alias")]

    def __str__(self) -> str:
        return self.alias


class ProblemSet(models.Model):
    """A named set of problems; the empty name is for those that came without one."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="problem_sets")
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_problem_set_per_name")]

    def __str__(self) -> str:
        return self.name or "unnamed set"


class Problem(models.Model):
    """What was asked, with the answers that count as right."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="problems")
    problem_set = models.ForeignKey(ProblemSet, on_delete=models.CASCADE, related_name="problems")
    key = models.CharField(max_length=200)
    question = models.TextField(blank=True)
    golds = models.JSONField(default=list)
    answer_type = models.CharField(max_length=6, choices=ANSWER_TYPES)
    options = models.JSONField(default=list)
    subject = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=60, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "problem_set", "key"], name="one_problem_per_key"),
        ]

    def __str__(self) -> str:
        return self.key


class Condition(models.Model):
    """A set of factors (system prompt, temperature, hint ...), named by their hash; no factor is a condition too."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="conditions")
    hash = models.CharField(max_length=64)
    factors = models.JSONField(default=dict)
    label = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "hash"], name="one_condition_per_hash")]

    def __str__(self) -> str:
        return self.label or "no condition"
