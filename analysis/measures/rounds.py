"""Attempt after attempt: accuracy of each round, accuracy by then, and what each round repaired and broke.

Knows no protocol. Sources: arXiv 2511.09381 (accuracy and cumulative accuracy per iteration, flips between consecutive
rounds); arXiv 2604.22273 (rates per round).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.measures.base import TRUNCATED, UNREAD, Measure
from analysis.measures.coverage import measured
from analysis.measures.flows import SINGLE
from analysis.measures.sample import DECIDED, Sample
from analysis.measures.statistics import Mean, Share, Statistic
from analysis.resampling import Floats
from analysis.types import Outcome

MOST = 16
"""Rounds after these are not shown one by one."""
NO_ROUNDS = "no rollout with a gold has several attempts"
NO_TOKENS = "no attempt of this round has a token count"
_OUTCOMES = pl.col("attempt_outcomes")
_N = _OUTCOMES.list.len().fill_null(0)


def _statistics(sample: Sample) -> Iterator[Statistic]:
    counted = _counted(sample)
    n = sample.numbers(_N)
    n_rounds = int(min((n * counted).max(initial=0), MOST))
    if n_rounds < 2:
        yield Share("round_accuracy", counted * 0, counted * 0, NO_ROUNDS)
        return
    right = [sample.numbers(outcome_at(k) == Outcome.CORRECT.value) for k in range(n_rounds)]
    for k in range(n_rounds):
        yield from _of_round(sample, k, right, counted, n)


def _of_round(sample: Sample, k: int, right: list[Floats], counted: Floats, n: Floats) -> Iterator[Statistic]:
    edges, took_part = (float(k + 1), float(k + 1)), (n > k).astype(np.float64)
    ever: Floats = np.max(right[: k + 1], axis=0)
    yield Share("round_accuracy", right[k] * counted, counted, NO_ROUNDS, edges)
    yield Share("round_ever_right", ever * counted, counted, NO_ROUNDS, edges)
    yield Share("round_carried", (1 - took_part) * counted, counted, NO_ROUNDS, edges)
    tokens = pl.col("attempt_tokens").list.get(k, null_on_oob=True)
    known = sample.numbers(tokens.is_not_null()) * counted
    yield Mean("round_tokens", sample.numbers(tokens) * known, known, "tokens", NO_TOKENS, edges)
    if k:
        before, both = right[k - 1], counted * took_part
        yield Share("round_fixed", (1 - before) * right[k] * both, both, NO_ROUNDS, edges)
        yield Share("round_broken", before * (1 - right[k]) * both, both, NO_ROUNDS, edges)
        yield Share("round_ecr", (1 - before) * right[k] * both, (1 - before) * both, NO_ROUNDS, edges)
        yield Share("round_eir", before * (1 - right[k]) * both, before * both, NO_ROUNDS, edges)


def outcome_at(k: int) -> pl.Expr:
    """The outcome of round k, the last one carried forward where a rollout stopped before."""
    there = pl.min_horizontal(pl.lit(k), (_N - 1).clip(0).cast(pl.Int64))
    return _OUTCOMES.list.get(there, null_on_oob=True)


def _counted(sample: Sample) -> Floats:
    least = 2 if sample.settings["single"] == "leave_out" else 1
    known = pl.col("has_gold") & (_OUTCOMES.list.last() != Outcome.NO_GOLD.value) & (least <= _N)
    counted = sample.numbers(known)
    if sample.settings["unread"] == "leave_out":
        counted = counted * sample.numbers(_OUTCOMES.list.eval(pl.element().is_in(DECIDED)).list.all())
    return counted


ROUNDS = Measure(
    name="rounds",
    label="Round by round",
    question="How many rounds of revision are worth it?",
    statistics=_statistics,
    citation="Generation vs. multiple choice (arXiv 2511.09381): accuracy, cumulative accuracy and flips per round",
    how_to_read=(
        "round_accuracy is the share right after each attempt; a rollout that stopped earlier keeps its last answer, "
        "and round_carried says how many did. round_ever_right counts an answer as right from its first right round "
        "on: an upper bound that only somebody who knows the gold could reach, and it can only rise. round_fixed and "
        "round_broken are flips between consecutive rounds, of all rollouts that took part in the round; round_ecr and "
        "round_eir the same of those that were wrong and right before. Rollouts that go on are not those that stop: "
        "where golds decided who goes on, nothing can be broken."
    ),
    undefined_when="No rollout with a gold has several attempts.",
    settings=(SINGLE, UNREAD, TRUNCATED),
    formula=(
        r"\(Acc_t=\frac{1}{N}\sum_i c_{i,\min(t,T_i)}\), \(Cum_t=\frac{1}{N}\sum_i \max_{s\le t} c_{i,s}\), "
        r"\(ECR_t=P(c_t=1\mid c_{t-1}=0)\), \(EIR_t=P(c_t=0\mid c_{t-1}=1)\)"
    ),
    proof="Hand-counted attempts; the 134 environments of Reflexion over their trials.",
    coverage=measured("rounds"),
)
