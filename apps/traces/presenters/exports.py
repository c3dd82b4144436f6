"""Rows of measures and of rollouts as lines of a table: plain digits, shares as fractions, text that no sheet runs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.measures.base import Row

Line = Sequence[object]
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
ROLLOUT_COLUMNS: dict[str, str] = {
    "rollout": "pk",
    "collection": "collection_id",
    "id": "external_id",
    "problem_set": "problem__problem_set__name",
    "problem": "problem__key",
    "subject": "problem__subject",
    "level": "problem__level",
    "model": "model__name",
    "condition": "condition__label",
    "sample": "sample",
    "truncated": "truncated",
    "error": "error",
    "characters": "n_chars",
    "final_outcome": "measured__outcome",
    "first_outcome": "measured__first_outcome",
    "candidates": "measured__n_candidates",
    "tt": "measured__n_tt",
    "ff_same": "measured__n_ffs",
    "ff_different": "measured__n_ffd",
    "tf": "measured__n_tf",
    "ft": "measured__n_ft",
    "changes": "measured__n_changed",
    "tokens": "measured__n_tokens",
    "uploaded_tokens": "n_tokens",
    "tokens_to_first": "measured__tokens_first",
    "first_position": "measured__position",
}


_COUNTS = (
    "rollout", "collection", "sample", "characters", "candidates", "tt", "ff_same", "ff_different", "tf", "ft",
    "changes", "tokens", "uploaded_tokens", "tokens_to_first",
)  # fmt: skip
KINDS: dict[str, pa.DataType] = {
    **dict.fromkeys(_COUNTS, pa.int64()),
    "truncated": pa.bool_(),
    "first_position": pa.float64(),
}
"""Columns that hold no text."""
GROUP_ROWS = 20_000


def safe(value: object) -> object:
    """A cell that a spreadsheet takes as what it is: text that begins a formula gets an apostrophe, numbers stay.

    >>> safe("=1+1"), safe(-1.5), safe("plain"), safe(None), safe(True)
    ("'=1+1", -1.5, 'plain', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def measure_lines(rows: Iterable[Row], by: Sequence[str]) -> Iterator[Line]:
    """A head, then one line per row; a row over all rollouts has empty group columns."""
    numbers = (
        "n",
        "n_problems",
        "estimate",
        "low",
        "high",
        "unit",
        "n_events",
        "bin_low",
        "bin_high",
        "reason",
        "label",
    )
    yield ["measure", *by, *numbers]
    for row in rows:
        edges = row.edges or (None, None)
        values = [
            row.n,
            row.n_problems,
            row.estimate,
            row.low,
            row.high,
            row.unit,
            row.n_events,
            *edges,
            row.reason,
            row.label,
        ]
        yield [row.measure, *(row.group.get(column) for column in by), *values]


def rollout_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """A head, then one line per rollout; what no analysis has measured is empty."""
    yield list(ROLLOUT_COLUMNS)
    for row in rows:
        yield [row[column] for column in ROLLOUT_COLUMNS.values()]


class _Kept:
    """A file that keeps what is written to it until it is taken; Arrow writes to it as to a socket."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._n = 0

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._n += len(self._parts[-1])
        return len(self._parts[-1])

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)

    def tell(self) -> int:
        return self._n

    def flush(self) -> None: ...

    def close(self) -> None: ...


def parquet_parts(lines: Iterable[Line]) -> Iterator[bytes]:
    """The lines as a Parquet file, a row group at a time; the head names columns of KINDS."""
    rows = iter(lines)
    names = [str(name) for name in next(rows)]
    schema = pa.schema([(name, KINDS.get(name, pa.string())) for name in names])
    kept = _Kept()
    with pq.ParquetWriter(pa.PythonFile(kept, mode="w"), schema, compression="zstd") as writer:
        while group := list(islice(rows, GROUP_ROWS)):
            columns = [
                pa.array(column, type=field.type)
                for column, field in zip(zip(*group, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            yield kept.taken()
    yield kept.taken()
