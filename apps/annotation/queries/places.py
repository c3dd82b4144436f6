"""Which labels still stand on the characters they were put on, and which are orphans. Writes nothing."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Project
from apps.annotation.models import Label, Layer
from apps.traces.models import Turn

SAME_TEXT = Exists(
    Turn.objects.filter(rollout=OuterRef("rollout"), index=OuterRef("turn_index"), text__hash=OuterRef("text_hash"))
)
PLACED = Q(rollout__isnull=False) & (Q(turn_index=None) | Q(SAME_TEXT))
"""The rollout is there and, for a label of a span, so is its text."""


def placed(labels: "QuerySet[Label]") -> "QuerySet[Label]":
    """Those of the labels that may be drawn and counted: not removed, and where they were put."""
    return labels.filter(PLACED, removed_at=None, rollout__collection__is_deleted=False)


def orphans_of(layer: Layer) -> "QuerySet[Label]":
    """Labels of a layer whose rollout is gone, or whose turn has another text by now."""
    return _orphans(Label.objects.filter(layer=layer))


def orphans_in(project: Project) -> "QuerySet[Label]":
    return _orphans(Label.objects.filter(layer__scheme__project=project))


def _orphans(labels: "QuerySet[Label]") -> "QuerySet[Label]":
    return labels.filter(removed_at=None).exclude(PLACED).select_related("layer", "layer__scheme", "rollout")
