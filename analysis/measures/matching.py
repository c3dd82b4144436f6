"""Differences between two kinds of rollouts within strata, averaged over strata: value and influence of every rollout.

Knows no column. Weights are n1·n0/(n1 + n0) per stratum (Cochran 1954, Biometrics 10, 417-451; Mantel and Haenszel
1959): the average over the rollouts that have a counterpart, each stratum by how precisely it compares. Influences are
those of Deville (1999) by the sums of each stratum, weights included.
"""

from typing import NamedTuple

import numpy as np

from analysis.resampling import Floats, Ints


class Matched(NamedTuple):
    """`value` is None where no stratum holds both kinds; `counted` is 1 for the rollouts of strata that do."""

    value: float | None
    influence: Floats
    counted: Floats


def matched(strata: Ints, treated: Floats, outcome: Floats, counted: Floats) -> Matched:
    """Mean outcome of treated minus untreated within strata (codes >= 0), over rows whose `counted` is 1.

    Influences sum to 0; those of a stratum whose difference is the value, and of an outcome that does not vary, are 0.

    >>> strata, treated = np.array([0, 0, 1, 1, 1, 2]), np.array([1.0, 0, 1, 0, 0, 1])
    >>> found = matched(strata, treated, np.array([1.0, 0, 1, 1, 0, 0]), np.ones(6))
    >>> round(found.value, 4), found.counted.tolist()      # (1/2 · 1 + 2/3 · 1/2) / (1/2 + 2/3)
    (0.7143, [1.0, 1.0, 1.0, 1.0, 1.0, 0.0])
    """
    n_strata = int(strata.max(initial=-1)) + 1
    one, zero = treated * counted, (1 - treated) * counted
    n1, n0 = _sums(strata, one, n_strata), _sums(strata, zero, n_strata)
    weights = _safe(n1 * n0, n1 + n0)
    if not weights.sum() > 0:
        return Matched(None, np.zeros(len(strata)), np.zeros(len(strata)))
    y1 = _safe(_sums(strata, one * outcome, n_strata), n1)
    y0 = _safe(_sums(strata, zero * outcome, n_strata), n0)
    gap, total = y1 - y0, weights.sum()
    value = float((weights * gap).sum() / total)
    within = _safe(one, n1[strata]) * (outcome - y1[strata]) - _safe(zero, n0[strata]) * (outcome - y0[strata])
    by_weight = (one * n0[strata] ** 2 + zero * n1[strata] ** 2) / np.maximum((n1 + n0)[strata], 1.0) ** 2
    influence = (weights[strata] * within + (gap[strata] - value) * by_weight) / total
    inside = counted * (weights[strata] > 0)
    return Matched(value, _rounded(influence * inside), inside)


def _sums(strata: Ints, values: Floats, n_strata: int) -> Floats:
    return np.bincount(strata, weights=values, minlength=n_strata).astype(np.float64)


def _safe(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom > 0)


def _rounded(influence: Floats) -> Floats:
    """Sums of rounding size are 0."""
    influence[np.abs(influence) < 1e-12 * np.abs(influence).max(initial=0.0)] = 0.0
    return influence
