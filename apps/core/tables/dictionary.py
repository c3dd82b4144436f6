"""The data dictionary of a table: what each column is, as JSON, and itself as a table. Knows no rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.core.tables.columns import Column, Kind, frame_of
from apps.core.tables.formats import csv_parts

COLUMNS = (
    Column("column", Kind.TEXT, "the column's name"),
    Column("type", Kind.TEXT, "what its cells hold"),
    Column("unit", Kind.TEXT, "the unit of its numbers", missing="no unit"),
    Column("meaning", Kind.TEXT, "what it says of the row"),
    Column("missing", Kind.TEXT, "what it means that a cell holds nothing", missing="every row has a value"),
)


def lines_of(columns: Sequence[Column]) -> list[tuple[str, str, str | None, str, str | None]]:
    """A line for each column, in the order of COLUMNS."""
    return [(each.name, each.kind.value, each.unit or None, each.meaning, each.missing or None) for each in columns]


def dictionary_of(name: str, row: str, columns: Sequence[Column]) -> Mapping[str, Any]:
    """As JSON takes it."""
    names = [each.name for each in COLUMNS]
    told = [dict(zip(names, line, strict=True)) for line in lines_of(columns)]
    return {"table": name, "row": row, "columns": told}


def dictionary_csv(columns: Sequence[Column]) -> bytes:
    return b"".join(csv_parts([frame_of(COLUMNS, lines_of(columns))], COLUMNS))
