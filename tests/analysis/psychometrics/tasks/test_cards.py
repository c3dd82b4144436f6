"""The card task: its optimum against the published one and a naive simulation, and its figures by hand."""

import math
import random
from statistics import fmean

import pytest

from analysis.protocols.conduct import Item
from analysis.protocols.lab.card_task import CARD_TASK
from analysis.psychometrics.tasks.cards import CARDS, Cell, cells, choice_scores, expected_points, optimum, problems
from analysis.psychometrics.tasks.task import Figure
from analysis.types import Problem
from tests.analysis.protocols.driving import drive, listed

PUBLISHED = {
    (1, 10, 250): 3, (1, 20, 250): 10, (1, 20, 500): 3, (1, 30, 250): 12, (1, 30, 500): 8, (1, 30, 750): 3,
    (3, 30, 250): 1,
}  # fmt: skip
"""The cells whose optimum is not 0 (arXiv 2509.03730, risk task)."""


def figures(scores: list[dict[str, float]]) -> dict[str, Figure]:
    return {figure.name: figure for figure in CARDS.summarise(scores)}


def scores_of(problem: Problem, reply: str) -> dict[str, float]:
    made = drive(CARD_TASK, Item(problem), listed([reply]))[0].rollouts[0]
    return {name.removeprefix("card_task/"): value for name, value in made.scores.items()}


def test_the_optimum_is_the_published_one_in_every_cell() -> None:
    assert {tuple(cell): optimum(cell) for cell in cells() if optimum(cell)} == PUBLISHED
    assert round(fmean(optimum(cell) for cell in cells()), 2) == 1.48


def test_of_two_numbers_that_pay_the_same_the_smaller_is_the_optimum() -> None:
    """3 bad, gain 30, loss 250. One card: 29/32 · 30 - 3/32 · 250 = 120/32 = 3.75.

    Two: (29 · 28)/(32 · 31) = 406/496; (406 · 60 - 90 · 250)/496 = 1860/496 = 3.75.
    """
    cell = Cell(3, 30, 250)
    assert expected_points(1, cell) == expected_points(2, cell) == 3.75
    assert optimum(cell) == 1


def test_the_mean_points_are_those_of_games_played_out() -> None:
    """20,000 games of 4 cards with 3 loss cards: the mean lies within 4 standard errors of the formula."""
    cell, rng = Cell(3, 20, 250), random.Random(4)
    won = [-250 if set(rng.sample(range(32), 4)) & {0, 1, 2} else 80 for _ in range(20_000)]
    spread = 330 * math.sqrt(0.35 * 0.65 / 20_000)
    assert abs(fmean(won) - float(expected_points(4, cell))) < 4 * spread


def test_the_question_says_the_cells_numbers_and_who_wins_what() -> None:
    question = next(problem for problem in problems(0) if problem.key == "cards-3-20-750").question
    for said in ("29 gain cards and 3 loss cards", "win 20 points for each", "lose 750 points", "from 0 to 32"):
        assert said in question


def test_the_figures_of_two_cells_and_a_silent_one_are_those_by_hand() -> None:
    """Cell 1-10-250, 5 cards of 3 that pay best; cell 5-10-250, 1 card of 0; a third reply is silent.

    Points of n cards with one loss card: (32 - n)/32 · 10n - n/32 · 250.
    3 cards: 29/32 · 30 - 3/32 · 250 = 3.75; 5: 27/32 · 50 - 5/32 · 250 = 3.125; lost 0.625.
    One card of 5 bad: 27/32 · 10 - 5/32 · 250 = -30.625; none: 0; lost 30.625. Mean 15.625.
    """
    told = [choice_scores(5, Cell(1, 10, 250)), choice_scores(1, Cell(5, 10, 250)), {"status": 5.0}]
    found = figures(told)
    assert found["risk"] == Figure("risk", 3.0, 2, 1)
    assert found["risk_over_optimum"] == Figure("risk_over_optimum", 1.5, 2, 1)
    assert found["value_lost"] == Figure("value_lost", 15.625, 2, 1)
    assert found["cards_per_gain"].value is None
    assert found["cards_per_gain"].reason == "the 2 cells that were read do not tell the three factors apart"


def test_slopes_are_recovered_even_where_cells_are_missing() -> None:
    """Cards = 25 - 2 · bad + 0.2 · gain - 0.02 · loss in all cells but five."""
    given = [choice_scores(25 - 2 * c.n_bad + c.gain // 5 - c.loss // 50, c) for c in cells()[5:]]
    found = figures([*given, {}, {}])
    values = [found[name].value for name in ("cards_per_loss_card", "cards_per_gain", "cards_per_loss")]
    assert values == pytest.approx([-2, 0.2, -0.02])
    assert (found["cards_per_gain"].n, found["cards_per_gain"].n_unread) == (22, 2)


def test_a_model_that_plays_the_optimum_has_no_loss_and_one_that_says_nothing_no_figure() -> None:
    best = [scores_of(problem, str(optimum(Cell(*map(int, problem.key.split("-")[1:]))))) for problem in problems(3)]
    found = figures(best)
    assert (found["value_lost"].value, found["risk_over_optimum"].value) == (0, 0)
    assert found["risk"].value == pytest.approx(40 / 27)
    silent = figures([scores_of(problem, "") for problem in problems(3)])
    assert silent["risk"] == Figure("risk", None, 0, 27, "no reply could be read")


def test_an_unread_reply_is_a_status_and_no_number_of_cards() -> None:
    problem = problems(0)[0]
    assert scores_of(problem, "3 or 4") == {"status": 3.0}
    assert scores_of(problem, "<think>5 or so</think>") == {"status": 5.0}


def test_a_problem_of_another_task_has_its_number_and_no_optimum() -> None:
    assert scores_of(Problem("How many?", key="mine"), "4") == {"status": 0.0, "cards": 4.0}
