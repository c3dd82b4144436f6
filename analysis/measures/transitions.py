"""What each reflection did to the answer: shares of the five transitions, pooled over rollouts.

Knows no candidates, only their counts in the features. Source: First Try Matters (arXiv 2510.08308v1), section 2.2.
"""

from collections.abc import Iterator

import numpy as np

from analysis.measures.base import TEXT, TRUNCATED, Measure
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_CANDIDATE, NO_GOLD, Sample
from analysis.measures.statistics import Mean, Share, Statistic
from analysis.types import Transition

NO_TRANSITION = "no rollout with two graded candidates"
NO_WRONG = "no transition from a wrong candidate"


def _statistics(sample: Sample) -> Iterator[Statistic]:
    n = {transition: sample.numbers(f"n_{transition.value}") for transition in Transition}
    tt, ffs, ffd, tf, ft = (n[t] for t in (Transition.TT, Transition.FFS, Transition.FFD, Transition.TF, Transition.FT))
    total = np.sum(list(n.values()), axis=0)
    for transition, counts in n.items():
        yield Share(f"transition_{transition.value}", counts, total, NO_TRANSITION)
    yield Share("share_confirmatory", tt + ffs, total, NO_TRANSITION)
    yield Share("share_corrective", ft, total, NO_TRANSITION)
    yield Share("p_ft", ft, ft + ffs + ffd, NO_WRONG)
    yield Share("p_tf", tf, tf + tt, "no transition from a right candidate")
    graded = sample.numbers("has_gold") * sample.has_candidate
    yield Mean("transitions_per_rollout", total * graded, graded, "transitions", NO_GOLD)
    candidates = sample.numbers("n_candidates") * graded
    undecided = sample.numbers("n_undecided") * graded
    yield Share("undecided_share", undecided, candidates, NO_CANDIDATE)


TRANSITIONS = Measure(
    name="transitions",
    label="Transitions",
    question="What did each reflection do to the answer?",
    statistics=_statistics,
    citation="First Try Matters (arXiv 2510.08308v1), section 2.2, Fig. 3 and Table 1",
    how_to_read=(
        "Each pair of consecutive candidates of a rollout is one transition: T is right, F is wrong. Confirmatory is "
        "T→T and F→F same, corrective is F→T. p(F→T) is the chance that the next candidate is right given a wrong "
        "one. All transitions are pooled, so long rollouts weigh more; intervals resample problems. Two wrong "
        "candidates are the same when the grader finds their values equal. Candidates without a verdict are left out; "
        "undecided_share says how many. Transitions per rollout count rollouts with a gold and a candidate."
    ),
    undefined_when="No rollout has a gold and two graded candidates.",
    settings=(TRUNCATED, TEXT),
    coverage=measured("transitions"),
    formula=(
        r"\(p(F\to T)=\frac{N(F\to T)}{N(F\to T)+N(F\to F\,same)+N(F\to F\,diff)}\); "
        r"shares are \(N(x)/\sum N\) over all rollouts."
    ),
    proof="Fig. 3 of First Try Matters and its p(F→T); hand-counted traces.",
)
