"""Figures of a sitting from the scores of its rollouts. Undefined is None with a reason. Knows no task."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from analysis.psychometrics.tasks.task import Figure

Scores = Sequence[Mapping[str, float]]
"""The scores of a sitting's rollouts, one mapping each; a figure that could not be read is not in it."""
NOTHING_GIVEN = "nothing was given"
NOTHING_READ = "no reply could be read"


def mean_figure(name: str, scores: Scores, score: str = "") -> Figure:
    """The mean of one score over the rollouts that have it; those without it are counted as unread.

    >>> mean_figure("risk", [{"cards": 4.0}, {"cards": 1.0}, {}], "cards")
    Figure(name='risk', value=2.5, n=2, n_unread=1, reason='')
    >>> mean_figure("risk", [{}], "cards")
    Figure(name='risk', value=None, n=0, n_unread=1, reason='no reply could be read')
    """
    read = [each[score or name] for each in scores if (score or name) in each]
    if not read:
        return nothing(name, len(scores))
    return Figure(name, fmean(read), len(read), len(scores) - len(read))


def nothing(name: str, n_unread: int) -> Figure:
    """The figure of a sitting in which nothing could be read, or nothing was given."""
    return Figure(name, None, 0, n_unread, NOTHING_READ if n_unread else NOTHING_GIVEN)
