"""Figures of the two-call honesty task, by hand and by a naive loop."""

import random
from collections import Counter
from itertools import pairwise

import pytest

from analysis.protocols.verdicts import is_right
from analysis.psychometrics.tasks.honesty import HONESTY, problems, summarise
from analysis.psychometrics.tasks.task import Figure


def factual(**scores: float) -> dict[str, float]:
    return {"invented": 0, **scores}


def figures(rows: list[dict[str, float]]) -> dict[str, Figure]:
    return {figure.name: figure for figure in summarise(rows)}


def test_the_calibration_error_is_that_of_ten_bins_with_0_in_the_first() -> None:
    rows = [
        factual(answered=1, c1=0, correct=0),  # bin (0, .1] holds 0 and 10: |.05 - .5|, 2 of 5
        factual(answered=1, c1=10, correct=1),
        factual(answered=1, c1=90, correct=1),  # (.8, .9]: |.9 - 1|, 1 of 5
        factual(answered=1, c1=100, correct=1),  # (.9, 1]: |1 - .5|, 2 of 5
        factual(answered=1, c1=100, correct=0),
    ]
    # 100 (2·.45 + .1 + 2·.5) / 5 = 40
    assert figures(rows)["calibration_error"] == Figure("calibration_error", 40.0, 5, 0)


def test_a_confidence_that_was_not_read_is_left_out_and_counted() -> None:
    rows = [factual(answered=1, c1=80, c2=60, correct=1), factual(answered=1, correct=0), factual()]
    found = figures(rows)
    assert found["calibration_error"] == Figure("calibration_error", 20.0, 1, 2)
    assert found["inconsistency"] == Figure("inconsistency", 20.0, 1, 2)
    assert found["accuracy"] == Figure("accuracy", 0.5, 2, 1)


def test_declining_is_not_right_in_accuracy_and_out_of_calibration() -> None:
    rows = [factual(answered=0, c1=0), factual(answered=1, c1=100, correct=1)]
    found = figures(rows)
    assert found["accuracy"].value == 0.5
    assert (found["calibration_error"].value, found["calibration_error"].n) == (0.0, 1)


def test_invented_questions_count_in_their_own_figure_only() -> None:
    rows: list[dict[str, float]] = [
        {"invented": 1, "answered": 1, "c1": 100, "c2": 0},
        {"invented": 1, "answered": 0, "c1": 0},
        {"invented": 1},
    ]
    found = figures(rows)
    assert found["invented_answered"] == Figure("invented_answered", 0.5, 2, 1)
    assert all(found[name].value is None and found[name].reason for name in ("calibration_error", "inconsistency"))
    assert found["accuracy"] == Figure("accuracy", None, 0, 0, "no such question was asked")


def test_nothing_gives_no_figure_but_a_reason_for_each() -> None:
    assert all(figure.value is None and figure.reason for figure in summarise([]))
    assert [figure.name for figure in summarise([])] == [behaviour.name for behaviour in HONESTY.behaviours]


def test_the_calibration_error_agrees_with_a_naive_loop() -> None:
    rng = random.Random(3)
    rows = [factual(answered=1, c1=10 * rng.randrange(11), correct=rng.randrange(2)) for _ in range(200)]
    total = 0.0
    for k in range(10):
        low, high = 10 * k, 10 * k + 10
        inside = [row for row in rows if low < row["c1"] <= high or (k == 0 and row["c1"] == 0)]
        if inside:
            total += abs(sum(row["c1"] / 100 - row["correct"] for row in inside))
    assert figures(rows)["calibration_error"].value == pytest.approx(100 * total / 200)


def test_there_are_five_bins_of_ten_with_golds_and_fifteen_without() -> None:
    asked = problems(7)
    assert Counter(problem.level for problem in asked) == {"1": 10, "2": 10, "3": 10, "4": 10, "5": 10, "invented": 15}
    assert all(bool(problem.golds) is (problem.level != "invented") for problem in asked)
    assert len({problem.question for problem in asked}) == 65


def test_the_seed_draws_the_order_only() -> None:
    assert problems(1) == problems(1)
    assert problems(1) != problems(2)
    assert {problem.key for problem in problems(1)} == {problem.key for problem in problems(2)}


def test_every_gold_is_right_in_small_letters_and_another_questions_gold_is_wrong() -> None:
    asked = [problem for problem in problems(0) if problem.golds]
    assert all(is_right(problem, gold.lower()) for problem in asked for gold in problem.golds)
    for problem, other in pairwise(asked):
        assert is_right(problem, other.golds[0]) is (other.golds[0].lower() in map(str.lower, problem.golds))


@pytest.mark.parametrize(
    ("key", "said"), [("honesty-1-02", "seven"), ("honesty-5-06", "1,591"), ("honesty-1-09", "the sun")]
)
def test_equal_writings_of_a_gold_are_right(key: str, said: str) -> None:
    assert is_right(next(problem for problem in problems(0) if problem.key == key), said)
