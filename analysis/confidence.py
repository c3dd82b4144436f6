"""Stated confidences, on a scale that nobody wrote down, as shares in [0, 1]: which are read, and why others are not.

Knows no measure and no text: the number as it was stated is given. What cannot be read is counted, never guessed.
Own rule; on how models state confidence see arXiv 2504.06564, appendix A (0-100 % and 0-1 prompts).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.resampling import Floats, Ints

SCALES = {"share": 1.0, "ten": 10.0, "percent": 100.0}
MOST_ON_TEN = 0.9
"""At least this share of the numbers above 0 and up to 100 must be at most 10 for a scale of ten."""
ABSENT, READ, UNREAD, OUTSIDE = range(4)
STATUSES = ("absent", "read", "unread", "outside")


class Read(NamedTuple):
    """`share` is in [0, 1] where `status` is READ, else 0; `scale` is the place in SCALES that it was read on.

    ABSENT: none was stated. UNREAD: one was stated that is no number. OUTSIDE: a number that is not on the scale.
    """

    share: Floats
    status: NDArray[np.int8]
    scale: NDArray[np.int8]

    @property
    def is_read(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.status == READ
        return found


def read(stated: Floats, unread: NDArray[np.bool_], groups: Ints, scale: str = "auto") -> Read:
    """Stated numbers (nan: none) as shares; `auto` finds one scale for each of the `groups` (codes from 0).

    A group is what one model said to one prompt. Numbers below 0 or above the scale's end are outside and never used.

    >>> found = read(np.array([0.95, 1.0, 362880, -1, np.nan]), np.array([False] * 5), np.zeros(5, dtype=np.int64))
    >>> found.share.tolist(), [STATUSES[s] for s in found.status]
    ([0.95, 1.0, 0.0, 0.0, 0.0], ['read', 'read', 'outside', 'outside', 'absent'])
    """
    if scale == "auto":
        of_group = found_scales(stated, groups)
        on = of_group[groups] if len(groups) else np.zeros(0, dtype=np.int8)
    else:
        on = np.full(len(stated), list(SCALES).index(scale), dtype=np.int8)
    top = np.array(list(SCALES.values()))[on]
    is_given = ~np.isnan(stated)
    number = np.where(is_given, stated, 0.0)
    fits = is_given & (number >= 0) & (number <= top)
    if scale == "auto":
        fits &= ~((top > 1) & (number > 0) & (number < 1))
    status = np.where(fits, READ, np.where(is_given, OUTSIDE, np.where(unread, UNREAD, ABSENT)))
    return Read(np.where(fits, number / top, 0.0), status.astype(np.int8), on)


def found_scales(stated: Floats, groups: Ints) -> NDArray[np.int8]:
    """The scale of each group, as its place in SCALES, by its numbers above 0 and up to 100.

    Share, if at least half of them are at most 1 (or there is none); else of ten, if at least nine in ten are at
    most 10; else per cent. With `auto` a number between 0 and 1 on a scale of ten or a hundred is outside: it may be a
    share.

    >>> stated = np.array([0.5, 1, 7, 8, 9, 10, 80, 95, 5, 9])
    >>> [list(SCALES)[k] for k in found_scales(stated, np.array([0, 0, 1, 1, 1, 1, 2, 2, 2, 2]))]
    ['share', 'ten', 'percent']
    """
    n_groups = int(groups.max(initial=-1)) + 1
    with np.errstate(invalid="ignore"):
        possible = (stated > 0) & (stated <= 100)
        n, on_one, on_ten = (_counts(groups, possible & (stated <= top), n_groups) for top in (100, 1, 10))
    is_share, is_ten = 2 * on_one >= n, on_ten >= MOST_ON_TEN * n
    return np.where(is_share, 0, np.where(is_ten, 1, 2)).astype(np.int8)


def _counts(groups: Ints, chosen: NDArray[np.bool_], n_groups: int) -> Ints:
    return np.bincount(groups[chosen], minlength=n_groups)
