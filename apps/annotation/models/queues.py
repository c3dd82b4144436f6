"""Queues of rollouts to be labelled, and who has which of them."""

from django.db import models

from apps.accounts.models import User
from apps.annotation.models.schemes import Scheme
from apps.traces.models import Rollout


class Queue(models.Model):
    """Rollouts that people label by one scheme, drawn in one way.

    `parameters` say how they were drawn; `overlap` people label each; in a blind queue golds, grades, other people's
    labels and who made a rollout are hidden. `n_population` is how many it was drawn from.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="queues")
    name = models.CharField(max_length=150)
    strategy = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict)
    seed = models.PositiveBigIntegerField(default=0)
    n_population = models.PositiveIntegerField(default=0)
    overlap = models.PositiveIntegerField(default=1)
    is_blind = models.BooleanField(default=True)
    suggestions = models.CharField(max_length=150, blank=True)
    is_open = models.BooleanField(default=True)
    people = models.ManyToManyField(User, related_name="queues")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A rollout in a queue. `probability` is how likely it was to be drawn; None where that is not known."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="items", db_index=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    probability = models.FloatField(null=True)
    stratum = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "rollout"], name="one_item_per_rollout"),
            models.UniqueConstraint(fields=["queue", "position"], name="one_item_per_position"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position + 1}"


class Assignment(models.Model):
    """That a person has an item: assigned, at work on it, done with it, or skipped it.

    While `lease_until` lies ahead the place is theirs; a lease that ran out frees it for somebody else, and what they
    labelled stays.
    """

    class State(models.TextChoices):
        ASSIGNED = "assigned", "assigned"
        OPEN = "open", "open"
        DONE = "done", "done"
        SKIPPED = "skipped", "skipped"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    is_flagged = models.BooleanField(default=False)
    flag_reason = models.TextField(blank=True)
    lease_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0.0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="one_assignment_per_person")]

    def __str__(self) -> str:
        return f"{self.user}: {self.state}"
