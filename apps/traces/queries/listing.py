"""Lists of rollouts that page by key: each sort column in both directions, never an offset. Knows columns, no text.

A page is one query, whatever the number of rollouts; `Place` says where a page starts, written into addresses.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet
from django.db.models.functions import Left

from apps.accounts.models import Project
from apps.traces.models import Analysis, Collection, Rollout
from apps.traces.queries.keys import Among, Source
from apps.traces.queries.many import among
from apps.traces.queries.orders import Order, Place
from apps.traces.queries.search import Matching
from apps.traces.queries.walking import PATIENT, WALK, Walk, walk_keys

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


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as dictionaries of COLUMNS; `after` and `before` are where the next and the previous page start.

    `n_looked`: a search looked at so many rollouts for this page and then went no further; more may match after it or,
    if `is_backwards`, before it.
    """

    rows: list[dict[str, Any]]
    after: str | None
    before: str | None
    n_looked: int = 0
    is_backwards: bool = False


def of_collection(collection: Collection, analysis: Analysis | None) -> QuerySet[Rollout]:
    """The rollouts of a collection, with the relation `measured` to their features in the analysis, if there is one."""
    return _measured(Rollout.objects.filter(collection=collection), [] if analysis is None else [analysis])


def of_project(project: Project, analyses: Sequence[Analysis]) -> QuerySet[Rollout]:
    """The rollouts of all collections of a project."""
    rollouts = Rollout.objects.filter(collection__project=project, collection__is_deleted=False)
    return _measured(rollouts, analyses)


def of_collections(collections: Sequence[Collection], analyses: Sequence[Analysis]) -> QuerySet[Rollout]:
    """The rollouts of some collections."""
    return _measured(Rollout.objects.filter(collection__in=[each.pk for each in collections]), analyses)


def rollouts_among(ids: Iterable[int]) -> QuerySet[Rollout]:
    return Rollout.objects.filter(among("pk", ids))


def page(
    rollouts: QuerySet[Rollout],
    order: Order,
    place: Place | None = None,
    size: int = PAGE,
    matches: Matching | None = None,
    walk: Walk = WALK,
    source: Source | None = None,
) -> Page:
    """One page in the given order of those rollouts that match; undefined values come last in both directions.

    Two queries without `matches`, one for the keys of the page and one for its rows; with it a walk over more keys.
    `source` is what of the rollouts is chosen from; None: all of them, by their columns.
    """
    walked = walk_keys(Among(rollouts) if source is None else source, order, place, size + 1, matches, walk)
    has_more, keys = len(walked.keys) > size, walked.keys[:size]
    onward = keys[-1] if has_more else walked.stopped
    back = keys[0] if keys else place and place.turned(order)
    ends = [None if key is None else _written(key, order) for key in (onward, place and back)]
    is_backwards = place is not None and place.is_backwards
    if is_backwards:
        keys.reverse()
        ends.reverse()
    rows = rows_of(rollouts, [key.pk for key in keys])
    return Page(rows, ends[0], ends[1], 0 if has_more else walked.n_looked, is_backwards)


def every_row(
    rollouts: QuerySet[Rollout],
    order: Order,
    size: int = EXPORT_PAGE,
    matches: Matching | None = None,
    source: Source | None = None,
) -> Iterator[dict[str, Any]]:
    """All rows in order, a page at a time, so that an export of a large list holds no query open."""
    place: Place | None = None
    while True:
        found = page(rollouts, order, place, size, matches, PATIENT, source)
        yield from found.rows
        if found.after is None:
            return
        place = Place.parse(found.after, "")


def rows_of(rollouts: QuerySet[Rollout], ids: Sequence[int]) -> list[dict[str, Any]]:
    """The columns of these rollouts, in this order."""
    wanted = rollouts.filter(pk__in=ids).order_by()
    rows = {row["pk"]: row for row in wanted.values(*COLUMNS, question=Left("problem__question", 160))}
    return [rows[pk] for pk in ids if pk in rows]


def _measured(rollouts: QuerySet[Rollout], analyses: Sequence[Analysis]) -> QuerySet[Rollout]:
    of_these = Q(features__analysis__in=[analysis.pk for analysis in analyses] or [0])
    return rollouts.annotate(measured=FilteredRelation("features", condition=of_these))


def _written(key: Place, order: Order) -> str:
    return json.dumps([None if order.column == "pk" else key.value, key.pk], ensure_ascii=False)
