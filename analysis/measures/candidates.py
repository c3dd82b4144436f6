"""How many candidate answers a rollout holds.

Knows no extractor. Source: First Try Matters (arXiv 2510.08308v1), Table 4.
"""

from collections.abc import Iterator

import polars as pl

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, Measure
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_TEXT, Sample
from analysis.measures.statistics import Mean, Quantile, Share, Statistic


def _statistics(sample: Sample) -> Iterator[Statistic]:
    read = sample.numbers(pl.col("read_from") != "none")
    n = sample.numbers("n_candidates") * read
    on_one_line = sample.numbers(pl.col("candidate_lines").list.n_unique() < pl.col("n_candidates")) * read
    yield Mean("candidates_per_rollout", n, read, "candidates", NO_TEXT)
    yield Quantile("candidates_median", n, read, 0.5, "candidates", NO_TEXT)
    yield Quantile("candidates_p90", n, read, 0.9, "candidates", NO_TEXT)
    yield Share("no_candidate_share", (1 - sample.has_candidate) * read, read, NO_TEXT)
    yield Share("several_on_a_line_share", on_one_line, read, NO_TEXT)
    yield Share("without_text_share", 1 - read, sample.ones)


CANDIDATES = Measure(
    name="candidates",
    label="Candidates per rollout",
    question="How often does a rollout state an answer?",
    statistics=_statistics,
    citation="First Try Matters (arXiv 2510.08308v1), Table 4 and Fig. 5",
    how_to_read=(
        "The mean is over all rollouts that have a text, those without a candidate count as 0. Median and 90th "
        "percentile pool all rollouts. Reflections are candidates minus one."
    ),
    undefined_when="No rollout has a text.",
    settings=(AVERAGE, TRUNCATED, TEXT),
    coverage=measured("candidates"),
    formula=(r"\(\frac{1}{N}\sum_i n_i\), \(n_i\) candidates of rollout i."),
    proof="Table 4 and the x of Fig. 5 of First Try Matters; hand-counted traces.",
)
