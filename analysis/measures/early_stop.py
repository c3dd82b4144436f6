"""What stopping at the k-th candidate would have cost and saved: a replay of finished rollouts.

Knows no model: a model told to stop might answer otherwise (in under 0.5 % of cut rollouts it did, section 3.1).
Source: First Try Matters (arXiv 2510.08308v1), section 4 and Fig. 9.
"""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from analysis.measures.accuracy import FIRST
from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_CANDIDATE, NO_GOLD, Sample
from analysis.measures.statistics import Difference, Quotient, Share, Statistic
from analysis.measures.verdicts import CORRECT, Verdicts, verdicts
from analysis.resampling import Floats

MAX_K = 6
FEWER = Setting(
    "fewer",
    "Rollouts with fewer than k candidates",
    "final",
    (
        ("final", "keep their final answer and all their tokens"),
        ("last_candidate", "stop at their last candidate; without any, their final answer"),
        ("wrong", "count as wrong, with all their tokens"),
    ),
)


class _Stop(NamedTuple):
    right: Floats
    tokens: Floats


def _statistics(sample: Sample) -> Iterator[Statistic]:
    v = verdicts(sample)
    counted = v.counted if v.why_no_first is None else v.counted * 0
    total = sample.numbers("n_read_tokens")
    with_tokens = counted * sample.numbers(pl.col("n_read_tokens").is_not_null())
    empty = v.why_no_first or NO_GOLD
    yield Share("accuracy_without_stop", v.final * counted, counted, empty)
    for k in range(1, MAX_K + 1):
        stop = _stop(sample, v, k, total)
        yield Share(f"accuracy_at_{k}", stop.right * counted, counted, empty)
        yield Difference(f"accuracy_lost_at_{k}", stop.right, v.final, counted, empty)
        yield Quotient(f"tokens_saved_at_{k}", total - stop.tokens, total, with_tokens, empty=NO_CANDIDATE)
        yield Share(f"stopped_at_{k}_share", sample.numbers(pl.col("n_candidates") >= k) * counted, counted, empty)


def _stop(sample: Sample, v: Verdicts, k: int, total: Floats) -> _Stop:
    """Whether the answer at the k-th candidate is right, and the tokens until then, per rollout."""
    fewer = sample.settings["fewer"]
    reached = sample.numbers(pl.col("n_candidates") >= (1 if fewer == "last_candidate" else k))
    at = pl.lit(k - 1) if fewer != "last_candidate" else pl.min_horizontal(pl.lit(k), pl.col("n_candidates")) - 1
    candidate = sample.numbers(_entry("candidate_outcomes", at) == CORRECT)
    tokens = sample.numbers(_entry("candidate_tokens", at))
    otherwise = v.final if fewer != "wrong" else v.final * 0
    return _Stop(candidate * reached + otherwise * (1 - reached), tokens * reached + total * (1 - reached))


def _entry(column: str, at: pl.Expr) -> pl.Expr:
    inside = (at >= 0) & (at < pl.col("n_candidates"))
    return pl.col(column).list.get(pl.when(inside).then(at), null_on_oob=True)


EARLY_STOP = Measure(
    name="early_stop",
    label="Stopping early",
    question="What would stopping at the k-th candidate have cost and saved?",
    statistics=_statistics,
    citation="First Try Matters (arXiv 2510.08308v1), section 4, Table 2 and Fig. 9",
    how_to_read=(
        "Every rollout is cut at its k-th candidate and that candidate is its answer. Lost is the accuracy without a "
        "stop minus that with it, paired by rollout: positive is a cost. Saved is the share of the tokens of the text "
        "read; the response is not counted. A replay of finished text: a model told to stop might answer otherwise."
    ),
    undefined_when="No rollout has a gold and a text; tokens saved also when there are no token counts.",
    settings=(AVERAGE, FEWER, FIRST, UNREAD, TRUNCATED, TEXT),
    coverage=measured("early_stop"),
    formula=(
        r"\(\mathrm{lost}_k=\frac{1}{N}\sum_i (y_i-c_{ik})\), \(c_{ik}\) 1 where the k-th candidate is right; "
        r"\(\mathrm{saved}_k=1-\frac{\sum_i t_{ik}}{\sum_i T_i}\), \(t_{ik}\) tokens up to it."
    ),
    proof="Hand-counted traces, with each way of treating rollouts that have fewer candidates.",
)
