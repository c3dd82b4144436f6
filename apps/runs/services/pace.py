"""How fast a run goes: points [seconds, units, tokens] kept thin, and what they say. Knows no row and no clock."""

from collections.abc import Sequence
from typing import NamedTuple

STEP_SECONDS = 2.0
MOST_POINTS = 300
RECENT_SECONDS = 60.0
LEFT_SECONDS = 300.0

Points = Sequence[Sequence[float]]


class Pace(NamedTuple):
    """Tokens a second lately, units a second over the last minutes; None where nothing can be told yet."""

    tokens_a_second: float | None
    units_a_second: float | None


def with_point(points: Points, seconds: float, n_units: int, n_tokens: int) -> list[list[float]]:
    """The points with one more; the last is replaced while it is less than a step after the one before it, and every
    other goes when there are many.

    >>> with_point([[0.0, 0, 0], [1.0, 5, 50]], 1.5, 6, 60)
    [[0.0, 0, 0], [1.5, 6, 60]]
    >>> with_point([[0.0, 0, 0], [2.0, 5, 50]], 2.1, 6, 60)
    [[0.0, 0, 0], [2.0, 5, 50], [2.1, 6, 60]]
    """
    kept = [list(point) for point in points] or [[0.0, 0, 0]]
    if len(kept) > 1 and kept[-1][0] - kept[-2][0] < _step(kept):
        kept.pop()
    kept.append([round(max(seconds, kept[-1][0]), 2), n_units, n_tokens])
    return kept if len(kept) <= MOST_POINTS else [*kept[:-1:2], kept[-1]]


def _step(points: Points) -> float:
    """Points stand further apart the longer a run takes, so that thinning stays rare."""
    return max(STEP_SECONDS, points[-1][0] / MOST_POINTS)


def pace_of(points: Points) -> Pace:
    """From the last points; of a run that has stood still they are the last in which it went.

    >>> pace_of([[0, 0, 0], [10, 5, 100], [20, 10, 300]])
    Pace(tokens_a_second=15.0, units_a_second=0.5)
    """
    return Pace(_rate(points, RECENT_SECONDS, 2), _rate(points, LEFT_SECONDS, 1))


def _rate(points: Points, seconds: float, column: int) -> float | None:
    if len(points) < 2:
        return None
    last = points[-1]
    first = next(point for point in points if point[0] >= last[0] - seconds)
    if first is last:
        first = points[-2]
    passed = last[0] - first[0]
    return (last[column] - first[column]) / passed if passed > 0 else None
