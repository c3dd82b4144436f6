"""Parquet and Arrow files made in memory."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def parquet(table: pa.Table, **options: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def arrow(table: pa.Table, *, is_stream: bool = False, compression: str | None = None) -> bytes:
    stream = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    writer = (pa.ipc.new_stream if is_stream else pa.ipc.new_file)(stream, table.schema, options=options)
    writer.write_table(table)
    writer.close()
    return stream.getvalue()


def repeated(text: str, n: int, *, in_one_list: bool = False) -> pa.Array:
    """One text n times at the cost of one: as n rows, or as the n members of one row's list."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * n, pa.int32()), pa.array([text]))
    return pa.ListArray.from_arrays(pa.array([0, n], pa.int32()), column) if in_one_list else column
