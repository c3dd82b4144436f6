"""Runs and what they are made of: engines, roles, claimed units, probes. No page and no worker uses them yet."""

from django.db import models

from apps.accounts.models import Project, User
from apps.core.models import Job
from apps.traces.models import Collection, LanguageModel, Problem, Rollout


class Engine(models.Model):
    """What answers: a kind of engine with an administrator's settings; a secret key is never stored here."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    queue = models.CharField(max_length=60, default="cpu")
    is_enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Run(Job):
    """One execution of a protocol by one or more engines."""

    task_name = "runs.execute"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    protocol = models.CharField(max_length=60)
    protocol_version = models.CharField(max_length=60, blank=True)
    parameters = models.JSONField(default=dict)
    provenance = models.JSONField(default=dict)
    output = models.ForeignKey(Collection, on_delete=models.SET_NULL, null=True, related_name="runs")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"run {self.pk}: {self.protocol}"


class RoleBinding(models.Model):
    """Which engine and model play a role of a run's protocol."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=40)
    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, related_name="+")
    model = models.ForeignKey(LanguageModel, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "role"], name="one_binding_per_role")]

    def __str__(self) -> str:
        return self.role


class Unit(Job):
    """One claimed piece of a run, done exactly once."""

    task_name = "runs.execute"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="units", db_index=False)
    unit_key = models.CharField(max_length=64)
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(Rollout, on_delete=models.CASCADE, null=True, related_name="+")
    seed = models.BigIntegerField(default=0)
    output = models.ForeignKey(Rollout, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "unit_key"], name="one_unit_per_key")]

    def __str__(self) -> str:
        return self.unit_key


class Probe(models.Model):
    """A forced answer at an offset of a turn: a narrow row that fills no list."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="probes", db_index=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="probes")
    turn_index = models.PositiveIntegerField()
    offset = models.PositiveIntegerField()
    k = models.PositiveIntegerField(default=0)
    value = models.TextField(blank=True)
    log_probability = models.FloatField(null=True)
    entropy = models.FloatField(null=True)
    p_correct = models.FloatField(null=True)
    outcome = models.CharField(max_length=13, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "rollout", "turn_index", "offset", "k"], name="one_probe_per_point")
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.offset}"
