"""Layers of a project and what was done in each, newest first. Writes nothing."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Project, User
from apps.annotation.models import Label, Layer

MOST_ACTS = 200


class Done(NamedTuple):
    """A label that was given or removed: by whom (None: from a file or by rules) and when."""

    at: datetime
    by: User | None
    is_removal: bool
    label: Label


def layers_of(project: Project) -> "QuerySet[Layer]":
    """With how many labels stand in each (`n_labels`) and were removed (`n_removed`)."""
    standing = Count("labels", filter=Q(labels__removed_at=None))
    layers = Layer.objects.filter(scheme__project=project).select_related("scheme", "author")
    return layers.annotate(n_labels=standing, n_removed=Count("labels") - standing)


def history_of(layer: Layer, n: int = MOST_ACTS) -> list[Done]:
    """The last acts in a layer."""
    return list(islice(merge(_given(layer, n), _removed(layer, n), key=attrgetter("at"), reverse=True), n))


def _given(layer: Layer, n: int) -> Iterator[Done]:
    for label in _rows(layer).order_by("-made_at", "-pk")[:n]:
        yield Done(label.made_at, label.author, False, label)


def _removed(layer: Layer, n: int) -> Iterator[Done]:
    for label in _rows(layer).filter(removed_at__isnull=False).order_by("-removed_at", "-pk")[:n]:
        if label.removed_at is not None:
            yield Done(label.removed_at, label.removed_by, True, label)


def _rows(layer: Layer) -> "QuerySet[Label]":
    return Label.objects.filter(layer=layer).select_related("author", "removed_by", "rollout")
