"""The keys of a page from features in memory: rollouts that a filter selects, in the orders that features know.

Answers as queries.keys does, whatever is filtered and sorted by together, which no index of the store could follow.
Knows arrays and no store; the order of names is given by who makes it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from apps.traces.queries.filters import FIRST_POSITION
from apps.traces.queries.orders import MOST, BadPlaceError, Order, Place

COLUMNS: Mapping[str, pl.Expr] = {
    "problem": pl.col("problem_id"),
    "model": pl.col("model"),
    "condition": pl.col("condition"),
    "sample": pl.col("sample"),
    "outcome": pl.col("final_outcome"),
    "first": pl.col("first_outcome").fill_null(""),
    "candidates": pl.col("n_candidates"),
    "changes": pl.col("n_changed"),
    "tokens": pl.col("n_tokens"),
    "position": FIRST_POSITION,
    "tokens_first": pl.col("candidate_tokens").list.first(),
}
"""By the names of queries.orders; rollouts are also ordered by their ids."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """A value of each rollout as a number, NaN where it is not defined; of names the number is the place in `names`."""

    numbers: Numbers
    names: Sequence[str] | None = None
    is_whole: bool = False

    @classmethod
    def of(cls, values: pl.Series, in_order: Callable[[Sequence[str]], Sequence[str]]) -> "Column":
        if values.dtype != pl.String:
            return cls(values.cast(pl.Float64).fill_null(np.nan).to_numpy(), is_whole=values.dtype.is_integer())
        names = list(in_order(values.unique().to_list()))
        places = values.replace_strict(names, range(len(names)), return_dtype=pl.Float64)
        return cls(places.to_numpy(), names)

    def chosen(self, rows: NDArray[np.bool_]) -> "Column":
        return replace(self, numbers=self.numbers[rows])

    def value_at(self, row: int) -> Any:
        number = float(self.numbers[row])
        if np.isnan(number):
            return None
        if self.names is not None:
            return self.names[int(number)]
        return int(number) if self.is_whole else number

    def number_of(self, value: Any) -> float:
        """Between two places for a name that is none of these. Raises BadPlaceError for a value of another kind."""
        if value is None:
            return np.nan
        if isinstance(value, str) != (self.names is not None) or (isinstance(value, int) and abs(value) >= MOST):
            raise BadPlaceError(f"{value!r} is no place in a list of rollouts")
        if self.names is None:
            return float(value)
        return float(self.names.index(value)) if value in self.names else bisect_left(self.names, value) - 0.5


@dataclass(frozen=True)
class Known:
    """Chosen rollouts, lowest id first, and what an order asks of each of them."""

    pks: NDArray[np.int64]
    column_of: Callable[[str], Column]
    """Of all rollouts, chosen or not, by the name of an order."""
    rows: NDArray[np.bool_]
    """Which of those are chosen."""
    _columns: dict[str, Column] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.pks)

    def keys(self, order: Order, place: Place | None, n: int) -> list[Place]:
        """The first `n` places from here on or, going back, before here; undefined values are last."""
        is_backwards = place is not None and place.is_backwards
        if order.column == "pk":
            return [Place(pk, pk, is_backwards) for pk in self.pks[self._next_ids(order, place, n)].tolist()]
        column = self._column(order.name)
        ahead = _ahead(column.numbers, order)
        rows = np.arange(len(ahead))
        if place is not None:
            here = _ahead(np.array([column.number_of(place.value)]), order)[0]
            rows = np.flatnonzero(_is_beyond(ahead, self.pks, here, place))
        if is_backwards:
            rows = rows[::-1]
        found = rows[_lowest(-ahead[rows] if is_backwards else ahead[rows], n)]
        return [Place(column.value_at(row), int(self.pks[row]), is_backwards) for row in found]

    def only(self, ids: Iterable[int]) -> "Known":
        """Those of the ids that are chosen."""
        wanted = np.isin(self.pks, np.fromiter(ids, np.int64))
        rows = self.rows.copy()
        rows[rows] = wanted
        return Known(self.pks[wanted], self.column_of, rows)

    def ids_among(self, ids: Iterable[int]) -> set[int]:
        """Which of the ids are chosen."""
        return set(np.intersect1d(self.pks, np.fromiter(ids, np.int64)).tolist())

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            self._columns[name] = self.column_of(name).chosen(self.rows)
        return self._columns[name]

    def _next_ids(self, order: Order, place: Place | None, n: int) -> NDArray[np.intp]:
        if order.is_descending != (place is not None and place.is_backwards):
            end = len(self.pks) if place is None else int(np.searchsorted(self.pks, place.pk))
            return np.arange(end - 1, max(end - n, 0) - 1, -1)
        start = 0 if place is None else int(np.searchsorted(self.pks, place.pk, side="right"))
        return np.arange(start, min(start + n, len(self.pks)))


def _ahead(numbers: Numbers, order: Order) -> Numbers:
    """What rises along the list, infinite where nothing is defined."""
    rising = -numbers if order.is_descending else numbers
    return np.where(np.isnan(rising), np.inf, rising)


def _is_beyond(ahead: Numbers, pks: NDArray[np.int64], here: float, place: Place) -> NDArray[np.bool_]:
    is_beyond = np.less if place.is_backwards else np.greater
    found: NDArray[np.bool_] = is_beyond(ahead, here) | ((ahead == here) & is_beyond(pks, place.pk))
    return found


def _lowest(numbers: Numbers, n: int) -> NDArray[np.intp]:
    """The rows of the lowest `n`, in order; of equal ones the first. No more is sorted than is wanted.

    >>> _lowest(np.array([3.0, 1.0, 2.0, 1.0, 1.0]), 2), _lowest(np.array([3.0, 1.0]), 5)
    (array([1, 3]), array([1, 0]))
    """
    if len(numbers) <= n:
        return np.argsort(numbers, kind="stable")
    bound = np.partition(numbers, n - 1)[n - 1]
    below, equal = np.flatnonzero(numbers < bound), np.flatnonzero(numbers == bound)
    return np.concatenate([below[np.argsort(numbers[below], kind="stable")], equal[: n - len(below)]])
