"""Layers and queues of a scheme, for what is made of labels. Writes nothing."""

from collections.abc import Sequence

from apps.annotation.models import Layer, Queue, Scheme
from apps.annotation.queries.agreement import hands_of


def layers_of(scheme: Scheme) -> list[tuple[Layer, int]]:
    """Layers that are done with a rollout, with how many: gold ones first, then people, then files."""
    order = [str(kind) for kind in (Layer.Kind.GOLD, Layer.Kind.PERSON, Layer.Kind.IMPORTED)]
    n_done = {hand.layer_id: len(hand.rollouts) for hand in hands_of(scheme)}
    layers = scheme.layers.select_related("scheme__project").exclude(kind=Layer.Kind.SUGGESTER)
    found = [(layer, n_done.get(layer.pk, 0)) for layer in layers]
    return sorted((each for each in found if each[1]), key=lambda each: (order.index(each[0].kind), each[0].pk))


def queues_of_scheme(scheme: Scheme) -> Sequence[Queue]:
    return list(Queue.objects.filter(scheme=scheme).select_related("scheme__project"))
