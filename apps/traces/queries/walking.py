"""A walk through a list for rollouts whose texts match: bounded, and it says where it stopped. Knows keys, no columns.

Common matches are found by looking at rollouts in the order of the list; what a bounded walk does not find is looked
up whole, where the index can say it soon; else the walk ends there and the list goes on from that place.
"""

from typing import NamedTuple

from apps.traces.queries.keys import Source
from apps.traces.queries.orders import Order, Place
from apps.traces.queries.search import Matching


class Walk(NamedTuple):
    """Looks at `first` rollouts, then at twice as many, up to `largest`; at no more than `most`, None: at all."""

    first: int = 100
    largest: int = 2000
    most: int | None = 4000


WALK = Walk()
PATIENT = Walk(most=None)


class Walked(NamedTuple):
    """Places that match; `stopped` is the last one looked at and `n_looked` how many were, where more may match."""

    keys: list[Place]
    stopped: Place | None = None
    n_looked: int = 0


def walk_keys(
    source: Source, order: Order, place: Place | None, n: int, matches: Matching | None, walk: Walk = WALK
) -> Walked:
    """The first `n` places from here on (or, going back, before here) that match."""
    if matches is None or matches.ids is not None:
        chosen = source if matches is None else source.only(matches.ids or ())
        return Walked(chosen.keys(order, place, n))
    found = _walked(source, order, place, n, matches, walk)
    narrower = matches.narrowed(source) if found.stopped else None
    if narrower is None:
        return found
    more = _walked(narrower, order, found.stopped, n - len(found.keys), matches, walk)
    return Walked([*found.keys, *more.keys], more.stopped, found.n_looked + more.n_looked if more.stopped else 0)


def _walked(source: Source, order: Order, place: Place | None, n: int, matches: Matching, walk: Walk) -> Walked:
    found: list[Place] = []
    n_looked, step = 0, walk.first
    while walk.most is None or n_looked < walk.most:
        keys = source.keys(order, place, step)
        kept = matches.keep(key.pk for key in keys)
        found += [key for key in keys if key.pk in kept]
        if len(found) >= n or len(keys) < step:
            return Walked(found[:n])
        place, n_looked, step = keys[-1], n_looked + step, min(2 * step, walk.largest)
    return Walked(found, place, n_looked)


def count_matches(source: Source, matches: Matching, most: int, walk: Walk = WALK) -> tuple[int, bool]:
    """How many match among the first ones looked at, and whether there may be more."""
    n, walked, place = 0, 0, None
    while walk.most is None or walked < walk.most:
        keys = source.keys(Order(), place, walk.largest)
        n += len(matches.keep(key.pk for key in keys))
        if n >= most or len(keys) < walk.largest:
            return min(n, most), n >= most
        place, walked = keys[-1], walked + walk.largest
    return n, True
