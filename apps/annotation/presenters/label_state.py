"""Labels, decisions and comments of one person on one rollout as the page's script reads them. Knows no HTML."""

from collections.abc import Iterable
from typing import Any

from apps.annotation.models import Comment, Decision, Label, Layer
from apps.annotation.queries.labels import comments_of, decisions_of, labels_in
from apps.traces.models import Rollout

Json = dict[str, Any]


def state_of(layer: Layer, rollout: Rollout) -> Json:
    """What a page needs to show the labels as they stand."""
    return {
        "labels": labels_json(labels_in(layer, rollout)),
        "decisions": {str(each.suggestion.key): _decision(each) for each in decisions_of(layer, rollout)},
        "comments": [_comment(each) for each in comments_of(layer, rollout)],
    }


def suggestions_of(layer: Layer | None, rollout: Rollout) -> list[Json]:
    return labels_json(labels_in(layer, rollout)) if layer is not None else []


def others_of(layer: Layer, rollout: Rollout) -> list[Json]:
    """Labels of spans that other people gave in the same scheme, with whose they are."""
    people = Layer.objects.filter(scheme=layer.scheme, kind=Layer.Kind.PERSON).exclude(pk=layer.pk)
    return [
        given | {"by": other.name}
        for other in people
        for given in labels_json(labels_in(other, rollout).exclude(start=None))
    ]


def labels_json(labels: Iterable[Label]) -> list[Json]:
    return [_label(label) for label in labels]


def _label(label: Label) -> Json:
    return {
        "key": str(label.key),
        "name": label.name,
        "value": label.value,
        "turn": label.turn_index,
        "start": label.start,
        "end": label.end,
        "first": str(label.first.key) if label.first else None,
        "other": str(label.other.key) if label.other else None,
    }


def _decision(decision: Decision) -> Json:
    return {"accepted": decision.is_accepted, "label": str(decision.label.key) if decision.label else None}


def _comment(comment: Comment) -> Json:
    return {"turn": comment.turn_index, "start": comment.start, "end": comment.end, "text": comment.text}
