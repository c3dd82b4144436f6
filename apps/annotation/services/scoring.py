"""Extractors of candidates held against a layer of labels, rollout by rollout. Writes nothing.

The default extractor learned from hand-labelled traces: on those very traces its score flatters it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np

from analysis.answers.extract import EXTRACTORS, READS_FINAL, VERSIONS
from analysis.answers.final import final_answer
from analysis.answers.rates import Error, errors, rates
from analysis.answers.scoring import LabelledTrace
from analysis.measures.statistics import Estimate
from analysis.types import Candidate
from apps.annotation.models import Layer
from apps.annotation.queries.agreement import state_of
from apps.annotation.services.people_sets import Labelled, candidates_of, doubtful_lines, labelled_in
from apps.core import symbolic
from apps.traces.models import Rollout
from apps.traces.services.attempts import Attempt
from apps.traces.services.equality import Equality

SEED = 20_261_122
MOST_ROLLOUTS = 1_000
KEPT = 16


@dataclass(frozen=True, slots=True)
class Scored:
    """What one extractor is worth on the rollouts that a layer is done with; errors name them by place."""

    extractor: str
    rollouts: Sequence[Rollout]
    n_left_out: int
    rates: Mapping[str, Estimate]
    errors: Sequence[Error]


def scored(layer: Layer, extractor: str) -> Scored:
    """Computed once for each state of the labels, then remembered by this process."""
    key, state = (layer.pk, extractor), state_of(layer.scheme)
    known = _known.get(key)
    if known is None or known[0] != state:
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)), None)
        known = _known[key] = state, _scored(layer, extractor)
    return known[1]


_known: dict[tuple[int, str], tuple[tuple[object, ...], Scored]] = {}


def _scored(layer: Layer, extractor: str) -> Scored:
    every = labelled_in(layer)
    held = list(islice(every, MOST_ROLLOUTS))
    traces = [_trace(each) for each in held]
    found = [_found(each.attempt, extractor) for each in held]
    return Scored(
        extractor=f"{extractor}@{VERSIONS[extractor]}",
        rollouts=[each.attempt.rollout for each in held],
        n_left_out=sum(1 for _ in every),
        rates=rates(traces, found, equal=_equal(), rng=np.random.default_rng(SEED)),
        errors=list(errors(traces, found, equal=_equal())),
    )


def _trace(labelled: Labelled) -> LabelledTrace:
    rollout, lines = labelled.attempt.rollout, dict[int, tuple[str, ...]]()
    for each in candidates_of(labelled):
        lines[each.line] = (*lines.get(each.line, ()), each.value)
    golds = labelled.attempt.problem.golds
    doubtful = doubtful_lines(labelled) - lines.keys()
    name = rollout.collection.name
    return LabelledTrace(str(rollout.pk), name, str(rollout.problem_id), golds[0] if golds else "", lines, doubtful)


def _found(attempt: Attempt, extractor: str) -> list[Candidate]:
    final = None
    if extractor in READS_FINAL and attempt.response:
        answer = final_answer(attempt.response, attempt.problem)
        final = answer.value if answer else None
    return EXTRACTORS[extractor](attempt.read_text, attempt.problem, final)


@lru_cache(maxsize=1)
def _equal() -> Equality:
    return Equality(symbolic.shared())
