"""How far the labels of a scheme's layers differ on each rollout: people among each other, and from suggestions."""

from collections import defaultdict
from itertools import combinations

from apps.annotation.models import Assignment, Label, Layer, Scheme
from apps.annotation.queries.places import placed

Labels = set[tuple[int | None, int | None, int | None, str]]
KINDS = (Layer.Kind.PERSON, Layer.Kind.SUGGESTER)


def differences(scheme: Scheme) -> dict[int, float]:
    """Of each rollout that a person labelled and another layer too: the largest share of labels that two of its layers,
    one of them a person's, do not have in common (1 − Jaccard of turn, span and name; 0: all alike).

    A person who is done with a rollout and gave it no label has labelled it.
    """
    by_rollout: dict[int, dict[int, Labels]] = defaultdict(dict)
    layers = {layer.pk: layer for layer in scheme.layers.filter(kind__in=KINDS)}
    rows = placed(Label.objects.filter(layer__in=layers, first=None))
    for label in rows.only("layer", "rollout", "turn_index", "start", "end", "name").iterator():
        place = (label.turn_index, label.start, label.end, label.name)
        by_rollout[label.rollout_id or 0].setdefault(label.layer_id, set()).add(place)
    for layer, rollout in _done(scheme, layers):
        by_rollout[rollout].setdefault(layer, set())
    people = {pk for pk, layer in layers.items() if layer.kind == Layer.Kind.PERSON}
    return {rollout: _furthest(found, people) for rollout, found in by_rollout.items() if people & found.keys()}


def _done(scheme: Scheme, layers: dict[int, Layer]) -> list[tuple[int, int]]:
    """(layer, rollout) of everything that people are done with."""
    of_person = {layer.author_id: pk for pk, layer in layers.items() if layer.kind == Layer.Kind.PERSON}
    done = Assignment.objects.filter(item__queue__scheme=scheme, state=Assignment.State.DONE, user__in=of_person)
    return [(of_person[user], rollout) for user, rollout in done.values_list("user", "item__rollout")]


def _furthest(found: dict[int, Labels], people: set[int]) -> float:
    pairs = [(found[a], found[b]) for a, b in combinations(found, 2) if {a, b} & people]
    return max((1 - len(a & b) / len(a | b) for a, b in pairs if a | b), default=0.0)
