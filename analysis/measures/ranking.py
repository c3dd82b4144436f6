"""How well a score ranks one kind of set above another: area under the ROC curve with an interval that stays in [0, 1].

Knows no column. The interval is symmetric on the logit of the area (Pepe 2003, section 5.2.4), its variance from the
influences of analysis.calibration.ranking summed over problems, with Welch's correction where one kind is rare.
"""

import numpy as np

from analysis.calibration.ranking import auroc
from analysis.intervals import Interval, t_value, wilson
from analysis.measures.clusters import merged
from analysis.measures.estimates import MIN_PROBLEMS_WITH_EVENTS, ONE_PROBLEM
from analysis.measures.sample import Sample
from analysis.measures.statistics import Estimate, Known
from analysis.resampling import Floats

NOTHING = "no set has two answers to compare"
ONE_CLASS = "all of one kind: nothing to rank"


def ranked(name: str, score: Floats, kind: Floats, counted: Floats, sample: Sample, empty: str = NOTHING) -> Known:
    """The area over the rows whose `counted` is 1, pooled over problem sets, with its interval over problems."""
    inside = counted > 0
    n = int(inside.sum())
    if not n:
        return Known(name, Estimate(0, 0, None, reason=empty), "auroc")
    stacked = np.column_stack([np.zeros(len(score)), counted, counted])
    found = auroc(score[inside], kind[inside])
    if found.value is None:
        problems = merged(sample.strata).by_problem(stacked)
        return Known(name, Estimate(n, int((problems[:, 1] > 0).sum()), None, reason=ONE_CLASS), "auroc")
    stacked[inside, 0] = found.influence
    stacked[:, 1:] = np.column_stack([counted * (kind > 0), counted * (kind <= 0)])
    return Known(name, _estimate(found.value, n, stacked, sample), "auroc")


def _estimate(value: float, n: int, stacked: Floats, sample: Sample) -> Estimate:
    """From influences and, beside them, 1 for each of both kinds: all three per row."""
    rows = np.column_stack([stacked, stacked[:, :1] * stacked[:, 1:]])
    sums = merged(sample.strata).by_problem(rows)
    held = sums[(sums[:, 1:3] > 0).any(axis=1)]
    if len(held) < 2:
        return Estimate(n, len(held), value, reason=ONE_PROBLEM)
    return Estimate(n, len(held), value, *_bounds(value, held))


def _bounds(value: float, sums: Floats) -> Interval:
    """On the logit, from sums per problem: influences, rollouts of both kinds, influences of both.

    Each kind's part of the variance is corrected for how few problems hold it, with Welch's degrees of freedom. Where
    the rarer kind has under MIN_PROBLEMS_WITH_EVENTS problems, one more of them could move the area far: the interval
    then holds Wilson's on as many trials too. Where nothing varies or the area is 0 or 1, it is Wilson's.
    """
    n_problems = (sums[:, 1:3] > 0).sum(axis=0).astype(np.float64)
    parts, few = (sums[:, 3:] ** 2).sum(axis=0), wilson(value, max(float(n_problems.min()), 1.0))
    if not 0 < value < 1 or n_problems.min() < 2 or not parts.any():
        return few
    more = parts / (n_problems - 1)
    variance, df = float((sums[:, 0] ** 2).sum() + more.sum()), _welch(parts + more, n_problems)
    half = t_value(df) * variance**0.5 / (value * (1 - value))
    middle = np.log(value / (1 - value))
    low, high = (float(1 / (1 + np.exp(-end))) for end in (middle - half, middle + half))
    if n_problems.min() < MIN_PROBLEMS_WITH_EVENTS:
        return Interval(min(low, few.low), max(high, few.high))
    return Interval(low, high)


def _welch(parts: Floats, n: Floats) -> float:
    """Degrees of freedom of a sum of two variances of n problems each. Welch (1947), Biometrika 34, 28-35."""
    return float(parts.sum() ** 2 / (parts**2 / (n - 1)).sum())
