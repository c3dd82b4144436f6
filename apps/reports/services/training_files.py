"""Rows of a training set as files: JSON lines or Parquet on disk, or streamed in a zip with the manifest last.

Knows no method and no page. However many rows there are, a bounded number of them is held.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from analysis.training.reading import BadTrainingSet, written
from analysis.training.rows import Shape
from analysis.training.schemas import faults
from apps.reports.services.training_sets import Making, Row, Wanted

SUFFIX = ".manifest.json"
KINDS = ("jsonl", "parquet")
PART_BYTES = 64_000
GROUP_ROWS, GROUP_CHARS = 2_000, 8_000_000
TEXT, SPANS = pa.string(), pa.list_(pa.list_(pa.int64()))
PLAIN = pa.list_(pa.struct([("role", TEXT), ("content", TEXT)]))
MASKED = pa.list_(pa.struct([("role", TEXT), ("content", TEXT), ("train_on", pa.bool_()), ("spans", SPANS)]))
ABOUT = pa.struct(
    [
        ("method", TEXT),
        ("kind", TEXT),
        ("problem", TEXT),
        ("sources", pa.list_(TEXT)),
        ("scores", pa.map_(TEXT, pa.float64())),
    ]
)
COLUMNS: Mapping[Shape, Mapping[str, pa.DataType]] = {
    Shape.SFT: {"messages": MASKED},
    Shape.PREFERENCES: {"prompt": PLAIN, "chosen": PLAIN, "rejected": PLAIN, "learned": SPANS},
    Shape.PROMPTS: {"prompt": PLAIN, "gold": pa.list_(TEXT)},
    Shape.COMPLETIONS: {"prompt": PLAIN, "completion": MASKED, "reward": pa.float64()},
    Shape.STEPS: {"prompt": TEXT, "completions": pa.list_(TEXT), "labels": pa.list_(pa.bool_())},
}


class Sink:
    """A file that keeps what is written to it until it is taken; it cannot be read or moved about in."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._n = self.n_kept = 0

    def write(self, part: Any) -> int:
        body = bytes(part)
        self._parts.append(body)
        self._n += len(body)
        self.n_kept += len(body)
        return len(body)

    def taken(self) -> bytes:
        parts, self._parts, self.n_kept = self._parts, [], 0
        return b"".join(parts)

    def tell(self) -> int:
        return self._n

    def flush(self) -> None: ...

    def close(self) -> None: ...


def write_training_set(wanted: Wanted, path: Path) -> dict[str, Any]:
    """The rows at `path` (Parquet if it ends so, else JSON lines) and the manifest beside it; returns the manifest.

    Both are written beside their places and moved there when whole, so that a stopped export leaves nothing. Raises
    UnknownName, SettingRefused and OSError.
    """
    making = Making(wanted)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    digest, n_bytes = hashlib.sha256(), 0
    try:
        with partial.open("wb") as file:
            for part in parts_of(making.rows(), wanted.shape, kind_of(path)):
                digest.update(part)
                n_bytes += file.write(part)
        manifest = making.manifest({"name": path.name, "sha256": digest.hexdigest(), "bytes": n_bytes})
        path.with_name(path.name + SUFFIX).write_text(told(manifest), encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def zipped(wanted: Wanted, kind: str) -> Iterator[bytes]:
    """A zip of the rows and the manifest, in parts as they are made. Settings are refused before the first part."""
    return _zipped(Making(wanted), kind)


def _zipped(making: Making, kind: str) -> Iterator[bytes]:
    sink, digest, n_bytes, name = Sink(), hashlib.sha256(), 0, f"{making.wanted.name}.{kind}"
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        with archive.open(_entry(name), "w", force_zip64=True) as entry:
            for part in parts_of(making.rows(), making.wanted.shape, kind):
                digest.update(part)
                n_bytes += entry.write(part)
                if sink.n_kept >= PART_BYTES:
                    yield sink.taken()
        manifest = making.manifest({"name": name, "sha256": digest.hexdigest(), "bytes": n_bytes})
        archive.writestr(_entry(name + SUFFIX), told(manifest))
    yield sink.taken()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, timezone.now().timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return entry


def told(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"


def kind_of(path: Path) -> str:
    return "parquet" if path.suffix.lower() == ".parquet" else "jsonl"


def parts_of(rows: Iterable[Row], shape: Shape, kind: str) -> Iterator[bytes]:
    """The bytes of a file of rows, as they come."""
    return _lines(rows) if kind == "jsonl" else _row_groups(rows, shape)


def _lines(rows: Iterable[Row]) -> Iterator[bytes]:
    part = bytearray()
    for row in rows:
        part += f"{written(row)}\n".encode()
        if len(part) >= PART_BYTES:
            yield bytes(part)
            part.clear()
    yield bytes(part)


def _row_groups(rows: Iterable[Row], shape: Shape) -> Iterator[bytes]:
    sink, schema = Sink(), schema_of(shape)
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in _grouped(rows):
            writer.write_table(pa.Table.from_pylist([_flat(row) for row in group], schema=schema))
            yield sink.taken()
    yield sink.taken()


def _grouped(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    n_chars = 0
    for row in rows:
        group.append(row)
        n_chars += len(written(row))
        if len(group) >= GROUP_ROWS or n_chars >= GROUP_CHARS:
            yield group
            group, n_chars = [], 0
    if group:
        yield group


def schema_of(shape: Shape) -> pa.Schema:
    """The Arrow schema of a shape: its columns between `id` and `metadata`."""
    return pa.schema([("id", TEXT), *COLUMNS[shape].items(), ("metadata", ABOUT)])


def _flat(row: Row) -> Row:
    """With scores as the pairs that Arrow makes a map of."""
    about = row["metadata"]
    return row | {"metadata": about | {"scores": [(name, float(value)) for name, value in about["scores"].items()]}}


def read_parquet_rows(path: Path, shape: Shape) -> Iterator[Row]:
    """The rows of a Parquet file of this shape, each checked. Raises BadTrainingSet for one that does not fit."""
    number = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(GROUP_ROWS):
            for row in batch.to_pylist(maps_as_pydicts="strict"):
                number += 1
                if found := faults(row, shape):
                    raise BadTrainingSet(f"row {number}: {'; '.join(found)}")
                yield row
