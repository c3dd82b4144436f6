"""Many ratios of sums over the same rollouts at once: values, variances over problems, studentised bootstrap bounds.

Knows no names. With several strata a ratio is the mean of the strata's ratios (macro-average), else one ratio.
Sources: linearised variance, Kish (1965), ch. 6; Satterthwaite (1946) for degrees of freedom; bootstrap-t, Efron and
Tibshirani (1993), ch. 12.5, with resamples of Rao and Wu (1988).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from analysis.intervals import LEVEL, Interval
from analysis.measures.clusters import Stratum
from analysis.resampling import Floats, Ints, Weights

Kind = Literal["share", "mean", "difference"]
MIN_VALID = 0.95
"""Share of resamples that must give a studentised value; below, there is no bootstrap interval."""
ROUNDING = 1e-6
"""A resample's variance below this share of the whole's is what single precision makes of 0."""


class Column(NamedTuple):
    """One ratio per rollout: top over bottom; `gain` is the positive part of a difference's top."""

    kind: Kind
    top: Floats
    bottom: Floats
    gain: Floats


class UnitSums(NamedTuple):
    """Sums of one stratum per unit of resampling, units × k; equal `same_bottom` (shape k) says: the same bottom."""

    top: Floats
    bottom: Floats
    gain: Floats
    same_bottom: Ints


@dataclass(frozen=True, slots=True)
class Ratios:
    """k ratios: arrays of shape (k,), 0 where a ratio counts nothing.

    n counts bottoms, n_problems the problems among them, n_strata the strata that the value averages; has_single says
    that one of those has a single problem, so that no variance can be estimated. n_trials and n_independent are the
    trials and the problems as an average over strata uses them (harmonic). n_rare is the number of events, or of
    non-events if fewer (of pairs that differ, for a difference), n_rare_units that of the units which hold them.
    """

    strata: list[Stratum]
    sums: list[UnitSums]
    n: Floats
    n_problems: Floats
    n_strata: Floats
    value: Floats
    events: Floats
    gains: Floats
    variance: Floats
    df: Floats
    has_single: Floats
    n_trials: Floats
    n_independent: Floats
    n_rare: Floats
    n_rare_units: Floats

    def studentised(self, wanted: Sequence[int]) -> dict[int, Interval]:
        """Bootstrap-t intervals of the columns `wanted`; a column without variance or enough resamples has none."""
        usable = [k for k in wanted if self.variance[k] > 0 and not self.has_single[k]]
        if not usable:
            return {}
        first, which = self._once(usable)
        spread, noise = self._resampled(first)
        found = bounds_of(self.value[first], spread, noise, self.naive_errors[first])
        return {k: found[i] for k, i in zip(usable, which.tolist(), strict=True) if found[i] is not None}

    def _once(self, usable: Sequence[int]) -> tuple[Ints, Ints]:
        """The different ratios among the usable: the first of each, and which of them each one is."""
        keys = [b"".join(s.top[:, k].tobytes() + s.bottom[:, k].tobytes() for s in self.sums) for k in usable]
        place = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        which = np.array([place[key] for key in keys])
        return np.array(usable)[np.unique(which, return_index=True)[1]], which

    def _resampled(self, usable: Ints) -> tuple[Floats, Floats]:
        spread = noise = np.zeros((1, len(usable)))
        for stratum, sums in zip(self.strata, self.sums, strict=True):
            if stratum.n_units > 1:
                shift, variance = _resample(stratum, sums, usable)
                spread, noise = spread + shift, noise + variance
        strata = self.n_strata[usable]
        return spread / strata, noise / strata**2

    @property
    def naive_errors(self) -> Floats:
        """Standard errors without the correction for few units, as each resample's own is computed."""
        total: Floats = np.sum([_squares(s.top, s.bottom).sum(axis=0) for s in self.sums], axis=0)
        return np.sqrt(_safe(total, self.n_strata**2))


def bounds_of(values: Floats, shifts: Floats, noise: Floats, errors: Floats) -> list[Interval | None]:
    """Bootstrap-t intervals of k values from the shift and variance of each resample, both (resamples, k).

    `errors` (k,) are the standard errors of the values; None where under MIN_VALID of the resamples are valid or an
    end is not finite. A variance of rounding size (few problems, of which a resample drew equal ones) is 0: no ruler.
    Efron and Tibshirani (1993), equation 12.22.
    """
    noise = np.where(noise <= ROUNDING * errors**2, 0.0, noise)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = shifts / np.sqrt(np.maximum(noise, 0.0))
    t[(shifts == 0) & (noise <= 0)] = 0.0
    low, high = _quantiles(t)
    ends = zip(values - high * errors, values - low * errors, strict=True)
    return [Interval(float(a), float(b)) if np.isfinite(a) and np.isfinite(b) else None for a, b in ends]


def ratios_of(columns: Sequence[Column], strata: list[Stratum]) -> Ratios:
    """Ratios of the columns over at least one stratum.

    >>> from analysis.measures.clusters import lay_out
    >>> from analysis.resampling import Resampler
    >>> strata = lay_out(np.array([1, 1, 2, 3]), np.array([0, 0, 0, 1]), Resampler(np.random.default_rng(0)))
    >>> top, bottom = np.array([1.0, 0, 1, 0]), np.ones(4)
    >>> ratios_of([Column("share", top, bottom, top)], strata).value.tolist()   # (2/3 + 0/1) / 2
    [0.3333333333333333]
    """
    kinds = [column.kind for column in columns]
    arrays, (tops, bottoms, gains) = _distinct(columns)
    by_unit = [stratum.unit_sums(arrays) for stratum in strata]
    held = {b: sum(stratum.n_holding(arrays[b]) for stratum in strata) for b in set(bottoms.tolist())}
    n_problems = np.array([held[b] for b in bottoms.tolist()], dtype=np.float64)
    sums = [UnitSums(s[:, tops], s[:, bottoms], s[:, gains], _same(s, bottoms)) for s in by_unit]
    return _summarise(kinds, strata, sums, n_problems)


def _distinct(columns: Sequence[Column]) -> tuple[list[Floats], list[Ints]]:
    """The arrays of the columns, one that stands several times once, and the places of tops, bottoms and gains."""
    arrays = {id(array): array for column in columns for array in column[1:]}
    place = {key: k for k, key in enumerate(arrays)}
    places = [np.array([place[id(column[part])] for column in columns], dtype=np.int64) for part in (1, 2, 3)]
    return list(arrays.values()), places


def _same(sums: Floats, columns: Ints) -> Ints:
    """Numbers that are equal for equal columns of these sums."""
    seen: dict[bytes, int] = {}
    number = {k: seen.setdefault(sums[:, k].tobytes(), k) for k in set(columns.tolist())}
    return np.array([number[k] for k in columns.tolist()], dtype=np.int64)


class _Moments(NamedTuple):
    """Per stratum and column, shape (strata, k)."""

    top: Floats
    bottom: Floats
    gain: Floats
    n_units: Floats
    variance: Floats


def _summarise(kinds: Sequence[Kind], strata: list[Stratum], sums: list[UnitSums], n_problems: Floats) -> Ratios:
    m = _Moments(*(np.array(part) for part in zip(*map(_moments, sums), strict=True)))
    counted = m.bottom > 0
    n_strata = counted.sum(axis=0).astype(float)
    variance = m.variance.sum(axis=0)
    rare, rare_units = _rare(kinds, sums)
    return Ratios(
        strata=strata,
        sums=sums,
        n=m.bottom.sum(axis=0),
        n_problems=n_problems,
        n_strata=n_strata,
        value=_safe(_safe(m.top, m.bottom).sum(axis=0), n_strata),
        events=m.top.sum(axis=0),
        gains=_safe(_safe(m.gain, m.bottom).sum(axis=0), n_strata),
        variance=_safe(variance, n_strata**2),
        df=_degrees_of_freedom(m, variance),
        has_single=(counted & (m.n_units < 2)).any(axis=0).astype(float),
        n_trials=_harmonic(m.bottom, n_strata),
        n_independent=_harmonic(m.n_units, n_strata),
        n_rare=rare,
        n_rare_units=rare_units,
    )


def _moments(sums: UnitSums) -> _Moments:
    n_units = (sums.bottom > 0).sum(axis=0).astype(float)
    correction = _safe(n_units, np.maximum(n_units - 1, 0.0))
    squares = _squares(sums.top, sums.bottom).sum(axis=0)
    top, bottom, gain = (part.sum(axis=0) for part in sums[:3])
    return _Moments(top, bottom, gain, n_units, squares * correction)


def _squares(top: Floats, bottom: Floats) -> Floats:
    """Squared influence of each unit on its stratum's ratio; sums of rounding size are 0."""
    tops, bottoms = top.sum(axis=0), bottom.sum(axis=0)
    residual = top - _safe(tops, bottoms) * bottom
    residual[np.abs(residual) < 1e-12 * np.abs(top).max(axis=0, initial=0.0)] = 0.0
    return _safe(residual, np.broadcast_to(bottoms, residual.shape)) ** 2


def _degrees_of_freedom(m: _Moments, variance: Floats) -> Floats:
    free = np.maximum(m.n_units - 1, 0.0)
    satterthwaite = _safe(variance**2, _safe(m.variance**2, free).sum(axis=0))
    return np.maximum(np.where(variance > 0, satterthwaite, free.sum(axis=0)), 1.0)


def _rare(kinds: Sequence[Kind], sums: list[UnitSums]) -> tuple[Floats, Floats]:
    is_share = np.array([kind == "share" for kind in kinds])
    events = [np.where(is_share, s.top, 2 * s.gain - s.top) for s in sums]
    others = [np.where(is_share, s.bottom - s.top, np.inf) for s in sums]
    n_rare = np.minimum(*(np.sum([e.sum(axis=0) for e in side], axis=0) for side in (events, others)))
    n_units = np.minimum(*(np.sum([(e > 0).sum(axis=0) for e in side], axis=0) for side in (events, others)))
    return n_rare, n_units.astype(float)


def _resample(stratum: Stratum, sums: UnitSums, columns: Ints) -> tuple[Floats, Floats]:
    """Shift of each resample's ratio from the stratum's, and its variance: both of shape (resamples, k)."""
    top, bottom = sums.top[:, columns], sums.bottom[:, columns]
    residual = top - _safe(top.sum(axis=0), bottom.sum(axis=0)) * bottom
    _, first, same = np.unique(sums.same_bottom[columns], return_index=True, return_inverse=True)
    once, k = bottom[:, first], len(columns)
    parts = np.hstack([residual, residual**2, residual * bottom, once, once**2])
    drawn = stratum.weights @ parts.astype(np.float32)
    r, rr, rd, d, dd = np.split(drawn, [k, 2 * k, 3 * k, 3 * k + len(first)], axis=1)
    d, dd, is_counted = d[:, same], dd[:, same], bottom.sum(axis=0) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where(is_counted, r / d, 0.0)
        variance = np.where(is_counted, (rr - 2 * shift * rd + shift**2 * dd) / d**2, 0.0)
    return shift, np.maximum(variance, 0.0)


def drawn_of(weights: Weights, parts: Floats) -> Weights:
    """Sums of the columns of units × k in each resample, equal columns added once: shape (resamples, k)."""
    _, first, which = np.unique(_same(parts, np.arange(parts.shape[1])), return_index=True, return_inverse=True)
    drawn: Weights = (weights @ parts[:, first].astype(np.float32))[:, which]
    return drawn


def _quantiles(t: Floats) -> Floats:
    """Both tails of each column, nan where too few resamples are valid."""
    tail = (1 - LEVEL) / 2
    valid = ~np.isnan(t)
    if valid.all():
        return np.asarray(np.quantile(t, [tail, 1 - tail], axis=0, method="inverted_cdf"))
    ends = np.full((2, t.shape[1]), np.nan)
    for k in np.flatnonzero(valid.mean(axis=0) >= MIN_VALID):
        ends[:, k] = np.quantile(t[valid[:, k], k], [tail, 1 - tail], method="inverted_cdf")
    return ends


def _harmonic(counts: Floats, n_strata: Floats) -> Floats:
    inverse = _safe(np.ones_like(counts), counts).sum(axis=0)
    return _safe(n_strata**2, inverse)


def _safe(top: Floats, bottom: Floats) -> Floats:
    """top / bottom, 0 where bottom is 0."""
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=np.asarray(bottom) != 0)
