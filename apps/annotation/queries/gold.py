"""Layers and queues of a scheme, for what is made of labels. Writes nothing."""

from collections.abc import Sequence

from apps.annotation.models import Label, Layer, Queue, Scheme
from apps.annotation.queries.agreement import hands_of
from apps.annotation.queries.places import placed
from apps.traces.models import Rollout


def layers_of(scheme: Scheme) -> list[tuple[Layer, int]]:
    """Layers that are done with a rollout, with how many: gold ones first, then people, then files."""
    order = [str(kind) for kind in (Layer.Kind.GOLD, Layer.Kind.PERSON, Layer.Kind.IMPORTED)]
    n_done = {hand.layer_id: len(hand.rollouts) for hand in hands_of(scheme)}
    layers = scheme.layers.select_related("scheme__project").exclude(kind=Layer.Kind.SUGGESTER)
    found = [(layer, n_done.get(layer.pk, 0)) for layer in layers]
    return sorted((each for each in found if each[1]), key=lambda each: (order.index(each[0].kind), each[0].pk))


def queues_of_scheme(scheme: Scheme) -> Sequence[Queue]:
    return list(Queue.objects.filter(scheme=scheme).select_related("scheme__project"))


def labels_on(rollout: Rollout, turn_index: int) -> list[tuple[Layer, list[Label]]]:
    """Labels of steps and spans of one turn that stand on its text, by layer: gold ones first, no suggestions."""
    rows = placed(Label.objects.filter(rollout=rollout, turn_index=turn_index, start__isnull=False, first=None))
    rows = rows.exclude(layer__kind=Layer.Kind.SUGGESTER).select_related("layer__scheme__project")
    found: dict[int, tuple[Layer, list[Label]]] = {}
    for row in rows.order_by("start", "pk"):
        found.setdefault(row.layer_id, (row.layer, []))[1].append(row)
    return sorted(found.values(), key=lambda each: (each[0].kind != Layer.Kind.GOLD, each[0].pk))
