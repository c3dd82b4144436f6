"""Agreement on where things stand in a text: F1 of spans and of their boundaries, and of the values that they state.

Knows no scheme: a span is [start, end) in code points with a label. Neither side is the truth: F1 is the same either
way round. Intervals resample rollouts. Sources: F1 as the limit of kappa for spans: Hripcsak and Rothschild (2005), J.
Am. Med. Inform. Assoc. 12, 296-298; boundaries within a tolerance after Fournier (2013), ACL.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analysis.agreement.nominal import Randomness, resampler_of
from analysis.measures.clusters import lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Estimate, Share

NO_SPANS = "nobody marked anything"
NOTHING_SHARED = "no span was marked by both"
ONE_ROLLOUT = "one rollout only: no interval"


class Span(NamedTuple):
    """[start, end) in code points; `value` is what the span states, where a label has one."""

    start: int
    end: int
    label: str
    value: str | None = None


class Two(NamedTuple):
    """What two raters marked in one rollout."""

    rollout: int
    first: Sequence[Span]
    second: Sequence[Span]


Alike = Callable[[str, str], bool]


def exact_f1(pairs: Sequence[Two], rng: Randomness) -> Estimate:
    """Spans count as the same where start, end and label are. n counts the spans of both.

    >>> one, other = [Span(0, 5, "a"), Span(7, 9, "b")], [Span(0, 5, "a"), Span(7, 9, "a")]
    >>> exact_f1([Two(1, one, other)], np.random.default_rng(0)).value       # 2·1/(2 + 2)
    0.5
    """
    return _f1(pairs, lambda two: _in_common(two.first, two.second), rng)


def overlap_f1(pairs: Sequence[Two], rng: Randomness, least: float = 0.5) -> Estimate:
    """Spans of one label are the same where they share at least `least` of the text that either covers; one to one.

    >>> one, other = [Span(0, 10, "a")], [Span(2, 10, "a"), Span(9, 12, "a")]
    >>> round(overlap_f1([Two(1, one, other)], np.random.default_rng(0)).value, 3)       # 8/10 shared: 2·1/3
    0.667
    """
    return _f1(pairs, lambda two: len(matched(two.first, two.second, least)), rng)


def boundary_f1(pairs: Sequence[Two], rng: Randomness, tolerance: int = 0) -> Estimate:
    """Starts and ends of spans, whatever their label; the same where at most `tolerance` code points apart, one to one.

    >>> boundary_f1([Two(1, [Span(0, 5, "a")], [Span(1, 9, "a")])], np.random.default_rng(0), 1).value   # 0, 1 match
    0.5
    """
    edges = {
        two.rollout: [sorted({place for span in side for place in span[:2]}) for side in (two.first, two.second)]
        for two in pairs
    }
    rows = [(rollout, _near(one, other, tolerance), len(one) + len(other)) for rollout, (one, other) in edges.items()]
    return _ratio(rows, 2.0, NO_SPANS, rng)


def value_agreement(pairs: Sequence[Two], alike: Alike, rng: Randomness, least: float = 0.5) -> Estimate:
    """Share of the spans marked by both (as in overlap_f1) that state values that are `alike`; n counts those."""
    rows = []
    for two in pairs:
        both = [(a, b) for a, b in matched(two.first, two.second, least) if a.value is not None and b.value is not None]
        rows.append((two.rollout, sum(alike(a.value or "", b.value or "") for a, b in both), len(both)))
    return _ratio(rows, 1.0, NOTHING_SHARED, rng)


def matched(first: Sequence[Span], second: Sequence[Span], least: float = 0.5) -> list[tuple[Span, Span]]:
    """Pairs of one label that share at least `least` of their union, the largest shares first, each span once."""
    shares = [(_shared(first[i], second[j]), i, j) for i, j in _meeting(first, second)]
    taken: tuple[set[int], set[int]] = (set(), set())
    found = []
    for share, i, j in sorted(shares, key=lambda each: (-each[0], each[1:])):
        if share < least or share == 0 or i in taken[0] or j in taken[1]:
            continue
        taken[0].add(i)
        taken[1].add(j)
        found.append((first[i], second[j]))
    return found


def _meeting(first: Sequence[Span], second: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Numbers of spans of one label that touch; spans far apart are never held against each other."""
    order = sorted(range(len(second)), key=lambda j: second[j].start)
    starts, longest = [second[j].start for j in order], max((b.end - b.start for b in second), default=0)
    for i, a in enumerate(first):
        for j in order[bisect_left(starts, a.start - longest) : bisect_right(starts, a.end)]:
            if second[j].label == a.label and second[j].end >= a.start:
                yield i, j


def _shared(a: Span, b: Span) -> float:
    """Intersection over union; two empty spans at one place are the same."""
    if (a.start, a.end) == (b.start, b.end):
        return 1.0
    common = min(a.end, b.end) - max(a.start, b.start)
    return max(common, 0) / (max(a.end, b.end) - min(a.start, b.start))


def _in_common(first: Sequence[Span], second: Sequence[Span]) -> int:
    one, other = (Counter(span[:3] for span in side) for side in (first, second))
    return (one & other).total()


def _near(first: Sequence[int], second: Sequence[int], tolerance: int) -> int:
    """The most pairs of places that are near, one to one; taking the earliest that fits is the best on a line."""
    i = j = found = 0
    while i < len(first) and j < len(second):
        if abs(first[i] - second[j]) <= tolerance:
            found, i, j = found + 1, i + 1, j + 1
        elif first[i] < second[j]:
            i += 1
        else:
            j += 1
    return found


def _f1(pairs: Sequence[Two], n_same: Callable[[Two], int], rng: Randomness) -> Estimate:
    rows = [(two.rollout, n_same(two), len(two.first) + len(two.second)) for two in pairs]
    return _ratio(rows, 2.0, NO_SPANS, rng)


def _ratio(rows: Sequence[tuple[int, int, int]], factor: float, empty: str, rng: Randomness) -> Estimate:
    """factor·(same)/(all) over rollouts: a share of what both marked, its interval clustered by rollout."""
    counted = sorted((rollout, factor * same, n) for rollout, same, n in rows if n)
    if not counted:
        return Estimate(0, 0, None, reason=empty)
    table = np.array(counted, dtype=np.float64)
    strata = lay_out(table[:, 0].astype(np.int64), None, resampler_of(rng))
    [found] = estimate([Share("f1", table[:, 1], table[:, 2], empty)], strata)
    return replace(found, reason=ONE_ROLLOUT) if found.n_problems < 2 else found
