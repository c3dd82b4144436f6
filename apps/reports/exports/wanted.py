"""One export as it is asked for: a table, its columns, a format, with or without its dictionary. Knows no request."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from apps.accounts.models import Project
from apps.core.tables.columns import Column
from apps.core.tables.dictionary import dictionary_csv, dictionary_of
from apps.core.tables.formats import Format, begun, get_format
from apps.core.tables.zipped import Member, zip_parts
from apps.reports.exports.table import get_table
from apps.traces.exports.base import Scope, Table

PREVIEWED = 20


@dataclass(frozen=True)
class Wanted:
    """`columns` are those that were chosen, in the table's order."""

    name: str
    table: Table
    columns: tuple[Column, ...]
    scope: Scope

    @classmethod
    def parse(cls, project: Project, name: str, given: Mapping[str, str], only: Sequence[str] = ()) -> "Wanted":
        """From the parameters of an address or a command. Raises NoSuchTableError.

        `only` names columns, one or several with commas.
        """
        table = get_table(name)
        names = [each for text in only for each in text.split(",") if each]
        return cls(name, table, table.chosen(names), Scope(project, given))

    def frames(self) -> Iterator[pl.DataFrame]:
        return begun(self.table.frames_of(self.scope, self.columns))

    def preview(self) -> pl.DataFrame:
        """The first rows."""
        small = self.scope.of_size(PREVIEWED)
        found: list[pl.DataFrame] = []
        for frame in self.table.frames_of(small, self.columns):
            found.append(frame)
            if sum(each.height for each in found) >= PREVIEWED:
                break
        return pl.concat(found).head(PREVIEWED) if found else pl.DataFrame()

    def parts(self, form: str) -> Iterator[bytes]:
        """The file. Raises UnknownFormatError, and what the table cannot be asked, before the first byte."""
        return get_format(form).parts(self.frames(), self.columns)

    def zipped(self, form: str) -> Iterator[bytes]:
        """The file with its dictionary beside it, as JSON and as CSV."""
        found, frames = get_format(form), self.frames()
        return zip_parts(self._members(found, frames))

    def _members(self, form: Format, frames: Iterator[pl.DataFrame]) -> Iterator[Member]:
        yield Member(f"{self.name}.dictionary.json", [self.dictionary_json()])
        yield Member(f"{self.name}.dictionary.csv", [dictionary_csv(self.columns)])
        yield Member(f"{self.name}{form.suffix}", form.parts(frames, self.columns))

    def dictionary(self) -> Mapping[str, Any]:
        return dictionary_of(self.name, self.table.row, self.columns)

    def dictionary_json(self) -> bytes:
        return orjson.dumps(self.dictionary(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @property
    def file_name(self) -> str:
        """Without its ending."""
        parts = [self.scope.project.slug, self.scope.collection.name if self.scope.collection else "", self.name]
        return re.sub(r"[^A-Za-z0-9._-]+", "-", " ".join(parts)).strip("-.")[:100]
