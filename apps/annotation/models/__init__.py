"""Rows of annotation: schemes, layers with their labels, queues with their items."""

from apps.annotation.models.labels import Comment, Decision, Label, Layer, Ruling
from apps.annotation.models.queues import Assignment, Item, Queue
from apps.annotation.models.schemes import Scheme

__all__ = [
    "Assignment",
    "Comment",
    "Decision",
    "Item",
    "Label",
    "Layer",
    "Queue",
    "Ruling",
    "Scheme",
]
