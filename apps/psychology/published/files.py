"""Files as they were given, and their rows: tables with a head, and JSON lines. Knows no study.

Bounded before it is read; whatever cannot be read is refused with the file and the row.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import NamedTuple

import orjson

from apps.psychology.published.sittings import BadFile

MOST_BYTES, MOST_ROWS, LONGEST = 20 << 20, 100_000, 200


class File(NamedTuple):
    """One file: its name with folders, `/` between them, and its bytes."""

    name: str
    content: bytes

    @property
    def base(self) -> str:
        return self.name.rpartition("/")[2]

    @property
    def text(self) -> str:
        """Raises BadFile for what is no UTF-8, or too much."""
        if len(self.content) > MOST_BYTES:
            raise BadFile(f"{self.name} has {len(self.content):,} bytes, may have {MOST_BYTES:,}")
        try:
            return self.content.decode("utf-8-sig").replace("\0", "\ufffd")
        except UnicodeDecodeError as error:
            raise BadFile(f"{self.name} is no UTF-8 text: byte {error.start}") from None


class Line(NamedTuple):
    """A row of a file with its number, from 1 (the head of a table not counted)."""

    file: str
    number: int
    values: Mapping[str, object]

    @property
    def where(self) -> str:
        return f"{self.file} row {self.number}"

    @property
    def source(self) -> str:
        """Where the row stands, however the file was given: by itself, in a folder, in an archive."""
        return self.where.rpartition("/")[2]

    def text(self, column: str) -> str:
        """The value as text, never empty; raises BadFile."""
        found = str(self.values.get(column) or "").strip()
        if not found:
            raise BadFile(f"{self.where}, column {column}: is empty")
        return found[:LONGEST]

    def number_in(self, column: str, low: float, high: float) -> float | None:
        """The value as a number from `low` to `high`, None where the cell is empty; raises BadFile."""
        written = str(self.values.get(column, "")).strip()
        if not written:
            return None
        try:
            found = float(written)
        except ValueError:
            raise BadFile(f"{self.where}, column {column}: {written[:60]!r} is no number") from None
        if not isfinite(found) or not low <= found <= high:
            raise BadFile(f"{self.where}, column {column}: {written[:60]} is not from {low:g} to {high:g}")
        return found

    def whole(self, column: str) -> int:
        """The value as a whole number that is not negative; raises BadFile."""
        found = self.number_in(column, 0, 1e9)
        if found is None or found != int(found):
            raise BadFile(f"{self.where}, column {column}: is no whole number")
        return int(found)


def head_of(file: File) -> tuple[str, ...]:
    """The names of a table's columns; () where there is none."""
    return tuple(name.strip() for name in next(csv.reader(io.StringIO(file.text[: 1 << 16])), ()))


def table_of(file: File) -> Iterator[Line]:
    """The rows of a table; raises BadFile where one has more or fewer cells than the head."""
    reader = csv.reader(io.StringIO(file.text, newline=""))
    head = [name.strip() for name in next(reader, ())]
    number = 0
    try:
        for cells in reader:
            if not cells:
                continue
            number += 1
            if len(cells) != len(head) or number > MOST_ROWS:
                many = f"more than {MOST_ROWS:,} rows" if number > MOST_ROWS else f"{len(cells)} cells, not {len(head)}"
                raise BadFile(f"{file.name} row {number} cannot be read: {many}")
            yield Line(file.name, number, dict(zip(head, cells, strict=True)))
    except csv.Error as error:
        raise BadFile(f"{file.name} row {number + 1} cannot be read: {error}") from None


def json_lines_of(file: File) -> Iterator[Line]:
    """The objects of JSON lines; raises BadFile for what is none."""
    for number, line in enumerate(filter(str.strip, file.text.split("\n")), 1):
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BadFile(f"{file.name} row {number} is no JSON: {error}") from None
        if not isinstance(found, dict) or number > MOST_ROWS:
            raise BadFile(f"{file.name} row {number} is no object, or there are more than {MOST_ROWS:,} rows")
        yield Line(file.name, number, found)


def require_columns(file: File, head: Sequence[str], wanted: Sequence[str]) -> None:
    """Raises BadFile that names the columns that are missing or twice there."""
    missing = [name for name in wanted if name not in head]
    twice = sorted({name for name in head if head.count(name) > 1})
    if missing or twice:
        said = f"lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}" if missing else ""
        raise BadFile(f"{file.name} {said or f'has the column {twice[0]} twice'}")
