"""Formats whose rows are not yet rollouts: `shape` turns the raw rows of a file into rows under our own names.

A format that has it groups, splits or renames rows (a log with its samples inside, one row per turn ...) before any
mapping is applied; the mapping shown in the preview is then that of the shaped rows. A shaped row keeps the number and
the line of the raw row it came from (of the first one, where several become one), so that errors name a real place;
several rows may share a number, and numbers never fall. Knows no field by name.
"""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from .files import SourceFile
from .presets import IMPORTERS
from .readers import Layout, RawRow, read_rows


@runtime_checkable
class Shaping(Protocol):
    """A format that rewrites rows; `shape` is a stream: it holds no more rows than it must."""

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]: ...


def find_shaping(format_name: str) -> Shaping | None:
    importer = next((IMPORTERS[name] for name in IMPORTERS if name == format_name), None)
    return importer if isinstance(importer, Shaping) else None


def shaped_rows(file: SourceFile, layout: Layout, format_name: str) -> Iterator[RawRow]:
    """The rows of a file as its format gives them: the same, in the same order, on every call."""
    rows = read_rows(file, layout)
    shaping = find_shaping(format_name)
    return shaping.shape(rows, file) if shaping else rows
