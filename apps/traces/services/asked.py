"""What an address asks of a list of rollouts, answered by columns, features and the search index together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from apps.traces.models import Analysis, Rollout
from apps.traces.queries import listing
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.listing import Order, Page, Place, Walk
from apps.traces.queries.many import among
from apps.traces.queries.search import Matching, matching
from apps.traces.services import measuring

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
    def where(self) -> Q:
        """By what columns know."""
        if not self.is_answerable:
            return Q(pk__in=[])
        return Q() if self.ids is not None and self.is_whole else self.filters.condition_of_rollouts()

    @cached_property
    def ids(self) -> list[int] | None:
        """By what only features know, lowest first; None if nothing of that kind is asked."""
        part = self.filters.frame_only
        if not part or not self.analyses:
            return None
        return sorted(measuring.matching_ids(self.analyses, self.filters.without("q") if self.is_whole else part))

    @cached_property
    def matches(self) -> Matching | None:
        """By the text, if one is asked for."""
        asking = self.filters.asking
        return None if asking is None else matching(asking, self._chosen)

    def page(self, place: Place | None) -> Page:
        return listing.page(
            self.every, self.order, place, matches=self.matches, ids=self.ids, where=self.where, analyses=self._keys
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """All of it, in order, a page at a time."""
        return listing.every_row(
            self.every, self.order, matches=self.matches, ids=self.ids, where=self.where, analyses=self._keys
        )

    @cached_property
    def count(self) -> Count:
        if self.matches is not None and self.matches.ids is not None:
            return Count(len(self.matches.ids))
        if self.matches is not None:
            return Count(*listing.count_matches(self._by_ids, self.matches, COUNTED, COUNT_WALK, self.where))
        if not self.filters:
            return Count(self.n_all)
        if self.is_whole and self.is_answerable:
            return Count(measuring.count_of(self.analyses, self.filters))
        return Count(self._chosen.count())

    @cached_property
    def n_all(self) -> int:
        """As the analyses have counted them, where they know every one: counting rows takes time with their number."""
        known = [analysis.n_total for analysis in self.analyses]
        return sum(known) if self.is_whole and known and all(known) else self.every.count()

    def with_only(self, filters: RolloutFilter) -> "Asked":
        return Asked(self.every, self.analyses, filters, self.order, self.is_whole)

    @property
    def _keys(self) -> list[int]:
        return [analysis.pk for analysis in self.analyses]

    @property
    def _by_ids(self) -> QuerySet[Rollout]:
        return self.every if self.ids is None else self.every.filter(among("pk", self.ids))

    @property
    def _chosen(self) -> QuerySet[Rollout]:
        return self._by_ids.filter(self.where)
