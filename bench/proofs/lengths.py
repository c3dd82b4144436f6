"""Accuracy and confidence in bins of equally many rollouts by length, where harder rollouts are longer.

A bin's truth is that of all rollouts between the edges that are shown, which are the data set's own. Knows no interval.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.resampling import Floats, Resampler
from bench.proofs.base import Design, Found, Simulation, Truth
from bench.proofs.calibration import N_LARGE, SHARE, draw, measured, nothing_known

N_BINS = 5


class Population(NamedTuple):
    """Lengths in order, and sums of accuracy, confidence and length over all that are shorter (one entry more)."""

    length: Floats
    sums: Floats

    def means(self, low: float, high: float, is_last: bool) -> Floats:
        """Of the rollouts from `low` to below `high`, the last bin with it."""
        first, end = np.searchsorted(self.length, [low, high], side="left")
        if is_last:
            end = np.searchsorted(self.length, high, side="right")
        return np.asarray((self.sums[end] - self.sums[first]) / max(end - first, 1))


@cache
def population(base_rate: float) -> Population:
    """Two million rollouts of as many problems."""
    found, length = measured(Design(4 * N_LARGE, 1.0, base_rate, 1), np.random.default_rng(2))
    columns = np.column_stack([found.right, found.confidence, length])[np.argsort(length)]
    return Population(columns[:, 2], np.vstack([np.zeros(3), np.cumsum(columns, axis=0)]))


def draw_lengths(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    return draw(design, rng).with_columns(
        first_outcome=pl.col("final_outcome"), n_read_tokens=pl.col("n_reasoning_tokens"), n_candidates=pl.lit(1)
    )


def learnt(design: Design, frame: pl.DataFrame, found: Found, resampler: Resampler) -> Truth:
    people = population(design.base_rate)
    lengths = frame["n_reasoning_tokens"].to_numpy()
    edges = np.quantile(lengths, np.linspace(0, 1, N_BINS + 1), method="inverted_cdf")
    told: dict[str, float] = {}
    for k in range(N_BINS):
        right, said, length = people.means(float(edges[k]), float(edges[k + 1]), k == N_BINS - 1)
        told |= {f"length/accuracy_in_{k + 1}": right, f"length/length_in_{k + 1}": length}
        told |= {f"calibration_length/accuracy_in_{k + 1}": right, f"calibration_length/confidence_in_{k + 1}": said}
        told |= {f"calibration_length/gap_in_{k + 1}": said - right, f"calibration_length/length_in_{k + 1}": length}
    return {row: float(value) for row, value in told.items()}


SIMULATION = Simulation(("length", "calibration_length"), draw_lengths, nothing_known, learnt=learnt, settings=SHARE)
