"""People's labels of a rollout as layers of the reader: one for each hand that labelled this turn.

Suggestions are none: they count for nothing until somebody accepts them.
"""

from collections.abc import Iterator, Sequence

from django.urls import reverse

from analysis.labelling.scheme import Scheme
from apps.annotation.models import Label, Layer
from apps.annotation.queries.gold import labels_on
from apps.core.templatetags.numbers import plural
from apps.traces.models import Rollout
from apps.traces.presenters import layers as reader
from apps.traces.presenters.layers import Point
from apps.traces.presenters.marks import Mark


def labels(rollout: Rollout, turn_index: int) -> Iterator[reader.Layer]:
    """Gold layers first, then people and files, each with its labels in the order of the text."""
    for layer, rows in labels_on(rollout, turn_index):
        yield _layer(layer, rows, rollout)


def _layer(layer: Layer, rows: Sequence[Label], rollout: Rollout) -> reader.Layer:
    scheme = layer.scheme.plain
    names = dict.fromkeys(row.name for row in rows)
    counts = [(_title(scheme, name), str(sum(row.name == name for row in rows))) for name in names]
    return reader.Layer(
        title=f"Labels: {layer.name} ({layer.scheme.name})",
        href=reverse("annotation:layer", args=[layer.scheme.project.slug, layer.pk]),
        height_label="labels",
        points=[_point(scheme, row) for row in rows],
        facts=[("by", f"{layer.get_kind_display()}, {plural(len(rows), 'label')}"), *counts],
        value_label="label",
    )


def _point(scheme: Scheme, row: Label) -> Point:
    kind = scheme.find(row.name)
    words = f"{_title(scheme, row.name)} {row.value}".strip()
    mark = Mark("unread", kind.key if kind else "·", "")
    return Point((row.start or 0) + 1, words, mark, None)


def _title(scheme: Scheme, name: str) -> str:
    kind = scheme.find(name)
    return kind.title if kind else name
