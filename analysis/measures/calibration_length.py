"""Confidence against length of the reasoning: are long rollouts less sure, and less sure enough?

Knows no text. After arXiv 2504.06564, section 4.4; association, not effect: hard problems have long reasoning.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.calibration.scores import gap
from analysis.measures.base import TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.calibration_intervals import counted_of
from analysis.measures.calibration_source import ATTEMPTED, SCALE, SOURCE, confident
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.statistics import Contrast, Mean, Share, Statistic
from analysis.resampling import Floats

NO_LENGTH = "no rollout with a gold, a confidence and a length"
EMPTY_BIN = "no rollout in this bin"
BINS = Setting("length_bins", "Bins of equally many rollouts", "5", low=2, high=10, whole=True)
LENGTH = Setting(
    "length_of",
    "Length of",
    "reasoning",
    (("reasoning", "the reasoning, else the whole attempt where no rollout has one"), ("attempt", "the whole attempt")),
)


def _statistics(sample: Sample) -> Iterator[Statistic]:
    who, column = confident(sample), _column(sample)
    tokens = sample.numbers(column)
    counted = who.counted * sample.numbers(pl.col(column).is_not_null())
    n_bins = int(sample.settings.number("length_bins"))
    edges = _edges(tokens[counted > 0], n_bins)
    bins = np.clip(np.searchsorted(edges, tokens, side="right") - 1, 0, n_bins - 1)
    for k in range(n_bins):
        inside = counted * (bins == k)
        between = (float(edges[k]), float(edges[k + 1])) if counted.any() else None
        empty = EMPTY_BIN if counted.any() else NO_LENGTH if who.graded.any() else NO_GOLD
        yield Share(f"accuracy_in_{k + 1}", who.right * inside, inside, empty, edges=between)
        yield Mean(f"confidence_in_{k + 1}", who.share * inside, inside, "share", empty, edges=between)
        of_bin = counted_of(sample, inside, who.share, who.right)
        over = gap(of_bin.confidence, of_bin.outcome)
        yield Contrast(f"gap_in_{k + 1}", over.value, of_bin.spread(over.influence), inside, empty=empty)
        yield Mean(f"length_in_{k + 1}", tokens * inside, inside, "tokens", empty, edges=between)
    yield Share("measured_share", counted, who.counted, who.why_none)


def _column(sample: Sample) -> str:
    reasons = (
        sample.settings["length_of"] == "reasoning" and sample.numbers(pl.col("n_reasoning_tokens").is_not_null()).any()
    )
    return "n_reasoning_tokens" if reasons else "n_tokens"


def _edges(lengths: Floats, n_bins: int) -> Floats:
    if not len(lengths):
        return np.zeros(n_bins + 1)
    return np.asarray(np.quantile(lengths, np.linspace(0, 1, n_bins + 1), method="inverted_cdf"))


CALIBRATION_LENGTH = Measure(
    name="calibration_length",
    label="Confidence against length",
    question="Are long rollouts less sure, and as much less as they are less often right?",
    statistics=_statistics,
    citation="After arXiv 2504.06564, section 4.4",
    how_to_read=(
        "Rollouts are sorted by tokens of reasoning and cut at their quantiles; a bin holds lengths from its lower "
        "edge up to below its upper edge, the last bin both, and equal lengths share a bin. Where accuracy falls with "
        "length faster than confidence does, the gap rises: long rollouts are over-confident. Hard problems have long "
        "reasoning, so this is no effect of length. Token counts may be estimated (token source)."
    ),
    undefined_when="No rollout has a gold, a confidence and a length.",
    settings=(SOURCE, BINS, LENGTH, SCALE, ATTEMPTED, UNREAD, TRUNCATED),
    formula=r"\(\bar{y}_B\), \(\bar{c}_B\) and \(\bar{c}_B-\bar{y}_B\) of the rollouts of each bin B.",
    reads_text=False,
    coverage=measured("calibration_length"),
    proof="Hand-counted bins.",
)
