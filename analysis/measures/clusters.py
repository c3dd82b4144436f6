"""Rows of one group laid out for resampling: problem sets as strata, problems (or random groups of them) as units.

Knows no statistic. Rows must come sorted by stratum, then problem, so that sums run in one order and are equal bit for
bit whatever the order in which the rows were given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.resampling import MAX_UNITS, Floats, Ints, Resampler, Weights


@dataclass(frozen=True)
class Stratum:
    """Problems that are resampled among themselves: `first_rows[i]` is where the rows of problem `ids[i]` begin."""

    ids: Ints
    first_rows: Ints
    last_row: int
    units: Ints
    resampler: Resampler

    @cached_property
    def n_units(self) -> int:
        return int(self.units.max()) + 1

    @cached_property
    def weights(self) -> Weights:
        return self.resampler.weights(self.ids, self.n_units)

    def by_problem(self, columns: Floats) -> Floats:
        """Sums of rows × k columns per problem: shape (problems, k)."""
        if self.n_rows == len(self.ids):
            return columns[self.first_rows[0] : self.last_row]
        sums: Floats = np.add.reduceat(columns[: self.last_row], self.first_rows, axis=0)
        return sums

    def by_unit(self, problem_sums: Floats) -> Floats:
        """Sums of problems × k per unit of resampling; the same array while every problem is a unit."""
        if self.n_units == len(self.ids):
            return problem_sums
        return np.column_stack([self._dealt(self.units, self.n_units, column) for column in problem_sums.T])

    def unit_sums(self, columns: Sequence[Floats]) -> Floats:
        """Sums of k columns of rows per unit of resampling: shape (units, k)."""
        found = np.empty((len(columns), self.n_units))
        for k, column in enumerate(columns):
            found[k] = self._dealt(self.unit_of_row, self.n_units, column[self.first_rows[0] : self.last_row])
        return found.T

    def n_holding(self, column: Floats) -> int:
        """How many problems have a sum above 0 in a column of rows that are never below 0."""
        above = column[self.first_rows[0] : self.last_row] > 0
        if self.n_rows == len(self.ids):
            return int(np.count_nonzero(above))
        return int(np.count_nonzero(np.bincount(self.problem_of_row[above], minlength=1)))

    @cached_property
    def n_rows(self) -> int:
        return self.last_row - int(self.first_rows[0])

    @cached_property
    def problem_of_row(self) -> Ints:
        """The place of each of its rows' problem in `ids`."""
        return np.repeat(np.arange(len(self.ids)), np.diff(np.r_[self.first_rows, self.last_row]))

    @cached_property
    def unit_of_row(self) -> Ints:
        return self.units if self.n_rows == len(self.ids) else self.units[self.problem_of_row]

    @staticmethod
    def _dealt(of: Ints, n: int, values: Floats) -> Floats:
        return np.asarray(np.bincount(of, weights=values, minlength=n), dtype=np.float64)


def lay_out(problem_ids: Ints, strata: Ints | None, resampler: Resampler) -> list[Stratum]:
    """Strata of rows that are sorted by (stratum, problem id); `strata` None makes one stratum; no rows give none.

    >>> resampler = Resampler(np.random.default_rng(0))
    >>> a, b = lay_out(np.array([1, 1, 2, 7]), np.array([0, 0, 0, 1]), resampler)
    >>> a.ids.tolist(), a.by_problem(np.ones((4, 1))).ravel().tolist(), b.ids.tolist()
    ([1, 2], [2.0, 1.0], [7])
    """
    if not len(problem_ids):
        return []
    labels = np.zeros_like(problem_ids) if strata is None else strata
    new_stratum = np.r_[True, labels[1:] != labels[:-1]]
    new_problem = new_stratum | np.r_[True, problem_ids[1:] != problem_ids[:-1]]
    first_rows = np.flatnonzero(new_problem)
    edges = [*np.flatnonzero(new_stratum[first_rows]), len(first_rows)]
    ends = [*np.flatnonzero(new_stratum)[1:], len(problem_ids)]
    n_most = _n_most(np.diff(edges))
    return [
        _stratum(problem_ids, first_rows[low:high], int(end), resampler, n_most)
        for low, high, end in zip(edges, edges[1:], ends, strict=False)
    ]


def _n_most(n_problems: Ints) -> int:
    """The most units that a stratum may have so that all strata together have at most MAX_UNITS (two each at least)."""
    room = MAX_UNITS
    for n_left, n in zip(range(len(n_problems), 0, -1), np.sort(n_problems), strict=True):
        if n * n_left > room:
            return max(room // n_left, 2)
        room -= int(n)
    return MAX_UNITS


def merged(strata: Sequence[Stratum]) -> Stratum:
    """All strata as one, for what is pooled over them; its sums are right, its weights are not to be drawn.

    >>> resampler = Resampler(np.random.default_rng(0))
    >>> one = merged(lay_out(np.array([1, 2, 7]), np.array([0, 0, 1]), resampler))
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


def _stratum(problem_ids: Ints, first_rows: Ints, last_row: int, resampler: Resampler, n_most: int) -> Stratum:
    ids = np.ascontiguousarray(problem_ids[first_rows])
    return Stratum(ids, first_rows, last_row, resampler.units(ids, n_most), resampler)
