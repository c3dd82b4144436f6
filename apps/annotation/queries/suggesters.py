"""What became of suggestions: how many were accepted, and how many of people's labels had been suggested.

Read from decisions and from the labels of items that are done. Writes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from analysis.agreement.spans import Span, matched
from analysis.labelling.worth import Of, Share, share_of
from apps.annotation.models import Assignment, Decision, Item, Label, Layer, Queue, Scheme
from apps.annotation.queries.places import placed


class Worth(NamedTuple):
    """Of one label (empty: of all): `precision` is the share of what was decided that was accepted, `recall` the share
    of people's labels on what they are done with that had been suggested. `n_undecided` are suggestions there that
    nobody decided on."""

    name: str
    precision: Share
    recall: Share
    n_undecided: int

    @property
    def shares(self) -> tuple[Share, Share]:
        return self.precision, self.recall


def suggesters_of(scheme: Scheme) -> list[Layer]:
    """Layers of suggestions of the scheme, by name."""
    return list(scheme.layers.filter(kind=Layer.Kind.SUGGESTER).order_by("name"))


def suggester_of(queue: Queue) -> Layer | None:
    """The layer of suggestions that the queue shows."""
    return queue.scheme.layers.filter(kind=Layer.Kind.SUGGESTER, name=queue.suggestions).first()


def worth_of(layer: Layer, queue: Queue | None = None) -> list[Worth]:
    """All labels that the layer suggests, then each by its name; in one queue or in all that show the layer."""
    queues = [queue] if queue is not None else list(layer.scheme.queues.filter(suggestions=layer.name))
    decided = _decided(layer, queues)
    found, undecided = _found(layer, queues)
    names = sorted({name for name, _ in [*decided, *found]})
    return [
        Worth(name, _share(decided, name), _share(found, name), undecided[name] if name else undecided.total())
        for name in ("", *names)
    ]


Counts = Mapping[tuple[str, int], Of]
"""By label and rollout."""


def _share(counts: Counts, name: str) -> Share:
    rollouts: dict[int, Of] = defaultdict(lambda: Of(0, 0))
    for (label, rollout), of in counts.items():
        if not name or label == name:
            rollouts[rollout] = Of(rollouts[rollout].k + of.k, rollouts[rollout].n + of.n)
    return share_of(list(rollouts.values()))


def _decided(layer: Layer, queues: Iterable[Queue]) -> Counts:
    """An acceptance whose label its person removed again counts as none."""
    shown = Item.objects.filter(queue__in=list(queues)).values("rollout")
    rows = Decision.objects.filter(suggestion__layer=layer, suggestion__rollout__in=shown)
    counts: dict[tuple[str, int], Of] = defaultdict(lambda: Of(0, 0))
    kept = Q(is_accepted=True, label__isnull=False, label__removed_at=None)
    fields = ("suggestion__name", "suggestion__rollout", "kept")
    for name, rollout, stands in rows.annotate(kept=Count("pk", filter=kept)).values_list(*fields):
        counts[name, rollout] = Of(counts[name, rollout].k + stands, counts[name, rollout].n + 1)
    return counts


def _found(layer: Layer, queues: Iterable[Queue]) -> tuple[Counts, Counter[str]]:
    """Of people's labels on what they are done with, how many had been suggested; suggestions there without a
    decision."""
    done = _done(queues)
    rollouts = {rollout for _, rollout in done}
    suggested = _spans(placed(Label.objects.filter(layer=layer, rollout__in=rollouts)))
    names = {span.label for spans in suggested.values() for span in spans}
    people = layer.scheme.layers.filter(kind=Layer.Kind.PERSON, author__in={user for user, _ in done})
    counts: dict[tuple[str, int], Of] = defaultdict(lambda: Of(0, 0))
    undecided: Counter[str] = Counter()
    for person in people:
        mine = {rollout for user, rollout in done if user == person.author_id}
        given = _spans(placed(Label.objects.filter(layer=person, rollout__in=mine, name__in=names)))
        open_ones = Label.objects.filter(layer=layer, rollout__in=mine).exclude(decisions__layer=person)
        undecided.update(placed(open_ones).values_list("name", flat=True))
        for rollout, spans in given.items():
            hits = Counter(span.label for span, _ in matched(spans, suggested.get(rollout, [])))
            for name, n in Counter(span.label for span in spans).items():
                counts[name, rollout] = Of(counts[name, rollout].k + hits[name], counts[name, rollout].n + n)
    return counts, undecided


def _done(queues: Iterable[Queue]) -> set[tuple[int, int]]:
    """(person, rollout) of every item that is done."""
    rows = Assignment.objects.filter(item__queue__in=list(queues), state=Assignment.State.DONE)
    return set(rows.values_list("user", "item__rollout"))


def _spans(labels: "QuerySet[Label]") -> dict[int, list[Span]]:
    """By rollout; spans of different turns lie apart."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = labels.filter(turn_index__isnull=False, start__isnull=False, first=None).order_by("pk")
    for rollout, turn, start, end, name in rows.values_list("rollout", "turn_index", "start", "end", "name"):
        far = (turn or 0) * 2**32
        found[rollout or 0].append(Span(far + (start or 0), far + (end or 0), name))
    return found
