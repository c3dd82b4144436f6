"""The lines of an archive's tables as rows of plain values, each column checked. Knows no database and no zip.

References stay numbers of rows of the archive; only that such a row is there is checked here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from analysis.errors import UserError
from apps.accounts.models import User
from apps.core.models import Blob
from apps.reports.archives.opened import Archive
from apps.reports.archives.people import LONGEST
from apps.reports.archives.tables import BY_MODEL, Table, target_of
from apps.reports.archives.values import BadValue, Column, Convert, checker_of, default_of
from apps.reports.archives.version import blob_member, features_member
from apps.runs.models import Engine
from apps.traces.models import Analysis

LONGEST_NAME = {User: LONGEST, Engine: 100}


class BadRow(UserError):
    """A row that the application could not have stored; the message names table, line and column."""


@dataclass(frozen=True)
class Lines:
    """The rows of one table of an archive, in order: values by column, as `insert_rows` takes them."""

    archive: Archive
    table: Table

    def __len__(self) -> int:
        return self.archive.rows_of(self.table.name)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        checks = {column.attname: self._check(column) for column in self.table.columns}
        defaults = {column.attname: column for column in self.table.columns}
        for place, line in enumerate(self.archive.lines(self.table.name), start=1):
            yield self._row(place, line, checks, defaults)

    def refuse(self, place: int, words: str) -> BadRow:
        return BadRow(f"{self.table.name} line {place}: {words}")

    def _row(
        self, place: int, line: bytes, checks: Mapping[str, Convert], columns: Mapping[str, Column]
    ) -> dict[str, Any]:
        given = self._parsed(place, line)
        row: dict[str, Any] = {}
        for name, check in checks.items():
            try:
                row[name] = check(given.pop(name)) if name in given else default_of(columns[name])
            except BadValue as error:
                raise self.refuse(place, f"{name} {error}") from None
        if given:
            raise self.refuse(place, f"this version knows no column {next(iter(given))[:60]!r}")
        return row

    def _parsed(self, place: int, line: bytes) -> dict[str, Any]:
        try:
            given = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise self.refuse(place, f"it is no JSON ({error})") from None
        if not isinstance(given, dict):
            raise self.refuse(place, "it is no object")
        return given

    def _check(self, column: Column) -> Convert:
        target = target_of(column)
        if target is None:
            return checker_of(column, *filter(None, [self.table.shapes.get(column.name)]))
        return _or_none(column, self._reference(target))

    def _reference(self, target: Any) -> Convert:
        if target in LONGEST_NAME:
            return lambda value: _name(value, LONGEST_NAME[target])
        if target is Blob:
            member_of = features_member if self.table.model is Analysis else blob_member
            return lambda value: self._held(value, member_of)
        n_rows = self.archive.rows_of(BY_MODEL[target].name)
        return lambda value: _number(value, n_rows)

    def _held(self, value: object, member_of: Callable[[str], str]) -> str:
        if not isinstance(value, str) or member_of(value) not in self.archive.members:
            raise BadValue(f"{str(value)[:70]!r} is no hash of a member of this archive")
        return value


def _or_none(column: Column, check: Convert) -> Convert:
    def checked(value: object) -> Any:
        if value is None and not column.null:
            raise BadValue("is missing")
        return None if value is None else check(value)

    return checked


def _name(value: object, longest: int) -> str:
    if not isinstance(value, str) or not value or len(value) > longest or "\0" in value:
        raise BadValue(f"{str(value)[:60]!r} is no name of 1 to {longest} characters")
    return value


def _number(value: object, n_rows: int) -> int:
    if type(value) is not int or not 0 <= value < n_rows:
        raise BadValue(f"{str(value)[:40]!r} points outside of the archive (it has {n_rows:,} such rows)")
    return value
