"""Accuracy against the length of the reasoning, in bins of equally many rollouts.

Knows no text. Lengths are columns of the features; association, not effect: hard problems have long reasoning.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.measures.accuracy import FIRST
from analysis.measures.base import TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.statistics import Mean, Share, Statistic
from analysis.measures.verdicts import verdicts
from analysis.resampling import Floats

_UNITS = {"tokens": "n_read_tokens", "characters": "n_chars", "lines": "n_lines"}
_EMPTY = "no rollout in this bin"
BINS = Setting("bins", "Bins", "5", low=2, high=20, whole=True)
UNIT = Setting("unit", "Length in", "tokens", tuple((unit, unit) for unit in _UNITS))


def _statistics(sample: Sample) -> Iterator[Statistic]:
    unit, n_bins = sample.settings["unit"], int(sample.settings.number("bins"))
    known = sample.numbers(pl.col(_UNITS[unit]).is_not_null() & (pl.col("read_from") != "none"))
    length, v = sample.numbers(pl.col(_UNITS[unit])), verdicts(sample)
    counted = v.counted * known
    edges = _edges(length[counted > 0], n_bins)
    bins = np.clip(np.searchsorted(edges, length, side="right") - 1, 0, n_bins - 1)
    for k in range(n_bins):
        inside = counted * (bins == k)
        between = (float(edges[k]), float(edges[k + 1])) if counted.any() else None
        empty = _EMPTY if counted.any() else NO_GOLD
        yield Share(f"accuracy_in_{k + 1}", v.final * inside, inside, empty, edges=between)
        yield Mean(f"length_in_{k + 1}", length * inside, inside, unit, empty, edges=between)
    yield Share("unread_share", v.unread, v.graded, NO_GOLD)


def _edges(lengths: Floats, n_bins: int) -> Floats:
    if not len(lengths):
        return np.zeros(n_bins + 1)
    return np.asarray(np.quantile(lengths, np.linspace(0, 1, n_bins + 1), method="inverted_cdf"))


LENGTH = Measure(
    name="length",
    label="Accuracy against length",
    question="Are long rollouts right less often?",
    statistics=_statistics,
    citation="Own measure; after First Try Matters (arXiv 2510.08308v1), Fig. 5, and s1 (arXiv 2501.19393)",
    how_to_read=(
        "Rollouts are sorted by length of the text read and cut at its quantiles; a bin holds lengths from its lower "
        "edge up to below its upper edge, the last bin both. Equal lengths share a bin, so that bins may be unequal or "
        "empty. All rollouts are pooled. Hard problems have long reasoning: this is no effect of length."
    ),
    undefined_when="No rollout has a gold and a length.",
    settings=(BINS, UNIT, FIRST, UNREAD, TRUNCATED, TEXT),
    coverage=measured("length"),
    formula=(r"Accuracy \(\frac{1}{|B|}\sum_{i\in B} y_i\) of the rollouts B of each bin between quantiles of length."),
    proof="Hand-counted bins.",
)
