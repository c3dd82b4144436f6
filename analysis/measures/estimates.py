"""Statistics of a group to estimates with 95 % intervals that resample problems, all of one kind in one matrix product.

Knows no column names. Means, shares and differences: studentised bootstrap over problems, stratified by problem set
where the estimate averages them (Efron and Tibshirani 1993, ch. 12; Rao and Wu 1988 for strata). Few events: Wilson or
Bonett-Price on the design-effect n (Korn and Graubard 1998). Quantiles: Woodruff (1952). DESIGN, section 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis import intervals
from analysis.intervals import Interval
from analysis.measures.clusters import Stratum, merged
from analysis.measures.ratios import Column, Ratios, ratios_of
from analysis.measures.statistics import (
    Difference,
    Estimate,
    Mean,
    PairedTest,
    Quantile,
    Quotient,
    Share,
    Statistic,
)
from analysis.resampling import Floats, mcnemar_exact_p

MIN_EVENTS = 10
MIN_PROBLEMS_WITH_EVENTS = 20
NEAR = 0.01
"""Shares below this or above 1 - this are near 0 or 1."""
ONE_PROBLEM = "one problem only: no interval"
ONE_PROBLEM_SET = "a problem set has one problem only: no interval (average=pooled has one)"
NO_VARIATION = "no variation between problems: no interval"
MCNEMAR = "exact McNemar test (one rollout per problem); a p-value has no interval"
SIGN_FLIP = "sign-flip test over problems; a p-value has no interval"


def estimate(statistics: Sequence[Statistic], strata: list[Stratum]) -> list[Estimate]:
    """Estimates in the order of the statistics; `strata` as laid out for the group (several: averages are macro).

    Without rollouts, or where nothing is counted, the value is None and the reason the statistic's `empty`.

    >>> from analysis.measures.clusters import lay_out
    >>> from analysis.resampling import Resampler
    >>> strata = lay_out(np.arange(40), None, Resampler(np.random.default_rng(0)))
    >>> right = Share("accuracy", np.r_[np.ones(37), np.zeros(3)], np.ones(40))
    >>> [result] = estimate([right], strata)   # 3 wrong answers: Wilson with a t quantile
    >>> result.n, result.value, round(result.low, 3), round(result.high, 3)
    (40, 0.925, 0.794, 0.975)
    """
    ratios = [s for s in statistics if isinstance(s, Share | Mean | Difference)]
    found = dict(zip(map(id, ratios), _ratios(ratios, strata), strict=True))
    return [found[id(s)] if id(s) in found else _single(s, strata) for s in statistics]


def _single(statistic: Statistic, strata: list[Stratum]) -> Estimate:
    match statistic:
        case Quotient():
            return _quotient(statistic, strata)
        case Quantile():
            return _quantile(statistic, strata)
        case PairedTest():
            return _paired_test(statistic, strata)
        case _:
            raise TypeError(f"not a statistic of its own: {statistic!r}")


def _ratios(statistics: Sequence[Share | Mean | Difference], strata: list[Stratum]) -> list[Estimate]:
    if not statistics or not strata:
        return [Estimate(0, 0, None, reason=s.empty) for s in statistics]
    ratios = ratios_of([_column(s) for s in statistics], strata)
    bounds = ratios.studentised([k for k, s in enumerate(statistics) if not isinstance(s, Share) or s.resample])
    return [_one(s, _Slot(ratios, k, bounds.get(k))) for k, s in enumerate(statistics)]


def _column(statistic: Share | Mean | Difference) -> Column:
    match statistic:
        case Share():
            return Column("share", statistic.events, statistic.trials, statistic.events)
        case Mean():
            return Column("mean", statistic.total, statistic.per, statistic.total)
        case Difference():
            moved = (statistic.second - statistic.first) * statistic.trials
            return Column("difference", moved, statistic.trials, np.maximum(moved, 0.0))


@dataclass(frozen=True, slots=True)
class _Slot:
    """One column of a batch of ratios, with its bootstrap interval where there is one."""

    ratios: Ratios
    k: int
    bootstrap: Interval | None

    def get(self, name: str) -> float:
        return float(getattr(self.ratios, name)[self.k])

    @property
    def value(self) -> float:
        return float(self.ratios.value[self.k])

    @property
    def variance(self) -> float:
        return float(self.ratios.variance[self.k])

    @property
    def critical(self) -> float:
        return intervals.t_value(self.get("df"))

    @property
    def is_rare(self) -> bool:
        few = self.get("n_rare") < MIN_EVENTS or self.get("n_rare_units") < MIN_PROBLEMS_WITH_EVENTS
        return few or self.bootstrap is None

    def why_no_interval(self) -> str | None:
        if not self.get("has_single"):
            return None
        return ONE_PROBLEM if self.get("n_strata") == 1 else ONE_PROBLEM_SET


def _one(statistic: Share | Mean | Difference, slot: _Slot) -> Estimate:
    n = round(slot.get("n"))
    if n == 0:
        return Estimate(0, 0, None, reason=statistic.empty)
    reason = slot.why_no_interval()
    if reason is None and isinstance(statistic, Mean) and slot.variance <= 0:
        reason = NO_VARIATION
    low, high = (None, None) if reason else _interval(statistic, slot)
    events = round(slot.get("events")) if isinstance(statistic, Share) else None
    return Estimate(n, round(slot.get("n_problems")), slot.value, low, high, reason, events)


def _interval(statistic: Share | Mean | Difference, slot: _Slot) -> Interval:
    match statistic:
        case Share():
            return _share_interval(slot)
        case Difference() if slot.is_rare:
            return _rare_difference_interval(slot)
    return slot.bootstrap or symmetric(slot.value, slot.variance, slot.get("df"))


def symmetric(value: float, variance: float, df: float) -> Interval:
    """Student's t interval around a value.

    >>> [round(end, 2) for end in symmetric(10.0, 1.0, 9)]
    [7.74, 12.26]
    """
    half = intervals.t_value(df) * variance**0.5
    return Interval(value - half, value + half)


def _share_interval(slot: _Slot) -> Interval:
    share = min(max(slot.value, 0.0), 1.0)
    if slot.bootstrap is None or slot.is_rare or min(share, 1 - share) < NEAR:
        n = intervals.effective_n(share, slot.variance, slot.get("n_trials"), slot.get("n_independent"))
        return intervals.wilson(share, _smaller(n, slot.critical))
    return Interval(max(0.0, slot.bootstrap.low), min(1.0, slot.bootstrap.high))


def _smaller(n: float, critical: float) -> float:
    """An effective number made smaller for few degrees of freedom (Korn and Graubard 1998)."""
    return n * (intervals.z_value() / critical) ** 2


def _rare_difference_interval(slot: _Slot) -> Interval:
    gains = min(max(slot.get("gains"), 0.0), 1.0)
    losses = min(max(gains - slot.value, 0.0), 1.0)
    spread = gains + losses - slot.value**2
    n = slot.get("n_independent")
    if slot.variance > 0 and spread > 0:
        n = min(spread / slot.variance, slot.get("n_trials"))
    return intervals.paired_difference(gains, losses, n, slot.critical)


def _quotient(statistic: Quotient, strata: list[Stratum]) -> Estimate:
    if not strata or not statistic.counted.any():
        return Estimate(0, 0, None, reason=statistic.empty)
    top, bottom = statistic.top * statistic.counted, statistic.bottom * statistic.counted
    means = ratios_of([Column("mean", part, statistic.counted, part) for part in (top, bottom)], strata)
    n, n_problems = round(float(means.n[0])), round(float(means.n_problems[0]))
    if means.value[1] == 0:
        return Estimate(n, n_problems, None, reason=statistic.empty)
    value = float(means.value[0] / means.value[1])
    low, high, reason = _quotient_interval(value, float(means.value[1]), statistic, strata)
    if statistic.unit == "share" and low is not None and high is not None:
        low, high = max(0.0, low), min(1.0, high)
    return Estimate(n, n_problems, value, low, high, reason)


def _quotient_interval(
    value: float, bottom: float, statistic: Quotient, strata: list[Stratum]
) -> tuple[float | None, float | None, str | None]:
    """One stratum: that of the ratio itself; several: that of the linearised quotient (Kish 1965, ch. 6)."""
    counted = statistic.counted
    if len(strata) == 1:
        [ratio] = _ratios([Mean("", statistic.top * counted, statistic.bottom * counted, "")], strata)
        return ratio.low, ratio.high, ratio.reason
    linear = (statistic.top - value * statistic.bottom) * counted / bottom
    [spread] = _ratios([Mean("", linear, counted, "")], strata)
    if spread.low is None or spread.high is None:
        return None, None, spread.reason
    return value + spread.low, value + spread.high, None


def _quantile(statistic: Quantile, strata: list[Stratum]) -> Estimate:
    values = np.sort(statistic.value[statistic.counted > 0])
    if not len(values):
        return Estimate(0, 0, None, reason=statistic.empty)
    value = _at(values, statistic.q)
    below = (statistic.value <= value) * statistic.counted
    pooled = ratios_of([Column("share", below, statistic.counted, below)], [merged(strata)])
    slot = _Slot(pooled, 0, None)
    n_problems = round(slot.get("n_problems"))
    if n_problems < 2:
        return Estimate(len(values), n_problems, value, reason=ONE_PROBLEM)
    n = intervals.effective_n(slot.value, slot.variance, slot.get("n_trials"), slot.get("n_independent"))
    low, high = intervals.wilson(statistic.q, _smaller(n, slot.critical))
    return Estimate(len(values), n_problems, value, _at(values, low), _at(values, high))


def _at(ordered: Floats, q: float) -> float:
    return float(ordered[min(max(int(np.ceil(q * len(ordered))) - 1, 0), len(ordered) - 1)])


def _paired_test(statistic: PairedTest, strata: list[Stratum]) -> Estimate:
    moved = (statistic.second - statistic.first) * statistic.trials
    stacked = np.column_stack([moved, statistic.trials])
    sums = [stratum.by_problem(stacked) for stratum in strata]
    counts = np.concatenate([s[:, 1] for s in sums]) if sums else np.zeros(0)
    n, n_problems = round(float(counts.sum())), int((counts > 0).sum())
    if not n:
        return Estimate(0, 0, None, reason=statistic.empty)
    if counts.max() == 1:
        p = mcnemar_exact_p(int((moved > 0).sum()), int((moved < 0).sum()))
        return Estimate(n, n_problems, p, reason=MCNEMAR)
    weighted = np.concatenate([s[:, 0] / max(s[:, 1].sum(), 1.0) for s in sums])
    ids = np.concatenate([stratum.ids for stratum in strata])
    p = strata[0].resampler.sign_flip_p(ids, weighted)
    return Estimate(n, n_problems, p, reason=SIGN_FLIP)
