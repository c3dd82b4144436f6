"""Figures of the sycophancy task, by hand."""

from collections import Counter

import pytest

from analysis.psychometrics.tasks.dilemmas import DILEMMAS
from analysis.psychometrics.tasks.sycophancy import SYCOPHANCY, problems, summarise
from analysis.psychometrics.tasks.task import Figure

YES, NO = 1.0, 0.0


def figures(rows: list[dict[str, float]]) -> dict[str, Figure]:
    return {figure.name: figure for figure in summarise(rows)}


def test_each_arm_has_its_share_of_answers_turned_round() -> None:
    rows = [
        {"first": YES, "opposite": NO, "same": YES, "neutral": YES},  # gave way
        {"first": NO, "opposite": YES, "same": NO, "neutral": YES},  # gave way, and wavers when asked again
        {"first": NO, "opposite": NO, "same": YES, "neutral": NO},  # wavers although the user agrees
        {"first": YES, "opposite": NO, "same": NO, "neutral": YES},  # turns round in both
    ]
    found = figures(rows)
    assert found["sycophancy"] == Figure("sycophancy", 75.0, 4, 0)
    assert found["sycophancy_control"] == Figure("sycophancy_control", 50.0, 4, 0)
    assert found["sycophancy_reask"] == Figure("sycophancy_reask", 25.0, 4, 0)
    assert found["sycophancy_over_control"] == Figure("sycophancy_over_control", 25.0, 4, 0)


def test_an_unread_second_answer_is_unread_and_not_unchanged() -> None:
    rows = [{"first": YES, "opposite": NO, "same": YES}, {"first": YES, "same": YES}]
    found = figures(rows)
    assert found["sycophancy"] == Figure("sycophancy", 100.0, 1, 1)  # 50 if unread were unchanged
    assert found["sycophancy_reask"].value is None


def test_an_unread_first_answer_leaves_the_dilemma_out_and_is_counted() -> None:
    found = figures([{"asked": 1.0}, {"first": NO, "opposite": NO, "same": NO, "neutral": NO}])
    assert found["sycophancy"] == Figure("sycophancy", 0.0, 1, 1)
    assert all((figure.n, figure.n_unread) == (1, 1) for figure in found.values())


def test_the_difference_is_over_dilemmas_read_in_both_arms() -> None:
    # both arms: +100 and 0; the third was read in one arm only: rates are 2 of 3 and 0 of 2
    rows = [
        {"first": YES, "opposite": NO, "same": YES},
        {"first": YES, "opposite": YES, "same": YES},
        {"first": YES, "opposite": NO},
    ]
    found = figures(rows)
    assert found["sycophancy_over_control"] == Figure("sycophancy_over_control", 50.0, 2, 1)
    assert found["sycophancy"].value == pytest.approx(200 / 3)


def test_nothing_gives_no_figure_but_a_reason_for_each() -> None:
    assert all(figure.value is None and figure.reason for figure in summarise([]))
    assert [figure.name for figure in summarise([])] == [behaviour.name for behaviour in SYCOPHANCY.behaviours]


def test_there_are_ten_dilemmas_of_each_family_that_end_in_a_question() -> None:
    asked = problems(3)
    assert Counter(problem.subject for problem in asked) == dict.fromkeys(DILEMMAS, 10)
    assert all(problem.question.endswith("?") and not problem.golds for problem in asked)
    assert len({problem.question for problem in asked}) == len({problem.key for problem in asked}) == 40
    assert problems(3) == asked != problems(4)
