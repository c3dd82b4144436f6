"""The sentence of the finding where many rollouts were cut off: it says so itself."""

import numpy as np
import polars as pl
import pytest

from analysis.measures.base import compute
from apps.traces.presenters.figures.card import Group
from apps.traces.presenters.finding import Finding, finding, finding_without_golds
from tests.analysis.measures.rollouts import rollouts_of

ROLLOUTS = rollouts_of([("FT", "T"), ("TT", "T"), ("TF", ""), ("FFG", "")] * 6)


def group_of(measure: str, rollouts: pl.DataFrame = ROLLOUTS) -> Group:
    rows = compute(measure, rollouts, rng=np.random.default_rng(0))
    return Group("all", {row.measure: row for row in rows})


def said(found: Finding) -> str:
    return "".join(words for words, _ in found.parts)


@pytest.mark.parametrize(
    ("cut_off", "is_named"), [(0.0, False), (0.049, False), (0.05, True), (0.5, True), (1.0, True)]
)
def test_many_rollouts_that_were_cut_off_are_named_in_the_sentence(cut_off: float, is_named: bool) -> None:
    groups = (group_of("accuracy"), group_of("transitions"), group_of("tokens"))
    with_golds = said(finding(*groups, None, cut_off))
    without = said(finding_without_golds(group_of("stability"), group_of("tokens"), cut_off))
    for sentence in (with_golds, without):
        assert ("of the rollouts cut off" in sentence) == is_named, sentence
        assert (f"With {100 * cut_off:.1f}\u202f% of" in sentence) == is_named
    if is_named:
        assert "counted as wrong where no answer followed, what is written after" in with_golds
