"""Does confidence rank right above wrong? Areas under curves, each with the influence of every rollout.

Knows no bins and no calibration. Equal confidences are one threshold; nothing depends on the order of rollouts.
Sources: Hanley and McNeil (1982), Radiology 143, 29-36, and DeLong et al. (1988), Biometrics 44, 837-845 (AUROC);
Davis and Goadrich (2006), ICML 23 (precision and recall); Geifman, Uziel and El-Yaniv (2019), ICLR (AURC, E-AURC).
"""

from typing import NamedTuple

import numpy as np

from analysis.calibration.scores import Scored, undefined
from analysis.resampling import Floats, Ints


class Thresholds(NamedTuple):
    """Equal confidences together, the highest first: how many, how many right, and the group of each rollout."""

    confidence: Floats
    counts: Floats
    right: Floats
    group: Ints


class RiskCoverage(NamedTuple):
    """Share answered and error among the answered if only confidences at or above each threshold were."""

    threshold: Floats
    coverage: Floats
    risk: Floats


def thresholds(confidence: Floats, outcome: Floats) -> Thresholds:
    """The thresholds of these confidences.

    >>> thresholds(np.array([0.5, 0.9, 0.5]), np.array([1.0, 1, 0])).counts.tolist()
    [1.0, 2.0]
    """
    values, group = np.unique(-confidence, return_inverse=True)
    counts = np.bincount(group, minlength=len(values)).astype(np.float64)
    right = np.bincount(group, weights=outcome, minlength=len(values)).astype(np.float64)
    return Thresholds(-values, counts, right, group)


def auroc(confidence: Floats, outcome: Floats) -> Scored:
    """P(confidence of a right one is above that of a wrong one), ties half; None with one class only.

    >>> auroc(np.array([9.0, 5, 5, 1]), np.array([1.0, 1, 0, 0])).value    # of 4 pairs 3 in order, one tie
    0.875
    """
    is_right = outcome > 0
    right, wrong = confidence[is_right], confidence[~is_right]
    if not len(right) or not len(wrong):
        return undefined(len(confidence))
    above, below = _share_below(wrong, right), 1 - _share_below(right, wrong)
    area = float(above.mean())
    influence = np.empty(len(confidence))
    influence[is_right] = (above - area) / len(right)
    influence[~is_right] = (below - area) / len(wrong)
    return Scored(area, influence)


def average_precision(confidence: Floats, outcome: Floats) -> Scored:
    """Sum over thresholds of the gain in recall times precision there; None without an outcome of 1.

    For AUPRC of wrong answers give 1 - confidence and 1 - outcome. Its chance level is the mean outcome.

    >>> round(average_precision(np.array([0.9, 0.8, 0.7]), np.array([1.0, 0, 1])).value, 4)   # (1 + 2/3) / 2
    0.8333
    """
    positives = outcome.sum()
    if not positives:
        return undefined(len(confidence))
    t = thresholds(confidence, outcome)
    reached, right = np.cumsum(t.counts), np.cumsum(t.right)
    value = float((t.right * right / reached).sum() / positives)
    per_right = (right / reached + _from_here(t.right / reached) - value) / positives
    per_one = -_from_here(t.right * right / reached**2) / positives
    return Scored(value, per_one[t.group] + outcome * per_right[t.group])


def risk_coverage(confidence: Floats, outcome: Floats) -> RiskCoverage:
    """One point per threshold, the highest first.

    >>> risk_coverage(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1, 0, 0])).risk.round(3).tolist()
    [0.0, 0.333, 0.5]
    """
    t = thresholds(confidence, outcome)
    reached, wrong = np.cumsum(t.counts), np.cumsum(t.counts - t.right)
    return RiskCoverage(t.confidence, reached / max(len(confidence), 1), wrong / reached)


def answered(confidence: Floats, coverage: float) -> Floats:
    """How much of each rollout is among the most confident share `coverage`: 1, 0, or a part where equals are split.

    >>> answered(np.array([0.9, 0.5, 0.5, 0.1]), 0.5).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    t = thresholds(confidence, np.zeros(len(confidence)))
    room = coverage * len(confidence) - (np.cumsum(t.counts) - t.counts)
    part: Floats = np.clip(room / t.counts, 0.0, 1.0)[t.group]
    return part


def aurc(confidence: Floats, outcome: Floats) -> Scored:
    """Mean over k of the error among the k most confident, expected over all orders of equal confidences; 0 is best.

    The influence is that of the area under the curve of a large population; None for no rollout.

    >>> round(aurc(np.array([0.9, 0.5, 0.5]), np.array([1.0, 1, 0])).value, 4)   # (0 + 1/4 + 1/3) / 3
    0.1944
    """
    n = len(confidence)
    if not n:
        return undefined(0)
    t = thresholds(confidence, outcome)
    before, wrong = np.cumsum(t.counts) - t.counts, t.counts - t.right
    wrong_before = np.cumsum(wrong) - wrong
    k = np.arange(1, n + 1)
    of = np.repeat(np.arange(len(t.counts)), t.counts.astype(np.int64))
    expected = wrong_before[of] + wrong[of] / t.counts[of] * (k - before[of])
    return Scored(float((expected / k).mean()), _aurc_influence(t, 1 - outcome))


def excess_aurc(confidence: Floats, outcome: Floats) -> Scored:
    """AURC above that of a perfect ranking of the same outcomes; 0 is best. About e + (1 - e)·ln(1 - e) is perfect.

    >>> excess_aurc(np.array([0.9, 0.5]), np.array([1.0, 0])).value
    0.0
    """
    n = len(confidence)
    found = aurc(confidence, outcome)
    if found.value is None:
        return found
    n_right = round(float(outcome.sum()))
    k = np.arange(n_right + 1, n + 1)
    best, error = float(((k - n_right) / k).sum() / n), 1 - n_right / n
    slope = -np.log(1 - error) if error < 1 else 0.0
    return Scored(found.value - best, found.influence - slope * ((1 - outcome) - error) / n)


def _aurc_influence(t: Thresholds, wrong: Floats) -> Floats:
    """Derivatives of sum_g [(E - e·A/p)·ln((A + p)/A) + e] by the masses p and errors e of the groups.

    A and E are the mass and the errors above a group: the area of E + e·(u - A)/p over u, from A to A + p.
    """
    n = len(wrong)
    p, e = t.counts / n, (t.counts - t.right) / n
    end = np.cumsum(p)
    start, above = end - p, np.cumsum(e) - e
    start[0] = above[0] = 0.0
    log = np.log(end[1:] / start[1:])
    widths = np.r_[0.0, log]
    rest = above - e * start / p
    per_error = 1 - start / p * widths + _after(widths)
    slope = np.r_[0.0, -(e / p)[1:] * log + rest[1:] * (1 / end[1:] - 1 / start[1:])]
    per_mass = e * start / p**2 * widths + rest / end + _after(slope)
    moved = per_mass[t.group] + wrong * per_error[t.group]
    centred: Floats = (moved - moved.mean()) / n
    return centred


def _share_below(others: Floats, values: Floats) -> Floats:
    """For each value the share of the others below it, ties half."""
    ordered = np.sort(others)
    ranks = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    shares: Floats = ranks / (2 * len(ordered))
    return shares


def _from_here(values: Floats) -> Floats:
    """Sum of each value and all after it."""
    sums: Floats = np.cumsum(values[::-1])[::-1]
    return sums


def _after(values: Floats) -> Floats:
    """Sum of all after each value."""
    return _from_here(values) - values
