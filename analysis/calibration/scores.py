"""Brier score, its decomposition and skill, each with the influence of every rollout.

Knows no bins: rollouts are grouped by equal confidence, where the decomposition is exact. Sources: Brier (1950), Mon.
Weather Rev. 78, 1-3; Murphy (1973), J. Appl. Meteorol. 12, 595-600; Stephenson, Coelho and Jolliffe (2008), Weather
and Forecasting 23, 752-757 (what bins leave out).
"""

from typing import NamedTuple

import numpy as np

from analysis.resampling import Floats


class Scored(NamedTuple):
    """A value (None: undefined) and by how much it moves per weight of each rollout; influences sum to 0."""

    value: float | None
    influence: Floats


class Brier(NamedTuple):
    """score = reliability - resolution + uncertainty; skill = 1 - score/uncertainty (None for one class)."""

    score: Scored
    reliability: Scored
    resolution: Scored
    uncertainty: Scored
    skill: Scored


def undefined(n: int) -> Scored:
    return Scored(None, np.zeros(n))


def brier(confidence: Floats, outcome: Floats) -> Brier:
    """All five of confidences in [0, 1] and outcomes 0 or 1; None of each for no rollout.

    >>> found = brier(np.array([0.5, 0.5, 1.0, 1.0]), np.array([0.0, 1, 1, 1]))
    >>> [part.value for part in found]             # .25/2; 0; (1/4)²·.5·2; .75·.25; 1 - .125/.1875
    [0.125, 0.0, 0.0625, 0.1875, 0.33333333333333337]
    """
    n = len(confidence)
    if not n:
        return Brier(*(undefined(0) for _ in range(5)))
    squares, rate = (confidence - outcome) ** 2, float(outcome.mean())
    score = _mean(squares)
    uncertainty = Scored(rate * (1 - rate), (1 - 2 * rate) * (outcome - rate) / n)
    reliability, resolution = _by_value(confidence, outcome, rate)
    return Brier(score, reliability, resolution, uncertainty, _skill(score, uncertainty))


def gap(confidence: Floats, outcome: Floats) -> Scored:
    """Mean confidence minus accuracy: above 0 is over-confident.

    >>> gap(np.array([1.0, 0.5]), np.array([0.0, 1.0])).value
    0.25
    """
    return _mean(confidence - outcome) if len(confidence) else undefined(0)


def _mean(values: Floats) -> Scored:
    mean = float(values.mean())
    return Scored(mean, (values - mean) / len(values))


def _by_value(confidence: Floats, outcome: Floats, rate: float) -> tuple[Scored, Scored]:
    n = len(confidence)
    values, group, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    right = np.bincount(group, weights=outcome) / counts
    off, apart = right - values, right - rate
    reliability, resolution = float(counts @ off**2) / n, float(counts @ apart**2) / n
    of_reliability = 2 * off[group] * (outcome - confidence) - off[group] ** 2 - reliability
    of_resolution = 2 * apart[group] * (outcome - rate) - apart[group] ** 2 - resolution
    return Scored(reliability, of_reliability / n), Scored(resolution, of_resolution / n)


def _skill(score: Scored, uncertainty: Scored) -> Scored:
    if not uncertainty.value:
        return undefined(len(score.influence))
    assert score.value is not None
    ratio = score.value / uncertainty.value
    return Scored(1 - ratio, -(score.influence - ratio * uncertainty.influence) / uncertainty.value)
