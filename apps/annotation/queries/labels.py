"""Labels as they stand: by layer and rollout, as the page and as files see them. Writes nothing."""

from collections.abc import Iterable, Sequence

from django.db.models import Count, Max, Q, QuerySet

from analysis.labelling.rows import Row
from apps.annotation.models import Comment, Decision, Label, Layer
from apps.annotation.queries.places import placed
from apps.traces.models import Rollout


def labels_in(layer: Layer, rollout: Rollout) -> QuerySet[Label]:
    """The layer's labels of a rollout that are not removed and still on their text, in the order of the text."""
    return placed(Label.objects.filter(layer=layer, rollout=rollout)).select_related("first", "other")


def standing_labels(layers: Iterable[Layer]) -> QuerySet[Label]:
    """Every label of the layers that is not removed and still on its text."""
    return placed(Label.objects.filter(layer__in=list(layers)))


def decisions_of(layer: Layer, rollout: Rollout) -> QuerySet[Decision]:
    return Decision.objects.filter(layer=layer, suggestion__rollout=rollout).select_related("suggestion", "label")


def comments_of(layer: Layer, rollout: Rollout) -> QuerySet[Comment]:
    return Comment.objects.filter(layer=layer, rollout=rollout)


def standing(layer: Layer, rollout: Rollout) -> str:
    """Another text whenever a label, decision or comment of the layer on the rollout changed: how two tabs notice."""
    rows = Label.objects.filter(layer=layer, rollout=rollout)
    stands = Q(removed_at=None)
    newest = rows.aggregate(last=Max("pk"), removed=Max("removed_at"), n=Count("pk", filter=stands))
    decided = decisions_of(layer, rollout).aggregate(at=Max("at"), n=Count("pk"))
    said = comments_of(layer, rollout).aggregate(at=Max("at"), n=Count("pk"))
    stamps = [newest["removed"], decided["at"], said["at"]]
    return "-".join([str(newest["last"] or 0), *map(str, (newest["n"], decided["n"], said["n"])), *map(_stamp, stamps)])


def rows_of(labels: Sequence[Label], layer: str = "") -> list[Row]:
    """Plain rows; give labels with `first` and `other` fetched."""
    return [_row(label, layer) for label in labels]


def _row(label: Label, layer: str) -> Row:
    return Row(
        key=str(label.key),
        rollout=label.external_id,
        name=label.name,
        layer=layer,
        turn=label.turn_index,
        start=label.start,
        end=label.end,
        text_hash=_bytes(label.text_hash).hex(),
        value=label.value,
        first=str(label.first.key) if label.first else "",
        other=str(label.other.key) if label.other else "",
        at=label.made_at.isoformat(),
    )


def _bytes(digest: bytes | memoryview | None) -> bytes:
    return bytes(digest) if digest is not None else b""


def _stamp(at: object) -> str:
    return str(at.timestamp()) if hasattr(at, "timestamp") else "0"
