"""A search over all collections of a project: how many rollouts of each match, at least, and the first of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from apps.accounts.models import Project
from apps.traces.models import Collection
from apps.traces.queries import listing
from apps.traces.queries.asking import Asking
from apps.traces.queries.collections import collections_of
from apps.traces.queries.keys import Among
from apps.traces.queries.orders import Order
from apps.traces.queries.search import Matching, matching
from apps.traces.queries.walking import Walk, count_matches
from apps.traces.services.asked import COUNTED, Count

SHOWN = 3
GROUPS = 10
EXAMINED = 40
WALK = Walk(most=2000)


@dataclass(frozen=True, slots=True)
class Group:
    """A collection that holds matches: how many, and the rows of the first ones.

    `n_looked`: so many of its rollouts were looked at, and whether more match was not; there may be no match at all.
    """

    collection: Collection
    count: Count
    rows: Sequence[dict[str, Any]]
    n_looked: int = 0


@dataclass(frozen=True, slots=True)
class Groups:
    """Newest collection first; `more` is the key that the next page starts before, None on the last."""

    groups: Sequence[Group]
    more: int | None


def search(project: Project, asking: Asking, before: int | None = None) -> Groups:
    """The first collections (before a key) with matches."""
    found = matching(asking, Among(listing.of_project(project, [])))
    collections = collections_of(project) if before is None else collections_of(project).filter(pk__lt=before)
    if found.ids is not None:
        holding = list(_holding(found.ids, collections))
        more = holding[GROUPS - 1].collection.pk if len(holding) > GROUPS else None
        return Groups(holding[:GROUPS], more)
    return _walked(found, collections)


def _holding(ids: set[int], collections: Iterable[Collection]) -> Iterator[Group]:
    """All matches are known: those of each collection."""
    by_collection: dict[int, list[int]] = {}
    for key, pk in listing.rollouts_among(ids).order_by("pk").values_list("collection_id", "pk"):
        by_collection.setdefault(key, []).append(pk)
    wanted = (each for each in collections if each.pk in by_collection)
    for collection in islice(wanted, GROUPS + 1):
        mine = by_collection[collection.pk]
        rows = listing.rows_of(listing.of_collection(collection, None), mine[:SHOWN])
        yield Group(collection, Count(len(mine)), rows)


def _walked(found: Matching, collections: Any) -> Groups:
    """Matches are many: each collection is asked for its first ones, and counted as far as a page may take."""
    groups: list[Group] = []
    examined = list(collections[: EXAMINED + 1])
    for number, collection in enumerate(examined[:EXAMINED]):
        every = listing.of_collection(collection, None)
        page = listing.page(every, Order(), None, SHOWN, found, WALK)
        if page.rows or page.n_looked:
            count = Count(*count_matches(Among(every), found, COUNTED, WALK))
            groups.append(Group(collection, count, page.rows, page.n_looked))
        if len(groups) == GROUPS and number + 1 < len(examined):
            return Groups(groups, collection.pk)
    return Groups(groups, examined[EXAMINED - 1].pk if len(examined) > EXAMINED else None)
