"""Agreement of raters on labels of units, beyond chance: Cohen's and Fleiss' kappa, Krippendorff's alpha.

Knows no rater by name: labels are codes from 0 up. Intervals resample clusters (rollouts), since the units of one text
are not independent. Sources: Cohen (1960), Educ. Psychol. Meas. 20, 37-46; Fleiss (1971), Psychol. Bull. 76, 378-382;
Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, whose value counts need no pairs and take missing ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.measures.clusters import lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Estimate, Share
from analysis.resampling import Floats, Ints, Resampler

Metric = Literal["nominal", "ordinal", "interval"]
NOTHING_SHARED = "no unit was labelled by two raters"
NO_VARIATION = "one label only: chance agreement is 1 and nothing can be said beyond it"
UNEQUAL = "units have unequal numbers of raters: Fleiss' kappa is not defined, Krippendorff's alpha is"
NO_DISAGREEMENT = "no disagreement was seen: resampling gives no interval"
TOO_FEW = "too few rollouts for an interval"
ONE_CLUSTER = "one rollout only: no interval"


Randomness = np.random.Generator | Resampler
"""One number is drawn from a generator; a resampler that several estimates share draws for each set of rollouts once,
and gives what a generator of the same seed would."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One entry per label: the unit that was labelled, its cluster (rollout), who labelled it, and the label's code.

    A rater labels a unit at most once; what is missing has no entry. `n_codes` is how many codes there are.
    """

    unit: Ints
    cluster: Ints
    rater: Ints
    code: Ints
    n_codes: int

    def __post_init__(self) -> None:
        lengths = {len(part) for part in (self.unit, self.cluster, self.rater, self.code)}
        if len(lengths) > 1:
            raise ValueError(f"labels differ in number: {sorted(lengths)}")
        if len(self.code) and not 0 <= self.code.min() <= self.code.max() < self.n_codes:
            raise ValueError(f"codes must be from 0 to {self.n_codes - 1}")
        given = np.sort(self.unit * (self.rater.max(initial=0) + 1) + self.rater)
        if (given[1:] == given[:-1]).any():
            raise ValueError("a rater has two labels for one unit")


@dataclass(frozen=True, slots=True)
class Counted:
    """Units with two labels or more: how often each code was given (units x codes), and each unit's cluster."""

    counts: Floats
    cluster: Ints
    ids: Ints

    @property
    def raters(self) -> Floats:
        return np.asarray(self.counts.sum(axis=1), dtype=np.float64)

    def by_cluster(self, values: Floats) -> Floats:
        """Sums of units x anything per cluster, flattened: clusters x k."""
        flat = values.reshape(len(values), int(np.prod(values.shape[1:])))
        order = np.argsort(self.cluster, kind="stable")
        starts = np.searchsorted(self.cluster[order], np.arange(len(self.ids)))
        return np.asarray(np.add.reduceat(flat[order], starts, axis=0), dtype=np.float64)


def krippendorff_alpha(labels: Labels, rng: Randomness, metric: Metric = "nominal") -> Estimate:
    """1 where all agree, 0 as by chance, None where there is one label only; n counts units with two labels.

    Codes are ranks (ordinal) or values (interval) where the metric needs them.

    >>> four = Labels(*(np.array(x) for x in ([0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1])), 2)
    >>> krippendorff_alpha(four, np.random.default_rng(0)).value
    1.0
    """
    counted = counted_of(labels)
    return _estimated(counted, _coincidences(counted), lambda o: _alpha(o, metric), rng)


def fleiss_kappa(labels: Labels, rng: Randomness) -> Estimate:
    """For units that all have the same number of raters, who need not be the same ones; None with a reason else."""
    counted = counted_of(labels)
    if len(counted.counts) and counted.raters.min() < counted.raters.max():
        return Estimate(len(counted.counts), len(counted.ids), None, reason=UNEQUAL)
    pairs = np.maximum(counted.raters * (counted.raters - 1), 1)
    agreed = (counted.counts * (counted.counts - 1)).sum(axis=1) / pairs
    parts = np.column_stack([np.ones(len(agreed)), agreed, counted.counts])
    return _estimated(counted, parts, _fleiss, rng)


def cohen_kappa(labels: Labels, first: int, second: int, rng: Randomness) -> Estimate:
    """Of two raters, over the units that both labelled.

    >>> pair = Labels(np.array([0, 1, 2, 3] * 2), np.array([0, 1, 2, 3] * 2), np.repeat([0, 1], 4),
    ...               np.array([1, 1, 0, 0, 1, 1, 0, 1]), 2)
    >>> cohen_kappa(pair, 0, 1, np.random.default_rng(0)).value       # p_o 3/4, p_e 1/2
    0.5
    """
    both = pairs_of(labels, first, second)
    return _estimated(both, both.counts, _cohen, rng)


def observed_agreement(labels: Labels, first: int, second: int, rng: Randomness) -> Estimate:
    """Share of the units that two raters both labelled to which they gave the same label; chance is not taken off.

    >>> pair = Labels(np.array([0, 1, 0, 1]), np.array([0, 1, 0, 1]), np.repeat([0, 1], 2), np.array([1, 1, 1, 0]), 2)
    >>> observed_agreement(pair, 0, 1, np.random.default_rng(0)).value
    0.5
    """
    both = pairs_of(labels, first, second)
    if not len(both.counts):
        return Estimate(0, 0, None, reason=NOTHING_SHARED)
    same = both.by_cluster(both.counts)[:, :: labels.n_codes + 1].sum(axis=1)
    units = both.by_cluster(np.ones((len(both.counts), 1)))[:, 0]
    strata = lay_out(both.ids, None, resampler_of(rng))
    [found] = estimate([Share("same", same, units, NOTHING_SHARED)], strata)
    return replace(found, reason=ONE_CLUSTER) if found.n_problems < 2 else found


def confusion(labels: Labels, first: int, second: int) -> Ints:
    """How often the first rater's code (rows) met the second's (columns)."""
    n = labels.n_codes
    met: Ints = pairs_of(labels, first, second).counts.sum(axis=0).reshape(n, n).astype(np.int64)
    return met


def counted_of(labels: Labels) -> Counted:
    """Units that two raters or more labelled."""
    units, unit = np.unique(labels.unit, return_inverse=True)
    n_cells = len(units) * labels.n_codes
    cells = np.bincount(unit * labels.n_codes + labels.code, minlength=n_cells)
    counts = cells.reshape(len(units), labels.n_codes).astype(np.float64)
    of_unit = np.zeros(len(units), dtype=np.int64)
    of_unit[unit] = labels.cluster
    shared = counts.sum(axis=1) >= 2
    ids, cluster = np.unique(of_unit[shared], return_inverse=True)
    return Counted(counts[shared], cluster.astype(np.int64), ids.astype(np.int64))


def pairs_of(labels: Labels, first: int, second: int) -> Counted:
    """Units that both raters labelled: 1 at the place of their two codes, of n_codes x n_codes."""
    one, other = (np.flatnonzero(labels.rater == rater) for rater in (first, second))
    shared, at_one, at_other = np.intersect1d(labels.unit[one], labels.unit[other], return_indices=True)
    counts = np.zeros((len(shared), labels.n_codes**2))
    place = labels.code[one[at_one]] * labels.n_codes + labels.code[other[at_other]]
    counts[np.arange(len(shared)), place] = 1.0
    ids, cluster = np.unique(labels.cluster[one[at_one]], return_inverse=True)
    return Counted(counts, cluster.astype(np.int64), ids.astype(np.int64))


def _coincidences(counted: Counted) -> Floats:
    """Per unit, how often two of its values stand together, each pair weighing 1/(m - 1): units x codes²."""
    counts = counted.counts
    pairs = counts[:, :, None] * counts[:, None, :]
    same = np.arange(counts.shape[1])
    pairs[:, same, same] -= counts
    shared: Floats = pairs / (counted.raters - 1)[:, None, None]
    return shared.reshape(len(counts), counts.shape[1] ** 2)


def _alpha(sums: Floats, metric: Metric) -> Floats:
    """From coincidences (data sets x codes²); nan where there is no variation."""
    n_codes = round(sums.shape[1] ** 0.5)
    together = sums.reshape(-1, n_codes, n_codes)
    of_code = together.sum(axis=2)
    n = of_code.sum(axis=1)
    apart = _distances(of_code, metric)
    expected = (of_code[:, :, None] * of_code[:, None, :] * apart).sum(axis=(1, 2))
    observed = (together * apart).sum(axis=(1, 2))
    ratio = np.divide((n - 1) * observed, expected, out=np.full(len(n), np.nan), where=expected > 0)
    return np.asarray(1 - ratio, dtype=np.float64)


def _distances(of_code: Floats, metric: Metric) -> Floats:
    """Squared distances between codes for each data set; those of ranks depend on how often each rank was given."""
    n_codes = of_code.shape[1]
    codes = np.arange(n_codes)
    if metric == "nominal":
        return np.broadcast_to((codes[:, None] != codes).astype(np.float64), (len(of_code), n_codes, n_codes))
    if metric == "interval":
        return np.broadcast_to((codes[:, None] - codes) ** 2.0, (len(of_code), n_codes, n_codes))
    middle = np.cumsum(of_code, axis=1) - of_code / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2, dtype=np.float64)


def _fleiss(sums: Floats) -> Floats:
    units, agreed, of_code = sums[:, 0], sums[:, 1], sums[:, 2:]
    by_chance = ((of_code / of_code.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    return _beyond(agreed / units, by_chance)


def _cohen(sums: Floats) -> Floats:
    n_codes = round(sums.shape[1] ** 0.5)
    shares = sums.reshape(-1, n_codes, n_codes) / sums.sum(axis=1)[:, None, None]
    agreed = np.trace(shares, axis1=1, axis2=2)
    by_chance = (shares.sum(axis=1) * shares.sum(axis=2)).sum(axis=1)
    return _beyond(agreed, by_chance)


def _beyond(agreed: Floats, by_chance: Floats) -> Floats:
    varies = by_chance < 1 - 1e-12
    found: Floats = np.divide(agreed - by_chance, 1 - by_chance, out=np.full(len(agreed), np.nan), where=varies)
    return found


def resampler_of(rng: Randomness) -> Resampler:
    return rng if isinstance(rng, Resampler) else Resampler(rng)


def _estimated(counted: Counted, parts: Floats, value_of: Callable[[Floats], Floats], rng: Randomness) -> Estimate:
    """The value over all units, with the percentile interval over resampled clusters."""
    n_units, n_clusters = len(counted.counts), len(counted.ids)
    if not n_units:
        return Estimate(0, 0, None, reason=NOTHING_SHARED)
    sums = counted.by_cluster(parts)
    value = float(value_of(sums.sum(axis=0, keepdims=True))[0])
    if np.isnan(value):
        return Estimate(n_units, n_clusters, None, reason=NO_VARIATION)
    if n_clusters < 2:
        return Estimate(n_units, n_clusters, value, reason=ONE_CLUSTER)
    drawn = value_of(resampler_of(rng).weights(counted.ids).astype(np.float64) @ sums)
    known = drawn[~np.isnan(drawn)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (value, value)
    if not low < high:
        return Estimate(n_units, n_clusters, value, reason=NO_DISAGREEMENT if value > 1 - 1e-12 else TOO_FEW)
    return Estimate(n_units, n_clusters, value, float(low), float(high))
