"""Trait scores and reliability from answers: by hand, with gaps, and of respondents whose truths are known."""

from itertools import product

import numpy as np
import polars as pl
import pytest

from analysis.psychometrics.frames import ANSWERS, FIGURES, empty
from analysis.psychometrics.instrument import Scoring
from analysis.psychometrics.reliability import NO_VARIANCE, cronbach_alpha
from analysis.psychometrics.respondents import Cell, Respondent, Statement, answers_of
from analysis.psychometrics.scores import ALL_ON_THE_MIDDLE, ONE_KIND, TOO_FEW_READ, reliability_of, trait_figures
from tests.analysis.psychometrics.tables import answer, answers, by_items

TRAITS = ("openness", "neuroticism")
ITEMS = [Statement(f"{trait} {k}", trait, k % 2 == 1) for trait in TRAITS for k in range(8)]


def test_a_score_is_the_mean_of_keyed_items_over_the_ways_in_which_each_was_put() -> None:
    """a: 4 and 5 under two templates, 4.5; b reversed: 1 means 5; c was refused: (4.5 + 5) / 2, of 3 replies."""
    rows = [
        answer("a", 4, template="one"),
        answer("a", 5, template="two"),
        answer("b", 1, is_reversed=True),
        answer("c", None),
    ]
    found = trait_figures(answers(rows)).row(0, named=True)
    assert (found["kind"], found["name"], found["value"], found["n"], found["n_unread"]) == ("trait", "t", 4.75, 3, 1)
    assert found["reason"] == ""


def test_half_of_the_items_are_enough_and_fewer_are_not() -> None:
    half = trait_figures(answers(by_items([4, 5, None, None]))).row(0, named=True)
    assert (half["value"], half["n_unread"]) == (4.5, 2)
    less = trait_figures(answers(by_items([4, None, None]))).row(0, named=True)
    assert (less["value"], less["reason"], less["n"], less["n_unread"]) == (None, TOO_FEW_READ, 1, 2)


def test_a_sum_is_the_mean_times_the_items_and_a_share_leaves_the_middle_out() -> None:
    """5, 4, 3 and one unread: mean 4, over four items 16; two high, none low: 100; 3 alone has no share."""
    rows = answers(by_items([5, 4, 3, None]))
    values = {way: trait_figures(rows, {"i": way})["value"][0] for way in Scoring}
    assert values == {Scoring.MEAN: 4.0, Scoring.SUM: 16.0, Scoring.SHARE_HIGH: 100.0}
    two_of_three = answers([*by_items([5, 4]), answer("c", 5, is_reversed=True)])
    assert trait_figures(two_of_three, {"i": Scoring.SHARE_HIGH})["value"][0] == pytest.approx(200 / 3)
    middle = trait_figures(answers(by_items([3, 3])), {"i": Scoring.SHARE_HIGH}).row(0, named=True)
    assert (middle["value"], middle["reason"]) == (None, ALL_ON_THE_MIDDLE)


def test_the_expected_value_is_scored_in_place_of_the_answer_where_it_is_asked_for() -> None:
    """4.2, and 1.4 of a reversed item, which means 4.6: mean 4.4."""
    rows = answers([answer("a", 4, expected=4.2), answer("b", 1, expected=1.4, is_reversed=True)])
    assert trait_figures(rows, by="expected")["value"].to_list() == pytest.approx([4.4])
    assert trait_figures(answers(by_items([4, 5])), by="expected")["reason"].to_list() == [TOO_FEW_READ]
    with pytest.raises(ValueError, match="'mood' is none of value, expected"):
        trait_figures(rows, by="mood")


def test_each_sitting_has_its_own_score_and_two_instruments_are_told_apart() -> None:
    rows = [
        *by_items([4, 4]),
        *by_items([2, 2], sample=1),
        *by_items([5, 5], instrument="j"),
        answer("x", 1, trait="u"),
    ]
    found = trait_figures(answers(rows)).sort("name", "sample")
    assert found.select("name", "sample", "value").rows() == [
        ("t (i)", 0, 4.0),
        ("t (i)", 1, 2.0),
        ("t (j)", 0, 5.0),
        ("u", 0, 1.0),
    ]


def test_an_empty_table_has_no_score_and_no_reliability() -> None:
    found = trait_figures(empty(ANSWERS))
    assert found.equals(empty(FIGURES))
    assert found.schema == empty(FIGURES).schema
    assert reliability_of(empty(ANSWERS)) == []


def test_alpha_is_that_of_the_table_of_givings_by_items() -> None:
    """Rows (1,2), (2,2), (3,5) are three repeats; the second item is reversed, so its raw answers are 4, 4, 1."""
    table = np.array([[1.0, 2], [2, 2], [3, 5]])
    rows = [
        given
        for sample, (one, two) in enumerate(table)
        for given in (answer("a", one, sample=sample), answer("b", 6 - two, sample=sample, is_reversed=True))
    ]
    whole, found = reliability_of(answers(rows))
    assert (whole.trait, found.trait, found.n_givings, found.n_items) == ("", "t", 3, 2)
    assert found.alpha == cronbach_alpha(table)
    assert found.alpha.value == pytest.approx(6 / 7)
    assert whole.alpha.value is None


def test_answers_that_never_vary_have_no_reliability_and_a_reason() -> None:
    rows = [given for sample in range(4) for given in by_items([4, 4, 4], sample=sample)]
    _, found = reliability_of(answers(rows))
    for index in (found.alpha, found.omega, found.consistency):
        assert index.value is None
        assert index.reason
    assert (found.alpha.reason, found.acquiescence.reason) == (NO_VARIANCE, ONE_KIND)


def test_acquiescence_cancels_the_trait_and_weighs_both_directions_the_same() -> None:
    """Plain items at 5 and 5, one reversed at 3: (1 + 0) / 2."""
    rows = [*by_items([5, 5]), answer("c", 3, is_reversed=True)]
    _, found = reliability_of(answers(rows))
    assert (found.acquiescence.value, found.acquiescence.n) == (0.5, 3)
    assert "no interval" in found.acquiescence.reason


def test_scores_of_known_respondents_come_out_with_their_biases_as_arithmetic_says() -> None:
    """Both orders: taking the first option (0.3) pulls to the middle, so 3 + 2 · 0.7 · trait; agreeing, 0.7 · 0.2."""
    traits = {"openness": 0.5, "neuroticism": -0.4}
    one = Respondent(traits, acquiescence=0.2, first_option=0.3)
    cells = [Cell(sample=k, order=order) for k, order in product(range(200), ("", "reversed"))]
    given = answers_of({"m": one}, ITEMS, cells, np.random.default_rng(0))
    scores = dict(trait_figures(given).group_by("name").agg(pl.col("value").mean()).select("name", "value").rows())
    assert scores["openness"] == pytest.approx(3 + 2 * 0.7 * 0.5, abs=0.05)
    assert scores["neuroticism"] == pytest.approx(3 - 2 * 0.7 * 0.4, abs=0.05)
    whole = reliability_of(given)[0]
    assert whole.acquiescence.value == pytest.approx(0.7 * 0.2, abs=0.02)


def test_repeats_of_one_with_traits_agree_and_those_of_one_that_answers_at_random_do_not() -> None:
    cells = [Cell(sample=k, template=name) for k, name in product(range(3), ("rate", "agree"))]
    people = {"sure": Respondent({"openness": 0.6, "neuroticism": -0.6}, noise=0.3), "unsure": Respondent()}
    found = {
        row.model: row.icc for row in reliability_of(answers_of(people, ITEMS, cells, np.random.default_rng(1)))[::3]
    }
    assert found["sure"].value is not None
    assert found["unsure"].value is not None
    assert found["sure"].value > 0.9
    assert found["unsure"].value < 0.6
