"""What an address asks of a list of rollouts, answered by columns, features and the search index together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from apps.accounts.models import Project
from apps.traces.models import Analysis, Rollout
from apps.traces.queries import listing
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.keys import Among, Source
from apps.traces.queries.known import Known
from apps.traces.queries.listing import Page
from apps.traces.queries.orders import INDEXED, Order, Place
from apps.traces.queries.search import Matching, matching
from apps.traces.queries.standing import Standing, know_all, shown_analyses
from apps.traces.queries.walking import PATIENT, WALK, Walk, count_matches, walk_keys
from apps.traces.services import measuring
from apps.traces.services.known import ORDERED, known_of

COUNTED = 1_000
"""Many matches of a text are counted no further, since each is looked at."""
COUNT_WALK = Walk(most=2_000)
MOST_KEYS = 50_000
"""An order that no index follows is sorted anew for each lookup."""


class Count(NamedTuple):
    """How many rollouts; `is_bound`: at least so many."""

    n: int
    is_bound: bool = False


@dataclass
class Asked:
    """The rollouts that a list chooses from, the finished analyses that know them, and what is asked of them.

    `is_whole`: the analyses know every one of the rollouts, so that features may count and choose in place of columns.
    `is_of_one`: they are of one collection.
    """

    every: QuerySet[Rollout]
    analyses: Sequence[Analysis]
    filters: RolloutFilter
    order: Order
    is_whole: bool = False
    is_of_one: bool = False

    @property
    def is_answerable(self) -> bool:
        return bool(self.analyses) or not (self.filters.needs_analysis or self.order.needs_analysis)

    @cached_property
    def known(self) -> Known | None:
        """What is chosen, but for the text, by features in memory; None where columns are to choose."""
        if not (self.is_whole and self.analyses and self.is_answerable):
            return None
        return known_of(self.analyses, self.filters.without("q"))

    @cached_property
    def source(self) -> Source:
        """Rollouts with what columns and features choose, but for the text: from memory where a filter and an order
        together, or the order alone, would have the store read all of them."""
        is_common = self.order.name in INDEXED and not self.filters.without("q")
        if is_common or self.known is None or self.order.name not in ORDERED:
            return self._by_columns
        return self.known

    @cached_property
    def _by_columns(self) -> Among:
        if not self.is_answerable:
            return Among(self.every, Q(pk__in=[]))
        source = Among(self.every, self.filters.condition_of_rollouts(), [analysis.pk for analysis in self.analyses])
        part = self.filters.frame_only
        return source.only(measuring.matching_ids(self.analyses, part)) if part and self.analyses else source

    @cached_property
    def matches(self) -> Matching | None:
        """By the text, if one is asked for."""
        asking = self.filters.asking
        return None if asking is None else matching(asking, self.source)

    def page(self, place: Place | None) -> Page:
        return listing.page(self.every, self.order, place, matches=self.matches, walk=WALK, source=self.source)

    def rows(self) -> Iterator[dict[str, Any]]:
        """All of it, in order, a page at a time."""
        return listing.every_row(self.every, self.order, matches=self.matches, source=self.source)

    def id_batches(self, size: int) -> Iterator[list[int]]:
        """The ids of all of it, in order, so many at a time; they are looked up more and more at once."""
        place: Place | None = None
        step = size
        while True:
            keys = walk_keys(self.source, self.order, place, step, self.matches, PATIENT).keys
            for start in range(0, len(keys), size):
                yield [key.pk for key in keys[start : start + size]]
            if len(keys) < step:
                return
            place, step = keys[-1], min(2 * step, max(MOST_KEYS, size))

    @property
    def is_plain(self) -> bool:
        """Whether it is every rollout of one collection in the order of their ids, which an index follows."""
        return self.is_of_one and not self.filters and self.order == Order()

    @cached_property
    def count(self) -> Count:
        if self.matches is not None and self.matches.ids is not None:
            return Count(len(self.matches.ids))
        if self.matches is not None:
            return Count(*count_matches(self.source, self.matches, COUNTED, COUNT_WALK))
        if not self.filters:
            return Count(self.n_all)
        return Count(self._by_columns.count() if self.known is None else self.known.n)

    @cached_property
    def n_all(self) -> int:
        """As the analyses have counted them, where they know every one: counting rows takes time with their number."""
        known = [analysis.n_total for analysis in self.analyses]
        return sum(known) if self.is_whole and known and all(known) else self.every.count()

    def with_only(self, filters: RolloutFilter) -> "Asked":
        return Asked(self.every, self.analyses, filters, self.order, self.is_whole, self.is_of_one)


def asked_of_collection(standing: Standing, given: Mapping[str, str]) -> Asked:
    """What the parameters of an address ask of a collection's rollouts. Raises BadFilterError, BadPlaceError."""
    analyses = [standing.shown] if standing.shown else []
    every = listing.of_collection(standing.collection, standing.shown)
    return Asked(every, analyses, _filter_in(given), Order.parse(given.get("sort", "")), standing.is_whole, True)


def asked_of_project(project: Project, given: Mapping[str, str]) -> Asked:
    """What they ask of the rollouts of all its collections."""
    filters, collections = _filter_in(given), list(collections_of(project))
    analyses = shown_analyses(collections, filters.extractor)
    is_whole = not filters.extractor and know_all(analyses, collections)
    every = listing.of_project(project, analyses)
    return Asked(every, analyses, filters, Order.parse(given.get("sort", "")), is_whole)


def _filter_in(given: Mapping[str, str]) -> RolloutFilter:
    return RolloutFilter.parse(given, with_text=True)
