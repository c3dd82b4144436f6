"""Frames as text: cells of CSV that no spreadsheet runs, and lines of JSON. Numbers stay the same digits in both."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf, isfinite
from typing import Any

import orjson
import polars as pl

from apps.core.tables.columns import Column, Kind

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a text may not begin with in a sheet; such a text gets an apostrophe, which our importer takes away."""
LISTS = (Kind.TEXTS, Kind.WHOLES, Kind.NUMBERS)


def safe_frame(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """The frame as CSV has it: texts neutralised, times in ISO 8601, lists as JSON.

    >>> frame = pl.DataFrame({"a": ["=1", "b", None], "n": [-1, 0, None]})
    >>> safe_frame(frame, [Column("a", Kind.TEXT, ""), Column("n", Kind.WHOLE, "")]).rows()
    [("'=1", -1), ('b', 0), (None, None)]
    """
    changed = [CELLS[column.kind](pl.col(column.name)) for column in columns if column.kind in CELLS]
    return frame.with_columns(changed) if changed else frame


def _text(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.head(1).is_in(DANGEROUS)).then("'" + cell).otherwise(cell).name.keep()


def _time(cell: pl.Expr) -> pl.Expr:
    return cell.dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")


def _list(cell: pl.Expr) -> pl.Expr:
    return cell.map_elements(lambda each: orjson.dumps(each.to_list()).decode(), return_dtype=pl.String)


CELLS: Mapping[Kind, Callable[[pl.Expr], pl.Expr]] = {
    Kind.TEXT: _text,
    Kind.JSON: _text,
    Kind.TIME: _time,
    **dict.fromkeys(LISTS, _list),
}


def json_lines(frame: pl.DataFrame, columns: Sequence[Column]) -> Iterator[bytes]:
    """A line for each row; what holds nothing is null, JSON stands as it is, an infinite number is a text."""
    names = [column.name for column in columns]
    times = [_time(pl.col(column.name)) for column in columns if column.kind is Kind.TIME]
    changes = _changes(frame, columns)
    for row in (frame.with_columns(times) if times else frame).iter_rows():
        yield orjson.dumps(dict(zip(names, _changed(row, changes), strict=True)), option=orjson.OPT_APPEND_NEWLINE)


def _changes(frame: pl.DataFrame, columns: Sequence[Column]) -> dict[int, Callable[[Any], Any]]:
    """By their place, the columns whose values JSON cannot have as they are."""
    numbers = [column.name for column in columns if column.kind is Kind.NUMBER]
    finite = frame.select(pl.col(name).is_finite().all() for name in numbers)
    endless = {name for name in numbers if not finite[name].item()}
    found: dict[int, Callable[[Any], Any]] = {}
    for place, column in enumerate(columns):
        if column.kind is Kind.JSON:
            found[place] = orjson.Fragment
        elif column.name in endless:
            found[place] = _number
    return found


def _number(value: float) -> float | str:
    """As CSV writes it.

    >>> _number(0.5), _number(float("-inf"))
    (0.5, '-inf')
    """
    return value if isfinite(value) else {inf: "inf", -inf: "-inf"}.get(value, "NaN")


def _changed(row: tuple[Any, ...], changes: Mapping[int, Callable[[Any], Any]]) -> Sequence[Any]:
    if not changes:
        return row
    cells = list(row)
    for place, change in changes.items():
        cells[place] = None if row[place] is None else change(row[place])
    return cells
