"""Intervals for what calibration measures: rankings on a logit or log scale, absolute errors corrected for their bias.

Knows no column. Rankings: studentised bootstrap of the transformed value from influences. Errors that take absolute
values are too large in small samples, and larger again in resamples: their interval is centred on 2·value - mean of
the resamples, and reaches to the value itself (Efron and Tibshirani 1993, ch. 10 and 13). Problems are resampled.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis import intervals
from analysis.calibration.binning import Bins, errors_of
from analysis.calibration.scores import Scored
from analysis.calibration.smooth import smooth_errors
from analysis.intervals import Interval
from analysis.measures.clusters import Stratum
from analysis.measures.estimates import NO_VARIATION, ONE_PROBLEM
from analysis.measures.sample import Sample
from analysis.measures.statistics import Contrast, Estimate, Known
from analysis.resampling import Floats, Ints

N_CELLS, N_SMOOTH, N_STEPS = 100, 250, 14
"""Cells of the grid, resamples and halvings of the smooth error: its interval need not be exact to the third place."""
MOST_VALUES = 256


class Wanted(NamedTuple):
    """One number of a ranking: `link` is the scale of its interval (logit, log, plain), `empty` why it may be None."""

    name: str
    scored: Scored
    link: str
    empty: str
    unit: str = "score"


class Counted(NamedTuple):
    """The rollouts that count, of all of a sample: places, units of resampling, confidences, outcomes, problems."""

    sample: Sample
    mask: Floats
    rows: Ints
    units: Ints
    confidence: Floats
    outcome: Floats
    problems: Ints

    @property
    def n_problems(self) -> int:
        return len(np.unique(self.problems))

    @property
    def n(self) -> int:
        return len(self.rows)

    @property
    def stratum(self) -> Stratum:
        return self.sample.strata[0]

    @property
    def n_units(self) -> int:
        """Units of resampling that hold any."""
        return len(np.unique(self.units))

    def n_problems_in(self, chosen: NDArray[np.bool_]) -> int:
        """Problems among the chosen of the rollouts."""
        return len(np.unique(self.problems[chosen]))

    def spread(self, influence: Floats) -> Floats:
        """Influences of all rollouts of the sample: 0 for those that do not count."""
        whole = np.zeros(len(self.mask))
        whole[self.rows] = influence
        return whole

    def by_unit(self, codes: Ints, n_codes: int, values: Floats) -> Floats:
        """Sums of values per unit of resampling and code: shape (units, codes)."""
        n_units = self.stratum.n_units
        sums = np.bincount(self.units * n_codes + codes, weights=values, minlength=n_units * n_codes)
        return sums.reshape(n_units, n_codes).astype(np.float64)


def counted_of(sample: Sample, mask: Floats, confidence: Floats, outcome: Floats) -> Counted:
    """The rollouts whose mask is 1."""
    rows = np.flatnonzero(mask > 0).astype(np.int64)
    if not len(rows):
        none = np.zeros(0, dtype=np.int64)
        return Counted(sample, mask, none, none, np.zeros(0), np.zeros(0), none)
    stratum = sample.strata[0]
    problem = np.repeat(np.arange(len(stratum.ids)), np.diff(np.r_[stratum.first_rows, stratum.last_row]))[rows]
    return Counted(sample, mask, rows, stratum.units[problem], confidence[rows], outcome[rows], problem)


def ranked(counted: Counted, wanted: Sequence[Wanted]) -> list[Known]:
    """Values with intervals; a value at 0 or 1 has that of Wilson for as many trials as problems of the rarer class."""
    found = counted.sample.estimates([_contrast(counted, each) for each in wanted])
    n_rare = _n_rare(counted)
    return [Known(w.name, _back(w, estimate, n_rare), w.unit) for w, estimate in zip(wanted, found, strict=True)]


def _contrast(counted: Counted, wanted: Wanted) -> Contrast:
    value, influence = wanted.scored
    if _is_linked(wanted):
        assert value is not None
        influence = influence / (value * (1 - value) if wanted.link == "logit" else value)
    return Contrast(wanted.name, value, counted.spread(influence), counted.mask, wanted.unit, wanted.empty)


def _is_linked(wanted: Wanted) -> bool:
    return wanted.link != "plain" and wanted.scored.value is not None and 0 < wanted.scored.value < 1


def _n_rare(counted: Counted) -> int:
    classes = [np.unique(counted.units[counted.outcome == one]) for one in (0, 1)]
    return min([len(units) for units in classes if len(units)], default=0)


def _back(wanted: Wanted, found: Estimate, n_rare: int) -> Estimate:
    """From the scale of the interval, on which the estimate was moved from its value to 0 and back, to that of the
    value."""
    value = wanted.scored.value
    if value is None or wanted.link == "plain":
        return found
    if not _is_linked(wanted):
        return _at_the_end(found, value, n_rare)
    if found.low is None or found.high is None:
        return found
    low, high = found.low - value, found.high - value
    if wanted.link == "log":
        ends = Interval(value * float(np.exp(low)), value * float(np.exp(high)))
    else:
        odds = value / (1 - value)
        ends = Interval(*(float(odds * e / (1 + odds * e)) for e in np.exp([low, high])))
    return Estimate(found.n, found.n_problems, value, *ends)


def _at_the_end(found: Estimate, value: float, n_rare: int) -> Estimate:
    if found.n_problems < 2:
        return Estimate(found.n, found.n_problems, value, reason=ONE_PROBLEM)
    return Estimate(found.n, found.n_problems, value, *intervals.wilson(round(value), n_rare))


class Drawn(NamedTuple):
    """A value and that of each resample."""

    value: float
    resamples: Floats


def binned(counted: Counted, bins: Bins) -> list[Drawn]:
    """ECE, ACE, MCE and RMSCE over these bins (of the counted rollouts), with their resamples; bins stay put."""
    n_bins = len(bins.edges)
    gaps = counted.by_unit(bins.of, n_bins, counted.confidence - counted.outcome)
    counts = counted.by_unit(bins.of, n_bins, np.ones(counted.n))
    values = errors_of(gaps.sum(axis=0)[None, :], counts.sum(axis=0)[None, :])
    if counted.n_units < 2:
        return [Drawn(float(value[0]), np.zeros(0)) for value in values]
    drawn = counted.stratum.weights @ np.hstack([gaps, counts]).astype(np.float32)
    resampled = errors_of(*(part.astype(np.float64) for part in np.split(drawn, 2, axis=1)))
    return [Drawn(float(value[0]), resample) for value, resample in zip(values, resampled, strict=True)]


def largest(counted: Counted, bins: Bins) -> Estimate:
    """MCE with the interval that all bins together allow: the largest low end and the largest high end of their gaps.

    A bin with few rollouts makes it as wide as little is known of the largest; the level is shared by the bins
    (Bonferroni), so that the intervals of all hold at once.
    """
    gaps = _gaps(counted, bins)
    return _of_gaps(counted, gaps, float(max(gaps.value)), lambda ends: max(ends), len(gaps.value))


def average(counted: Counted, bins: Bins) -> Estimate:
    """ACE over bins that may hold few rollouts: from the mean of the low ends to that of the high ends of their gaps.

    A bin of three rollouts weighs as much as one of three hundred, so that resamples of the mean are far from normal;
    these ends hold whatever the bins have in common (conservative).
    """
    gaps = _gaps(counted, bins)
    return _of_gaps(counted, gaps, float(np.mean(gaps.value)), lambda ends: float(np.mean(ends)), 1)


class _Gaps(NamedTuple):
    """Of each bin that holds any: its gap, mean confidence, accuracy, and the problems in it."""

    value: Floats
    said: Floats
    right: Floats
    n_problems: list[int]


def _gaps(counted: Counted, bins: Bins) -> _Gaps:
    n_bins = len(bins.edges)
    counts, said, right = (
        np.bincount(bins.of, weights=each, minlength=n_bins)
        for each in (np.ones(counted.n), counted.confidence, counted.outcome)
    )
    held = np.flatnonzero(counts)
    of_bin: list[Floats] = [np.asarray(part[held] / counts[held], dtype=np.float64) for part in (said, right)]
    n_problems = [counted.n_problems_in(bins.of == k) for k in held]
    return _Gaps(np.abs(of_bin[0] - of_bin[1]), of_bin[0], of_bin[1], n_problems)


def _of_gaps(
    counted: Counted, gaps: _Gaps, value: float, summed: Callable[[Sequence[float]], float], n_shared: int
) -> Estimate:
    """A bin's accuracy has Wilson's interval on as many trials as it has problems, at a level for `n_shared` bins."""
    if counted.n_units < 2:
        return Estimate(counted.n, counted.n_problems, value, reason=ONE_PROBLEM)
    level = 1 - (1 - intervals.LEVEL) / n_shared
    bounds = [intervals.wilson(y, n, level) for y, n in zip(gaps.right.tolist(), gaps.n_problems, strict=True)]
    ends = [_gap_ends(c, of_right) for c, of_right in zip(gaps.said.tolist(), bounds, strict=True)]
    low, high = (summed(each) for each in zip(*ends, strict=True))
    return Estimate(counted.n, counted.n_problems, value, float(min(low, value)), float(max(high, value)))


def _gap_ends(said: float, right: Interval) -> Interval:
    """The least and the most that a confidence can be from an accuracy in this interval."""
    return Interval(max(0.0, said - right.high, right.low - said), max(said - right.low, right.high - said))


def by_value(counted: Counted) -> list[Drawn] | None:
    """Reliability and resolution of the Brier score with resamples; None for more than MOST_VALUES confidences."""
    values, codes = np.unique(counted.confidence, return_inverse=True)
    if len(values) > MOST_VALUES or not counted.n:
        return None
    n_values = len(values)
    right = counted.by_unit(codes, n_values, counted.outcome)
    counts = counted.by_unit(codes, n_values, np.ones(counted.n))
    parts = _parts_of(values, right.sum(axis=0)[None, :], counts.sum(axis=0)[None, :])
    if counted.n_units < 2:
        return [Drawn(float(part[0]), np.zeros(0)) for part in parts]
    drawn = counted.stratum.weights @ np.hstack([right, counts]).astype(np.float32)
    resampled = _parts_of(values, *(part.astype(np.float64) for part in np.split(drawn, 2, axis=1)))
    return [Drawn(float(part[0]), resample) for part, resample in zip(parts, resampled, strict=True)]


def _parts_of(values: Floats, right: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Reliability and resolution of many data sets from sums per value: shapes (data sets, values)."""
    n = np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
    of_value = np.divide(right, counts, out=np.zeros_like(right), where=counts > 0)
    rate = right.sum(axis=1, keepdims=True) / n
    reliability, resolution = ((counts / n * (of_value - against) ** 2).sum(axis=1) for against in (values, rate))
    return reliability, resolution


def smoothed(counted: Counted, value: float) -> Drawn:
    """The smooth error with its resamples, on a coarser grid."""
    if counted.n_units < 2:
        return Drawn(value, np.zeros(0))
    return Drawn(value, _smooth_resamples(counted, value))


def _smooth_resamples(counted: Counted, value: float) -> Floats:
    cells = [_on_grids(counted, counted.outcome - counted.confidence), counted.by_unit(*_one_cell(counted))]
    drawn = (counted.stratum.weights[:N_SMOOTH] @ np.hstack(cells).astype(np.float32)).astype(np.float64)
    held = drawn[drawn[:, -1] > 0]
    coarse = smooth_errors((cells[0].sum(axis=0) / counted.n)[None, :], N_STEPS)[0]
    shifted: Floats = smooth_errors(held[:, :-1] / held[:, -1:], N_STEPS) + (value - coarse)
    return shifted


def _one_cell(counted: Counted) -> tuple[Ints, int, Floats]:
    return np.zeros(counted.n, dtype=np.int64), 1, np.ones(counted.n)


def _on_grids(counted: Counted, values: Floats) -> Floats:
    """Values dealt to the grid of each unit, as `on_grid` does for all."""
    at = np.clip(counted.confidence, 0, 1) * N_CELLS
    low = np.minimum(np.floor(at).astype(np.int64), N_CELLS - 1)
    dealt = counted.by_unit(low, N_CELLS + 1, values * (1 - (at - low)))
    return dealt + counted.by_unit(low + 1, N_CELLS + 1, values * (at - low))


def corrected(counted: Counted, drawn: Drawn, most: float = 1.0) -> Estimate:
    """A positive error with its interval around the value less its bias; the interval holds the value too."""
    n, n_problems, value = counted.n, counted.n_problems, drawn.value
    if not len(drawn.resamples):
        return Estimate(n, n_problems, value, reason=ONE_PROBLEM)
    if drawn.resamples.std() <= 1e-12:
        return Estimate(n, n_problems, value, reason=NO_VARIATION)
    low, high = _around(value, drawn.resamples, counted.n_units - 1)
    return Estimate(n, n_problems, value, float(max(low, 0.0)), float(min(high, most)))


def changed(counted: Counted, before: Drawn, after: Drawn) -> Estimate:
    """After less before, both drawn on the same resamples, with Student's interval around the change less its bias."""
    n, n_problems, value = counted.n, counted.n_problems, after.value - before.value
    if not len(after.resamples):
        return Estimate(n, n_problems, value, reason=ONE_PROBLEM)
    moved = after.resamples - before.resamples
    if moved.std() <= 1e-12:
        return Estimate(n, n_problems, value, reason=NO_VARIATION)
    middle = 2 * value - float(moved.mean())
    half = intervals.t_value(counted.n_units - 1) * float(moved.std())
    return Estimate(n, n_problems, value, min(value, middle - half), max(value, middle + half))


def _around(value: float, resamples: Floats, df: int) -> Interval:
    """The widest of three around 2·value - mean: Student's, the resamples' own tails, and those tails mirrored."""
    mean, (tail, head) = float(resamples.mean()), np.quantile(resamples, [0.025, 0.975])
    half, middle = intervals.t_value(df) * float(resamples.std()), 2 * value - mean
    low = min(middle - half, middle - (mean - tail), middle - (head - mean), value)
    high = max(middle + half, middle + (head - mean), middle + (mean - tail), value + (head - mean) / 2)
    return Interval(float(low), float(high))
