"""Smooth calibration error: residuals under a kernel whose width is the error itself. No bins.

Knows no problems. Source: Blasiok and Nakkiran (2023), arXiv 2309.12236: the Gaussian kernel reflected at 0 and 1, the
width sigma* that solves smECE_sigma = sigma. Here the reflected kernel is applied exactly, as decay of cosines (the
heat equation on a rod), to residuals that are dealt to a grid.
"""

import numpy as np
from scipy import fft

from analysis.resampling import Floats

N_CELLS = 1000
N_STEPS = 30


def smooth_ece(confidence: Floats, outcome: Floats, n_cells: int = N_CELLS) -> float | None:
    """smECE of confidences in [0, 1] and outcomes 0 or 1; None for no rollout.

    >>> round(smooth_ece(np.full(100, 0.7), np.repeat([1.0, 0.0], 50)), 2)   # all stand at .7, half are right
    0.2
    """
    if not len(confidence):
        return None
    return float(smooth_errors(on_grid(confidence, outcome - confidence, n_cells)[None, :] / len(confidence))[0])


def on_grid(confidence: Floats, values: Floats, n_cells: int = N_CELLS) -> Floats:
    """Values dealt to the two nearest of n_cells + 1 points from 0 to 1, each by how near it is.

    >>> on_grid(np.array([0.3]), np.array([1.0]), 2).tolist()
    [0.4, 0.6, 0.0]
    """
    at = np.clip(confidence, 0, 1) * n_cells
    low = np.minimum(np.floor(at).astype(np.int64), n_cells - 1)
    high_part = at - low
    dealt: Floats = np.bincount(low, weights=values * (1 - high_part), minlength=n_cells + 1).astype(np.float64)
    dealt += np.bincount(low + 1, weights=values * high_part, minlength=n_cells + 1)
    return dealt


def smooth_errors(residuals: Floats, n_steps: int = N_STEPS) -> Floats:
    """smECE of many data sets at once from their mean residuals on a grid: shape (data sets, points).

    The error falls as the width grows, so the width that equals it is found by halving [0, 1] `n_steps` times.
    """
    waves = fft.dct(_doubled_ends(residuals), type=1, axis=1)
    low, high = np.zeros(len(residuals)), np.ones(len(residuals))
    for _ in range(n_steps):
        middle = (low + high) / 2
        is_above = _error_at(waves, middle) > middle
        low, high = np.where(is_above, middle, low), np.where(is_above, high, middle)
    return _error_at(waves, (low + high) / 2)


def _error_at(waves: Floats, sigma: Floats) -> Floats:
    """Area under the absolute smoothed residual: the mean of its size over the grid, ends half."""
    n_points = waves.shape[1]
    decay = np.exp(-0.5 * (np.pi * np.arange(n_points) * sigma[:, None]) ** 2)
    density = np.abs(fft.idct(waves * decay, type=1, axis=1))
    density[:, [0, -1]] /= 2
    found: Floats = density.sum(axis=1)
    return found


def _doubled_ends(residuals: Floats) -> Floats:
    """Mass at 0 or 1 lies on both sides of the mirror."""
    doubled = residuals.copy()
    doubled[:, [0, -1]] *= 2
    return doubled
