"""How often the samples of a problem are right, and the bands of difficulty of ReLIFT.

Easy from .75, medium from .375, hard from .125 up, hardest 0: the paper has eighths, so its .625 and .25 are the last
values below the next band. A share between 0 and .125 (more than eight samples) is hard here. Source: ReLIFT (arXiv
2506.07527).
"""

from analysis.training.traces import Group

BANDS = ("easy", "medium", "hard", "hardest")


def find_pass_rate(group: Group) -> tuple[float, int] | None:
    """Share of graded traces that are right, and how many are graded; None where none is.

    Answers that could not be read, refusals and missing ones are not right; errors and problems without a gold do not
    count.
    """
    graded = [trace for trace in group if trace.is_graded]
    return (sum(trace.is_right for trace in graded) / len(graded), len(graded)) if graded else None


def band_of(pass_rate: float) -> str:
    """The band of a pass rate.

    >>> [band_of(rate) for rate in (1.0, 0.75, 0.625, 0.375, 0.25, 0.125, 0.0)]
    ['easy', 'easy', 'medium', 'medium', 'hard', 'hard', 'hardest']
    """
    if pass_rate == 0:
        return "hardest"
    return "easy" if pass_rate >= 0.75 else "medium" if pass_rate >= 0.375 else "hard"
