"""How often the first and the final answer are right, and what lies between.

Knows no grader: outcomes are columns of the features. Source: First Try Matters (arXiv 2510.08308v1), Table 5.
"""

from collections.abc import Iterator

import numpy as np

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_CANDIDATE, NO_GOLD, Sample
from analysis.measures.statistics import Difference, PairedTest, Share, Statistic
from analysis.measures.verdicts import verdicts

FIRST = Setting(
    "no_candidate",
    "First answer of a rollout that states no candidate",
    "wrong",
    (
        ("wrong", "counts as wrong (First Try Matters does not say)"),
        ("final", "is the final answer, so that nothing is gained or lost"),
        ("leave_out", "left out of both accuracies, counted beside"),
    ),
)


def _statistics(sample: Sample) -> Iterator[Statistic]:
    v = verdicts(sample)
    no_first = v.why_no_first or NO_GOLD
    both = v.counted if v.why_no_first is None else np.zeros_like(v.counted)
    yield Share("first_accuracy", v.first * both, both, no_first)
    yield Share("final_accuracy", v.final, v.counted, NO_GOLD)
    yield Difference("gain", v.first, v.final, both, no_first)
    stated = both * sample.has_candidate
    yield Difference("gain_with_candidate", v.first, v.final, stated, v.why_no_first or NO_CANDIDATE)
    yield PairedTest("gain_p_value", v.first, v.final, both, no_first)
    yield Share("unread_share", v.unread, v.graded, NO_GOLD)
    yield Share("no_candidate_share", v.without_candidate, v.graded, NO_GOLD)
    yield Share("answered_after_share", v.answered_after, v.graded, NO_GOLD)
    yield Share("without_text_share", v.without_text, v.graded, NO_GOLD)
    yield Share("no_gold_share", 1 - v.graded, sample.ones)


ACCURACY = Measure(
    name="accuracy",
    label="First and final accuracy",
    question="Is the final answer right more often than the first one?",
    statistics=_statistics,
    citation="First Try Matters (arXiv 2510.08308v1), section 2.2, Table 5 and Fig. 4",
    how_to_read=(
        "Both accuracies count the same rollouts: all that have a gold. What could not be read counts as wrong, and "
        "its share stands beside. A rollout that states no candidate counts as wrong first and can still end right, so "
        "it can only add to the gain: gain_with_candidate is the gain among the others, answered_after_share the part "
        "that answers only after its reasoning; the setting no_candidate has other conventions. The gain is final "
        "minus first, paired by rollout, its interval resamples problems; one that holds 0 shows no gain. The p-value "
        "is exact McNemar with one rollout per problem, else it flips the signs of whole problems."
    ),
    undefined_when="No rollout has a gold; the first accuracy also when only grades were uploaded, without text.",
    settings=(AVERAGE, FIRST, UNREAD, TRUNCATED, TEXT),
    coverage=measured("accuracy"),
    formula=(
        r"\(\mathrm{gain}=\frac{1}{N}\sum_i (y_i-f_i)\), \(y_i\) and \(f_i\) 1 where the final and the first "
        "answer are right; over problem sets the mean of their values."
    ),
    proof="Table 5 of First Try Matters from its per-set rows (within 0.1 points); hand-counted traces; a paired t "
    "interval as a second route.",
)
