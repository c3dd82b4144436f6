"""A project's rows and bytes into an archive, from one state of the database. Knows no job and no page."""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Model, QuerySet

from analysis.errors import UserError
from apps.accounts.models import Change, Project, User
from apps.core import blobs
from apps.core.models import Blob, JobState
from apps.reports.archives import version
from apps.reports.archives.features import numbered
from apps.reports.archives.members import Writer
from apps.reports.archives.people import written_name
from apps.reports.archives.snapshot import Snapshot
from apps.reports.archives.tables import BY_MODEL, BY_NAME, OUTSIDE, TABLES, Table, target_of
from apps.reports.archives.targets import renumbered_reason, renumbered_target
from apps.reports.archives.values import Column, Convert, writer_of
from apps.traces.models import Analysis, Import, Text

TEXTS_AT_ONCE = 200
Beat = Callable[[int], None]


class ImportUnderWay(UserError):
    """A project of which a part is half stored cannot be archived."""


@dataclass
class Numbers:
    """Key of a row -> its number in the archive: the rank of the key, but for texts, which are in the order of use."""

    keys: dict[type[Model], "array[int]"] = field(default_factory=dict)
    text_numbers: "array[int]" = field(default_factory=lambda: array("q"))

    def of(self, model: type[Model], key: int | None) -> int | None:
        if key is None:
            return None
        keys = self.keys[model]
        rank = bisect_left(keys, key)
        if rank == len(keys) or keys[rank] != key:
            return None
        return self.text_numbers[rank] if model is Text else rank


@dataclass
class Outgoing:
    """One archive in the making."""

    project: Project
    snapshot: Snapshot
    writer: Writer
    beat: Beat = lambda n_rows: None
    numbers: Numbers = field(default_factory=Numbers)
    features: dict[str, str] = field(default_factory=dict)
    n_rows: int = 0
    _in_order: Any = None

    def n_total(self) -> int:
        """Rows that will be written, but for texts."""
        return sum(self.snapshot.count(table.rows(self.project)) for table in TABLES if table.model is not Text)

    def write(self) -> dict[str, Any]:
        """Write all; returns the manifest."""
        self._refuse_half_stored()
        for table in TABLES:
            if table.model is Text:
                self._learn_texts()
            else:
                keys = self.snapshot.rows(table.rows(self.project).values_list("pk"))
                self.numbers.keys[table.model] = array("q", (key for (key,) in keys))
        self._features()
        for table in TABLES:
            lines = self._texts() if table.model is Text else self._lines(table)
            self.writer.add_lines(version.member_of(table.name), self._counted(lines))
        self._blobs()
        return self.writer.finish(version.about(self.project))

    def _refuse_half_stored(self) -> None:
        open_imports = Import.objects.filter(project=self.project, state__in=[JobState.QUEUED, JobState.RUNNING])
        for (name,) in self.snapshot.rows(open_imports.values_list("name")):
            raise ImportUnderWay(
                f"an import into this project is under way ({name or 'no name'}); try when it has ended"
            )

    def _counted(self, lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for line in lines:
            self.n_rows += 1
            if self.n_rows % 1000 == 0:
                self.beat(self.n_rows)
            yield line

    def _lines(self, table: Table) -> Iterator[dict[str, Any]]:
        writers = [(column.attname, self._writer_of(table, column)) for column in table.columns]
        rows = table.rows(self.project).values_list(*_selected(table))
        for row in self.snapshot.rows(rows):
            line = {name: write(value) for (name, write), value in zip(writers, row, strict=True)}
            yield self._described(line) if table.model is Change else line

    def _writer_of(self, table: Table, column: Column) -> Convert:
        target = target_of(column)
        if target is None:
            return writer_of(column)
        if target is User:
            return written_name
        if table.model is Analysis and target is Blob:
            return self.features.__getitem__
        if target in OUTSIDE or target is Blob:
            return lambda value: value
        return self._number_writer(table, column, target)

    def _number_writer(self, table: Table, column: Column, target: type[Model]) -> Convert:
        def write(key: int | None) -> int | None:
            number = self.numbers.of(target, key)
            if number is None and not column.null:
                raise UserError(f"{table.name}: a row refers to {column.name} {key}, which does not travel")
            return number

        return write

    def _features(self) -> None:
        """The features of each analysis with numbers for keys, as members of their own."""
        analyses = BY_MODEL[Analysis].rows(self.project).values_list("features__sha256")
        for (sha256,) in list(self.snapshot.rows(analyses)):
            body = numbered(blobs.read(Blob(sha256=sha256)), self.numbers.of)
            self.features[sha256] = hashlib.sha256(body).hexdigest()
            self.writer.add_bytes(version.features_member(self.features[sha256]), [body])
            self.beat(self.n_rows)

    def _described(self, line: dict[str, Any]) -> dict[str, Any]:
        line["target"] = renumbered_target(line["target"], self.numbers.of)
        line["reason"] = renumbered_reason(line["verb"], line["reason"], self.numbers.of)
        return line

    def _learn_texts(self) -> None:
        """Each text once, in the order in which turns first refer to it, so that it is read with its first turn."""
        turns: QuerySet[Any, Any] = BY_NAME["turns"].rows(self.project).filter(text__isnull=False)
        used = np.fromiter((key for (key,) in self.snapshot.rows(turns.values_list("text_id"))), dtype=np.int64)
        keys, first = np.unique(used, return_index=True)
        numbers = np.empty(len(keys), dtype=np.int64)
        numbers[np.argsort(first)] = np.arange(len(keys))
        self.numbers.keys[Text] = array("q", keys.tobytes())
        self.numbers.text_numbers = array("q", numbers.tobytes())
        self._in_order = keys[np.argsort(first)]

    def _texts(self) -> Iterator[dict[str, Any]]:
        columns = BY_MODEL[Text].columns
        names, writers = [each.name for each in columns], [writer_of(each) for each in columns]
        for start in range(0, len(self._in_order), TEXTS_AT_ONCE):
            keys = [int(key) for key in self._in_order[start : start + TEXTS_AT_ONCE]]
            rows = self.snapshot.rows(Text.objects.filter(pk__in=keys).order_by().values_list("pk", *names))
            found = {row[0]: row[1:] for row in rows}
            for key in keys:
                yield {name: write(value) for name, write, value in zip(names, writers, found[key], strict=True)}

    def _blobs(self) -> None:
        for table in TABLES:
            for column in table.columns:
                if target_of(column) is Blob and table.model is not Analysis:
                    rows = table.rows(self.project).values_list(f"{column.name}__sha256")
                    for (sha256,) in self.snapshot.rows(rows):
                        with blobs.open_blob(Blob(sha256=sha256)) as file:
                            self.writer.add_bytes(version.blob_member(sha256), blobs.chunks_of(file))
                        self.beat(self.n_rows)


def _selected(table: Table) -> list[str]:
    """What is read for each column: the key of a row that travels, the name of what does not."""
    names = []
    for column in table.columns:
        target = target_of(column)
        if target is Blob:
            names.append(f"{column.name}__sha256")
        elif target in OUTSIDE:
            names.append(f"{column.name}__{OUTSIDE[target]}")
        else:
            names.append(column.attname)
    return names
