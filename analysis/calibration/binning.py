"""Confidences in bins, and the errors of calibration over them.

Knows no scale: confidences are in [0, 1]. Sources: Naeini, Cooper and Hauskrecht (2015), AAAI 29 (ECE, MCE); Nixon et
al. (2019), arXiv 1904.01685 (equal mass, ACE); Hendrycks, Mazeika and Dietterich (2019), arXiv 1812.04606 (RMS).
"""

from typing import NamedTuple

import numpy as np

from analysis.resampling import Floats, Ints

PLACES = 9
"""c·M is rounded to so many places before it is cut, so that 0.7·10 stands in the bin of 7."""


class Bins(NamedTuple):
    """The bin of each confidence, 0 to n_bins - 1, and each bin's lowest and highest edge (None where it is empty)."""

    of: Ints
    edges: tuple[tuple[float, float] | None, ...]


class Errors(NamedTuple):
    """Over the bins that hold any: mean |gap| by count, by bin, the largest, and the root mean square by count."""

    ece: float
    ace: float
    mce: float
    rmsce: float
    n_bins: int


def equal_width(confidence: Floats, n_bins: int, edge: str = "left") -> Bins:
    """Bins of width 1/M: `left` is [low, high) with 1 in the last, `right` is (low, high] with 0 in the first.

    >>> equal_width(np.array([0.0, 0.1, 0.7, 1.0]), 10).of.tolist()
    [0, 1, 7, 9]
    >>> equal_width(np.array([0.0, 0.1, 0.7, 1.0]), 10, "right").of.tolist()
    [0, 0, 6, 9]
    """
    at = np.round(confidence * n_bins, PLACES)
    cut = np.floor(at) if edge == "left" else np.ceil(at) - 1
    edges = tuple((k / n_bins, (k + 1) / n_bins) for k in range(n_bins))
    return Bins(np.clip(cut, 0, n_bins - 1).astype(np.int64), edges)


def equal_mass(confidence: Floats, n_bins: int) -> Bins:
    """Bins of n/M confidences with equal ones kept together: bin floor(M·(how many are smaller)/n).

    Bins may be empty where many are equal; edges are the smallest and largest confidence of a bin.

    >>> equal_mass(np.array([0.2, 0.9, 0.9, 0.9]), 4).of.tolist()
    [0, 1, 1, 1]
    """
    ordered = np.sort(confidence)
    smaller = np.searchsorted(ordered, confidence, "left")
    return _held(confidence, smaller * n_bins // max(len(ordered), 1), n_bins)


def mass_split(confidence: Floats, n_bins: int) -> Bins:
    """Legacy: bins of n/M confidences that part equal ones by the order in which they are given.

    Depends on that order, as published code does; `equal_mass` does not.

    >>> mass_split(np.array([0.9, 0.9, 0.2, 0.9]), 2).of.tolist()
    [0, 1, 0, 1]
    """
    place = np.empty(len(confidence), dtype=np.int64)
    place[np.argsort(confidence, kind="stable")] = np.arange(len(confidence))
    return _held(confidence, place * n_bins // max(len(confidence), 1), n_bins)


def errors(confidence: Floats, outcome: Floats, bins: Bins) -> Errors | None:
    """The errors over these bins; None for no confidence.

    >>> c, y = np.array([0.0, 0.55, 0.95, 0.95]), np.array([0.0, 1, 1, 0])
    >>> found = errors(c, y, equal_width(c, 10))    # gaps 0, .45 and .9/2, of 1, 1 and 2 rollouts
    >>> round(found.ece, 4), round(found.ace, 4), round(found.mce, 4), found.n_bins
    (0.3375, 0.3, 0.45, 3)
    """
    if not len(confidence):
        return None
    n = np.bincount(bins.of, minlength=len(bins.edges)).astype(np.float64)
    gap = np.bincount(bins.of, weights=confidence - outcome, minlength=len(bins.edges)).astype(np.float64)
    ece, ace, mce, rmsce = (float(part[0]) for part in errors_of(gap[None, :], n[None, :]))
    return Errors(ece, ace, mce, rmsce, int((n > 0).sum()))


def errors_of(gaps: Floats, counts: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """ECE, ACE, MCE and RMSCE of many data sets at once: sums of c - y and counts per bin, both (data sets, bins).

    >>> [float(part[0]) for part in errors_of(np.array([[0.5, -0.5, 0]]), np.array([[1.0, 2, 0]]))][:3]
    [0.3333333333333333, 0.375, 0.5]
    """
    size = np.abs(gaps)
    of_bin = np.divide(size, counts, out=np.zeros_like(size), where=counts > 0)
    n = np.maximum(counts.sum(axis=1), 1e-300)
    held = np.maximum((counts > 0).sum(axis=1), 1)
    return size.sum(axis=1) / n, of_bin.sum(axis=1) / held, of_bin.max(axis=1), np.sqrt((size * of_bin).sum(axis=1) / n)


def null_ece(confidence: Floats, bins: Bins, n_draws: int, rng: np.random.Generator) -> Floats:
    """ECE of data sets in which every outcome is drawn right with its confidence: what a calibrated model would show.

    Outcomes are drawn independently. Vaicenavicius et al. (2019), arXiv 1902.06977 (consistency resampling).

    >>> found = null_ece(np.full(100, 0.5), equal_width(np.full(100, 0.5), 10), 400, np.random.default_rng(0))
    >>> bool(0.03 < found.mean() < 0.05)          # E|N(0, .05²)| = .04
    True
    """
    values, first, n = np.unique(confidence, return_index=True, return_counts=True)
    bin_of_value, n_bins = bins.of[first], len(bins.edges)
    drawn = rng.binomial(n, values, size=(n_draws, len(values)))
    inside = np.zeros((len(values), n_bins))
    inside[np.arange(len(values)), bin_of_value] = 1.0
    counts = np.tile(n @ inside, (n_draws, 1))
    return errors_of((n * values - drawn) @ inside, counts)[0]


def _held(confidence: Floats, of: Ints, n_bins: int) -> Bins:
    low, high = np.full(n_bins, np.inf), np.full(n_bins, -np.inf)
    np.minimum.at(low, of, confidence)
    np.maximum.at(high, of, confidence)
    pairs = zip(low.tolist(), high.tolist(), strict=True)
    return Bins(of.astype(np.int64), tuple((a, b) if a <= b else None for a, b in pairs))
