"""One average divided by another, where both are macro-averages: values, and their studentised bootstrap.

Knows no measure. Over one stratum a quotient is a plain ratio; over several its variance is that of a combined ratio
(Cochran 1977, section 6.11) and both averages are drawn anew in every resample (Efron and Tibshirani 1993, ch. 12.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.intervals import Interval
from analysis.measures.clusters import Stratum
from analysis.measures.ratios import Column, Ratios, bounds_of, drawn_of
from analysis.measures.statistics import Quotient, Ratio
from analysis.resampling import Floats


@dataclass(frozen=True, slots=True)
class Division:
    """A quotient's value (None: divided by nothing), what it divides by, and how many it counts."""

    value: float | None
    bottom: float
    n: int
    n_problems: int


def divided(statistics: Sequence[Ratio], strata: list[Stratum]) -> dict[int, Division]:
    """The quotients among the statistics, by their id."""
    quotients = [s for s in statistics if isinstance(s, Quotient)]
    if not quotients:
        return {}
    counted = {id(q.counted): q.counted for q in quotients}
    held = {key: sum(stratum.n_holding(each) for stratum in strata) for key, each in counted.items()}
    parts = [part for q in quotients for part in (q.top * q.counted, q.bottom * q.counted, q.counted)]
    sums = np.array([stratum.unit_sums(parts).sum(axis=0) for stratum in strata]).reshape(len(strata), -1, 3)
    return {id(q): _division(sums[:, i], held[id(q.counted)]) for i, q in enumerate(quotients)}


def _division(sums: Floats, n_problems: int) -> Division:
    """From the sums of each stratum: top, bottom, counted."""
    inside = sums[sums[:, 2] > 0]
    top, bottom = (inside[:, :2] / inside[:, 2:]).mean(axis=0) if len(inside) else (0.0, 0.0)
    value = float(top / bottom) if bottom else None
    return Division(value, float(bottom), round(float(sums[:, 2].sum())), n_problems)


def column(quotient: Quotient, division: Division, is_macro: bool) -> Column:
    """Over one stratum the ratio itself; over several its linearisation, a mean around 0 (Kish 1965, ch. 6)."""
    top = quotient.top * quotient.counted
    if not is_macro:
        return Column("mean", top, quotient.bottom * quotient.counted, top)
    linear = (quotient.top - (division.value or 0.0) * quotient.bottom) * quotient.counted / (division.bottom or 1.0)
    return Column("mean", linear, quotient.counted, top)


def macro_bounds(statistics: Sequence[Ratio], divisions: dict[int, Division], ratios: Ratios) -> dict[int, Interval]:
    """Bootstrap intervals of the quotients over several strata, around 0 as their linearised columns are."""
    usable = {k: s for k, s in enumerate(statistics) if isinstance(s, Quotient) and _can_vary(ratios, k)}
    if not usable:
        return {}
    parts = [_Parts(s.top * s.counted, s.bottom * s.counted, s.counted) for s in usable.values()]
    values = np.array([divisions[id(s)].value or 0.0 for s in usable.values()])
    found = _bounds(parts, values, ratios.naive_errors[list(usable)], ratios.strata)
    around = zip(usable, found, values.tolist(), strict=True)
    return {k: Interval(i.low - value, i.high - value) for k, i, value in around if i is not None}


def _can_vary(ratios: Ratios, k: int) -> bool:
    return bool(ratios.variance[k] > 0 and not ratios.has_single[k])


class _Parts(NamedTuple):
    """A quotient per rollout: top over bottom, where `counted` is 1; both are 0 elsewhere."""

    top: Floats
    bottom: Floats
    counted: Floats


class _Drawn(NamedTuple):
    """Resampled sums of one stratum, each (resamples, k): e is top - value·bottom, b bottom, c counted."""

    e: Floats
    b: Floats
    c: Floats
    ee: Floats
    eb: Floats
    bb: Floats
    ec: Floats
    bc: Floats
    cc: Floats


def _bounds(
    divisions: Sequence[_Parts], values: Floats, errors: Floats, strata: Sequence[Stratum]
) -> list[Interval | None]:
    """Intervals around `values` (shape k) with their standard `errors`; None where too few resamples are valid."""
    drawn = [_draw(stratum, divisions, values) for stratum in strata if stratum.n_units > 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        bottom = np.sum([_mean(d.b, d) for d in drawn], axis=0)
        shift = np.sum([_mean(d.e, d) for d in drawn], axis=0) / bottom
        noise = np.sum([_variance(d, shift) for d in drawn], axis=0) / bottom**2
    return bounds_of(values, shift, noise, errors)


def _draw(stratum: Stratum, divisions: Sequence[_Parts], values: Floats) -> _Drawn:
    sums = stratum.unit_sums([part for parts in zip(*divisions, strict=True) for part in parts])
    top, bottom, counted = np.split(sums, 3, axis=1)
    e = top - values * bottom
    parts = [e, bottom, counted, e * e, e * bottom, bottom**2, e * counted, bottom * counted, counted**2]
    sizes = [_largest(part) for part in parts]
    drawn = drawn_of(stratum.weights, np.hstack([part / size for part, size in zip(parts, sizes, strict=True)]))
    return _Drawn(*(a * size for a, size in zip(np.split(drawn, 9, axis=1), sizes, strict=True)))


def _largest(part: Floats) -> Floats:
    """The largest size in each column, 1 where all are 0: keeps squares within single precision."""
    size = np.abs(part).max(axis=0)
    return np.where(size > 0, size, 1.0)


def _mean(sums: Floats, d: _Drawn) -> Floats:
    """Mean over the counted of a stratum; 0 where it counts nothing at all, nan where a resample does not."""
    return np.where((d.c > 0).any(axis=0), sums / d.c, 0.0)


def _variance(d: _Drawn, shift: Floats) -> Floats:
    """Variance of a stratum's mean of top - (value + shift)·bottom in each resample."""
    mean = (d.e - shift * d.b) / d.c
    squares = d.ee - 2 * shift * d.eb + shift**2 * d.bb
    centred = squares - 2 * mean * (d.ec - shift * d.bc) + mean**2 * d.cc
    return np.where((d.c > 0).any(axis=0), np.maximum(centred, 0.0) / d.c**2, 0.0)
