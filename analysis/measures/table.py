"""The rollouts of one call, in the order given, and parts of them: columns and codes are made once for all groups.

Knows no measure and no setting. A part is a list of places in the table, so that no group copies the columns that
nobody asks for.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.measures.by_row import is_by_row, key_of
from analysis.resampling import Floats, Ints

Values = NDArray[Any]


class Table:
    """A frame whose expressions by row, and codes of combinations of columns, are computed once and kept."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._values: dict[str, Values | None] = {}
        self._codes: dict[tuple[str, ...], tuple[pl.DataFrame, Ints]] = {}

    def values(self, of: pl.Expr) -> Values | None:
        """An expression for every row, null as 0; None where a row's value hangs on which rows there are."""
        key = key_of(of)
        if key not in self._values:
            self._values[key] = _plain(self.frame.select(of.alias("x"))["x"]) if is_by_row(key) else None
        return self._values[key]

    def codes(self, columns: Sequence[str]) -> tuple[pl.DataFrame, Ints]:
        """The combinations of the columns in their order (null first), and which of them each row has.

        >>> found, codes = Table(pl.DataFrame({"a": ["y", "x", "y"], "b": [1, 1, 1]})).codes(("a", "b"))
        >>> found["a"].to_list(), codes.tolist()
        (['x', 'y'], [1, 0, 1])
        """
        key = tuple(columns)
        if key not in self._codes:
            own = self.frame.select(key)
            distinct = own.unique().sort(key, nulls_last=False)
            places = own.join(
                distinct.with_row_index("code"), on=key, how="left", maintain_order="left", nulls_equal=True
            )
            self._codes[key] = (distinct, places["code"].to_numpy().astype(np.int64))
        return self._codes[key]

    def order(self, by: Sequence[str]) -> Ints:
        """The places of the rows when sorted by these columns, equal ones in the order given."""
        sorted_rows = self.frame.select(by).with_row_index("place").sort(by, maintain_order=True)
        return sorted_rows["place"].to_numpy().astype(np.int64)


def _plain(column: pl.Series) -> Values:
    """As small as the column's own type allows; null is 0."""
    if column.dtype == pl.Boolean:
        return column.fill_null(value=False).to_numpy()
    if column.dtype.is_integer():
        return column.fill_null(0).to_numpy()
    return column.cast(pl.Float64).fill_null(0.0).to_numpy()


class Part:
    """Rows of a table, by their places, in the order of these."""

    def __init__(self, table: Table, places: Ints) -> None:
        self.table = table
        self.places = places

    @classmethod
    def whole(cls, frame: pl.DataFrame) -> "Part":
        return cls(Table(frame), np.arange(frame.height, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All columns of these rows: a copy, for measures that cannot say which they need."""
        return self.table.frame[self.places]

    def columns(self, names: Sequence[str]) -> pl.DataFrame:
        """These columns of these rows."""
        return self.table.frame.select(names)[self.places]

    def column(self, name: str) -> pl.Series:
        return self.table.frame[name][self.places]

    def numbers(self, of: str | pl.Expr) -> Floats:
        """A column or expression per row as floats; null and False are 0, True is 1."""
        of = pl.col(of) if isinstance(of, str) else of
        values = self.table.values(of)
        if values is None:
            return _plain(self._needed(of).select(of.alias("x"))["x"]).astype(np.float64)
        return values[self.places].astype(np.float64)

    def _needed(self, of: pl.Expr) -> pl.DataFrame:
        names = of.meta.root_names()
        return self.columns(names) if names and set(names) <= set(self.table.frame.columns) else self.frame

    def codes(self, columns: Sequence[str]) -> tuple[pl.DataFrame, Ints]:
        """The combinations of the columns in the whole table, and which of them each of these rows has."""
        found, codes = self.table.codes(columns)
        return found, codes[self.places]

    def at(self, rows: Ints | NDArray[np.bool_]) -> "Part":
        """Some of these rows, by their numbers or by True."""
        return Part(self.table, self.places[rows])
