"""Whether answers stay what they were, with or without golds.

Knows no grader: only classes of equal value, columns of the features.
"""

from collections.abc import Iterator

import polars as pl

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, Measure
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_CANDIDATE, Sample
from analysis.measures.statistics import Mean, Share, Statistic

NO_FINAL = "no rollout with a candidate and a final answer"
NO_PAIR = "no rollout with two candidates"


def _statistics(sample: Sample) -> Iterator[Statistic]:
    n, has = sample.numbers("n_candidates"), sample.has_candidate
    changed = sample.numbers("n_changed")
    both = sample.numbers(pl.col("first_is_final").is_not_null())
    several = sample.numbers(pl.col("n_candidates") >= 2)
    distinct = sample.numbers(pl.col("candidate_classes").list.n_unique()) * has
    yield Share("first_is_final_share", sample.numbers("first_is_final"), both, NO_FINAL)
    yield Share("changed_answer_share", (changed > 0) * has, has, NO_CANDIDATE)
    yield Share("changed_transition_share", changed, (n - 1) * several, NO_PAIR)
    yield Mean("changes_per_rollout", changed * has, has, "changes", NO_CANDIDATE)
    yield Mean("distinct_values", distinct, has, "values", NO_CANDIDATE)
    yield Share("final_not_a_candidate_share", sample.numbers(pl.col("final_class") == -1) * both, both, NO_FINAL)
    yield Share("no_candidate_share", 1 - has, sample.ones)


STABILITY = Measure(
    name="stability",
    label="Stability",
    question="Does the answer stay what it first was?",
    statistics=_statistics,
    citation="Own measure; needs no gold. After First Try Matters (arXiv 2510.08308v1), section 2.2",
    how_to_read=(
        "A change is a candidate whose value differs from the one before it. The first answer is final when their "
        "values are equal. Rollouts without a candidate are left out and counted beside. Stable is not right."
    ),
    undefined_when="No rollout has a candidate.",
    settings=(AVERAGE, TRUNCATED, TEXT),
    coverage=measured("stability"),
    formula=(r"\(\frac{1}{N}\sum_i [a_{i1}=a_{i,final}]\), equality of values as the grader finds it."),
    proof="Hand-counted traces.",
)
