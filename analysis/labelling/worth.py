"""What suggestions are worth: shares of events that hang together within rollouts, with an interval. Knows no label."""

from collections.abc import Sequence
from typing import NamedTuple

from analysis.intervals import effective_n, wilson

NOTHING = "nothing to count"


class Of(NamedTuple):
    """In one rollout `k` of `n`."""

    k: int
    n: int


class Share(NamedTuple):
    """`value` with a 95 % interval, or `reason` why there is none."""

    value: float | None
    low: float | None
    high: float | None
    k: int
    n: int
    n_rollouts: int
    reason: str = ""


def share_of(rollouts: Sequence[Of]) -> Share:
    """Σk / Σn with Wilson's interval on the number of trials that would vary as much if they were independent.

    The variance is that of a ratio over rollouts, r/(r − 1) · Σ(k − p·n)² / (Σn)² (Cochran 1977, section 9.4); events
    of one rollout hang together. One rollout alone has no such variance: it counts once.

    >>> share_of([Of(3, 4), Of(1, 4), Of(2, 2)])[:6]                             # doctest: +ELLIPSIS
    (0.6, 0.2..., 0.8..., 6, 10, 3)
    >>> share_of([Of(0, 0)]).reason
    'nothing to count'
    """
    counted = [each for each in rollouts if each.n]
    k, n, r = sum(each.k for each in counted), sum(each.n for each in counted), len(counted)
    if not n:
        return Share(None, None, None, 0, 0, 0, NOTHING)
    p = k / n
    variance = r / (r - 1) * sum((each.k - p * each.n) ** 2 for each in counted) / n**2 if r > 1 else 0.0
    low, high = wilson(p, effective_n(p, variance, n, r))
    return Share(p, low, high, k, n, r)
