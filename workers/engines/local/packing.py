"""Which requests are computed together. Pure arithmetic over token counts."""

from collections.abc import Sequence
from typing import NamedTuple

Group = list[int]


class Need(NamedTuple):
    """Tokens of a request: of its prompt, and with all that it may generate."""

    prompt: int
    whole: int


class Budget(NamedTuple):
    """A batch has at most so many rows, and rows × the longest row's tokens stay within the tokens."""

    tokens: int
    rows: int


def longest_first(needs: Sequence[Need]) -> list[int]:
    """Positions by falling prompt length, so that neighbours need little padding; ties by position."""
    return sorted(range(len(needs)), key=lambda position: (-needs[position].prompt, position))


def n_joining(waiting: Sequence[Need], staying: Sequence[Need], budget: Budget) -> int:
    """How many of those waiting, in their order, may join the rows that stay; one at least if none stays."""
    widest = max((need.whole for need in staying), default=0)
    joined = 0
    for need in waiting:
        widest = max(widest, need.whole)
        n_rows = len(staying) + joined + 1
        if n_rows > budget.rows or n_rows * widest > budget.tokens:
            break
        joined += 1
    return joined if joined or staying else min(1, len(waiting))


def groups(sizes: Sequence[int], budget: int) -> list[Group]:
    """Neighbours together while their sizes sum to the budget at most; a larger one stands alone.

    >>> groups([3, 3, 3, 9, 1], 6)
    [[0, 1], [2], [3], [4]]
    """
    made: list[Group] = []
    total = 0
    for position, size in enumerate(sizes):
        if made and total + size <= budget:
            made[-1].append(position)
            total += size
        else:
            made.append([position])
            total = size
    return made


def n_shared(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two sequences have in common from the start."""
    low, high = 0, min(len(first), len(second))
    while low < high:  # slices compare at the speed of C
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
