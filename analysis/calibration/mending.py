"""Confidences made to agree with outcomes: Platt's line on log odds, and isotonic steps; fitted here, used there.

Knows no bins and no split. Sources: Platt (1999), in Advances in Large Margin Classifiers, 61-74, with the numerics of
Lin, Lin and Weng (2007), Machine Learning 68, 267-276; Zadrozny and Elkan (2002), KDD 8, 694-699 (isotonic).
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit

from analysis.resampling import Floats

NEAREST = 0.001
"""Confidences nearer to 0 or 1 are taken for this near, as their log odds are infinite."""
_MOST_STEPS = 100


class Line(NamedTuple):
    """Log odds of being right = intercept + slope · log odds of the confidence; (0, 1) changes nothing."""

    intercept: float
    slope: float

    def mended(self, confidence: Floats) -> Floats:
        moved: Floats = expit(self.intercept + self.slope * _log_odds(confidence))
        return moved


class Steps(NamedTuple):
    """A rising curve through (at, value), straight between, level outside."""

    at: Floats
    value: Floats

    def mended(self, confidence: Floats) -> Floats:
        return np.interp(confidence, self.at, self.value)


def platt(confidence: Floats, outcome: Floats) -> Line:
    """The line of the greatest likelihood, with Platt's outcomes a little inside 0 and 1, so that it is always finite.

    Raises ValueError for no rollout. One confidence only gives slope 0.

    >>> c = np.repeat([0.2, 0.8], 500)
    >>> line = platt(c, np.tile([1.0, 0, 0, 0, 0], 200) * (c < 0.5) + np.tile([1.0, 1, 1, 1, 0], 200) * (c > 0.5))
    >>> round(line.slope, 1)                   # right as often as said: nothing to mend
    1.0
    """
    if not len(confidence):
        raise ValueError("no confidence to fit a line to")
    values, group, n = np.unique(confidence, return_inverse=True, return_counts=True)
    n_right = float(outcome.sum())
    high, low = (n_right + 1) / (n_right + 2), 1 / (len(outcome) - n_right + 2)
    target = np.bincount(group, weights=np.where(outcome > 0, high, low)).astype(np.float64)
    x = _log_odds(values)
    if len(values) == 1:
        return Line(float(logit(target[0] / n[0])), 0.0)
    return _fitted(np.column_stack([np.ones(len(x)), x]), target, n.astype(np.float64))


def isotonic(confidence: Floats, outcome: Floats) -> Steps:
    """The rising steps nearest to the outcomes by squares; equal confidences are one. Raises ValueError for none.

    >>> isotonic(np.array([0.1, 0.5, 0.9]), np.array([0.0, 1.0, 0.0])).value.tolist()
    [0.0, 0.5, 0.5]
    """
    if not len(confidence):
        raise ValueError("no confidence to fit steps to")
    values, group, n = np.unique(confidence, return_inverse=True, return_counts=True)
    fitted = isotonic_regression(np.bincount(group, weights=outcome) / n, weights=n)
    return Steps(values, np.asarray(fitted.x, dtype=np.float64))


def _fitted(x: Floats, target: Floats, n: Floats) -> Line:
    """Newton's steps, halved while they make the likelihood worse."""
    at = np.array([0.0, 1.0])
    for _ in range(_MOST_STEPS):
        p = expit(x @ at)
        slope = x.T @ (target - n * p)
        curve = (x * (n * p * (1 - p))[:, None]).T @ x + 1e-12 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        while _loss(x, target, n, at + step) > _loss(x, target, n, at) and np.abs(step).max() > 1e-10:
            step /= 2
        at = at + step
        if np.abs(step).max() < 1e-9:
            break
    return Line(float(at[0]), float(at[1]))


def _loss(x: Floats, target: Floats, n: Floats, at: Floats) -> float:
    z = x @ at
    return float((n * np.logaddexp(0, z) - target * z).sum())


def _log_odds(confidence: Floats) -> Floats:
    odds: Floats = logit(np.clip(confidence, NEAREST, 1 - NEAREST))
    return odds
