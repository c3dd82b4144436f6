"""Intervals where one kind is rare or bins hold few rollouts: no shorter than what so few can say, by hand."""

import numpy as np
import pytest

from analysis.intervals import wilson
from analysis.sampling.diversity import entropies
from bench.proofs.sampling import drawn
from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.rows import rows_of


def test_an_area_over_few_of_one_kind_is_known_no_better_than_a_share_of_as_many() -> None:
    # nine sets with a right majority, eight of them unanimous, one with votes 2, 1, 1; three with a wrong one, votes
    # 3, 1: agreement ranks 8 of 9 right ones above each wrong one; three problems hold the rarer kind
    right = np.ones((12, 4), dtype=bool)
    right[8, 2:], right[9:, 1:] = False, False
    wrong = np.zeros((12, 4), dtype=np.int64)
    wrong[8, 3] = 1
    row = rows_of("sampling", drawn(right, wrong))["entropy_auroc"]
    few = wilson(8 / 9, 3)
    assert row.estimate == pytest.approx(8 / 9)
    assert row.low is not None
    assert row.high is not None
    assert row.low <= few.low
    assert row.high >= few.high


def test_equal_votes_are_equal_entropies_whatever_the_order_of_their_answers() -> None:
    # votes 1, 2, 2, 3 (the right answer last) and 1, 3, 2, 2 (the right answer first): summed in these orders the
    # entropies differ in the last bit, which ranks nothing
    right = np.array([[0, 0, 0, 0, 0, 1, 1, 1], [1, 0, 0, 0, 0, 0, 0, 0]], dtype=bool)
    wrong = np.array([[0, 1, 1, 2, 2, 0, 0, 0], [0, 0, 0, 0, 1, 1, 2, 2]])
    in_order = [
        entropies(np.zeros(4, dtype=np.int64), np.array(votes), 1)[0] for votes in ([1.0, 2, 2, 3], [1.0, 3, 2, 2])
    ]
    assert in_order[0] != in_order[1]
    assert rows_of("sampling", drawn(right, wrong))["entropy_auroc"].estimate == 0.5


def test_the_mean_gap_of_bins_reaches_as_far_as_the_bins_do() -> None:
    # two problems say .05 and are wrong, two say .95 and are right. Wilson's interval of 0 of 2 ends at .6576: its bin
    # is between 0 and .6576 - .05 off, the other one by symmetry
    columns = {"confidence": [0.05, 0.05, 0.95, 0.95], "final_outcome": ["incorrect"] * 2 + ["correct"] * 2}
    row = rows_of("calibration", columns_of(4, columns), {"scale": "share"})["ace_equal_width"]
    assert (row.estimate, row.low, row.high) == pytest.approx((0.05, 0.0, 0.6076), abs=5e-5)
