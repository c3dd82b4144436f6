"""Annotation as tables: labels of all hands, and the items of queues with who has them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import F

from apps.accounts.permissions import Act
from apps.annotation.models import Item, Label, Queue, Scheme
from apps.annotation.queries.places import placed
from apps.core.tables.columns import Column, Kind, frame_of
from apps.core.tables.paging import batches_of
from apps.traces.exports.base import MOST_CHOICES, Choices, NoSuchTableError, Option, Scope, Table

LABEL_PATHS = {
    "scheme": "layer__scheme__name",
    "layer_kind": "layer__kind",
    "layer": "layer__name",
    "key": "key",
    "rollout": "rollout_id",
    "unit_key": "unit_key",
    "id": "external_id",
    "collection": "rollout__collection_id",
    "turn": "turn_index",
    "start": "start",
    "end": "end",
    "text_hash": "text_hash",
    "label": "name",
    "value": "value",
    "first": "first__key",
    "other": "other__key",
    "author": "author__username",
    "made_at": "made_at",
}
WHOLE = "the label is of the whole rollout, or joins two labels"
NO_RELATION = "the label joins nothing"
LABEL_COLUMNS = (
    Column("scheme", Kind.TEXT, "the scheme's name"),
    Column("layer_kind", Kind.TEXT, "whose labels: person, suggester, imported or gold"),
    Column("layer", Kind.TEXT, "the person's name, the suggester's, or what the layer is called"),
    Column("key", Kind.TEXT, "the label's key: the same wherever it is exported"),
    Column("rollout", Kind.WHOLE, "the rollout's key on this site"),
    Column("unit_key", Kind.TEXT, "the rollout's key in its collection: the same on every site"),
    Column("id", Kind.TEXT, "the rollout's external id"),
    Column("collection", Kind.WHOLE, "the key of its collection"),
    Column("turn", Kind.WHOLE, "the turn that it stands on", missing=WHOLE),
    Column("start", Kind.WHOLE, "where it starts in the turn's text, from 0", "characters", WHOLE),
    Column("end", Kind.WHOLE, "where it ends; not included", "characters", WHOLE),
    Column("text_hash", Kind.TEXT, "SHA-256 of that text, in hex", missing=WHOLE),
    Column("label", Kind.TEXT, "the label's name in its scheme"),
    Column("value", Kind.TEXT, "its value; empty text where it has none"),
    Column("first", Kind.TEXT, "the key of the label that a relation leaves", missing=NO_RELATION),
    Column("other", Kind.TEXT, "the key of the label that it arrives at", missing=NO_RELATION),
    Column("author", Kind.TEXT, "who gave it", missing="no person did"),
    Column("made_at", Kind.TIME, "when", "UTC"),
)
KEYS = tuple(place for place, name in enumerate(LABEL_PATHS) if name in ("key", "first", "other"))
HASH = list(LABEL_PATHS).index("text_hash")
ITEM_PATHS = {
    "queue": "queue__name",
    "scheme": "queue__scheme__name",
    "position": "place",
    "rollout": "rollout_id",
    "id": "rollout__external_id",
    "collection": "rollout__collection__name",
    "model": "rollout__model__name",
    "problem_set": "rollout__problem__problem_set__name",
    "problem": "rollout__problem__key",
    "probability": "probability",
    "stratum": "stratum",
    "person": "assignments__user__username",
    "state": "assignments__state",
    "seconds": "assignments__seconds",
    "done_at": "assignments__done_at",
    "is_flagged": "assignments__is_flagged",
    "flag_reason": "assignments__flag_reason",
}
NOBODY = "nobody has begun it"
ITEM_COLUMNS = (
    Column("queue", Kind.TEXT, "the queue's name"),
    Column("scheme", Kind.TEXT, "its scheme"),
    Column("position", Kind.WHOLE, "the place in the queue, from 1"),
    Column("rollout", Kind.WHOLE, "the rollout's key on this site"),
    Column("id", Kind.TEXT, "the rollout's external id"),
    Column("collection", Kind.TEXT, "the name of its collection"),
    Column("model", Kind.TEXT, "the model that it came from"),
    Column("problem_set", Kind.TEXT, "the problem's set; empty text for none"),
    Column("problem", Kind.TEXT, "the problem's key"),
    Column("probability", Kind.NUMBER, "how likely it was to be drawn", "probability", "it is not known"),
    Column("stratum", Kind.TEXT, "the part that it was drawn from; empty text for none"),
    Column("person", Kind.TEXT, "who has it", missing=NOBODY),
    Column("state", Kind.TEXT, "assigned, open, done or skipped", missing=NOBODY),
    Column("seconds", Kind.NUMBER, "time at work on it", "seconds", NOBODY),
    Column("done_at", Kind.TIME, "when it was done", "UTC", "it is not"),
    Column("is_flagged", Kind.YES_NO, "whether the person flagged it", missing=NOBODY),
    Column("flag_reason", Kind.TEXT, "why; empty text where it is not flagged", missing=NOBODY),
)


def _labels(scope: Scope) -> Iterator[pl.DataFrame]:
    """Labels that stand on their text; removed ones and orphans stay."""
    chosen = Label.objects.filter(layer__scheme__in=[each.pk for each in _schemes(scope)])
    for batch in batches_of(placed(chosen), list(LABEL_PATHS.values()), scope.size):
        yield frame_of(LABEL_COLUMNS, [_read(row) for row in batch])


def _read(row: tuple[Any, ...]) -> list[Any]:
    """Keys as they are written, the hash in hex."""
    cells = list(row)
    for place in KEYS:
        cells[place] = str(UUID(str(row[place]))) if row[place] else None
    cells[HASH] = bytes(row[HASH]).hex() if row[HASH] is not None else None
    return cells


def _items(scope: Scope) -> Iterator[pl.DataFrame]:
    """Read a queue at a time, since an item has a row for each person."""
    names = list(ITEM_PATHS.values())
    for queue in _queues(scope):
        rows = Item.objects.filter(queue=queue).annotate(place=F("position") + 1)
        yield from (frame_of(ITEM_COLUMNS, batch) for batch in _by_position(rows, names, scope.size))


def _by_position(rows: Any, names: list[str], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Items `size` places at a time."""
    last = rows.order_by("-position").values_list("position", flat=True).first()
    for start in range(0, 0 if last is None else last + 1, size):
        part = rows.filter(position__gte=start, position__lt=start + size)
        yield list(part.order_by("position", "assignments__user__username").values_list(*names))


def _schemes(scope: Scope) -> list[Scheme]:
    rows = Scheme.objects.filter(project=scope.project).order_by("name")
    return _named(list(rows), scope.given.get("scheme", ""), "scheme")


def _queues(scope: Scope) -> list[Queue]:
    rows = Queue.objects.filter(scheme__project=scope.project).order_by("pk")
    return _named(list(rows), scope.given.get("queue", ""), "queue")


def _named(rows: list[Any], key: str, what: str) -> list[Any]:
    found = [row for row in rows if not key.strip() or str(row.pk) == key.strip()]
    if key.strip() and not found:
        raise NoSuchTableError(f"there is no {what} {key[:20]!r} in this project")
    return found


def _scheme_choices(scope: Scope) -> Choices:
    rows = Scheme.objects.filter(project=scope.project).order_by("name")[:MOST_CHOICES]
    return [(str(row.pk), row.name) for row in rows]


def _queue_choices(scope: Scope) -> Choices:
    rows = Queue.objects.filter(scheme__project=scope.project).order_by("-pk")[:MOST_CHOICES]
    return [(str(row.pk), row.name) for row in rows]


LABELS = Table(
    "Labels",
    "a label that stands on its text",
    LABEL_COLUMNS,
    _labels,
    act=Act.LEAD,
    options=(Option("scheme", "Scheme", _scheme_choices),),
)
ITEMS = Table(
    "Queue items",
    "an item of a queue with a person who has it",
    ITEM_COLUMNS,
    _items,
    act=Act.LEAD,
    options=(Option("queue", "Queue", _queue_choices),),
)
