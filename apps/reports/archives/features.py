"""The features of an analysis with other keys: the Parquet file is carried over, not computed anew. Knows no zip.

Keys of rows that are no longer there (of an analysis of an earlier revision) become negative numbers, which stay.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Model

from analysis.errors import UserError
from analysis.features import SCHEMA
from apps.traces.models import Collection, Problem, Rollout

KEYS: dict[str, type[Model]] = {"rollout_id": Rollout, "problem_id": Problem, "collection_id": Collection}
MOST_ROWS, MOST_BYTES, MOST_RATIO = 20_000_000, 4_000_000_000, 1000
Number = Callable[[type[Model], int], int | None]


class BadFeatures(UserError):
    """A Parquet file that is no analysis's features."""


def numbered(body: bytes, number_of: Number) -> bytes:
    """The file with numbers of the archive for keys."""
    return _with_keys(pl.read_parquet(io.BytesIO(body)), number_of)


def keyed(body: bytes, key_of: Number) -> bytes:
    """The file with keys of this database for numbers; raises BadFeatures."""
    return _with_keys(read_checked(body), key_of)


def read_checked(body: bytes) -> pl.DataFrame:
    """The rows of a file that nobody vouches for; raises BadFeatures."""
    try:
        frame = pl.concat(
            [pl.DataFrame(pl.from_arrow(each)) for each in _batches(body)] or [pl.DataFrame(schema=SCHEMA)]
        )
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
        raise BadFeatures(f"it cannot be read as Parquet: {error}") from error
    if any(frame.schema.get(name) != pl.Int64 for name in KEYS):
        raise BadFeatures(f"it lacks one of {', '.join(KEYS)}")
    if frame["rollout_id"].n_unique() != frame.height:
        raise BadFeatures("a rollout has two rows")
    return frame


def are_current(file: Path) -> bool:
    """Whether these are the features that this version's measures read."""
    return pl.read_parquet_schema(file) == SCHEMA


def _batches(body: bytes) -> Iterator[pa.RecordBatch]:
    file = pq.ParquetFile(pa.BufferReader(body))
    about = file.metadata
    if about.num_rows > MOST_ROWS or about.num_columns > 2 * len(SCHEMA):
        raise BadFeatures(f"it says that it holds {about.num_rows:,} rows of {about.num_columns} columns")
    n_bytes, most = 0, min(MOST_BYTES, MOST_RATIO * len(body) + (1 << 20))
    for batch in file.iter_batches(batch_size=10_000):
        n_bytes += batch.nbytes
        if n_bytes > most:
            raise BadFeatures(f"it grows to more than {most:,} bytes")
        yield batch


def _with_keys(frame: pl.DataFrame, number_of: Number) -> bytes:
    columns = [_renumbered(frame[name], model, number_of) for name, model in KEYS.items()]
    body = io.BytesIO()
    frame.with_columns(columns).write_parquet(body, compression="zstd")
    return body.getvalue()


def _renumbered(column: pl.Series, model: type[Model], number_of: Number) -> pl.Series:
    known = {key: number_of(model, key) for key in column.unique().sort().to_list()}
    gone = [key for key, number in known.items() if number is None]
    known |= {key: place - len(gone) for place, key in enumerate(gone)}
    return pl.Series(column.name, [known[key] for key in column.to_list()], dtype=pl.Int64)
