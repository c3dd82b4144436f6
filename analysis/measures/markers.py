"""Marker words ("Wait", "Hold on" ...) per 1,000 tokens of the text read.

Knows no text: counts are columns of the features. Source: Self-Braking Tuning (arXiv 2505.14604v4), Appendix E.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.markers import MARKERS
from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, Measure
from analysis.measures.coverage import measured
from analysis.measures.sample import Sample
from analysis.measures.statistics import Quotient, Share, Statistic
from analysis.resampling import Floats
from analysis.types import TokenSource

NO_TOKENS = "no rollout with tokens"
_UNIT = "per 1,000 tokens"


def _statistics(sample: Sample) -> Iterator[Statistic]:
    counted = sample.numbers(pl.col("n_read_tokens") > 0)
    thousands = sample.numbers("n_read_tokens") / 1000
    yield Quotient("markers", sample.numbers("n_markers_words"), thousands, counted, _UNIT, NO_TOKENS)
    for marker, counts in zip(MARKERS, _counts(sample).T, strict=True):
        name = "marker_" + marker.lower().replace(" ", "_").replace("-", "_")
        yield Quotient(name, counts, thousands, counted, _UNIT, NO_TOKENS)
    yield Share("estimated_share", sample.numbers(pl.col("token_source") == TokenSource.ESTIMATED.value), sample.ones)


def _counts(sample: Sample) -> Floats:
    """Counts per rollout and marker: shape (rollouts, markers)."""
    if not len(sample.rows):
        return np.zeros((0, len(MARKERS)))
    return sample.rows.column("marker_counts").list.to_array(len(MARKERS)).to_numpy().astype(np.float64)


MARKERS_PER_TOKEN = Measure(
    name="markers",
    label="Markers per 1,000 tokens",
    question="How often does the model say that it doubts?",
    statistics=_statistics,
    citation="Self-Braking Tuning (arXiv 2505.14604v4), Appendix E (26 markers)",
    how_to_read=(
        "Whole words, letter case ignored, the longest marker wins. Averages of counts divided by averages of tokens, "
        "per 1,000. A marker is a word, not a doubt: 'but' and 'check' are common in any text."
    ),
    undefined_when="No rollout has a text with tokens.",
    settings=(AVERAGE, TRUNCATED, TEXT),
    coverage=measured("markers"),
    formula=(r"\(1000\cdot\frac{\sum_i m_i}{\sum_i T_i}\), \(m_i\) markers and \(T_i\) tokens of rollout i."),
    proof="Hand-counted texts; the lists are as long as the paper and its repository say.",
)
