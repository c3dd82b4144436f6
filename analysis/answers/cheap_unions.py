r"""Unions of intervals, and when two are the same: written as rising parts that do not touch, a set has one writing.

Reads ends that are whole numbers, fractions or infinite only, so that nothing is rounded.
"""

from fractions import Fraction
from itertools import pairwise
from math import inf

from analysis.answers.cheap_sequences import Equal, ReadItem, all_of
from analysis.answers.cheap_values import Infinity, Number, Sequence, Union, Value

SIGNS = (r"\cup", "∪")
INTERVALS = frozenset(["()", "[]", "(]", "[)"])
MAX_PARTS = 8


def read_union(text: str, read_part: ReadItem) -> Union | None:
    r"""The union that a normalised text is; None for anything but intervals that rise and do not touch.

    >>> from analysis.answers.cheap import read
    >>> len(read_union(r"(-\infty, 1) \cup [2, 3)", read).parts), read_union(r"(1, 2) \cup (2, 3)", read)
    (2, None)
    """
    written = text.replace(SIGNS[1], SIGNS[0]).split(SIGNS[0])
    if not 2 <= len(written) <= MAX_PARTS:
        return None
    parts = [read_part(part.strip()) for part in written]
    known = tuple(part for part in parts if isinstance(part, Sequence) and part.brackets in INTERVALS)
    if len(known) < len(parts):
        return None
    ends = [_end(item) for part in known for item in part.items]
    rises = len(ends) == 2 * len(known) and None not in ends
    return Union(known) if rises and all(a is not None and b is not None and a < b for a, b in pairwise(ends)) else None


def equal_unions(gold: Value, answer: Value, equal: Equal) -> bool | None:
    r"""Whether two values of which one is a union are the same; it is no number, and no single interval.

    >>> from analysis.answers.cheap import equal_values, read
    >>> union = read(r"(-\infty, 1) \cup [2, 3)")
    >>> [equal_unions(union, read(text), equal_values) for text in (r"(-\infty, 1) \cup [4/2, 3)", "(1, 3)", "2")]
    [True, False, False]
    """
    if isinstance(gold, Union) and isinstance(answer, Union):
        same_kind = [part.brackets for part in gold.parts] == [part.brackets for part in answer.parts]
        items = ([item for part in each.parts for item in part.items] for each in (gold, answer))
        return same_kind and all_of(equal(a, b) for a, b in zip(*items, strict=True))
    other = answer if isinstance(gold, Union) else gold
    is_interval = isinstance(other, Sequence) and other.brackets in INTERVALS and len(other.items) == 2
    return False if is_interval or isinstance(other, Number) else None


def _end(item: Value) -> Fraction | float | None:
    if isinstance(item, Infinity):
        return -inf if item.negative else inf
    plain = isinstance(item, Number) and not (item.decimal or item.percent or item.unit)
    return item.value if plain and isinstance(item, Number) else None
