"""Tests by item of whether a way of asking moves a trait's score: paired by item, corrected over a model's tests.

Source: Wilcoxon (1945), Biometrics Bulletin 1, 80, by its exact permutation distribution with mid-ranks where answers
tie, as they do on a scale of few options; Holm (1979). The design is that of Self-Assessment Tests are Unreliable
(arXiv 2309.08163), whose own test is not named. Knows no instrument.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from analysis.families import holm
from analysis.psychometrics.keying import WAYS, compared

Floats = NDArray[np.float64]
MOST_EXACT = 200
"""Items from which on the normal approximation is used."""


class ItemTest(NamedTuple):
    """One trait of one model under two variants: the mean shift of its items' keyed answers, and whether it is chance.

    `n_items` had answers to both, `n_moved` of them differ. `p_holm` is corrected over all tests of the model.
    """

    model: str
    instrument: str
    trait: str
    way: str
    versus: str
    shift: float | None
    n_items: int
    n_moved: int
    p: float | None
    p_holm: float | None = None
    reason: str = ""

    @property
    def least_p(self) -> float:
        """The smallest p that so many moved items can give: 2 / 2^n. Few items a trait never stand Holm's correction.

        >>> ItemTest("m", "i", "t", "order", "", 1.0, n_items=6, n_moved=6, p=0.5).least_p
        0.03125
        """
        return min(1.0, 2.0 ** (1 - self.n_moved))


def item_tests(answers: pl.DataFrame, ways: Sequence[str] = WAYS[:3]) -> list[ItemTest]:
    """Of each model, instrument, trait and pair of variants of ANSWERS; items are the paired observations.

    An item's answers are averaged over its sittings first, for answers to one item go together. Where no item moves p
    is 1; fewer than two items: None with a reason.
    """
    found = [
        _tested([str(part) for part in key], way, rows)
        for way in ways
        for key, rows in compared(answers, way)
        .drop_nulls(["first", "second"])
        .group_by("model", "instrument", "trait", "versus")
    ]
    found.sort(key=lambda test: (test.model, test.instrument, test.way, test.versus, test.trait))
    return _corrected(found)


def signed_rank_p(differences: Floats) -> float:
    """Two-sided p of Wilcoxon's signed-rank test of paired differences (n,); zeros are left out; 1 where none is left.

    Exact over all signs given the ranks, ties sharing their mean rank, for up to 200 differences; beyond by the normal
    distribution.

    >>> signed_rank_p(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))                     # 2 of 2^5
    0.0625
    """
    moved = differences[differences != 0]
    if not len(moved):
        return 1.0
    doubled = np.rint(2 * stats.rankdata(np.round(np.abs(moved), 9))).astype(np.int64)
    total, observed = int(doubled.sum()), int(doubled[moved > 0].sum())
    if len(moved) > MOST_EXACT:
        z = (abs(2 * observed - total) - 1) / float(np.sqrt((doubled.astype(np.float64) ** 2).sum()))
        return float(min(1.0, 2 * stats.norm.sf(max(z, 0.0))))
    sums = np.arange(total + 1)
    is_extreme = np.abs(2 * sums - total) >= abs(2 * observed - total)
    return float(min(1.0, _chances(doubled, total)[is_extreme].sum()))


def _chances(ranks: NDArray[np.int64], total: int) -> Floats:
    """The chance of each sum of ranks when each is there or not by a coin."""
    chances: Floats = np.zeros(total + 1)
    chances[0] = 1.0
    for rank in ranks.tolist():
        shifted = np.zeros_like(chances)
        shifted[rank:] = chances[: total + 1 - rank]
        chances = (chances + shifted) / 2
    return chances


def _tested(key: Sequence[str], way: str, rows: pl.DataFrame) -> ItemTest:
    model, instrument, trait, versus = key
    gaps = rows.group_by("item").agg((pl.col("second") - pl.col("first")).mean().round(9).alias("gap"))
    moved: Floats = gaps["gap"].to_numpy().astype(np.float64)
    n_moved, shift = int((moved != 0).sum()), float(moved.mean())
    if len(moved) < 2:
        reason = "fewer than two items with answers to both"
        return ItemTest(model, instrument, trait, way, versus, shift, len(moved), n_moved, None, reason=reason)
    return ItemTest(model, instrument, trait, way, versus, shift, len(moved), n_moved, signed_rank_p(moved))


def _corrected(tests: Sequence[ItemTest]) -> list[ItemTest]:
    """By Holm within each model."""
    corrected: dict[int, float | None] = {}
    for model in {test.model for test in tests}:
        places = [place for place, test in enumerate(tests) if test.model == model]
        corrected |= dict(zip(places, holm([tests[place].p for place in places]), strict=True))
    return [test._replace(p_holm=corrected[place]) for place, test in enumerate(tests)]
