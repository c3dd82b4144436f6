"""Parquet and Arrow files (IPC file, IPC stream, Feather) as raw rows. Knows no field.

Small batches at flat memory; what is unpacked is bounded by the headers before pyarrow sees it (parquet_bounds.py,
arrow_bounds.py), and a row by what its values come to before any of them becomes a Python object.
"""

import datetime
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..decode import clean_text
from ..files import MAX_COLUMNS, MAX_DEPTH, MAX_ROW_BYTES, ContainerError, SourceFile
from ..raw import RawRow
from .arrow_bounds import check_messages
from .columnar_kinds import KINDS
from .inflate import MAX_EXPANDED, MAX_RATIO, in_units
from .parquet_bounds import check_schema, plan_row_group
from .spooling import seekable

SLICE_ROWS, UNPACKED_FREE = 64, 2 << 30
UNREADABLE = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)
TEXT_TYPES = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
LIST_TYPES = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
NAN_NOTE = "NaN read as missing"


def check_columnar(file: SourceFile, kind: str) -> None:
    """Refuse what is broken or past the bounds before rows are asked for. Raises ContainerError."""
    next(read_columnar(file, kind), None)


def read_columnar(file: SourceFile, kind: str) -> Iterator[RawRow]:
    """Every row in order; raises ContainerError where the file cannot be read on."""
    file = seekable(file)
    batches = _parquet_batches(file) if kind == "parquet" else _arrow_batches(file, kind)
    number, budget = 0, _Budget(file.name, min(MAX_EXPANDED, max(UNPACKED_FREE, MAX_RATIO * file.size)))
    while True:
        try:
            batch = next(batches, None)
        except UNREADABLE as problem:
            raise ContainerError(f"{file.name}: {KINDS[kind]} that is broken here ({_first_line(problem)})") from None
        if batch is None:
            return
        for start in range(0, batch.num_rows, SLICE_ROWS):
            yield from _rows(batch.slice(start, SLICE_ROWS), number + start, budget)
        number += batch.num_rows


def _first_line(problem: BaseException) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:300]


def _parquet_batches(file: SourceFile) -> Iterator[pa.RecordBatch]:
    check_schema(file)
    with file.open() as stream:
        metadata = pq.ParquetFile(stream, pre_buffer=False).metadata
        for number in range(metadata.num_row_groups):
            plan = plan_row_group(stream, file.name, metadata.row_group(number), number)
            reader = pq.ParquetFile(
                stream, metadata=metadata, read_dictionary=list(plan.as_dictionary), pre_buffer=False,
                buffer_size=1 << 16,
            )  # fmt: skip
            _check_types(reader.schema_arrow, file.name)
            yield from reader.iter_batches(plan.n_rows, row_groups=[number], use_threads=False)


def _arrow_batches(file: SourceFile, kind: str) -> Iterator[pa.RecordBatch]:
    with file.open() as stream:
        start = 8 if kind == "arrow file" else 0
        stream.seek(start)
        check_messages(stream, file.name)
        stream.seek(start)
        reader = pa.ipc.open_stream(pa.PythonFile(stream, mode="r"))
        _check_types(reader.schema, file.name)
        for batch in reader:
            batch.validate(full=True)
            yield batch


def _check_types(schema: pa.Schema, name: str) -> None:
    if len(schema) > MAX_COLUMNS:
        raise ContainerError(f"{name}: {len(schema):,} columns; at most {MAX_COLUMNS:,} are read")
    for field in schema:
        _check_type(field.type, f"{name}: the column {field.name[:200]}", 0)


def _check_type(kind: pa.DataType, place: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ContainerError(f"{place} is nested deeper than {MAX_DEPTH} levels")
    if pa.types.is_union(kind) or pa.types.is_run_end_encoded(kind) or "_view" in str(kind.id) or _is_view(kind):
        raise ContainerError(f"{place} has the type {str(kind)[:100]}, which is not read")
    for index in range(kind.num_fields):
        _check_type(kind.field(index).type, place, depth + 1)


def _is_view(kind: pa.DataType) -> bool:
    return str(kind).endswith("_view") or "_view<" in str(kind)[:20]


def _in_microseconds(kind: pa.DataType) -> pa.DataType:
    """The type with every time that Python has no form for (nanoseconds) in microseconds."""
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_time64(kind):
        return pa.time64("us")
    if pa.types.is_duration(kind):
        return pa.duration("us")
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_in_microseconds(field.type)) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_in_microseconds(kind.value_type)))
    return kind


@dataclass(slots=True)
class _Budget:
    """What the rows of a file may still come to: one value may stand in millions of rows at the cost of one."""

    name: str
    left: int

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ContainerError(f"{self.name}: its rows come to far more than its size, as a bomb's do")


def _rows(batch: pa.RecordBatch, number: int, budget: _Budget) -> Iterator[RawRow]:
    """The rows of a small batch; one at a time where together they are large or cannot be read."""
    try:
        columns = [column.cast(_in_microseconds(column.type), safe=False) for column in batch.columns]
        batch = pa.RecordBatch.from_arrays(columns, names=_distinct(batch.schema.names))
        size = logical_bytes(batch.to_struct_array())
    except UNREADABLE as problem:
        place = f"{budget.name}: its rows {number + 1:,} to {number + batch.num_rows:,}"
        raise ContainerError(f"{place} cannot be read ({_first_line(problem)})") from None
    if size <= MAX_ROW_BYTES:
        budget.spend(size)
        try:
            values = batch.to_pylist()
        except UNREADABLE:
            values = None
        if values is not None:
            yield from (_row(number + i, value) for i, value in enumerate(values))
            return
    for i in range(batch.num_rows):
        yield _single_row(batch.slice(i, 1), number + i, budget)


def _distinct(names: list[str]) -> list[str]:
    """Column names told apart, as a row can hold a name once."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    if len(counts) == len(names):
        return names
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _single_row(batch: pa.RecordBatch, number: int, budget: _Budget) -> RawRow:
    size = logical_bytes(batch.to_struct_array())
    budget.spend(min(size, MAX_ROW_BYTES))
    if size > MAX_ROW_BYTES:
        return RawRow(number, number + 1, {}, f"a row of {in_units(size)}; at most {in_units(MAX_ROW_BYTES)} are read")
    value: dict[str, object] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            value[name] = column[0].as_py()
        except UNREADABLE as problem:
            return RawRow(number, number + 1, {}, f"the field {name[:200]} cannot be read ({_first_line(problem)})")
    return _row(number, value)


def _row(number: int, value: dict[str, object]) -> RawRow:
    notes: dict[str, None] = {}
    plain = {name: _plain(item, name, notes) for name, item in value.items()}
    return RawRow(number, number + 1, plain, "", "; ".join(notes))


def logical_bytes(array: pa.Array) -> int:
    """About how many bytes the values of an array come to once each stands for itself (dictionaries spelt out)."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        words = array.dictionary
        if not any(test(words.type) for test in TEXT_TYPES):
            return logical_bytes(words) + 8 * len(array)
        lengths = pc.binary_length(words).cast(pa.int64())
        return int(pc.sum(pc.take(lengths, array.indices)).as_py() or 0) + 8 * len(array)
    if any(test(kind) for test in TEXT_TYPES):
        return int(pc.sum(pc.binary_length(array).cast(pa.int64())).as_py() or 0) + 8 * len(array)
    if any(test(kind) for test in LIST_TYPES):
        return logical_bytes(array.flatten()) + 8 * len(array)
    if pa.types.is_map(kind):
        first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
        pairs = (array.keys.slice(first, last - first), array.items.slice(first, last - first))
        return sum(map(logical_bytes, pairs)) + 8 * len(array)
    if pa.types.is_struct(kind):
        return sum(logical_bytes(member) for member in array.flatten()) + 8 * len(array)
    return 8 * len(array)


def _plain(value: object, place: str, notes: dict[str, None]) -> object:
    """A value as JSON would hold it; what has no such form is left out and noted."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            notes[NAN_NOTE] = None
            return None
        return value
    if isinstance(value, dict):
        return {str(name): _plain(item, f"{place}.{name}", notes) for name, item in value.items()}
    if isinstance(value, list):
        return _plain_list(value, place, notes)
    return _plain_scalar(value, place, notes)


def _plain_list(value: list[Any], place: str, notes: dict[str, None]) -> object:
    """A list; of a map's pairs an object, where its keys are texts."""
    if value and all(isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) for item in value):
        return {key: _plain(item, f"{place}.{key}", notes) for key, item in value}
    return [_plain(list(item) if isinstance(item, tuple) else item, place, notes) for item in value]


def _plain_scalar(value: object, place: str, notes: dict[str, None]) -> object:
    if isinstance(value, bytes):
        try:
            return clean_text(value.decode())
        except UnicodeDecodeError:
            notes[f"{place[:200]}: data that is not text is left out"] = None
            return None
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal | datetime.timedelta | uuid.UUID):
        return str(value)
    notes[f"{place[:200]}: a value of the kind {type(value).__name__} is left out"] = None
    return None
