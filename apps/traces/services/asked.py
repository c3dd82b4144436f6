"""What an address asks of a list of rollouts, answered by columns, features and the search index together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from apps.traces.models import Analysis, Rollout
from apps.traces.queries import listing
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.listing import Order, Page, Place
from apps.traces.queries.search import Matching, matching
from apps.traces.services import measuring

COUNTED = 1_000
"""Matches of a text are counted no further, since each is looked at."""


class Count(NamedTuple):
    """How many rollouts; `is_bound`: at least so many."""

    n: int
    is_bound: bool = False


@dataclass
class Asked:
    """The rollouts that a list chooses from, the finished analyses that know them, and what is asked of them."""

    every: QuerySet[Rollout]
    analyses: Sequence[Analysis]
    filters: RolloutFilter
    order: Order

    @property
    def is_answerable(self) -> bool:
        return bool(self.analyses) or not (self.filters.needs_analysis or self.order.needs_analysis)

    @cached_property
    def chosen(self) -> QuerySet[Rollout]:
        """By everything but the text."""
        if not self.is_answerable:
            return self.every.none()
        part = self.filters.frame_only
        return listing.chosen(self.every, self.filters, measuring.matching_ids(self.analyses, part) if part else None)

    @cached_property
    def matches(self) -> Matching | None:
        """By the text, if one is asked for."""
        asking = self.filters.asking
        return None if asking is None else matching(asking, self.chosen)

    def page(self, place: Place | None) -> Page:
        return listing.page(self.chosen, self.order, place, matches=self.matches)

    def rows(self) -> Iterator[dict[str, Any]]:
        """All of it, in order, a page at a time."""
        return listing.every_row(self.chosen, self.order, matches=self.matches)

    @cached_property
    def count(self) -> Count:
        if self.matches is None:
            return Count(self.chosen.count() if self.filters else self.n_all)
        if self.matches.ids is not None:
            return Count(len(self.matches.ids))
        return Count(*listing.count_matches(self.chosen, self.matches, COUNTED))

    @cached_property
    def n_all(self) -> int:
        return self.every.count()

    def with_only(self, filters: RolloutFilter) -> "Asked":
        return Asked(self.every, self.analyses, filters, self.order)
