"""Overthinking of right rollouts and underthinking of wrong ones, from candidates where the papers use a judge.

Knows no text: lines, tokens and marker ratios are columns of the features.
Sources: Self-Braking Tuning (arXiv 2505.14604v4), section 3; underthinking: arXiv 2501.18585.
"""

from collections.abc import Iterator

import polars as pl

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import Sample
from analysis.measures.statistics import Mean, Share, Statistic
from analysis.measures.underthinking import xi_ut
from analysis.measures.verdicts import CORRECT
from analysis.resampling import Floats
from analysis.types import Outcome

NO_RIGHT = "no right rollout with a right candidate"
BETA = Setting("beta", "Weight of the marker ratio, β", "0.1", low=0, high=1)
THRESHOLD = Setting("threshold", "Overthinking is a score above", "0.2", low=0, high=1)


def overthink_score(eta: Floats, kappa: Floats, beta: float) -> Floats:
    """β·κ + (1 - β)·(1 - η): higher is more overthinking; η, κ and β in [0, 1].

    Self-Braking Tuning (arXiv 2505.14604v4), section 3; β = 0.1 there.

    >>> import numpy as np
    >>> overthink_score(np.array([0.4]), np.array([0.03]), 0.1).round(3).tolist()
    [0.543]
    """
    return beta * kappa + (1 - beta) * (1 - eta)


def _statistics(sample: Sample) -> Iterator[Statistic]:
    right = pl.col("final_outcome") == CORRECT
    counted = sample.numbers(right & pl.col("first_correct_line").is_not_null() & (pl.col("n_read_tokens") > 0))
    eta_s = sample.numbers(pl.col("first_correct_line") / pl.col("n_lines")) * counted
    eta_t = sample.numbers(pl.col("first_correct_tokens") / pl.col("n_read_tokens")) * counted
    yield Mean("eta_s", eta_s, counted, "ratio", NO_RIGHT)
    yield Mean("eta_t", eta_t, counted, "ratio", NO_RIGHT)
    for mode in ("paper", "repo"):
        kappa = sample.numbers(f"kappa_{mode}") * counted
        yield Mean(f"kappa_{mode}", kappa, counted, "ratio", NO_RIGHT)
        yield from _scores(sample, mode, overthink_score(eta_s, kappa, sample.settings.number("beta")), counted)
    right_rollouts = sample.numbers(right)
    yield Share("without_right_candidate_share", right_rollouts - counted, right_rollouts, "no right rollout")
    yield xi_ut(sample, pl.col("final_outcome") == Outcome.INCORRECT.value)


def _scores(sample: Sample, mode: str, score: Floats, counted: Floats) -> Iterator[Statistic]:
    above = (score > sample.settings.number("threshold")) * counted
    yield Mean(f"score_{mode}", score * counted, counted, "score", NO_RIGHT)
    yield Share(f"overthinking_share_{mode}", above, counted, NO_RIGHT)


OVERTHINKING = Measure(
    name="overthinking",
    label="Overthinking (from candidates)",
    question="How much of a right rollout comes after it first had the right answer?",
    statistics=_statistics,
    citation="Self-Braking Tuning (arXiv 2505.14604v4), section 3; ξ_UT: arXiv 2501.18585",
    how_to_read=(
        "Candidate-based: the papers let a model judge where the first right solution ends, here it is the first right "
        "candidate. η is lines (η_s) or tokens (η_t) up to it divided by all, over right rollouts; κ is marker words "
        "per token: paper counts whole words, repo counts substrings as the authors' code does. "
        "Score = β·κ + (1 - β)(1 - η_s). ξ_UT is the same idea for wrong rollouts: what was spent after a right "
        "candidate that was then given up."
    ),
    undefined_when="No right rollout has a right candidate; ξ_UT: no wrong rollout has tokens.",
    settings=(BETA, THRESHOLD, AVERAGE, TRUNCATED, TEXT),
    coverage=measured("overthinking"),
    formula=(
        r"\(\beta\kappa_t+(1-\beta)(1-\eta_s)\), \(\eta_s=\frac{FS}{TS}\) lines up to the first right candidate over "
        r"all, "
        r"\(\kappa_t\) marker words per token."
    ),
    proof="Self-Braking Tuning's worked example (.543); hand-counted traces.",
)
