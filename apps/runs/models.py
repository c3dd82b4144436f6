"""Runs and what they are made of: engines, roles, claimed units, probes, trials. Knows no engine's code."""

from django.db import models

from apps.accounts.models import Project, User
from apps.core.models import Blob, Job, JobState
from apps.core.queue import RUN, TRY
from apps.traces.models import Collection, Problem, Rollout

MODELS_QUEUE = "models"
"""Where engines of a site without other workers wait: a worker of its own, so that a run holds up no import."""


class Engine(models.Model):
    """What answers: a kind of engine with an administrator's settings; a secret key is never stored here."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    queue = models.CharField(max_length=60, default=MODELS_QUEUE)
    is_enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class RunState(models.TextChoices):
    DRAFT = "draft", "not started"
    QUEUED = "queued", "waiting"
    RUNNING = "running", "running"
    PAUSED = "paused", "paused"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


LEGAL: dict[RunState, frozenset[RunState]] = {
    RunState.DRAFT: frozenset({RunState.QUEUED, RunState.FAILED}),
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.PAUSED, RunState.CANCELLED, RunState.FAILED, RunState.DONE}),
    RunState.RUNNING: frozenset({RunState.PAUSED, RunState.CANCELLED, RunState.FAILED, RunState.DONE}),
    RunState.PAUSED: frozenset({RunState.QUEUED, RunState.CANCELLED}),
    RunState.DONE: frozenset({RunState.QUEUED}),
    RunState.FAILED: frozenset({RunState.QUEUED}),
    RunState.CANCELLED: frozenset({RunState.QUEUED}),
}
assert set(LEGAL) == set(RunState), "every state of a run needs its line in the table of legal transitions"


class Run(Job):
    """One execution of a protocol by one or more engines; workers share its units, so the row itself is never claimed.

    `source` says what it is about, `pace` is [seconds since the start, units, tokens] every few seconds, and `queue`
    names the workers that can drive all its engines.
    """

    task_name = RUN

    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.DRAFT)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    name = models.CharField(max_length=200, blank=True)
    protocol = models.CharField(max_length=60)
    protocol_version = models.CharField(max_length=60, blank=True)
    parameters = models.JSONField(default=dict)
    source = models.JSONField(default=dict)
    first_seed = models.BigIntegerField(default=0)
    queue = models.CharField(max_length=60, blank=True)
    provenance = models.JSONField(default=dict)
    pace = models.JSONField(default=list)
    n_failed = models.PositiveIntegerField(default=0)
    n_requests = models.PositiveBigIntegerField(default=0)
    n_tokens = models.PositiveBigIntegerField(default=0)
    n_prompt_tokens = models.PositiveBigIntegerField(default=0)
    problems_file = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    output = models.ForeignKey(Collection, on_delete=models.SET_NULL, null=True, related_name="runs")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="run_listing")]

    def __str__(self) -> str:
        return self.name or f"run {self.pk}: {self.protocol}"

    @property
    def n_finished(self) -> int:
        return self.n_done + self.n_failed

    def may_turn(self, state: RunState) -> bool:
        return state in LEGAL[RunState(self.state)]


class RoleBinding(models.Model):
    """Which engine and model play a role of a run's protocol."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=40)
    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, related_name="bindings")
    model = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "role"], name="one_binding_per_role")]

    def __str__(self) -> str:
        return self.role


class Unit(Job):
    """One claimed piece of a run, done exactly once: what it made is stored in the transaction that ends it.

    `claim` names the claim that holds it, so that a worker which takes many at once knows which it got.
    """

    task_name = RUN

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="units", db_index=False)
    unit_key = models.CharField(max_length=64)
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(Rollout, on_delete=models.CASCADE, null=True, related_name="+")
    sample = models.PositiveIntegerField(default=0)
    seed = models.BigIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    n_requests = models.PositiveIntegerField(default=0)
    n_tokens = models.PositiveIntegerField(default=0)
    n_prompt_tokens = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list)
    output = models.ForeignKey(Rollout, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "unit_key"], name="one_unit_per_key")]
        indexes = [
            models.Index(fields=["run", "state", "id"], name="unit_by_state"),
            models.Index(fields=["claim"], name="unit_by_claim", condition=~models.Q(claim="")),
        ]

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
    decisions = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "rollout", "turn_index", "offset", "k"], name="one_probe_per_point")
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.offset}"


class Judgement(models.Model):
    """What a judge said of a rollout: a number or a verdict, with its reason; `order` is that of a pair."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="judgements", db_index=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="judgements")
    sample = models.PositiveIntegerField(default=0)
    index = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=100)
    value = models.FloatField(null=True)
    verdict = models.CharField(max_length=200, blank=True)
    rationale = models.TextField(blank=True)
    order = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "rollout", "sample", "index"], name="one_judgement_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.verdict or self.value}"


class Trial(Job):
    """A few requests to see what comes: the dry run of a draft, or what an administrator tries on an engine.

    Nothing of it is stored in a collection; `shown` is what came, as text.
    """

    task_name = TRY

    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="trials")
    engine = models.ForeignKey(Engine, on_delete=models.CASCADE, null=True, related_name="trials")
    queue = models.CharField(max_length=60)
    asked = models.JSONField(default=dict)
    shown = models.JSONField(default=list)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")

    def __str__(self) -> str:
        return f"trial {self.pk}: {self.state}"


ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
"""States of a unit that no worker takes up."""
