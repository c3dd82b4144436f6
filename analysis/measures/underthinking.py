"""Underthinking: what wrong rollouts spent after a right candidate that they gave up, where the paper uses a judge.

Knows no text: tokens and outcomes are columns of the features. Source: arXiv 2501.18585 (TIP), section 3.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import DECIDED, NO_GOLD, Sample
from analysis.measures.statistics import Mean, Share, Statistic
from analysis.measures.verdicts import CORRECT
from analysis.resampling import Floats
from analysis.types import Outcome

NO_WRONG = "no wrong rollout with tokens"
NO_REACHED = "no wrong rollout ever states the right answer"
WRONG = Setting(
    "wrong_final",
    "Wrong rollouts are those whose final answer",
    "read",
    (("read", "was read and is wrong"), ("all", "is wrong or could not be read")),
)
_HAS_TOKENS = pl.col("n_read_tokens") > 0


def underthinking(used: Floats) -> Floats:
    """1 - tokens to the first right thought / all tokens, per wrong rollout; `used` is that quotient, 1 where none is.

    arXiv 2501.18585, section 3: ξ_UT is its mean over wrong rollouts; never below 0.

    >>> underthinking(np.array([411 / 7681, 1.0])).round(4).tolist()   # the paper's worked example; never right
    [0.9465, 0.0]
    """
    scores: Floats = np.maximum(1 - used, 0.0)
    return scores


def xi_ut(sample: Sample, is_wrong: pl.Expr) -> Mean:
    """ξ_UT over the rollouts that are wrong and have tokens."""
    counted = sample.numbers(is_wrong & _HAS_TOKENS)
    used = sample.numbers((pl.col("first_correct_tokens") / pl.col("n_read_tokens")).fill_null(1.0))
    return Mean("xi_ut", underthinking(used) * counted, counted, "ratio", NO_WRONG)


def _is_wrong(sample: Sample) -> pl.Expr:
    final = pl.col("final_outcome")
    if sample.settings["wrong_final"] == "read":
        return final == Outcome.INCORRECT.value
    return pl.col("has_gold") & ~final.is_in([CORRECT, Outcome.NO_GOLD.value])


def _statistics(sample: Sample) -> Iterator[Statistic]:
    is_wrong = _is_wrong(sample)
    overall = xi_ut(sample, is_wrong)
    wrong = overall.per
    reached = wrong * sample.numbers(pl.col("first_correct_line").is_not_null())
    after = sample.numbers(pl.col("n_read_tokens") - pl.col("first_correct_tokens")) * reached
    yield overall
    yield Mean("xi_ut_reached", overall.total * reached, reached, "ratio", NO_REACHED)
    yield Share("reached_share", reached, wrong, NO_WRONG)
    yield Mean("tokens_after_right", np.maximum(after, 0.0), wrong, "tokens", NO_WRONG)
    graded = sample.numbers(pl.col("final_outcome").is_in([*DECIDED, *_unread(sample)]) & pl.col("has_gold"))
    yield Share("wrong_share", sample.numbers(is_wrong) * graded, graded, NO_GOLD)
    right = sample.numbers((pl.col("final_outcome") == CORRECT) & _HAS_TOKENS)
    for name, counted in (("wrong", wrong), ("right", right)):
        empty = f"no {name} rollout with tokens"
        yield Mean(f"tokens_{name}", sample.numbers("n_read_tokens") * counted, counted, "tokens", empty)
        yield Mean(f"changes_{name}", sample.numbers("n_changed") * counted, counted, "changes", empty)


def _unread(sample: Sample) -> list[str]:
    left_out = {*DECIDED, Outcome.NO_GOLD.value}
    return [o.value for o in Outcome if o.value not in left_out] if sample.settings["wrong_final"] == "all" else []


UNDERTHINKING = Measure(
    name="underthinking",
    label="Underthinking (from candidates)",
    question="How much do wrong rollouts write after they already had the right answer?",
    statistics=_statistics,
    citation="arXiv 2501.18585, section 3 (ξ_UT); candidates stand for the paper's judge",
    how_to_read=(
        "Candidate-based: the paper lets a model judge thoughts, here the first right candidate is the first right "
        "thought. A wrong rollout that never states the right answer counts 0, so ξ_UT is the share that does "
        "(reached_share) times what those spend after it (xi_ut_reached). Tokens and changes of answer of wrong and of "
        "right rollouts stand beside: hard problems make rollouts both longer and wrong, see the length-matched "
        "comparison."
    ),
    undefined_when="No rollout has a wrong final answer and tokens.",
    settings=(WRONG, AVERAGE, TRUNCATED, TEXT),
    coverage=measured("underthinking"),
    formula=(
        r"\(\xi_{UT}=\frac{1}{N}\sum_{i=1}^{N}\left(1-\frac{\hat{T}_i}{T_i}\right)\) over the N wrong rollouts; "
        r"\(T_i\) tokens read, \(\hat{T}_i\) tokens up to the first right candidate, its line included "
        r"(\(\hat{T}_i=T_i\) where there is none)."
    ),
    proof="The paper's worked example, 411 of 7,681 tokens: .9465; hand-counted traces.",
)
