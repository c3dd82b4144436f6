"""Rows of one group laid out for resampling: problem sets as strata, problems (or random groups of them) as units.

Knows no statistic. Rows must come sorted by stratum, then problem, so that sums run in one order and are equal bit for
bit whatever the order in which the rows were given.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.resampling import Floats, Ints, Resampler, Weights


@dataclass(frozen=True, slots=True)
class Stratum:
    """Problems that are resampled among themselves: `first_rows[i]` is where the rows of problem `ids[i]` begin."""

    ids: Ints
    first_rows: Ints
    last_row: int
    units: Ints
    resampler: Resampler

    @property
    def n_units(self) -> int:
        return int(self.units.max()) + 1

    @property
    def weights(self) -> Weights:
        return self.resampler.weights(self.ids)

    def by_problem(self, columns: Floats) -> Floats:
        """Sums of rows × k columns per problem: shape (problems, k)."""
        sums: Floats = np.add.reduceat(columns[: self.last_row], self.first_rows, axis=0)
        return sums

    def by_unit(self, problem_sums: Floats) -> Floats:
        """Sums of problems × k per unit of resampling; the same array while every problem is a unit."""
        if self.n_units == len(self.ids):
            return problem_sums
        sums = np.zeros((self.n_units, problem_sums.shape[1]))
        np.add.at(sums, self.units, problem_sums)
        return sums


def lay_out(problem_ids: Ints, strata: Sequence[str] | None, resampler: Resampler) -> list[Stratum]:
    """Strata of rows that are sorted by (stratum, problem id); `strata` None makes one stratum; no rows give none.

    >>> resampler = Resampler(np.random.default_rng(0))
    >>> a, b = lay_out(np.array([1, 1, 2, 7]), ["easy", "easy", "easy", "hard"], resampler)
    >>> a.ids.tolist(), a.by_problem(np.ones((4, 1))).ravel().tolist(), b.ids.tolist()
    ([1, 2], [2.0, 1.0], [7])
    """
    if not len(problem_ids):
        return []
    labels = np.asarray(strata if strata is not None else [""] * len(problem_ids))
    new_stratum = np.r_[True, labels[1:] != labels[:-1]]
    new_problem = new_stratum | np.r_[True, problem_ids[1:] != problem_ids[:-1]]
    first_rows = np.flatnonzero(new_problem)
    edges = [*np.flatnonzero(new_stratum[first_rows]), len(first_rows)]
    ends = [*np.flatnonzero(new_stratum)[1:], len(problem_ids)]
    return [
        _stratum(problem_ids, first_rows[low:high], int(end), resampler)
        for low, high, end in zip(edges, edges[1:], ends, strict=False)
    ]


def merged(strata: Sequence[Stratum]) -> Stratum:
    """All strata as one, for what is pooled over them; its sums are right, its weights are not to be drawn.

    >>> resampler = Resampler(np.random.default_rng(0))
    >>> one = merged(lay_out(np.array([1, 2, 7]), ["easy", "easy", "hard"], resampler))
    >>> one.ids.tolist(), one.by_problem(np.ones((3, 1))).ravel().tolist()
    ([1, 2, 7], [1.0, 1.0, 1.0])
    """
    offsets = np.cumsum([0, *(stratum.n_units for stratum in strata)])
    return Stratum(
        np.concatenate([stratum.ids for stratum in strata]),
        np.concatenate([stratum.first_rows for stratum in strata]),
        strata[-1].last_row,
        np.concatenate([stratum.units + offset for stratum, offset in zip(strata, offsets, strict=False)]),
        strata[0].resampler,
    )


def _stratum(problem_ids: Ints, first_rows: Ints, last_row: int, resampler: Resampler) -> Stratum:
    ids = np.ascontiguousarray(problem_ids[first_rows])
    return Stratum(ids, first_rows, last_row, resampler.units(ids), resampler)
