"""Tests by item: the signed-rank test against scipy and by hand, and Holm over a model's tests."""

import numpy as np
import pytest
from scipy import stats

from analysis.families import holm
from analysis.psychometrics.item_tests import item_tests, signed_rank_p
from analysis.psychometrics.respondents import Cell, Respondent, Statement, answers_of
from tests.analysis.psychometrics.tables import answers, by_items


def test_the_test_is_scipys_exact_one_where_no_two_differences_tie() -> None:
    rng = np.random.default_rng(0)
    for n in (4, 9, 30, 50):
        moved = rng.normal(0.3, 1, n)
        theirs = stats.wilcoxon(moved, method="exact").pvalue
        assert signed_rank_p(moved) == pytest.approx(float(theirs))


def test_with_ties_it_is_the_share_of_all_signs_that_is_as_extreme() -> None:
    """1, 1, -2, 3 have ranks 1.5, 1.5, 3, 4: of 10, 7 are positive. Of 16 sums 2 or more from 5 are: 0, 1.5 (two),
    3 (two), and as many on the other side: 10. Zeros do not count."""
    assert signed_rank_p(np.array([1.0, 1, 0, -2, 3])) == 10 / 16
    assert signed_rank_p(np.zeros(5)) == 1.0


def test_beyond_two_hundred_differences_it_is_the_normal_law() -> None:
    moved = np.random.default_rng(1).normal(0.1, 1, 300)
    theirs = stats.wilcoxon(moved, method="approx", correction=True).pvalue
    assert signed_rank_p(moved) == pytest.approx(float(theirs), rel=0.01)


def test_items_are_averaged_over_sittings_before_they_are_tested() -> None:
    """Items a to e move by 1 in one sitting and by 3 in the other: five differences of 2, p = 2 / 2^5."""
    rows = []
    for sample, moved in enumerate((1, 3)):
        rows += by_items([2] * 5, template="one", sample=sample)
        rows += by_items([2 + moved] * 5, template="two", sample=sample)
    found = item_tests(answers(rows))
    assert [(test.shift, test.n_items, test.n_moved, test.p, test.p_holm) for test in found] == [
        (2.0, 5, 5, 0.0625, 0.0625)
    ]


def test_one_item_has_no_test_and_says_so() -> None:
    found = item_tests(answers(by_items([2], order="") + by_items([4], order="reversed")))[0]
    assert (found.p, found.p_holm, found.reason) == (None, None, "fewer than two items with answers to both")


def test_holm_is_over_all_tests_of_a_model_and_of_no_other() -> None:
    traits = ("openness", "extraversion", "neuroticism")
    items = [Statement(f"{trait} {k}", trait, k % 2 == 1) for trait in traits for k in range(8)]
    cells = [Cell(order=order, template=name) for order in ("", "reversed") for name in ("rate", "agree")]
    respondents = {"a": Respondent(first_option=0.6), "b": Respondent()}
    found = item_tests(answers_of(respondents, items, cells, np.random.default_rng(3)))
    assert len(found) == 2 * 3 * 2
    for model in respondents:
        own = [test for test in found if test.model == model]
        assert [test.p_holm for test in own] == holm([test.p for test in own])
