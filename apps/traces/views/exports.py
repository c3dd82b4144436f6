"""Lines and rows as files that are streamed as they come, always attachments with plain names."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import polars as pl
from django.http import StreamingHttpResponse

from apps.core.tables.columns import Column
from apps.core.tables.formats import begun, get_format
from apps.traces.presenters.exports import Line, safe

PART_BYTES = 64_000


def csv_response(lines: Iterable[Line], name: str) -> StreamingHttpResponse:
    return attachment(_as_csv(lines), "text/csv; charset=utf-8", name, "csv")


def jsonl_response(rows: Iterable[Mapping[str, Any]], name: str) -> StreamingHttpResponse:
    return attachment(_as_jsonl(rows), "application/jsonl; charset=utf-8", name, "jsonl")


def table_response(
    frames: Iterator[pl.DataFrame], columns: Sequence[Column], form: str, name: str
) -> StreamingHttpResponse:
    """A table as a file of one of the formats. What it cannot be asked is refused before the first byte."""
    found = get_format(form)
    return attachment(found.parts(begun(frames), columns), found.content_type, name, found.suffix.removeprefix("."))


def attachment(parts: Iterator[bytes], kind: str, name: str, ending: str) -> StreamingHttpResponse:
    """What is read of `parts` is sent as it comes."""
    response = StreamingHttpResponse(parts, content_type=kind)
    file_name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "rollouts"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name[:100]}.{ending}"'
    return response


def _as_csv(lines: Iterable[Line]) -> Iterator[bytes]:
    part = io.StringIO()
    writer = csv.writer(part, lineterminator="\n")
    for line in lines:
        writer.writerow([safe(value) for value in line])
        if part.tell() >= PART_BYTES:
            yield part.getvalue().encode()
            part.seek(0)
            part.truncate()
    yield part.getvalue().encode()


def _as_jsonl(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    part = bytearray()
    for row in rows:
        part += orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        if len(part) >= PART_BYTES:
            yield bytes(part)
            part.clear()
    yield bytes(part)
