"""Lists of rollouts that page by key: each sort column in both directions, never an offset. Knows columns, no text.

A page is one query, whatever the number of rollouts; `Place` says where a page starts, written into addresses.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, FilteredRelation, OrderBy, Q, QuerySet
from django.db.models.functions import Left

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.traces.models import Analysis, Collection, Rollout
from apps.traces.queries.many import among
from apps.traces.queries.search import Matching

PAGE = 50
EXPORT_PAGE = 2000
COLUMNS = (
    "pk",
    "external_id",
    "collection_id",
    "collection__name",
    "problem_id",
    "problem__key",
    "problem__problem_set__name",
    "problem__subject",
    "problem__level",
    "model__name",
    "condition__label",
    "sample",
    "truncated",
    "error",
    "n_chars",
    "n_tokens",
    "measured__outcome",
    "measured__first_outcome",
    "measured__n_candidates",
    "measured__n_tt",
    "measured__n_ffs",
    "measured__n_ffd",
    "measured__n_tf",
    "measured__n_ft",
    "measured__n_changed",
    "measured__n_tokens",
    "measured__tokens_first",
    "measured__position",
)
SORTS: dict[str, str] = {
    "id": "pk",
    "problem": "problem_id",
    "model": "model__name",
    "condition": "condition__label",
    "sample": "sample",
    "outcome": "measured__outcome",
    "first": "measured__first_outcome",
    "candidates": "measured__n_candidates",
    "changes": "measured__n_changed",
    "tokens": "measured__n_tokens",
    "length": "n_chars",
    "position": "measured__position",
    "tokens_first": "measured__tokens_first",
}
"""What a list can be sorted by; rollouts of equal value are in the order in which they were read."""


class Walk(NamedTuple):
    """A walk for matches looks at `first` rollouts, then at twice as many, up to `largest`; at no more than `most`."""

    first: int = 100
    largest: int = 2000
    most: int = 4000


WALK = Walk()
EVERY = Q()
MOST_ARMS = 50
"""A sort over more analyses than this is left to the database as a whole."""


class Among(NamedTuple):
    """What keys are chosen from: rollouts, a condition by columns, and the analyses whose features are joined."""

    rollouts: QuerySet[Rollout]
    where: Q = EVERY
    analyses: Sequence[int] = ()

    def only(self, ids: Iterable[int]) -> "Among":
        return self._replace(rollouts=self.rollouts.filter(among("pk", ids)))

    def arms(self, wanted: Q) -> list[QuerySet[Rollout]]:
        """The rollouts with features that are wanted, in one query or, where the database can order and limit the
        arms of a union, in one for each analysis, which an index of features can follow."""
        can = connection.features.supports_slicing_ordering_in_compound
        if not can or not 1 < len(self.analyses) <= MOST_ARMS:
            return [self.rollouts.filter(self.where & wanted)]
        return [self.rollouts.filter(self.where & wanted & Q(measured__analysis=pk)) for pk in self.analyses]


class BadPlaceError(UserError):
    """An address that says no place in a list, or no order that lists have."""


@dataclass(frozen=True, slots=True)
class Order:
    """A sort column and its direction, as addresses write it: `tokens`, `-tokens`."""

    name: str = "id"
    is_descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "Order":
        name = text.removeprefix("-") or "id"
        if name not in SORTS:
            raise BadPlaceError(f"cannot sort by {name!r}; known: {', '.join(SORTS)}")
        return cls(name, text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.name}" if self.is_descending else self.name

    @property
    def column(self) -> str:
        return SORTS[self.name]

    @property
    def needs_analysis(self) -> bool:
        return self.column.startswith("measured__")


@dataclass(frozen=True, slots=True)
class Place:
    """The row that a page starts after (or, going back, ends before): its sort value and its id."""

    value: Any
    pk: int
    is_backwards: bool = False

    @classmethod
    def parse(cls, after: str, before: str) -> "Place | None":
        text = after or before
        if not text:
            return None
        try:
            value, pk = json.loads(text)
        except (ValueError, TypeError) as error:
            raise BadPlaceError(f"{text!r} is no place in a list of rollouts") from error
        if not isinstance(pk, int) or not isinstance(value, str | int | float | None) or isinstance(value, bool):
            raise BadPlaceError(f"{text!r} is no place in a list of rollouts")
        return cls(value, pk, is_backwards=not after)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as dictionaries of COLUMNS; `after` and `before` are where the next and the previous page start."""

    rows: list[dict[str, Any]]
    after: str | None
    before: str | None


def of_collection(collection: Collection, analysis: Analysis | None) -> QuerySet[Rollout]:
    """The rollouts of a collection, with the relation `measured` to their features in the analysis, if there is one."""
    return _measured(Rollout.objects.filter(collection=collection), [] if analysis is None else [analysis])


def of_project(project: Project, analyses: Sequence[Analysis]) -> QuerySet[Rollout]:
    """The rollouts of all collections of a project."""
    rollouts = Rollout.objects.filter(collection__project=project, collection__is_deleted=False)
    return _measured(rollouts, analyses)


def rollouts_among(ids: Iterable[int]) -> QuerySet[Rollout]:
    return Rollout.objects.filter(among("pk", ids))


def page(
    rollouts: QuerySet[Rollout],
    order: Order,
    place: Place | None = None,
    size: int = PAGE,
    matches: Matching | None = None,
    walk: Walk = WALK,
    ids: Sequence[int] | None = None,
    where: Q = EVERY,
    analyses: Sequence[int] = (),
) -> Page:
    """One page in the given order of those rollouts that match; undefined values come last in both directions.

    Two queries without `matches`, one for the keys of the page and one for its rows; with it a walk over more keys.
    `ids` are those that a frame has chosen among the rollouts, lowest first; None: all of them. `where` chooses by
    columns; it is a condition of its own because a filter on top of a filter would join features once more.
    `analyses` are those whose features are joined, where the rollouts are of several.
    """
    is_backwards = place is not None and place.is_backwards
    if ids is not None and matches is None and not where and order.column == "pk":
        keys = _slice(ids, order, place, size + 1)
    else:
        source = Among(rollouts, where, analyses)
        keys = _keys(source if ids is None else source.only(ids), order, place, size + 1, matches, walk)
    has_more, keys = len(keys) > size, keys[:size]
    if is_backwards:
        keys.reverse()
    is_first = place is None or (is_backwards and not has_more)
    is_last = not is_backwards and not has_more
    ends = [] if not keys else [_written(keys[-1], order), _written(keys[0], order)]
    return Page(
        rows_of(rollouts, [key.pk for key in keys]),
        ends[0] if ends and not is_last else None,
        ends[1] if ends and not is_first else None,
    )


def every_row(
    rollouts: QuerySet[Rollout],
    order: Order,
    size: int = EXPORT_PAGE,
    matches: Matching | None = None,
    ids: Sequence[int] | None = None,
    where: Q = EVERY,
    analyses: Sequence[int] = (),
) -> Iterator[dict[str, Any]]:
    """All rows in order, a page at a time, so that an export of a large list holds no query open."""
    place: Place | None = None
    while True:
        found = page(rollouts, order, place, size, matches, ids=ids, where=where, analyses=analyses)
        yield from found.rows
        if found.after is None:
            return
        place = Place.parse(found.after, "")


def count_matches(
    rollouts: QuerySet[Rollout], matches: Matching, most: int, walk: Walk = WALK, where: Q = EVERY
) -> tuple[int, bool]:
    """How many match among the first ones looked at, and whether there may be more."""
    n, walked, place = 0, 0, None
    while walked < walk.most:
        keys = _next_keys(Among(rollouts, where), Order(), place, walk.largest)
        n += len(matches.keep([key.pk for key in keys]))
        if n >= most or len(keys) < walk.largest:
            return min(n, most), n >= most
        place, walked = keys[-1], walked + walk.largest
    return n, True


def _keys(
    source: Among,
    order: Order,
    place: Place | None,
    n: int,
    matches: Matching | None,
    walk: Walk,
) -> list[Place]:
    """The first `n` places from here on (or, going back, before here) that match."""
    if matches is None or matches.ids is not None:
        return _next_keys(source if matches is None else source.only(matches.ids or ()), order, place, n)
    found: list[Place] = []
    walked, step = 0, walk.first
    while walked < walk.most:
        keys = _next_keys(source, order, place, step)
        kept = matches.keep([key.pk for key in keys])
        found += [key for key in keys if key.pk in kept]
        if len(found) >= n or len(keys) < step:
            return found[:n]
        place, walked, step = keys[-1], walked + step, min(2 * step, walk.largest)
    rest = source.only(matches.settled(source.rollouts))
    return [*found, *_next_keys(rest, order, place, n - len(found))]


def _slice(ids: Sequence[int], order: Order, place: Place | None, n: int) -> list[Place]:
    """The next of some ids, without a query."""
    is_backwards = place is not None and place.is_backwards
    if order.is_descending != is_backwards:
        end = len(ids) if place is None else bisect_left(ids, place.pk)
        found = ids[max(0, end - n) : end][::-1]
    else:
        start = 0 if place is None else bisect_right(ids, place.pk)
        found = ids[start : start + n]
    return [Place(None, pk, is_backwards) for pk in found]


def _next_keys(source: Among, order: Order, place: Place | None, n: int) -> list[Place]:
    """Rollouts whose value is defined, then those where it is not: each part can follow an index."""
    is_backwards = place is not None and place.is_backwards
    parts = [True, False] if order.needs_analysis else [True]
    found: list[Place] = []
    for is_defined in reversed(parts) if is_backwards else parts:
        if place is not None and _is_behind(is_defined, place, order):
            continue
        wanted = EVERY if len(parts) == 1 else Q(**{f"{order.column}__isnull": not is_defined})
        if place is not None and is_defined == _is_defined(place, order):
            wanted &= _beyond(order, place)
        arms = (
            source.arms(wanted)
            if is_defined and order.needs_analysis
            else [source.rollouts.filter(source.where & wanted)]
        )
        keys = _first(arms, order, is_backwards, is_defined, n - len(found))
        found += [Place(value if is_defined else None, pk, is_backwards) for value, pk in keys]
        if len(found) >= n:
            break
    return found


def _first(
    arms: Sequence[QuerySet[Rollout]], order: Order, is_backwards: bool, is_defined: bool, n: int
) -> Iterable[tuple[Any, int]]:
    """The first values and ids of all arms together, in order."""
    column = F(order.column if is_defined else "pk")
    ordered = [
        arm.order_by(*_ordering(order, is_backwards, is_defined)).annotate(value=column).values_list("value", "pk")[:n]
        for arm in arms
    ]
    if len(ordered) == 1:
        return ordered[0]
    is_down = order.is_descending != is_backwards
    by = [F("value").desc() if is_down else F("value").asc(), F("pk").desc() if is_backwards else F("pk").asc()]
    return ordered[0].union(*ordered[1:], all=True).order_by(*by)[:n]


def _is_defined(place: Place, order: Order) -> bool:
    return not order.needs_analysis or place.value is not None


def _is_behind(is_defined: bool, place: Place, order: Order) -> bool:
    """Whether a part lies wholly behind the place, as one walks."""
    return is_defined != _is_defined(place, order) and is_defined != place.is_backwards


def rows_of(rollouts: QuerySet[Rollout], ids: Sequence[int]) -> list[dict[str, Any]]:
    """The columns of these rollouts, in this order."""
    wanted = rollouts.filter(pk__in=ids).order_by()
    rows = {row["pk"]: row for row in wanted.values(*COLUMNS, question=Left("problem__question", 160))}
    return [rows[pk] for pk in ids if pk in rows]


def _measured(rollouts: QuerySet[Rollout], analyses: Sequence[Analysis]) -> QuerySet[Rollout]:
    of_these = Q(features__analysis__in=[analysis.pk for analysis in analyses] or [0])
    return rollouts.annotate(measured=FilteredRelation("features", condition=of_these))


def _ordering(order: Order, is_backwards: bool, is_defined: bool) -> list[OrderBy]:
    key = F("pk").desc() if is_backwards else F("pk").asc()
    if not is_defined:
        return [key]
    descending = order.is_descending != is_backwards
    if order.column == "pk":
        return [F("pk").desc() if descending else F("pk").asc()]
    return [F(order.column).desc() if descending else F(order.column).asc(), key]


def _beyond(order: Order, place: Place) -> Q:
    """What comes after the place among those like it, or before it when going back."""
    beyond = "lt" if order.is_descending != place.is_backwards else "gt"
    if order.column == "pk":
        return Q(**{f"pk__{beyond}": place.pk})
    ties = Q(pk__lt=place.pk) if place.is_backwards else Q(pk__gt=place.pk)
    if not _is_defined(place, order):
        return ties
    bound = Q(**{f"{order.column}__{beyond}e": place.value})  # says what an index can follow
    return bound & (Q(**{f"{order.column}__{beyond}": place.value}) | (Q(**{order.column: place.value}) & ties))


def _written(key: Place, order: Order) -> str:
    return json.dumps([None if order.column == "pk" else key.value, key.pk], ensure_ascii=False)
