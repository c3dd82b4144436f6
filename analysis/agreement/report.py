"""Everything that is said of how far hands agree in one scheme, as tidy lines: one number with its counts a line.

Knows no layer and no page: hands are names. Source of each number: `nominal` and `spans`. Codes of closed lists of
values are compared as names (nominal), those whose values are all numbers by their order (ordinal) too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from analysis.agreement.nominal import Labels, cohen_kappa, fleiss_kappa, krippendorff_alpha, observed_agreement
from analysis.agreement.spans import Alike, Two, boundary_f1, exact_f1, overlap_f1, value_agreement
from analysis.labelling.scheme import Kind, Scheme, Target
from analysis.labelling.units import Units, of_kinds
from analysis.measures.statistics import Estimate
from analysis.resampling import Resampler

SEED = 0
STEPS, SPANS, ROLLOUTS = "steps", "spans", "rollouts"
PARTIAL = "no unit was labelled by all of them"
SEVERAL = "a step may carry several labels: agreement is counted label by label"

Pairs = Callable[[str, str], list[Two]]


class Line(NamedTuple):
    """One number. `label` "" is all labels together; no `first` and `second` is all hands but gold ones.

    `n_first` and `n_second` count the labels that each gave where both were done (None for all hands together).
    """

    of: str
    label: str
    first: str
    second: str
    name: str
    estimate: Estimate
    n_first: int | None = None
    n_second: int | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Hands by name (`people` are those that are no gold layer), their units, and the spans of any two of them."""

    scheme: Scheme
    hands: tuple[str, ...]
    people: tuple[str, ...]
    steps: Units
    rollouts: Units
    pairs: Pairs


def lines_of(compared: Compared, alike: Alike) -> list[Line]:
    """Every number that the scheme allows: hands together, then pair after pair; None with a reason where undefined."""
    draw = Resampler(np.random.default_rng(SEED))
    pairs = (line for two in _pairs(compared) for line in _of_pair(compared, two, alike, draw))
    return [*_together(compared, draw), *pairs]


def _pairs(compared: Compared) -> Iterator[tuple[int, int]]:
    """Hands that share a rollout."""
    for first, second in combinations(range(len(compared.hands)), 2):
        units = (compared.steps, compared.rollouts)
        if any(len(each.shared(first, second)) for each in units):
            yield first, second


def _together(compared: Compared, draw: Resampler) -> Iterator[Line]:
    """Krippendorff's alpha, and Fleiss' kappa for three hands and more, of all hands but gold ones."""
    names = compared.people if len(compared.people) > 1 else compared.hands
    hands = [compared.hands.index(name) for name in names]
    for of, units in _scopes(compared):
        for label, labels in _codings(units, hands):
            yield Line(of, label, "", "", "alpha", krippendorff_alpha(labels, draw))
            if len(hands) > 2:
                yield Line(of, label, "", "", "fleiss", fleiss_of(labels, len(hands), draw))


def fleiss_of(labels: Labels, n_hands: int, draw: Resampler) -> Estimate:
    """Fleiss' kappa over the units that all hands labelled; None with a reason where there are none."""
    units, unit, n = np.unique(labels.unit, return_inverse=True, return_counts=True)
    kept = n[unit] == n_hands
    if len(units) and not kept.any():
        return Estimate(0, 0, None, reason=PARTIAL)
    whole = Labels(labels.unit[kept], labels.cluster[kept], labels.rater[kept], labels.code[kept], labels.n_codes)
    return fleiss_kappa(whole, draw)


def _of_pair(compared: Compared, two: tuple[int, int], alike: Alike, draw: Resampler) -> Iterator[Line]:
    first, second = (compared.hands[hand] for hand in two)
    spans = compared.pairs(first, second)
    for of, units in _scopes(compared):
        for label, labels in _codings(units, two):
            counts = _counts(units, two, label)
            same = observed_agreement(labels, *two, draw)
            yield Line(of, label, first, second, "same", same, *counts)
            yield Line(of, label, first, second, "kappa", cohen_kappa(labels, *two, draw), *counts)
            yield Line(of, label, first, second, "alpha", krippendorff_alpha(labels, draw), *counts)
        yield from _closed_values(compared.scheme, of, units, two, draw)
    yield from _of_spans(compared.scheme, spans, (first, second), alike, draw)


def _of_spans(
    scheme: Scheme, pairs: list[Two], names: tuple[str, str], alike: Alike, draw: Resampler
) -> Iterator[Line]:
    for of, kinds in ((STEPS, scheme.on(Target.STEP)), (SPANS, scheme.on(Target.SPAN))):
        groups = [("", kinds)] if len(kinds) > 1 else []
        for label, group in [*groups, *((kind.name, [kind]) for kind in kinds)]:
            chosen = of_kinds(pairs, [kind.name for kind in group])
            counts = sum(len(pair.first) for pair in chosen), sum(len(pair.second) for pair in chosen)
            for name, estimate in _span_numbers(of, group, chosen, alike, draw):
                yield Line(of, label, *names, name, estimate, *counts)


def _span_numbers(
    of: str, kinds: Sequence[Kind], pairs: list[Two], alike: Alike, draw: Resampler
) -> Iterator[tuple[str, Estimate]]:
    yield "exact_f1", exact_f1(pairs, draw)
    if of == SPANS:
        yield "overlap_f1", overlap_f1(pairs, draw)
        yield "boundary_f1", boundary_f1(pairs, draw)
    if any(kind.has_value and not kind.values for kind in kinds):
        yield "values", value_agreement(pairs, alike, draw)


def _closed_values(scheme: Scheme, of: str, units: Units, two: tuple[int, int], draw: Resampler) -> Iterator[Line]:
    """Agreement on values of a closed list, where both gave the label with one; by order too where they are numbers."""
    for place, name in enumerate(units.kinds):
        kind = scheme.kind(name)
        if not kind.values:
            continue
        labels = value_labels(units, place, kind.values, two)
        ends = units.hands[two[0]], units.hands[two[1]]
        counts = _counts(units, two, name)
        yield Line(of, name, *ends, "values_alpha", krippendorff_alpha(labels, draw), *counts)
        if are_ordered(kind.values):
            found = krippendorff_alpha(labels, draw, "ordinal")
            yield Line(of, name, *ends, "values_alpha_ordinal", found, *counts)


def are_ordered(values: Sequence[str]) -> bool:
    """Whether every value of a closed list is a number: only then is an order known.

    >>> are_ordered(["1", "2", "3.5"]), are_ordered(["low", "high"]), are_ordered([])
    (True, False, False)
    """
    return bool(values) and all(_number(value) is not None for value in values)


def value_labels(units: Units, kind: int, values: Sequence[str], hands: Sequence[int]) -> Labels:
    """Which value of the list each hand gave beside a label; codes in the order of numbers, else of the list."""
    order = sorted(values, key=lambda value: _number(value) or 0.0) if are_ordered(values) else list(values)
    codes = {value: code for code, value in enumerate(order)}
    found = sorted(
        (unit, hand, codes[value])
        for (hand, unit, k), value in units.values.items()
        if k == kind and hand in hands and value in codes
    )
    unit, hand, code = (np.array([row[i] for row in found], dtype=np.int64) for i in range(3))
    return Labels(unit, units.clusters[unit] if len(unit) else unit, hand, code, len(codes))


def _scopes(compared: Compared) -> Iterator[tuple[str, Units]]:
    for of, units in ((STEPS, compared.steps), (ROLLOUTS, compared.rollouts)):
        if units.kinds:
            yield of, units


def _codings(units: Units, hands: Sequence[int]) -> Iterator[tuple[str, Labels]]:
    """All labels together, where each unit has one, then each label against all else."""
    if not units.many:
        yield "", units.labels(hands=hands)
    for place, name in enumerate(units.kinds):
        yield name, units.labels(place, hands)


def _counts(units: Units, two: tuple[int, int], label: str) -> tuple[int, int]:
    shared = units.shared(*two)
    given = units.given[:, shared] if not label else units.given[:, shared, units.kinds.index(label)]
    return int(given[two[0]].sum()), int(given[two[1]].sum())


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
