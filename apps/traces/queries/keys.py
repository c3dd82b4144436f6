"""The keys of a page by SQL: each sort column in both directions, never an offset. Knows columns, no text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, Protocol

from django.db import connection
from django.db.models import F, OrderBy, Q, QuerySet

from apps.traces.models import Rollout
from apps.traces.queries.many import among
from apps.traces.queries.orders import Order, Place

EVERY = Q()
MOST_ARMS = 50
"""A sort over more analyses than this is left to the database as a whole."""


class Source(Protocol):
    """What a list chooses from."""

    def keys(self, order: Order, place: Place | None, n: int) -> list[Place]:
        """The first `n` places from here on or, going back, before here; undefined values are last."""

    def only(self, ids: Iterable[int]) -> "Source":
        """Those of the ids that are in the source."""

    def ids_among(self, ids: Iterable[int]) -> set[int]:
        """Which of the ids are in the source."""


@dataclass(frozen=True, slots=True)
class Among:
    """What keys are chosen from: rollouts, a condition by columns, and the analyses whose features are joined.

    `where` is a condition of its own because a filter on top of a filter would join features once more; `analyses` are
    those whose features are joined, where the rollouts are of several.
    """

    rollouts: QuerySet[Rollout]
    where: Q = EVERY
    analyses: Sequence[int] = ()

    def only(self, ids: Iterable[int]) -> "Among":
        return replace(self, rollouts=self.rollouts.filter(among("pk", ids)))

    def ids_among(self, ids: Iterable[int]) -> set[int]:
        chosen = self.rollouts.filter(self.where & among("pk", ids))
        return set(chosen.order_by().values_list("pk", flat=True))

    def count(self) -> int:
        return self.rollouts.filter(self.where).count()

    def keys(self, order: Order, place: Place | None, n: int) -> list[Place]:
        """Rollouts whose value is defined, then those where it is not: each part can follow an index."""
        is_backwards = place is not None and place.is_backwards
        parts = [True, False] if order.needs_analysis else [True]
        found: list[Place] = []
        for is_defined in reversed(parts) if is_backwards else parts:
            if place is not None and _is_behind(is_defined, place, order):
                continue
            arms = self._arms(self._part(order, place, is_defined), order, is_defined)
            keys = _first(arms, order, is_backwards, is_defined, n - len(found))
            found += [Place(value if is_defined else None, pk, is_backwards) for value, pk in keys]
            if len(found) >= n:
                break
        return found

    def _part(self, order: Order, place: Place | None, is_defined: bool) -> Q:
        wanted = Q(**{f"{order.column}__isnull": not is_defined}) if order.needs_analysis else EVERY
        if place is not None and is_defined == _is_defined(place, order):
            wanted &= _beyond(order, place)
        return self.where & wanted

    def _arms(self, wanted: Q, order: Order, is_defined: bool) -> list[QuerySet[Rollout]]:
        """The rollouts that are wanted, in one query or, where features order them, in one for each analysis, which
        an index of features can follow."""
        is_by_features = is_defined and order.needs_analysis
        if not is_by_features or not 1 < len(self.analyses) <= MOST_ARMS:
            return [self.rollouts.filter(wanted)]
        return [self.rollouts.filter(wanted & Q(measured__analysis=pk)) for pk in self.analyses]


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
    if not connection.features.supports_slicing_ordering_in_compound:
        return _merged(ordered, is_down, is_backwards)[:n]
    by = [F("value").desc() if is_down else F("value").asc(), F("pk").desc() if is_backwards else F("pk").asc()]
    return ordered[0].union(*ordered[1:], all=True).order_by(*by)[:n]


def _merged(arms: Iterable[Iterable[tuple[Any, int]]], is_down: bool, is_backwards: bool) -> list[tuple[Any, int]]:
    """For a database that can neither order nor limit the arms of a union: each is asked for by itself."""
    rows = sorted((row for arm in arms for row in arm), key=itemgetter(1), reverse=is_backwards)
    return sorted(rows, key=itemgetter(0), reverse=is_down)


def _is_defined(place: Place, order: Order) -> bool:
    return not order.needs_analysis or place.value is not None


def _is_behind(is_defined: bool, place: Place, order: Order) -> bool:
    """Whether a part lies wholly behind the place, as one walks."""
    return is_defined != _is_defined(place, order) and is_defined != place.is_backwards


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
