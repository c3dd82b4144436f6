"""Whether traits go with behaviour the way they do in people: signs against expected signs. Knows no trait by name.

Source: the alignment score of The Personality Illusion (arXiv 2509.03730). It moves by up to 26 points with the model
that gave the signs (joint or one by one), so it is shown with both, with Wilson's interval and with what a coin would
give.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scipy import stats

from analysis.intervals import Interval, wilson


class Alignment(NamedTuple):
    """`n_same` of `n` testable signs are the expected ones; `chance` holds 95 % of what coins give."""

    n_same: int
    n: int
    share: float | None
    interval: Interval | None
    chance: Interval | None


def alignment(signs: Sequence[float | None], expected: Sequence[int]) -> Alignment:
    """Compare coefficients (None or 0: no sign) with expected directions (1, -1, or 0 where none is expected).

    >>> found = alignment([0.3, -0.2, None, 1.0], [1, 1, 1, 0])
    >>> found.n_same, found.n, round(found.share, 2), [round(end, 2) for end in found.interval]
    (1, 2, 0.5, [0.09, 0.91])
    """
    tested = [(sign, wanted) for sign, wanted in zip(signs, expected, strict=True) if sign and wanted]
    n = len(tested)
    if not n:
        return Alignment(0, 0, None, None, None)
    n_same = sum((sign > 0) == (wanted > 0) for sign, wanted in tested)
    chance = Interval(*(float(stats.binom.ppf(q, n, 0.5)) / n for q in (0.025, 0.975)))
    return Alignment(n_same, n, n_same / n, wilson(n_same / n, n), chance)
