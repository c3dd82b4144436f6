"""How hard problems are for a model, by how many samples are right: ReLIFT's bands and the queue of the unsolved.

Knows no text. ReLIFT (arXiv 2506.07527) names bands for eight samples, whose accuracies are multiples of 1/8; for other
numbers the space between its bands is given to one of them or kept apart, as the setting `between` says.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.measures.base import TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.sets import Sets, sets_of
from analysis.measures.statistics import Estimate, Known, Mean, Share, Statistic
from analysis.resampling import Floats, Ints

BANDS = {"easy": (0.75, 1.0), "medium": (0.375, 0.625), "hard": (0.125, 0.25), "hardest": (0.0, 0.0)}
"""ReLIFT's bands: the lowest and the highest accuracy of each, both inside."""
BETWEEN_BANDS = "between"
A_COUNT = "a count: no interval"
BETWEEN = Setting(
    "between",
    "An accuracy between two bands (not of eight samples)",
    "nearest",
    (
        ("nearest", "joins the nearer band; any right sample keeps a problem out of the hardest"),
        ("apart", "is in a band of its own"),
    ),
)
LEAST = Setting("least_samples", "Fewest samples of a problem that has a band", "2", low=1, high=64, whole=True)


def band_of(accuracy: Floats, between: str = "nearest") -> Ints:
    """The place of each accuracy's band in BANDS; len(BANDS) where it lies between two and between is "apart".

    Nearest: easy from 11/16, medium from 5/16, hard above 0; an accuracy halfway between two joins the easier.

    >>> band_of(np.array([0.75, 0.7, 0.5, 0.25, 0.1, 0.0])).tolist()
    [0, 0, 1, 2, 2, 3]
    >>> band_of(np.array([0.7, 0.5, 0.1, 0.0]), "apart").tolist()
    [4, 1, 4, 3]
    """
    slack = 1e-9
    if between == "nearest":
        return np.asarray((accuracy < 0.6875 - slack) * 1 + (accuracy < 0.3125 - slack) * 1 + (accuracy <= 0) * 1)
    found = np.full(len(accuracy), len(BANDS), dtype=np.int64)
    for place, (low, high) in enumerate(BANDS.values()):
        found[(accuracy >= low - slack) & (accuracy <= high + slack)] = place
    return found


def _statistics(sample: Sample) -> Iterator[Statistic]:
    sets = sets_of(sample)
    enough: Floats = (sets.n >= sample.settings.number("least_samples")).astype(np.float64)
    accuracy = np.divide(sets.n_right, np.maximum(sets.n, 1), dtype=np.float64)
    bands = band_of(accuracy, sample.settings["between"])
    tokens, known = _tokens(sample, sets)
    codes = np.full(sets.n_rows, -1)
    codes[sets.row] = bands[sets.codes]
    counted = np.zeros(sets.n_rows)
    counted[sets.row] = enough[sets.codes]
    empty = NO_GOLD if not len(sets.n) else "no problem with as many samples"
    for place, name in enumerate([*BANDS, BETWEEN_BANDS]):
        inside = enough * (bands == place)
        yield Share(f"share_{name}", sets.spread(inside), sets.spread(enough), empty, edges=BANDS.get(name))
        none = f"no problem is in the band {name}" if enough.any() else empty
        yield Share(f"accuracy_{name}", sets.spread(accuracy * inside), sets.spread(inside), none)
        per = counted * (codes == place) * known
        yield Mean(f"tokens_{name}", tokens * per, per, "tokens", none)
    yield _queue(sample, sets, enough)
    yield Share("too_few_samples_share", sets.spread(1 - enough), sets.spread(np.ones(len(sets.n))), NO_GOLD)


def _tokens(sample: Sample, sets: Sets) -> tuple[Floats, Floats]:
    """Tokens of each rollout, of the whole attempt or else of the text read, and 1 where they are known."""
    given = pl.coalesce("n_tokens", "n_read_tokens")
    return sample.numbers(given), sample.numbers(given.is_not_null())


def _queue(sample: Sample, sets: Sets, enough: Floats) -> Known:
    """How many problems no set of samples solves: what a run with help, or demonstrations, would be for."""
    problems = sample.numbers("problem_id")[sets.first]
    tried = problems[enough > 0]
    solved = problems[(enough > 0) & (sets.n_right > 0)]
    n = len(np.unique(tried))
    if not n:
        return Known("queue", Estimate(0, 0, None, reason=NO_GOLD), "problems")
    unsolved = n - len(np.unique(solved))
    return Known("queue", Estimate(len(tried), n, float(unsolved), reason=A_COUNT, n_events=unsolved), "problems")


DIFFICULTY = Measure(
    name="difficulty",
    label="Difficulty bands",
    question="Which problems are easy for a model, which hard, and which does it never solve?",
    statistics=_statistics,
    citation="ReLIFT (arXiv 2506.07527): bands of accuracy over rollouts; problems never solved get demonstrations",
    how_to_read=(
        "A set of samples is a problem, a model and a condition; its band is set by the share of its samples that are "
        "right: easy from .75, medium .375 to .625, hard .125 to .25, hardest 0 (for eight samples nothing else "
        "exists; see the setting for others). The queue holds problems that no set solves. Bands are made from the "
        "same few samples that they show: a problem of chance one half is in the hardest band after two samples one "
        "time in four, and would leave it when sampled anew. Do not read a change of a band's accuracy as learning."
    ),
    undefined_when="No problem has a gold and enough samples; a band: no problem is in it.",
    settings=(BETWEEN, LEAST, UNREAD, TRUNCATED, TEXT),
    reads_text=False,
    formula=r"\(\hat{p}_i=c_i/n_i\); easy \(\ge .75\), medium \([.375, .625]\), hard \([.125, .25]\), hardest \(0\).",
    coverage=measured("difficulty"),
    proof="Every accuracy of eight samples falls where ReLIFT's table says; hand-counted bands; the 86 all-right and 4 "
    "all-wrong problems of math100x8-qwen-rm.",
)
