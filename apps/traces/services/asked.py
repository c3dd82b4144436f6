"""What an address asks of a list of rollouts, answered by columns, features and the search index together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from apps.traces.models import Analysis, Rollout
from apps.traces.queries import listing
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.keys import Among, Source
from apps.traces.queries.known import Known
from apps.traces.queries.listing import Page
from apps.traces.queries.orders import INDEXED, Order, Place
from apps.traces.queries.search import Matching, matching
from apps.traces.queries.walking import WALK, Walk, count_matches
from apps.traces.services import measuring
from apps.traces.services.known import ORDERED, known_of

COUNTED = 1_000
"""Many matches of a text are counted no further, since each is looked at."""
COUNT_WALK = Walk(most=2_000)


class Count(NamedTuple):
    """How many rollouts; `is_bound`: at least so many."""

    n: int
    is_bound: bool = False


@dataclass
class Asked:
    """The rollouts that a list chooses from, the finished analyses that know them, and what is asked of them.

    `is_whole`: the analyses know every one of the rollouts, so that features may count and choose in place of columns.
    """

    every: QuerySet[Rollout]
    analyses: Sequence[Analysis]
    filters: RolloutFilter
    order: Order
    is_whole: bool = False

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
        return Asked(self.every, self.analyses, filters, self.order, self.is_whole)
