"""What the API says of tables that can be exported, and takes for one."""

from collections.abc import Mapping
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from apps.api.schemas.filters import FilterIn
from apps.reports.exports.table import TABLES
from apps.traces.exports.base import Table


class TableOut(Schema):
    """A table: `row` says what one row is, `options` what it takes beside the filters of rollouts."""

    name: str
    label: str
    row: str
    options: list[str]
    is_filtered: bool
    columns: list[str]

    @classmethod
    def of(cls, name: str, table: Table) -> "TableOut":
        return cls(
            name=name,
            label=TABLES.label(name),
            row=table.row,
            options=[option.name for option in table.options],
            is_filtered=table.is_filtered,
            columns=[column.name for column in table.columns],
        )


class ColumnOut(Schema):
    """A column; null `unit`: none, null `missing`: every row has a value."""

    column: str
    type: str
    unit: str | None
    meaning: str
    missing: str | None


class DictionaryOut(Schema):
    """What each column of a table is."""

    table: str
    row: str
    columns: list[ColumnOut]


class ExportIn(FilterIn):
    """Which part of a table, which columns of it, and as what."""

    format: Literal["csv", "jsonl", "parquet"] = "csv"
    only: str = Field("", max_length=4000, description="columns, with commas between them; all without it")
    dictionary: bool = Field(False, description="a ZIP of the table and its dictionary")
    sort: str = Field("", max_length=40)
    collection: str = Field("", max_length=20, description="a collection's id; all of the project without it")
    run: str = Field("", max_length=20)
    scheme: str = Field("", max_length=20)
    queue: str = Field("", max_length=20)
    name: str = Field("", max_length=100, description="of an administration")
    measure: str = Field("", max_length=60, description="of the table measures; every: all of them")
    by: str = Field("", max_length=200)
    a: str = Field("", max_length=300, description="the first arm of pairs")
    b: str = Field("", max_length=300)

    def given(self) -> Mapping[str, str]:
        """As an address of the pages has it."""
        own: dict[str, Any] = self.dict(exclude={"format", "only", "dictionary"})
        return {name: value for name, value in own.items() if value}
