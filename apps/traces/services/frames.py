"""Columns of the features of analyses, each read once and kept in memory: what lists choose, count and sort by.

Knows files of features, no measure and no page.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock

import polars as pl

from analysis.features import SCHEMA
from apps.core import blobs
from apps.core.models import Blob
from apps.traces.models import Analysis

MOST_BYTES = 512 * 2**20
"""A column of a million numbers takes 8 MB, one of lists about 100."""
_kept: "OrderedDict[tuple[str, str], pl.Series]" = OrderedDict()
_lock = Lock()


def files_of(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    """The hashes of the files that hold their features."""
    return tuple(analysis.features.sha256 for analysis in analyses if analysis.features)


def columns_of(files: Sequence[str], expressions: Iterable[pl.Expr]) -> pl.DataFrame:
    """All rollouts in the files with their ids and what the expressions read of them."""
    names = sorted({"rollout_id"}.union(*(each.meta.root_names() for each in expressions)))
    frames = [_columns(file, names) for file in files]
    return frames[0] if len(frames) == 1 else pl.concat(frames)


def _columns(sha256: str, names: Sequence[str]) -> pl.DataFrame:
    with _lock:
        known = {name: _kept[sha256, name] for name in names if (sha256, name) in _kept}
    missing = [name for name in names if name not in known]
    if missing:
        known |= _read(sha256, missing)
    _keep({(sha256, name): column for name, column in known.items()})
    return pl.DataFrame([known[name] for name in names])


def _read(sha256: str, names: Sequence[str]) -> dict[str, pl.Series]:
    """Columns that are younger than the file are empty."""
    path = blobs.path_of(Blob(sha256=sha256))
    there = set(pl.read_parquet_schema(path)).intersection(names)
    frame = pl.read_parquet(path, columns=sorted(there | {"rollout_id"}))
    frame = frame.with_columns(pl.lit(None, SCHEMA[name]).alias(name) for name in names if name not in there)
    return {name: frame[name] for name in names}


def _keep(columns: dict[tuple[str, str], pl.Series]) -> None:
    """The columns used last, as many as may be held."""
    with _lock:
        for key, column in columns.items():
            _kept[key] = column
            _kept.move_to_end(key)
        while len(_kept) > 1 and sum(column.estimated_size() for column in _kept.values()) > MOST_BYTES:
            _kept.popitem(last=False)
