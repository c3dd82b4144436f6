"""Draws from a seed by hashing, so that every machine and every version draws the same. Knows no task."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def drawn(low: int, high: int, *place: object) -> int:
    """A whole number from `low` to `high` (both possible), decided by the place alone.

    >>> drawn(1, 6, 0, "die"), {drawn(1, 6, seed, "die") for seed in range(100)} == {1, 2, 3, 4, 5, 6}
    (1, True)
    """
    return low + _digest(place) % (high - low + 1)


def shuffled(items: Sequence[T], *place: object) -> list[T]:
    """The items in an order that the place alone decides.

    >>> shuffled("abcd", 0), shuffled("abcd", 1)
    (['b', 'c', 'a', 'd'], ['c', 'd', 'b', 'a'])
    """
    numbers = sorted(range(len(items)), key=lambda number: (_digest((*place, number)), number))
    return [items[number] for number in numbers]


def _digest(place: Sequence[object]) -> int:
    words = "\x1f".join(map(str, place))
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:8])
