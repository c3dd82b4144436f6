"""Where candidates stand in the reasoning, by line.

Knows no text: lines are columns of the features. Source: First Try Matters (arXiv 2510.08308v1), Figs 2 and 5.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, Measure
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_CANDIDATE, Sample
from analysis.measures.statistics import Mean, Quantile, Share, Statistic
from analysis.resampling import Floats, Ints

N_BINS = 20
"""Bins of width 0.05 (Fig. 2): from their lower edge up to below the upper one, which the last includes."""


def _statistics(sample: Sample) -> Iterator[Statistic]:
    counted, n_lines = sample.has_candidate, sample.numbers("n_lines")
    first = sample.numbers(pl.col("candidate_lines").list.first()) / np.maximum(n_lines, 1.0)
    rows, lines = sample.flattened("candidate_lines")
    places = lines.to_numpy() / np.maximum(n_lines[rows], 1.0)
    per_row, n = _sums(rows, places, len(n_lines)), sample.numbers("n_candidates")
    yield Mean("first_position", first * counted, counted, "position", NO_CANDIDATE)
    yield Quantile("first_position_median", first, counted, 0.5, "position", NO_CANDIDATE)
    yield Mean("all_position", per_row, n, "position", NO_CANDIDATE)
    yield from _histogram("first", _counts(np.flatnonzero(counted), first[counted > 0], len(counted)), counted)
    yield from _histogram("all", _counts(rows, places, len(counted)), n)


def _sums(rows: Ints, values: Floats, n_rows: int) -> Floats:
    return np.bincount(rows, weights=values, minlength=n_rows).astype(np.float64)


def _counts(rows: Ints, places: Floats, n_rows: int) -> Floats:
    """How many places of each row fall in each bin: shape (n_rows, N_BINS)."""
    bins = np.minimum((places * N_BINS + 1e-9).astype(np.int64), N_BINS - 1)
    return np.bincount(rows * N_BINS + bins, minlength=n_rows * N_BINS).reshape(n_rows, N_BINS).astype(np.float64)


def _histogram(of: str, counts: Floats, trials: Floats) -> Iterator[Share]:
    for k in range(N_BINS):
        low, high = k / N_BINS, (k + 1) / N_BINS
        name = f"{of}_in_{low:.2f}_{high:.2f}"
        yield Share(name, counts[:, k], trials, NO_CANDIDATE, edges=(low, high), resample=False)


POSITION = Measure(
    name="position",
    label="Where candidates stand",
    question="How far into the reasoning does the first answer stand?",
    statistics=_statistics,
    citation="First Try Matters (arXiv 2510.08308v1), Figs 2 and 5",
    how_to_read=(
        "Position is the line of the candidate divided by all lines of the text, blank ones included: 0 is the first "
        "line, 1 the last. Mass at the right end is the closing restatement. Bins hold positions from their lower edge "
        "up to below their upper edge, the last one both; their intervals are Wilson's on the design-effect n. The "
        "median pools all rollouts. The last bin depends most on the extractor."
    ),
    undefined_when="No rollout has a candidate.",
    settings=(AVERAGE, TRUNCATED, TEXT),
    coverage=measured("position"),
    formula=(r"\(\frac{1}{N}\sum_i \frac{l_i}{L_i}\), \(l_i\) the line of the candidate, \(L_i\) all lines."),
    proof="Hand-counted positions, in every bin.",
)
