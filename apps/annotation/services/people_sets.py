"""A layer's labels as a candidate set: what people call candidate answers, on which any dashboard can be computed.

A scheme whose label `candidate` has a value gives such sets, one for each collection that the layer has read rollouts
of. The version rises when the labels have changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils.text import slugify

from analysis.errors import UserError
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Kind, Target
from apps.accounts.models import User
from apps.accounts.services import record_change
from apps.annotation.models import Layer, Scheme
from apps.annotation.queries.agreement import Hand, hands_of, load, state_of
from apps.traces.models import CandidateSet, Collection, Rollout
from apps.traces.services.analyses import request_analysis
from apps.traces.services.attempts import Attempt, load_attempts
from apps.traces.services.given_sets import LONGEST_NAME, Given, Read, content_of, newest_set, put_set

CANDIDATE, DOUBTFUL = "candidate", "doubtful"
BATCH = 200
KEPT = 8
RULE = "labelled"


class NoCandidates(UserError):
    """A scheme without a label for candidate answers, or a layer that is done with nothing."""


class Labelled(NamedTuple):
    """A rollout that the layer is done with: what its last attempt says, and the layer's labels on it."""

    attempt: Attempt
    rows: Sequence[Row]


class Standing(NamedTuple):
    """The newest set of one collection (None: none yet), whether it holds the labels of now, how many were read."""

    collection: Collection
    candidate_set: CandidateSet | None
    is_current: bool
    n_read: int


def candidate_kind(scheme: Scheme) -> Kind | None:
    """The label of the scheme that says what a candidate answer is."""
    kind = scheme.plain.find(CANDIDATE)
    return kind if kind and kind.has_value and kind.on in (Target.STEP, Target.SPAN) else None


def name_of(layer: Layer) -> str:
    """The extractor's name; two layers whose names look alike bear their numbers."""
    name = f"people:{slugify(layer.scheme.name)}-{slugify(layer.name)}"[:LONGEST_NAME]
    others = Layer.objects.filter(scheme__project=layer.scheme.project_id).exclude(pk=layer.pk).select_related("scheme")
    taken = {f"people:{slugify(each.scheme.name)}-{slugify(each.name)}"[:LONGEST_NAME] for each in others}
    return f"{name[: LONGEST_NAME - 12]}-{layer.pk}" if name in taken else name


def refresh(*, layer: Layer, actor: User | None) -> list[CandidateSet]:
    """Sets of the layer as it stands, one a collection, each with its analysis asked for; again is no harm."""
    made = []
    for collection, reads in _contents(layer).items():
        stored = put_set(
            collection=collection,
            source=CandidateSet.Source.PEOPLE,
            extractor=name_of(layer),
            reads=reads,
            rule=RULE,
            because=f"layer {layer.name} of {layer.scheme.name}",
        )
        made.append(stored.candidate_set)
        request_analysis(collection=collection, extractor=str(stored.candidate_set))
        if stored.is_new:
            record_change(
                project=layer.scheme.project,
                actor=actor,
                verb="make a candidate set of labels",
                target=f"collection {collection.pk}",
                label=str(stored.candidate_set),
                after={"rollouts": len(reads), "candidates": sum(len(read.candidates) for read in reads)},
            )
    return made


def standing_of(layer: Layer) -> list[Standing]:
    """Where the layer's sets stand, collection by collection."""
    found, name = [], name_of(layer)
    for collection, reads in _known_contents(layer).items():
        newest = newest_set(collection, name)
        is_current = newest is not None and content_of(newest) == {read.rollout: read for read in reads}
        found.append(Standing(collection, newest, is_current, len(reads)))
    return found


def labelled_in(layer: Layer) -> Iterator[Labelled]:
    """Every rollout that the layer is done with, with its labels; texts a batch at a time."""
    hand = _hand(layer)
    if hand is None:
        return
    loaded = load(layer.scheme, [hand], hand.rollouts)
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in loaded.rows:
        rows[int(row.rollout)].append(row)
    ids = sorted(hand.rollouts)
    shared = ("model", "problem__problem_set", "condition", "collection")
    for start in range(0, len(ids), BATCH):
        batch = Rollout.objects.filter(pk__in=ids[start : start + BATCH]).prefetch_related(*shared).order_by("pk")
        for attempt in load_attempts(list(batch)):
            yield Labelled(attempt, rows[attempt.rollout.pk])


def candidates_of(labelled: Labelled) -> tuple[Given, ...]:
    """The labelled candidates that lie in what is read of the last attempt, in its order, one a value.

    Values of one label are separated by ";"; a label without a value is a candidate whose value cannot be read.
    """
    attempt = labelled.attempt
    low = attempt.read_offset
    high = low + len(attempt.read_text)
    found = []
    for row in labelled.rows:
        start, end = row.start or 0, row.end or 0
        in_turn = attempt.turn is not None and row.turn == attempt.turn.index
        if row.name == CANDIDATE and row.is_span and in_turn and low <= start <= end <= high:
            line = attempt.read_text.count("\n", 0, start - low) + 1
            found += [Given(start, end, line, value) for value in values_of(row.value)]
    return tuple(sorted(found, key=lambda each: each[:2]))


def values_of(text: str) -> list[str]:
    """
    >>> values_of("4; 1/2"), values_of(" ")
    (['4', '1/2'], [''])
    """
    return [value for part in text.split(";") if (value := part.strip())] or [""]


def doubtful_lines(labelled: Labelled) -> frozenset[int]:
    """Lines that the layer calls doubtful, in what is read."""
    attempt = labelled.attempt
    low, text = attempt.read_offset, attempt.read_text
    turn = attempt.turn.index if attempt.turn else None
    starts = [row.start for row in labelled.rows if row.name == DOUBTFUL and row.is_span and row.turn == turn]
    return frozenset(text.count("\n", 0, start - low) + 1 for start in starts if start is not None and start >= low)


def _known_contents(layer: Layer) -> Mapping[Collection, list[Read]]:
    """Read once for each state of the labels: a page asks every time, and texts are long."""
    state = state_of(layer.scheme)
    known = _known.get(layer.pk)
    if known is None or known[0] != state:
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)), None)
        known = _known[layer.pk] = state, _contents(layer)
    return known[1]


_known: dict[int, tuple[tuple[object, ...], Mapping[Collection, list[Read]]]] = {}


def _contents(layer: Layer) -> Mapping[Collection, list[Read]]:
    if candidate_kind(layer.scheme) is None:
        raise NoCandidates(f"scheme {layer.scheme.name!r} has no label {CANDIDATE!r} with a value")
    found: dict[Collection, list[Read]] = defaultdict(list)
    for labelled in labelled_in(layer):
        attempt = labelled.attempt
        candidates = candidates_of(labelled)
        turn = attempt.turn.index if attempt.turn and candidates else 0
        read = Read(attempt.rollout.pk, attempt.read_from, turn, candidates)
        found[attempt.rollout.collection].append(read)
    return found


def _hand(layer: Layer) -> Hand | None:
    return _of_layer(hands_of(layer.scheme), layer)


def _of_layer(hands: Iterable[Hand], layer: Layer) -> Hand | None:
    return next((hand for hand in hands if hand.layer_id == layer.pk), None)
