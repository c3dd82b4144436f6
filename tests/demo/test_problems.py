"""The sums that the demo model is trained on and asked: their arithmetic, their levels and the hold-out."""

import random

from demo.corpus.problems import HIGHEST, LEVELS, Step, Sum, draw
from demo.fresh import fresh


def test_a_sum_has_its_values_and_its_expression() -> None:
    example = Sum(47, (Step(1, 18), Step(-1, 9)), level=2)
    assert example.values == (47, 65, 56)  # 47 + 18 = 65, 65 - 9 = 56
    assert example.answer == 56
    assert example.expression == "47 + 18 - 9"


def test_every_value_on_the_way_stays_between_one_and_the_highest() -> None:
    rng = random.Random(1)
    drawn = [draw(rng, level) for level in LEVELS for _ in range(200)]
    assert all(1 <= value <= HIGHEST for one in drawn for value in one.values)


def test_a_higher_level_has_more_steps_or_longer_numbers() -> None:
    rng = random.Random(2)
    drawn = {level: [draw(rng, level) for _ in range(300)] for level in LEVELS}
    assert [len(drawn[level][0].steps) for level in LEVELS] == [1, 2, 3, 4, 4]
    n_long = {level: sum(step.amount > 9 for one in drawn[level] for step in one.steps) for level in (4, 5)}
    assert n_long[5] > 1.8 * n_long[4]  # drawn with 0.7 and 0.25, and drawn again where one does not fit


def test_training_and_evaluation_never_share_a_sum() -> None:
    rng = random.Random(3)
    trained = {draw(rng, level).expression for level in LEVELS for _ in range(2_000)}
    asked = {one.sum.expression for one in fresh(500, seed=3)}
    assert not trained & asked
    assert len(trained) > 5_000


def test_fresh_problems_are_different_and_the_same_for_a_seed() -> None:
    first, again, other = fresh(100, seed=1), fresh(100, seed=1), fresh(100, seed=2)
    assert first == again
    assert first != other
    assert len({one.problem.question for one in first}) == 100
    assert [one.problem.level for one in first[:6]] == [f"Level {level}" for level in (1, 2, 3, 4, 5, 1)]


def test_a_fresh_choice_has_four_options_of_which_its_gold_is_right() -> None:
    for one in fresh(50, seed=4, has_options=True):
        assert one.problem.options["ABCD".index(one.problem.golds[0])] == str(one.sum.answer)
        assert len(set(one.problem.options)) == 4
