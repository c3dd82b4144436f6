"""The rows of a checked archive into a hidden project, a batch a transaction; goes on where an earlier try ended.

Rows come in the order of the archive and get rising keys, so that a row's number is the rank of its key: what an
earlier try stored is found again by counting. Knows no job and no page.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model

from analysis.errors import UserError
from apps.accounts.models import Change, Project, User
from apps.core import blobs
from apps.core.bulk import insert_rows, reserved_ids
from apps.core.models import Blob
from apps.reports.archives.features import keyed
from apps.reports.archives.opened import Archive
from apps.reports.archives.people import People
from apps.reports.archives.rows import Lines
from apps.reports.archives.tables import BY_MODEL, TABLES, Table, target_of
from apps.reports.archives.targets import renumbered_reason, renumbered_target
from apps.reports.archives.values import Column, Convert
from apps.reports.archives.version import blob_member, features_member
from apps.runs.models import Engine
from apps.traces.models import Analysis, Text, Turn
from apps.traces.services.indexing import Pace
from apps.traces.services.texts import put_packed

LINKED = 200


class Clash(UserError):
    """Two rows that cannot both be stored."""


class Place(NamedTuple):
    """How far the storing is: round (rows, then links), table, rows of it done."""

    links: int = 0
    table: int = 0
    row: int = 0


Done = Callable[[Place, int], None]
"""Called in the transaction of every batch: what is next, and how many rows were stored."""


@dataclass
class Incoming:
    """One archive on its way into one project."""

    archive: Archive
    project: Project
    reader: User | None
    beat: Callable[[], None] = lambda: None
    keys: dict[type[Model], "array[int]"] = field(default_factory=dict)
    people: People = field(init=False)

    def __post_init__(self) -> None:
        self.people = People(self.reader)
        self.keys[Text] = array("q")

    def store(self, place: Place, pace: Pace, done: Done) -> None:
        """Store what is left, from `place` on."""
        for number, table in enumerate(TABLES):
            if table.model is not Text:
                self._learn(table)
                if not place.links and number >= place.table:
                    self._store_table(number, table, place.row if number == place.table else 0, pace, done)
        for number, table in enumerate(TABLES):
            if table.links and (not place.links or number >= place.table):
                first = place.row if place.links and number == place.table else 0
                self._link(number, table, first, done)

    def _learn(self, table: Table) -> None:
        """Keys of what earlier tries have stored."""
        keys = table.stored(self.project).values_list("pk", flat=True)
        self.keys[table.model] = array("q", keys.iterator())
        if table.model is Turn:
            texts = table.stored(self.project).filter(text__isnull=False).values_list("text_id", flat=True)
            self.keys[Text] = array("q", dict.fromkeys(texts.iterator()))

    def _store_table(self, number: int, table: Table, first: int, pace: Pace, done: Done) -> None:
        if len(self.keys[table.model]) != first:
            raise Clash(f"{table.name}: {len(self.keys[table.model]):,} rows are stored, not {first:,}")
        rows = islice(iter(Lines(self.archive, table)), first, None)
        texts = self._texts() if table.model is Turn else iter(())
        convert = {column.attname: self._converter(table, column) for column in table.columns}
        while batch := list(islice(rows, pace.size)):
            last = first + len(batch)
            new = self._new_texts(batch, texts)
            early = [] if table.model is Turn else [self._ready(table, row, convert) for row in batch]
            with pace, _clashes(table, first, last), transaction.atomic():
                self._put_texts(new)
                keys = self._insert(table, early or [self._ready(table, row, convert) for row in batch])
                done(Place(0, number, last), len(batch))
            self.keys[table.model].extend(keys)
            first = last
        with transaction.atomic():
            done(Place(0, number + 1, 0), 0)

    def _ready(self, table: Table, row: dict[str, Any], convert: Mapping[str, Convert]) -> dict[str, Any]:
        ready = {name: convert[name](value) for name, value in row.items()}
        if table.model is Change:
            ready["reason"] = renumbered_reason(ready["verb"], ready["reason"], self._key)
        return ready

    def _texts(self) -> Iterator[dict[str, Any]]:
        return islice(iter(Lines(self.archive, BY_MODEL[Text])), len(self.keys[Text]), None)

    def _new_texts(self, turns: Sequence[dict[str, Any]], texts: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
        """The texts that these turns are the first to refer to: they are stored with them, so that none is unused."""
        used = [turn["text_id"] for turn in turns if turn.get("text_id") is not None]
        n_new = max(used, default=-1) + 1 - len(self.keys[Text])
        return list(islice(texts, max(n_new, 0)))

    def _put_texts(self, texts: Sequence[dict[str, Any]]) -> None:
        known = put_packed([(each["hash"], each["n_chars"], each["body"]) for each in texts])
        if texts:
            self.keys[Text].extend(known[each["hash"]] for each in texts)

    def _insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
        model = table.model
        fixed: dict[str, Any] = {
            str(column.column): None if column.null else column.get_default()
            for column in model._meta.concrete_fields
            if not column.primary_key and column not in table.columns
        }
        if table.project_column is not None:
            fixed[table.project_column] = self.project.pk
        names = [str(column.column) for column in table.columns]
        keys = reserved_ids(model, len(rows))
        values = [(pk, *row.values(), *fixed.values()) for pk, row in zip(keys, rows, strict=True)]
        insert_rows(model, ("id", *names, *fixed), values)
        return keys

    def _converter(self, table: Table, column: Column) -> Convert:
        target = target_of(column)
        if table.model is Change and column.name == "target":
            return lambda value: renumbered_target(value, self._key)
        if target is None:
            return _as_it_is
        return _unless_none(self._reference(table, target))

    def _reference(self, table: Table, target: type[Model]) -> Convert:
        if target is table.model:
            return lambda number: None
        if target is User:
            return self.people.key_of
        if target is Engine:
            return _engine
        if target is Blob:
            return self._features if table.model is Analysis else self._blob
        return lambda number: self.keys[target][number]

    def _key(self, model: type[Model], number: int) -> int | None:
        return self.keys[model][number] if 0 <= number < len(self.keys[model]) else None

    def _blob(self, sha256: str) -> int:
        return blobs.put(self._beating(self.archive.chunks(blob_member(sha256)))).pk

    def _features(self, sha256: str) -> int:
        body = keyed(self.archive.read(features_member(sha256)), self._key)
        return blobs.put([body]).pk

    def _beating(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.beat()
            yield chunk

    def _link(self, number: int, table: Table, first: int, done: Done) -> None:
        keys, names = self.keys[table.model], [column.attname for column in table.links]
        rows = islice(enumerate(Lines(self.archive, table)), first, None)
        while batch := list(islice(rows, LINKED)):
            linked = [(n, {name: keys[row[name]] for name in names if row[name] is not None}) for n, row in batch]
            with transaction.atomic():
                for n, values in linked:
                    if values:
                        table.model._default_manager.filter(pk=keys[n]).update(**values)
                done(Place(1, number, batch[-1][0] + 1), 0)


@contextmanager
def _clashes(table: Table, first: int, last: int) -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError) as error:
        words = str(error).partition("\n")[0]
        raise Clash(f"{table.name} lines {first + 1}–{last}: rows that cannot stand together ({words})") from error


def _engine(name: str) -> int:
    """The engine of that name; where there is none, one that cannot be used, so that a run says what answered."""
    engine, _ = Engine.objects.get_or_create(name=name, defaults={"kind": "archived", "is_enabled": False})
    return engine.pk


def _as_it_is(value: Any) -> Any:
    return value


def _unless_none(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)
