"""Frames as files that are written while they are read: CSV, JSONL, Parquet. One literal table; knows no request."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import UserError
from apps.core.tables.cells import json_lines, safe_frame
from apps.core.tables.columns import DTYPES, Column, names_of
from apps.core.tables.kept import Kept

Frames = Iterable[pl.DataFrame]
Parts = Iterator[bytes]
PART_BYTES = 64_000
GROUP_ROWS, GROUP_BYTES = 20_000, 8_000_000


class UnknownFormatError(UserError):
    """A name of no format; the message lists those that there are."""


def csv_parts(frames: Frames, columns: Sequence[Column]) -> Parts:
    """A head, then a line a row. An empty text is `""`, a cell that holds nothing is empty."""
    yield (",".join(names_of(columns)) + "\n").encode()
    for frame in frames:
        part = io.BytesIO()
        safe_frame(frame, columns).write_csv(part, include_header=False)
        yield part.getvalue()


def jsonl_parts(frames: Frames, columns: Sequence[Column]) -> Parts:
    """An object a line."""
    for frame in frames:
        part = bytearray()
        for line in json_lines(frame, columns):
            part += line
            if len(part) >= PART_BYTES:
                yield bytes(part)
                part.clear()
        yield bytes(part)


def parquet_parts(frames: Frames, columns: Sequence[Column]) -> Parts:
    """Every field carries its line of the dictionary."""
    schema, kept = schema_of(columns), Kept()
    with pq.ParquetWriter(pa.PythonFile(kept, mode="w"), schema, compression="zstd") as writer:
        for frame in grouped(frames):
            writer.write_table(frame.to_arrow().cast(schema), row_group_size=GROUP_ROWS)
            yield kept.taken()
    yield kept.taken()


def grouped(frames: Frames) -> Iterator[pl.DataFrame]:
    """Frames put together to row groups: many rows, but no more bytes than memory should hold."""
    group: list[pl.DataFrame] = []
    for frame in frames:
        group.append(frame)
        if (
            sum(each.height for each in group) >= GROUP_ROWS
            or sum(each.estimated_size() for each in group) >= GROUP_BYTES
        ):
            yield pl.concat(group)
            group = []
    if group:
        yield pl.concat(group)


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    empty = pl.DataFrame(schema={column.name: DTYPES[column.kind] for column in columns}).to_arrow().schema
    return pa.schema([field.with_metadata(_told(column)) for field, column in zip(empty, columns, strict=True)])


def _told(column: Column) -> dict[str, str]:
    told = {"kind": column.kind.value, "meaning": column.meaning, "unit": column.unit, "missing": column.missing}
    return {name: words for name, words in told.items() if words}


class Format(NamedTuple):
    """How a table is written."""

    label: str
    suffix: str
    content_type: str
    parts: Callable[[Frames, Sequence[Column]], Parts]


FORMATS: dict[str, Format] = {
    "csv": Format("CSV", ".csv", "text/csv; charset=utf-8", csv_parts),
    "jsonl": Format("JSONL", ".jsonl", "application/jsonl; charset=utf-8", jsonl_parts),
    "parquet": Format("Parquet", ".parquet", "application/vnd.apache.parquet", parquet_parts),
}


def get_format(name: str) -> Format:
    """Raises UnknownFormatError."""
    if name not in FORMATS:
        raise UnknownFormatError(f"there is no format {name[:40]!r}; there are: {', '.join(FORMATS)}")
    return FORMATS[name]


def begun(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same frames, the first of them read now, so that a question that cannot be answered fails here."""
    first = next(frames, None)
    return iter(()) if first is None else _from(first, frames)


def _from(first: pl.DataFrame, rest: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    yield first
    yield from rest
