"""Layers of labels, and what was decided about them. Nothing here is ever written over: a label that goes is marked."""

from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.annotation.models.schemes import Scheme
from apps.traces.models import Rollout


class Layer(models.Model):
    """Labels by one hand in one scheme: a person's, a suggester's, those of a file, or the gold ones of a lead.

    `name` is a person's username, a suggester's `extractor@version`, or what the gold layer is called.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "a person"
        SUGGESTER = "suggester", "suggestions"
        IMPORTED = "imported", "imported"
        GOLD = "gold", "gold"

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="layers")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    name = models.CharField(max_length=150)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="layers")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "kind", "name"], name="one_layer_per_name")]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    """One label: of a span (turn, start, end, text hash), of a whole rollout (no span), or joining two labels.

    `start` and `end` are code points of the turn's text whose SHA-256 is `text_hash`. Where the rollout is gone, or
    its text is another by now, the label is an orphan: `unit_key` and `external_id` say whose it was. A removed
    label keeps its row, with who removed it and when.
    """

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="labels", db_index=False)
    key = models.UUIDField()
    rollout = models.ForeignKey(Rollout, on_delete=models.SET_NULL, null=True, related_name="labels")
    unit_key = models.CharField(max_length=32)
    external_id = models.CharField(max_length=300)
    turn_index = models.PositiveIntegerField(null=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    text_hash = models.BinaryField(max_length=32, null=True)
    name = models.CharField(max_length=60)
    value = models.TextField(blank=True)
    first = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="leaving")
    other = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="arriving")
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="labels")
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "key"], name="one_label_per_key"),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True) | Q(end__gte=F("start")),
                name="label_span_is_a_range",
            ),
            models.CheckConstraint(
                condition=Q(first__isnull=True, other__isnull=True) | Q(first__isnull=False, other__isnull=False),
                name="relation_has_two_ends",
            ),
        ]
        indexes = [models.Index(fields=["layer", "rollout", "start"], name="label_in_layer")]
        ordering = ["turn_index", "start", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_relation(self) -> bool:
        return self.first_id is not None


class Decision(models.Model):
    """What a person did with a suggestion: `label` is what an accepted one became. The newest counts."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="decisions")
    suggestion = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="decisions")
    is_accepted = models.BooleanField()
    label = models.ForeignKey(Label, on_delete=models.SET_NULL, null=True, related_name="accepted_from")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "suggestion"], name="one_decision_per_suggestion"),
        ]

    def __str__(self) -> str:
        return "accepted" if self.is_accepted else "rejected"


class Comment(models.Model):
    """A person's words on a step, or on the whole rollout; for them and for the leads."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="comments")
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="comments")
    turn_index = models.PositiveIntegerField(null=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["layer", "rollout", "start"], name="comment_in_layer")]
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Ruling(models.Model):
    """What a lead made of one step (or of the rollout as a whole) on which people differ: the labels of the gold layer.

    `names` are what the lead chose, with their values; none is a ruling too. Earlier rulings are kept; the newest
    counts.
    """

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="rulings")
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="rulings")
    turn_index = models.PositiveIntegerField(null=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    names = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["layer", "rollout", "start"], name="ruling_in_layer")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{len(self.names)} labels at {self.start}"
