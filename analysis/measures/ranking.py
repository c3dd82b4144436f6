"""How well a score ranks one kind of set above another: area under the ROC curve with an interval that stays in [0, 1].

Knows no column. The interval is symmetric on the logit of the area (Pepe 2003, section 5.2.4), its variance from the
influences of analysis.calibration.ranking summed over problems.
"""

import numpy as np

from analysis.calibration.ranking import auroc
from analysis.intervals import Interval, t_value, wilson
from analysis.measures.clusters import merged
from analysis.measures.estimates import ONE_PROBLEM
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
    stacked = np.column_stack([np.zeros(len(score)), counted])
    found = auroc(score[inside], kind[inside])
    if found.value is None:
        problems = merged(sample.strata).by_problem(stacked)
        return Known(name, Estimate(n, int((problems[:, 1] > 0).sum()), None, reason=ONE_CLASS), "auroc")
    value = found.value
    stacked[inside, 0] = found.influence
    sums = merged(sample.strata).by_problem(stacked)
    moved = sums[sums[:, 1] > 0, 0]
    if len(moved) < 2:
        return Known(name, Estimate(n, len(moved), value, reason=ONE_PROBLEM), "auroc")
    variance = float((moved**2).sum() * len(moved) / (len(moved) - 1))
    fewest = min(kind[inside].sum(), n - kind[inside].sum())
    low, high = _bounds(value, variance, len(moved), float(fewest))
    return Known(name, Estimate(n, len(moved), value, low, high), "auroc")


def _bounds(value: float, variance: float, n_problems: int, fewest: float) -> Interval:
    """On the logit; where nothing varies or the area is 0 or 1, Wilson on as many as the rarer kind has."""
    if not 0 < value < 1 or variance <= 0:
        return wilson(value, max(fewest, 1.0))
    half = t_value(n_problems - 1) * variance**0.5 / (value * (1 - value))
    middle = np.log(value / (1 - value))
    low, high = (float(1 / (1 + np.exp(-end))) for end in (middle - half, middle + half))
    return Interval(low, high)
