"""What a table is made of: columns with kind, unit and meaning, and the frames that hold its rows. Knows no file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import polars as pl


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "yes or no"
    TIME = "time"
    JSON = "JSON"
    TEXTS = "list of texts"
    WHOLES = "list of whole numbers"
    NUMBERS = "list of numbers"


DTYPES: Mapping[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.WHOLE: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.YES_NO: pl.Boolean(),
    Kind.TIME: pl.Datetime("us", "UTC"),
    Kind.JSON: pl.String(),
    Kind.TEXTS: pl.List(pl.String()),
    Kind.WHOLES: pl.List(pl.Int64()),
    Kind.NUMBERS: pl.List(pl.Float64()),
}
assert set(DTYPES) == set(Kind), "every kind of column needs its type"


class Column(NamedTuple):
    """`missing` says what it means that a cell holds nothing; empty: every row has a value."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    missing: str = ""


def frame_of(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Rows as the database gives them, as a frame of the columns' types.

    >>> frame_of([Column("n", Kind.WHOLE, "a number"), Column("is", Kind.YES_NO, "so")], [(1, 1), (None, 0)]).rows()
    [(1, True), (None, False)]
    """
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return pl.DataFrame([_series(column, values) for column, values in zip(columns, cells, strict=True)])


def _series(column: Column, values: Sequence[Any]) -> pl.Series:
    read = READ.get(column.kind)
    if read is not None:
        values = [None if value is None else read(value) for value in values]
    return pl.Series(column.name, values, dtype=DTYPES[column.kind])


def _time(value: Any) -> datetime:
    """SQLite keeps times as text, in UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


READ: Mapping[Kind, Callable[[Any], Any]] = {Kind.YES_NO: bool, Kind.TIME: _time, Kind.NUMBER: float}
"""What turns a value of the database into one of the column's type, where that is not its own."""


def names_of(columns: Iterable[Column]) -> list[str]:
    return [column.name for column in columns]
