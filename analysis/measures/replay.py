"""Finished rollouts cut at one of their candidates: whether that answer is right, and the tokens until then.

Knows no rule of when to cut. In under 0.5 % of cut rollouts a model told to answer gave another answer than the one at
the cut (First Try Matters, arXiv 2510.08308v1, section 3.1); the response that follows is not counted.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.measures.sample import NO_CANDIDATE, NO_GOLD, Sample
from analysis.measures.statistics import Difference, Quotient, Share, Statistic
from analysis.measures.verdicts import CORRECT, Verdicts
from analysis.resampling import Floats, Ints

NOT_CUT = -1


class Replay(NamedTuple):
    """Per rollout, by 0 and 1 where it is a yes: whether it was cut, whether its answer is right, and its tokens."""

    stopped: Floats
    right: Floats
    tokens: Floats


def replay(sample: Sample, v: Verdicts, at: Ints) -> Replay:
    """Each rollout cut at its candidate `at` (0-based); NOT_CUT keeps its final answer and all its tokens.

    Raises IndexError for a candidate that a rollout does not have.
    """
    stopped = (at >= 0).astype(np.float64)
    if (at >= sample.numbers("n_candidates")).any():
        raise IndexError("a rollout does not have the candidate that it is to be cut at")
    place = pl.when(pl.lit(pl.Series("at", at)) >= 0).then(pl.lit(pl.Series("at", at)))
    right = sample.numbers(pl.col("candidate_outcomes").list.get(place, null_on_oob=True) == CORRECT)
    tokens = sample.numbers(pl.col("candidate_tokens").list.get(place, null_on_oob=True))
    total = sample.numbers("n_read_tokens")
    return Replay(stopped, np.where(stopped > 0, right, v.final), np.where(stopped > 0, tokens, total))


def costs(sample: Sample, v: Verdicts, cut: Replay, name: str, why_empty: str = "") -> Iterator[Statistic]:
    """Accuracy with the cut, accuracy lost, tokens saved and share cut, over one denominator; rows end in `name`."""
    counted = stoppable(v)
    total = sample.numbers("n_read_tokens")
    with_tokens = counted * sample.numbers(pl.col("n_read_tokens").is_not_null())
    empty = why_empty or v.why_no_first or NO_GOLD
    yield Share(f"accuracy_{name}", cut.right * counted, counted, empty)
    yield Difference(f"accuracy_lost_{name}", cut.right, v.final, counted, empty)
    yield Quotient(f"tokens_saved_{name}", total - cut.tokens, total, with_tokens, empty=NO_CANDIDATE)
    yield Share(f"stopped_{name}_share", cut.stopped * counted, counted, empty)


def stoppable(v: Verdicts) -> Floats:
    """The rollouts that enter: none where only grades were uploaded."""
    return v.counted if v.why_no_first is None else v.counted * 0
