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
from analysis.measures import quotients
from analysis.measures.clusters import Stratum, merged
from analysis.measures.quotients import Division
from analysis.measures.ratios import Column, Ratios, ratios_of
from analysis.measures.statistics import (
    Contrast,
    Difference,
    Estimate,
    Known,
    Mean,
    PairedTest,
    Quantile,
    Quotient,
    Ratio,
    Share,
    Statistic,
)
from analysis.resampling import Floats, mcnemar_exact_p

MIN_EVENTS = 10
MIN_PROBLEMS_WITH_EVENTS = 20
NEAR = 0.01
"""Shares below this or above 1 - this are near 0 or 1."""
WILD = 4.0
"""So many times the half width of Student's interval a bootstrap-t end may lie from the value of a contrast."""
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
    if not strata:
        return [s.estimate if isinstance(s, Known) else Estimate(0, 0, None, reason=s.empty) for s in statistics]
    ratios = [s for s in statistics if isinstance(s, Ratio)]
    found = dict(zip(map(id, ratios), _ratios(ratios, strata), strict=True))
    pooled = merged(strata) if any(isinstance(s, Quantile) for s in statistics) else strata[0]
    return [found[id(s)] if isinstance(s, Ratio) else _single(s, strata, pooled) for s in statistics]


def _single(statistic: Quantile | PairedTest | Known, strata: list[Stratum], pooled: Stratum) -> Estimate:
    match statistic:
        case Known():
            return statistic.estimate
        case Quantile():
            return _quantile(statistic, pooled)
    return _paired_test(statistic, strata)


def _ratios(statistics: Sequence[Ratio], strata: list[Stratum]) -> list[Estimate]:
    if not statistics:
        return []
    divided = quotients.divided(statistics, strata)
    is_macro = len(strata) > 1
    ratios = ratios_of([_column(s, divided, is_macro) for s in statistics], strata)
    without = [_Slot(ratios, k, None) for k in range(len(statistics))]
    used = [k for k, s in enumerate(statistics) if _is_resampled(s, is_macro) and _is_used(s, without[k])]
    bounds = ratios.studentised(used)
    if is_macro:
        bounds |= quotients.macro_bounds(statistics, divided, ratios)
    slots = [_Slot(ratios, k, bounds.get(k)) for k in range(len(statistics))]
    return [_one(s, slot, divided.get(id(s))) for s, slot in zip(statistics, slots, strict=True)]


def _is_resampled(statistic: Ratio, is_macro: bool) -> bool:
    match statistic:
        case Share():
            return statistic.resample
        case Quotient():
            return not is_macro
    return True


def _is_used(statistic: Ratio, slot: "_Slot") -> bool:
    """Whether the interval would be that of the bootstrap, where there is one."""
    match statistic:
        case Share():
            return not slot.has_few and min(slot.share, 1 - slot.share) >= NEAR
        case Difference():
            return not slot.has_few
        case Mean() | Quotient():
            return not slot.is_seldom
    return True


def _column(statistic: Ratio, divided: dict[int, Division], is_macro: bool) -> Column:
    match statistic:
        case Share():
            return Column("share", statistic.events, statistic.trials, statistic.events)
        case Mean():
            return Column("mean", statistic.total, statistic.per, statistic.total)
        case Difference():
            moved = (statistic.second - statistic.first) * statistic.trials
            return Column("difference", moved, statistic.trials, np.maximum(moved, 0.0))
        case Quotient():
            return quotients.column(statistic, divided[id(statistic)], is_macro)
        case Contrast():
            moved = statistic.influence * statistic.counted * statistic.counted.sum()
            return Column("mean", moved, statistic.counted, moved)


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
    def share(self) -> float:
        return min(max(self.value, 0.0), 1.0)

    @property
    def has_few(self) -> bool:
        return self.get("n_rare") < MIN_EVENTS or self.get("n_rare_units") < MIN_PROBLEMS_WITH_EVENTS

    @property
    def is_rare(self) -> bool:
        return self.has_few or self.bootstrap is None

    @property
    def is_positive(self) -> bool:
        return all(bool((sums.gain[:, self.k] >= 0).all()) for sums in self.ratios.sums)

    @property
    def is_seldom(self) -> bool:
        """A positive total that only few problems, and few of the problems, hold any of."""
        n_holding = sum(int((sums.gain[:, self.k] > 0).sum()) for sums in self.ratios.sums)
        return self.is_positive and n_holding < min(MIN_PROBLEMS_WITH_EVENTS, self.get("n_problems") / 2)

    def why_no_interval(self) -> str | None:
        if not self.get("has_single"):
            return None
        return ONE_PROBLEM if self.get("n_strata") == 1 else ONE_PROBLEM_SET


def _one(statistic: Ratio, slot: _Slot, division: Division | None) -> Estimate:
    n = division.n if division else round(slot.get("n"))
    value = division.value if division else statistic.value if isinstance(statistic, Contrast) else slot.value
    n_problems = division.n_problems if division else round(slot.get("n_problems"))
    if n == 0 or value is None:
        return Estimate(n, n_problems, None, reason=statistic.empty)
    reason = slot.why_no_interval()
    if reason is None and isinstance(statistic, Mean | Quotient | Contrast) and slot.variance <= 0:
        reason = NO_VARIATION
    low, high = (None, None) if reason else _interval(statistic, slot, value)
    events = round(slot.get("events")) if isinstance(statistic, Share) else None
    return Estimate(n, n_problems, value, low, high, reason, events)


def _interval(statistic: Ratio, slot: _Slot, value: float) -> Interval:
    match statistic:
        case Share():
            return _share_interval(slot)
        case Difference() if slot.is_rare:
            return _rare_difference_interval(slot)
        case Mean() | Quotient() if slot.is_seldom:
            return intervals.gamma_rate(value, slot.variance)
    low, high = _around(statistic, slot)
    shift = value - slot.value
    at_least = 0.0 if slot.is_positive and not isinstance(statistic, Difference | Contrast) else -np.inf
    at_most = 1.0 if isinstance(statistic, Quotient) and statistic.unit == "share" else np.inf
    return Interval(float(max(low + shift, at_least)), float(min(high + shift, at_most)))


def _around(statistic: Ratio, slot: _Slot) -> Interval:
    """The bootstrap-t interval; Student's where there is none, or where few units make that of a contrast run away."""
    plain = symmetric(slot.value, slot.variance, slot.get("df"))
    if slot.bootstrap is None:
        return plain
    widest = max(slot.value - slot.bootstrap.low, slot.bootstrap.high - slot.value)
    return plain if isinstance(statistic, Contrast) and widest > WILD * (plain.high - slot.value) else slot.bootstrap


def symmetric(value: float, variance: float, df: float) -> Interval:
    """Student's t interval around a value.

    >>> [round(end, 2) for end in symmetric(10.0, 1.0, 9)]
    [7.74, 12.26]
    """
    half = intervals.t_value(df) * variance**0.5
    return Interval(value - half, value + half)


def _share_interval(slot: _Slot) -> Interval:
    share = slot.share
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


def _quantile(statistic: Quantile, stratum: Stratum) -> Estimate:
    values = np.sort(statistic.value[statistic.counted > 0])
    if not len(values):
        return Estimate(0, 0, None, reason=statistic.empty)
    value = _at(values, statistic.q)
    below = (statistic.value <= value) * statistic.counted
    pooled = ratios_of([Column("share", below, statistic.counted, below)], [stratum])
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
    counts = np.concatenate([s[:, 1] for s in sums])
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
