"""What every table of an app is: columns with their meaning, a source of frames, who may have it. Knows no format.

A table reads what it is asked for from `given`, the parameters of an address, so that a list's own address exports what
the list shows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl
from django.db.models import QuerySet

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.accounts.permissions import Act
from apps.core.tables.columns import Column, frame_of, names_of
from apps.core.tables.paging import BATCH, batches_of, tuples_of
from apps.traces.models import Analysis, Collection, Rollout
from apps.traces.queries.candidate_sets import get_name
from apps.traces.queries.collections import collections_of, find_collection
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.many import among
from apps.traces.queries.standing import shown_analyses, standing_of
from apps.traces.services.asked import Asked, asked_of_collection, asked_of_project

MOST_CHOICES = 500
MOST_AT_ONCE = 20_000
Choices = Sequence[tuple[str, str]]


class NoSuchTableError(UserError):
    """A table, a column or a part of the project that is not there; the message lists what is."""


@dataclass(frozen=True)
class Scope:
    """A project and what is asked of it; rows come `size` at a time."""

    project: Project
    given: Mapping[str, str]
    size: int = BATCH

    def of_size(self, size: int) -> "Scope":
        return replace(self, size=size)

    @cached_property
    def collection(self) -> Collection | None:
        """The one that is named, None for all of the project. Raises NoSuchTableError."""
        key = self.given.get("collection", "").strip()
        if not key:
            return None
        found = find_collection(self.project, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
        if found is None:
            raise NoSuchTableError(f"there is no collection {key[:20]!r} in this project")
        return found

    @cached_property
    def collections(self) -> list[Collection]:
        return [self.collection] if self.collection else list(collections_of(self.project))

    @cached_property
    def filters(self) -> RolloutFilter:
        """What is asked of features, which know no texts. Raises NoSuchTableError for words."""
        if self.given.get("q", "").strip():
            raise NoSuchTableError("words in texts choose rollouts of a list, not numbers over them: leave `q` out")
        return RolloutFilter.parse(self.given)

    @cached_property
    def asked(self) -> Asked:
        """The rollouts that the list of this address shows."""
        if self.collection is None:
            return asked_of_project(self.project, self.given)
        extractor = RolloutFilter.parse(self.given, with_text=True).extractor
        return asked_of_collection(standing_of(self.collection, extractor), self.given)

    @cached_property
    def analyses(self) -> list[Analysis]:
        """The analyses whose numbers are shown, by the candidate set that is named."""
        if self.collection is not None and self.filters.extractor:
            get_name(self.collection, self.filters.extractor)
        return shown_analyses(self.collections, self.filters.extractor)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that a table takes beside the filters, under its name in addresses; empty: all."""

    name: str
    label: str
    choices: Callable[[Scope], Choices]


@dataclass(frozen=True, slots=True)
class Table:
    """`row` says what one row is. `is_filtered`: rows are of the rollouts that a list's filters choose."""

    label: str
    row: str
    columns: tuple[Column, ...]
    frames: Callable[[Scope], Iterator[pl.DataFrame]]
    act: Act = Act.VIEW
    options: tuple[Option, ...] = ()
    is_filtered: bool = False

    def chosen(self, names: Sequence[str]) -> tuple[Column, ...]:
        """The columns with these names, in the table's order; all without one. Raises NoSuchTableError."""
        known = names_of(self.columns)
        unknown = [name for name in names if name not in known]
        if unknown:
            raise NoSuchTableError(f"there is no column {unknown[0][:60]!r}; there are: {', '.join(known)}")
        return tuple(column for column in self.columns if not names or column.name in names)

    def frames_of(self, scope: Scope, columns: Sequence[Column]) -> Iterator[pl.DataFrame]:
        """Frames with these columns of the table only."""
        names = names_of(columns)
        for frame in self.frames(scope):
            yield frame.select(names)


Paths = Mapping[str, str]
"""Column -> path of the ORM, in the order of the columns."""


def paged(columns: Sequence[Column], rows: "QuerySet[Any, Any]", paths: Paths, size: int) -> Iterator[pl.DataFrame]:
    """All rows of a queryset by key."""
    for batch in batches_of(rows, list(paths.values()), size, MOST_AT_ONCE):
        yield frame_of(columns, batch)


def of_rollouts(
    columns: Sequence[Column], rows: "QuerySet[Any, Any]", paths: Paths, scope: Scope, by: Sequence[str], n: int
) -> Iterator[pl.DataFrame]:
    """The rows that hang on the asked rollouts, `n` rollouts at a time: in the list's order, then in that of `by`.

    The first path is that of the rollout's id.
    """
    names = list(paths.values())
    for ids in scope.asked.id_batches(min(n, scope.size)):
        place = {pk: at for at, pk in enumerate(ids)}
        found = tuples_of(rows.filter(among(names[0], ids)).order_by(names[0], *by), names)
        yield frame_of(columns, sorted(found, key=lambda row: place[row[0]]))


def in_frames(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[pl.DataFrame]:
    """Rows that are in memory already."""
    yield frame_of(columns, list(rows))


def collection_choices(scope: Scope) -> Choices:
    return [(str(each.pk), each.name) for each in collections_of(scope.project)[:MOST_CHOICES]]


def rollouts_of(project: Project) -> "QuerySet[Rollout]":
    return Rollout.objects.filter(collection__project=project, collection__is_deleted=False)


COLLECTION = Option("collection", "Collection", collection_choices)
