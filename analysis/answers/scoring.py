"""How well an extractor finds what people labelled. Knows no extractor and no file: it compares candidates with labels.

Source: the human check of First Try Matters (arXiv 2510.08308) section 2.1 and appendix C ("is this line a
candidate?", "is the value right?"), with the transition types of its section 2.2 and our own rule that lines the
labellers doubted are left out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.types import Candidate, Transition

Equal = Callable[[str, str], bool]


class Share(NamedTuple):
    """`k` of `n`; `value` is None where n is 0.

    >>> Share(3, 4).value, Share(0, 0).value
    (0.75, None)
    """

    k: int
    n: int

    @property
    def value(self) -> float | None:
        return self.k / self.n if self.n else None


class LineCounts(NamedTuple):
    """Lines found and labelled, found only, labelled only. Each rate is None where its denominator is 0.

    >>> LineCounts(hits=6, false_alarms=2, misses=2).f1
    0.75
    """

    hits: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> float | None:
        return Share(self.hits, self.hits + self.false_alarms).value

    @property
    def recall(self) -> float | None:
        return Share(self.hits, self.hits + self.misses).value

    @property
    def f1(self) -> float | None:
        return Share(2 * self.hits, 2 * self.hits + self.false_alarms + self.misses).value


@dataclass(frozen=True, slots=True)
class LabelledTrace:
    """One trace with the values that people wrote down per line (1-based), and the lines that they doubted."""

    id: str
    source: str
    problem: str
    gold: str
    labels: Mapping[int, tuple[str, ...]]
    doubtful: frozenset[int] = frozenset()

    @property
    def values(self) -> list[str]:
        return [value for line in sorted(self.labels) for value in self.labels[line]]


@dataclass(frozen=True, slots=True)
class Score:
    """What one extractor did on some labelled traces; `f1_low` and `f1_high` are None for fewer than two problems."""

    n_traces: int
    n_problems: int
    lines: LineCounts
    same_first_line: Share
    equal_values: Share
    same_first_verdict: Share
    found_first_right: Share
    labelled_first_right: Share
    found_transitions: Mapping[Transition, int]
    labelled_transitions: Mapping[Transition, int]
    f1_low: float | None
    f1_high: float | None


def count_lines(trace: LabelledTrace, found: Sequence[Candidate]) -> LineCounts:
    """Compare lines, each once however many values stand on it; doubtful lines count neither way.

    >>> trace = LabelledTrace("t", "s", "p", "4", {2: ("4",), 5: ("4",)}, frozenset({3}))
    >>> count_lines(trace, [Candidate(0, 1, line, "4", "rule", "") for line in (2, 3, 9)])
    LineCounts(hits=1, false_alarms=1, misses=1)
    """
    lines = {candidate.line for candidate in found} - trace.doubtful
    labelled = set(trace.labels)
    return LineCounts(len(lines & labelled), len(lines - labelled), len(labelled - lines))


def score(
    traces: Sequence[LabelledTrace],
    found: Sequence[Sequence[Candidate]],
    *,
    equal: Equal,
    rng: np.random.Generator,
    n_resamples: int = 2000,
) -> Score:
    """Score the candidates `found[i]` of each `traces[i]` against its labels.

    Lines: precision, recall and F1 pooled over traces, doubtful lines left out. First line: our first candidate line
    (a doubtful one is passed over unless nothing else was found) is the labelled first one; a trace where neither has
    a candidate agrees. Values: of the lines that both have, those on which each value of ours is `equal(labelled,
    ours)` to a labelled one. First verdict: whether our first value equals the gold, against whether the labelled
    first value does; no candidate counts as wrong. Transitions: consecutive values, ours with the doubtful lines as
    the product would show them. The interval is a percentile bootstrap of F1 over problems (95 %).
    Raises ValueError where the two lengths differ. First Try Matters (arXiv 2510.08308) sections 2.1, 2.2 and
    appendix C.

    >>> trace = LabelledTrace("t", "s", "p", "4", {2: ("4",), 5: ("4",)})
    >>> result = score([trace], [[Candidate(0, 1, 2, "4", "rule", "")]], equal=str.__eq__, rng=np.random.default_rng(0))
    >>> result.lines.recall, result.same_first_line, result.equal_values
    (0.5, Share(k=1, n=1), Share(k=1, n=1))
    """
    if len(traces) != len(found):
        raise ValueError(f"{len(traces)} traces but candidates of {len(found)}")
    pairs = list(zip(traces, found, strict=True))
    counts = [count_lines(trace, ours) for trace, ours in pairs]
    values = [equal_values_of(trace, ours, equal) for trace, ours in pairs]
    low, high = _f1_interval([trace.problem for trace in traces], counts, rng, n_resamples)
    return Score(
        n_traces=len(traces),
        n_problems=len({trace.problem for trace in traces}),
        lines=_add(counts),
        same_first_line=Share(sum(has_same_first_line(trace, ours) for trace, ours in pairs), len(pairs)),
        equal_values=Share(sum(share.k for share in values), sum(share.n for share in values)),
        same_first_verdict=Share(sum(_first_verdict(trace, ours, equal) for trace, ours in pairs), len(pairs)),
        found_first_right=_first_right([(t.gold, [c.value for c in ours]) for t, ours in pairs], equal),
        labelled_first_right=_first_right([(t.gold, t.values) for t in traces], equal),
        found_transitions=count_transitions(((t.gold, [c.value for c in ours]) for t, ours in pairs), equal),
        labelled_transitions=count_transitions(((t.gold, t.values) for t in traces), equal),
        f1_low=low,
        f1_high=high,
    )


def score_by_source(
    traces: Sequence[LabelledTrace],
    found: Sequence[Sequence[Candidate]],
    *,
    equal: Equal,
    rng: np.random.Generator,
    n_resamples: int = 2000,
) -> dict[str, Score]:
    """`score` for each source on its own, in the order in which the sources first occur.

    >>> traces = [LabelledTrace(name, name, name, "4", {1: ("4",)}) for name in "ba"]
    >>> list(score_by_source(traces, [[], []], equal=str.__eq__, rng=np.random.default_rng(0)))
    ['b', 'a']
    """
    result = {}
    for source in dict.fromkeys(trace.source for trace in traces):
        chosen = [i for i, trace in enumerate(traces) if trace.source == source]
        here, ours = [traces[i] for i in chosen], [found[i] for i in chosen]
        result[source] = score(here, ours, equal=equal, rng=rng, n_resamples=n_resamples)
    return result


def count_transitions(rollouts: Iterable[tuple[str, Sequence[str]]], equal: Equal) -> dict[Transition, int]:
    """Count consecutive pairs of values by type, pooled over (gold, values) of each rollout; all five types are keys.

    Two wrong values are the same where `equal` says so. First Try Matters (arXiv 2510.08308) section 2.2.

    >>> counts = count_transitions([("4", ["3", "3", "4", "4", "5", "6"])], str.__eq__)
    >>> [counts[kind] for kind in (Transition.TT, Transition.FFS, Transition.FT, Transition.TF, Transition.FFD)]
    [1, 1, 1, 1, 1]
    """
    counts: Counter[Transition] = Counter(dict.fromkeys(Transition, 0))
    for gold, values in rollouts:
        verdicts = [equal(gold, value) for value in values]
        for i in range(1, len(values)):
            counts[_transition(verdicts[i - 1], verdicts[i], values[i - 1], values[i], equal)] += 1
    return dict(counts)


def _transition(before: bool, after: bool, value_before: str, value_after: str, equal: Equal) -> Transition:
    if before:
        return Transition.TT if after else Transition.TF
    if after:
        return Transition.FT
    return Transition.FFS if equal(value_before, value_after) else Transition.FFD


def equal_values_of(trace: LabelledTrace, found: Sequence[Candidate], equal: Equal) -> Share:
    """Of the lines that both have, those on which each value of ours is equal to a labelled one."""
    ours: dict[int, list[str]] = {}
    for candidate in found:
        ours.setdefault(candidate.line, []).append(candidate.value)
    both = [line for line in ours if line in trace.labels]
    agreed = (all(any(equal(label, v) for label in trace.labels[line]) for v in ours[line]) for line in both)
    return Share(sum(agreed), len(both))


def has_same_first_line(trace: LabelledTrace, found: Sequence[Candidate]) -> bool:
    """Whether our first line that nobody doubted is the labelled first one; none on either side agrees."""
    lines = [candidate.line for candidate in found]
    sure = [line for line in lines if line not in trace.doubtful]
    return min(sure or lines, default=None) == min(trace.labels, default=None)


def _first_verdict(trace: LabelledTrace, found: Sequence[Candidate], equal: Equal) -> bool:
    ours = bool(found) and equal(trace.gold, found[0].value)
    labelled = bool(trace.values) and equal(trace.gold, trace.values[0])
    return ours == labelled


def _first_right(rollouts: Sequence[tuple[str, Sequence[str]]], equal: Equal) -> Share:
    """Rollouts whose first value equals the gold, of all; without a value it is not right."""
    return Share(sum(bool(values) and equal(gold, values[0]) for gold, values in rollouts), len(rollouts))


def _add(counts: Iterable[LineCounts]) -> LineCounts:
    rows = list(counts)
    hits, false_alarms, misses = (sum(row[i] for row in rows) for i in range(3))
    return LineCounts(hits, false_alarms, misses)


def _f1_interval(
    problems: Sequence[str], counts: Sequence[LineCounts], rng: np.random.Generator, n_resamples: int
) -> tuple[float | None, float | None]:
    names = list(dict.fromkeys(problems))
    if len(names) < 2:
        return None, None
    table = np.zeros((len(names), 3))
    for problem, count in zip(problems, counts, strict=True):
        table[names.index(problem)] += count
    drawn = table[rng.integers(len(names), size=(n_resamples, len(names)))].sum(axis=1)
    weight = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    f1 = 2 * drawn[weight > 0, 0] / weight[weight > 0]
    if not len(f1):
        return None, None
    low, high = np.quantile(f1, [0.025, 0.975])
    return float(low), float(high)
