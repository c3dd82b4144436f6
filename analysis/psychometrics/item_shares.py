"""A share over items, which are what answers have in common: its interval is over items. Knows no answer.

Source: Korn and Graubard (1998), Survey Methodology 24, 193-201, for the effective number of trials; Wilson (1927).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import effective_n, t_value, wilson, z_value

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Portion(NamedTuple):
    """A share of `n` trials with its 95 % interval over `n_items` items (or models: what trials have in common), or why
    there is none."""

    estimate: float | None
    low: float | None
    high: float | None
    n: int
    n_items: int
    reason: str = ""


def portion(events: Floats, strata: Ints, items: Ints) -> Portion:
    """The mean over strata of the share of events, with Wilson's interval on as many trials as items allow for.

    `events` has shape (n,) and holds 0 and 1, `strata` and `items` are codes of the same shape. Answers to one item go
    together whatever the stratum, so the variance is that between items, and the number of trials is reduced by it and
    by Student's quantile for so few items. One item: no interval.

    >>> found = portion(np.array([1.0, 0, 0, 0]), np.zeros(4, int), np.arange(4))
    >>> found.estimate, round(found.low, 3), round(found.high, 3)
    (0.25, 0.016, 0.869)
    """
    n, n_items = len(events), len(np.unique(items))
    if not n:
        return Portion(None, None, None, 0, 0, "nothing to compare")
    sizes = np.bincount(strata)
    share_of = np.bincount(strata, events) / np.maximum(sizes, 1)
    share = float(share_of[sizes > 0].mean())
    if n_items < 2:
        return Portion(share, None, None, n, n_items, "one item: no interval over items")
    weights = 1 / (sizes[strata] * (sizes > 0).sum())
    moved = np.bincount(items, weights * (events - share_of[strata]))
    variance = float((moved**2).sum() * n_items / (n_items - 1))
    trials = effective_n(share, variance, n, n_items) * (z_value() / t_value(n_items - 1)) ** 2
    low, high = wilson(min(max(share, 0.0), 1.0), trials)
    return Portion(share, low, high, n, n_items)
