"""Where the right answer first stands, and how many rollouts never state it.

Knows no text: lines, tokens and outcomes are columns of the features. After First Try Matters (arXiv 2510.08308v1),
Fig. 2, for the first right candidate; Self-Braking Tuning's η is its mean over right rollouts.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.statistics import Mean, Quantile, Share, Statistic
from analysis.measures.verdicts import CORRECT
from analysis.resampling import Floats

NEVER = "no rollout ever states the right answer"
STEPS = tuple(range(10, 101, 10))
"""Percentages of the text read at which the cumulative share is given."""
IN = Setting(
    "position_in",
    "Position is the share of",
    "tokens",
    (("tokens", "the tokens read, up to and with the candidate's line"), ("lines", "the lines of the text")),
)
_PARTS = {"tokens": ("first_correct_tokens", "n_read_tokens"), "lines": ("first_correct_line", "n_lines")}


def _statistics(sample: Sample) -> Iterator[Statistic]:
    to_first, total = _PARTS[sample.settings["position_in"]]
    readable = pl.col("has_gold") & (pl.col("read_from") != "none") & (pl.col(total) > 0)
    counted = sample.numbers(readable)
    ever = sample.numbers(readable & pl.col(to_first).is_not_null())
    place = np.minimum(sample.numbers(pl.col(to_first) / pl.col(total)), 1.0) * ever
    at_once = sample.numbers(pl.col("candidate_outcomes").list.first() == CORRECT) * ever
    yield Mean("first_correct_position", place, ever, "position", NEVER)
    yield Quantile("first_correct_median", place, ever, 0.5, "position", NEVER)
    yield Mean("wrong_before_correct", _wrong_before(sample) * ever, ever, "candidates", NEVER)
    yield Share("never_correct_share", counted - ever, counted, NO_GOLD)
    yield Share("correct_at_once_share", at_once, counted, NO_GOLD)
    yield Share("correct_later_share", ever - at_once, counted, NO_GOLD)
    wrong = sample.numbers(pl.col("final_outcome") != CORRECT)
    yield Share("given_up_share", ever * wrong, ever, NEVER)
    for step in STEPS:
        yield Share(f"correct_by_{step}", ever * (place <= step / 100 + 1e-9), counted, NO_GOLD)


def _wrong_before(sample: Sample) -> Floats:
    """How many candidates stand before the first right one."""
    before = pl.col("candidate_outcomes").list.eval(pl.element() == CORRECT).list.arg_max()
    return sample.numbers(before)


FIRST_CORRECT = Measure(
    name="first_correct",
    label="First right answer",
    question="How far into the reasoning does the right answer first stand, if ever?",
    statistics=_statistics,
    citation="Own measure; after First Try Matters (arXiv 2510.08308v1), Fig. 2, and Self-Braking Tuning's η "
    "(arXiv 2505.14604v4, section 3)",
    how_to_read=(
        "Position is over rollouts that ever state the right answer as a candidate; those that never do have none and "
        "are counted beside (never_correct_share). correct_by_50 is the share of all rollouts with a gold and a text "
        "that had stated it by half of what they wrote: it ends at one minus the never-right share. given_up_share is "
        "how many of those that had it end otherwise. A right candidate may be a lucky one."
    ),
    undefined_when="No rollout has a gold and a text; the position: no rollout states the right answer.",
    settings=(IN, AVERAGE, TRUNCATED, TEXT),
    coverage=measured("first_correct"),
    formula=(
        r"\(\frac{1}{|E|}\sum_{i\in E}\frac{\hat{T}_i}{T_i}\) over the rollouts E that state the right answer; "
        r"\(\hat{T}_i\) tokens (or the line) of the first right candidate, \(T_i\) all."
    ),
    proof="Hand-counted traces; equals η of the measure of overthinking over rollouts that also end right.",
)
