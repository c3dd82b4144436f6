"""First against second answers of a sample: of attempts one after another, of the first candidate and the final
answer, or of options whose probabilities were read. Knows the columns of analysis.features; no statistics.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.measures.base import Setting
from analysis.measures.sample import DECIDED, Sample
from analysis.measures.verdicts import verdicts
from analysis.resampling import Floats
from analysis.types import Outcome

ATTEMPTS, CANDIDATES, OPTIONS = "attempts", "candidates", "options"
BETWEEN = Setting(
    "between",
    "First and second answer",
    "auto",
    (
        ("auto", "options where they were read, else attempts where any rollout has several, else candidates"),
        (ATTEMPTS, "the first and the last attempt of a rollout"),
        (CANDIDATES, "the first candidate in the reasoning and the final answer"),
        (OPTIONS, "the options' probabilities (arXiv 2412.19513, appendix D)"),
    ),
)
SINGLE = Setting(
    "single",
    "Rollouts with one attempt among rollouts with several",
    "carry",
    (("carry", "carry the answer forward (it stands), counted beside"), ("leave_out", "leave out, counted beside")),
)
WEIGHT = Setting(
    "weight",
    "Problems with unequally many rollouts",
    "item",
    (("item", "every problem of a model and condition alike (arXiv 2412.19513)"), ("pooled", "every rollout alike")),
)
NO_PAIR = "no rollout with a gold and two answers"
_ITEM = ("collection_id", "model", "condition", "problem_id")
_N = pl.col("attempt_outcomes").list.len().fill_null(0)


@dataclass(frozen=True, slots=True)
class Flows:
    """Per rollout, in [0, 1]: right at first, right at both, wrong at first and then right; `weight` is 0 where the
    rollout does not enter and sums to the number of those that do. `kind` is what was compared."""

    kind: str
    first: Floats
    kept: Floats
    fixed: Floats
    weight: Floats
    counted: Floats

    @property
    def second(self) -> Floats:
        return self.kept + self.fixed


def flows(sample: Sample) -> Flows:
    """The two answers of every rollout that has them, as the settings say."""
    kind = _kind(sample)
    first, second, counted = _PARTS[kind](sample)
    if kind == OPTIONS:
        kept, fixed = second
    else:
        kept, fixed = first * second[0], (1 - first) * second[0]
    return Flows(kind, first * counted, kept * counted, fixed * counted, _weights(sample, counted), counted)


def _kind(sample: Sample) -> str:
    asked = sample.settings["between"]
    if asked != "auto":
        return asked
    if sample.numbers(pl.col("option_flow").is_not_null()).any():
        return OPTIONS
    return ATTEMPTS if sample.numbers(_N >= 2).any() else CANDIDATES


Parts = tuple[Floats, tuple[Floats, ...], Floats]


def _of_attempts(sample: Sample) -> Parts:
    outcomes = pl.col("attempt_outcomes").list
    first, last = outcomes.first(), outcomes.last()
    known = pl.col("has_gold") & (last != Outcome.NO_GOLD.value) & (first != Outcome.NO_GOLD.value)
    least = 2 if sample.settings["single"] == "leave_out" else 1
    counted = sample.numbers(known & (least <= _N))
    if sample.settings["unread"] == "leave_out":
        counted = counted * sample.numbers(first.is_in(DECIDED) & last.is_in(DECIDED))
    right = Outcome.CORRECT.value
    return sample.numbers(first == right), (sample.numbers(last == right),), counted


def _of_candidates(sample: Sample) -> Parts:
    v = verdicts(sample)
    return v.first, (v.final,), np.zeros_like(v.counted) if v.why_no_first else v.counted


def _of_options(sample: Sample) -> Parts:
    flow = pl.col("option_flow").list
    p, keep, fix = (sample.numbers(flow.get(i, null_on_oob=True)) for i in range(3))
    return p, (p * keep, (1 - p) * fix), sample.numbers(pl.col("option_flow").is_not_null())


_PARTS = {ATTEMPTS: _of_attempts, CANDIDATES: _of_candidates, OPTIONS: _of_options}


def _weights(sample: Sample, counted: Floats) -> Floats:
    """1, or for each problem of a model and condition the same total, summing to the number that is counted."""
    if sample.settings["weight"] == "pooled" or not counted.any():
        return counted
    codes = sample.rows.codes(_ITEM)[1]
    n = np.bincount(codes, weights=counted)[codes]
    weights = np.divide(counted, n, out=np.zeros_like(counted), where=counted > 0)
    found: Floats = weights * (counted.sum() / weights.sum())
    return counted if np.allclose(found, counted) else found
