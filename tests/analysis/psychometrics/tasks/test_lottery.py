"""Lottery pairs: balanced as promised, read by likelihood or letter, and figures by hand."""

import math
from collections import Counter
from collections.abc import Mapping

import pytest

from analysis.asking import Ask, Reply
from analysis.protocols.conduct import Item
from analysis.protocols.lab.lottery import LOTTERY as PROTOCOL
from analysis.psychometrics.tasks.lottery import LOTTERY, Pair, find_pair, problems
from analysis.psychometrics.tasks.task import Figure
from analysis.types import Problem
from tests.analysis.protocols.driving import by, drive, listed

WIDE, NARROW = "50% chance of 90 points, 50% chance of 0 points", "60% chance of 40 points, 40% chance of 30 points"
# Means: 45, and 24 + 12 = 36. The wide one is risky and pays more.
RISKY_FIRST = Problem("A or B?", options=(WIDE, NARROW), key="lottery-0-01")
SAFE_FIRST = Problem("A or B?", options=(NARROW, WIDE), key="lottery-0-02")


def figures(scores: list[dict[str, float]]) -> dict[str, Figure]:
    return {figure.name: figure for figure in LOTTERY.summarise(scores)}


def scores_of(problem: Problem, *replies: Reply | str, **settings: object) -> dict[str, float]:
    made = drive(PROTOCOL, Item(problem), listed(replies), settings)[0].rollouts[0]
    return {name.removeprefix("lottery/"): value for name, value in made.scores.items()}


def weighing(p_first: float) -> Reply:
    return Reply(continuations=(math.log(p_first) - 3, math.log(1 - p_first) - 3))


def pairs(seed: int) -> list[Pair]:
    found = [find_pair(problem.options) for problem in problems(seed)]
    return [pair for pair in found if pair is not None]


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_every_pair_has_a_risky_lottery_that_spans_the_other_and_no_two_means_are_equal(seed: int) -> None:
    for pair in pairs(seed):
        assert 0 <= pair.risky.low < pair.safe.low < pair.safe.high < pair.risky.high <= 100
        assert pair.risky.mean != pair.safe.mean
    assert len(pairs(seed)) == 50


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_value_and_place_are_counterbalanced(seed: int) -> None:
    """25 pairs whose risky lottery pays more, 25 not; 25 with the risky one at A, 12 or 13 of each kind."""
    told = Counter((pair.risky_pays, pair.is_risky_first) for pair in pairs(seed))
    assert sorted(told.values()) == [12, 12, 13, 13]
    assert sum(n for (_, is_first), n in told.items() if is_first) == 25


def test_the_question_prints_the_options() -> None:
    problem = problems(4)[0]
    assert f"A. {problem.options[0]}\nB. {problem.options[1]}" in problem.question


def test_by_likelihood_the_choice_is_the_share_of_the_risky_letter() -> None:
    """P(A) = 0.2 and A is risky: 0.2, 0.8 less than one who takes the higher mean, who would take it."""
    scores = scores_of(RISKY_FIRST, weighing(0.2))
    assert scores == pytest.approx(
        {"status": 0, "by_likelihood": 1, "risky": 0.2, "risky_over_value": -0.8, "value": 0.2, "first": 0.2}
    )
    assert scores_of(SAFE_FIRST, weighing(0.2))["risky"] == pytest.approx(0.8)


def test_an_engine_without_log_probabilities_is_asked_for_the_letter() -> None:
    scores = scores_of(SAFE_FIRST, Reply(continuations=(None, None)), "B")
    assert scores == {"status": 0, "by_likelihood": 0, "risky": 1, "risky_over_value": 0, "value": 1, "first": 0}
    assert scores_of(SAFE_FIRST, Reply(), "A")["risky"] == 0


def test_from_the_reply_nothing_is_weighed() -> None:
    asks: list[Ask] = []

    def answer(ask: Ask) -> str:
        asks.append(ask)
        return "A"

    drive(PROTOCOL, Item(RISKY_FIRST), by(answer), {"read_by": "reply"})
    assert [ask.continuations for ask in asks] == [()]


def test_the_likelier_letter_is_the_answer_and_a_draw_has_none() -> None:
    def answer_of(p_first: float) -> str | None:
        return drive(PROTOCOL, Item(RISKY_FIRST), listed([weighing(p_first)]))[0].rollouts[0].turns[-1].answer

    assert [answer_of(0.7), answer_of(0.3), answer_of(0.5)] == ["A", "B", None]


def test_the_figures_are_means_over_the_pairs_that_were_read() -> None:
    """Risky 0.2 (pays) and 1 (pays), one unread: 0.6; over value (0.2 - 1 + 1 - 1)/2 = -0.4."""
    scores = [
        scores_of(RISKY_FIRST, weighing(0.2)),
        scores_of(SAFE_FIRST, "B", read_by="reply"),
        scores_of(SAFE_FIRST, "either", read_by="reply"),
    ]
    found = figures(scores)
    assert (found["risky_choice"].value, found["risky_choice_over_value"].value) == pytest.approx((0.6, -0.4))
    assert (found["risky_choice"].n, found["risky_choice"].n_unread) == (2, 1)


def always(choose: Mapping[bool, str], seed: int) -> dict[str, Figure]:
    """A chooser that looks only at whether the risky lottery pays: what it says where it is A, else the other."""
    scores = []
    for problem in problems(seed):
        pair = find_pair(problem.options)
        assert pair is not None
        takes_risk = choose[pair.risky_pays] == "risky"
        scores.append(scores_of(problem, "A" if takes_risk == pair.is_risky_first else "B", read_by="reply"))
    return figures(scores)


def test_known_choosers_have_their_known_figures() -> None:
    """One who takes the higher mean says A in 12 pairs that pay and 12 that do not: 24 of 50."""
    seeker = always({True: "risky", False: "risky"}, 0)
    assert (seeker["risky_choice"].value, seeker["risky_choice_over_value"].value) == (1, 0.5)
    neutral = always({True: "risky", False: "safe"}, 0)
    assert (neutral["risky_choice"].value, neutral["risky_choice_over_value"].value) == (0.5, 0)
    assert (neutral["higher_mean_choice"].value, neutral["first_option"].value) == (1, 0.48)


def test_a_model_that_always_says_a_is_not_taken_for_one_that_likes_risk() -> None:
    found = figures([scores_of(problem, "A", read_by="reply") for problem in problems(0)])
    assert (found["risky_choice"].value, found["first_option"].value) == (0.5, 1)


def test_options_that_are_no_lotteries_have_an_answer_and_no_figure() -> None:
    problem = Problem("Which?", options=("the heart", "the liver"))
    assert scores_of(problem, "B", read_by="reply") == {"status": 0, "by_likelihood": 0}
    assert find_pair((WIDE, WIDE)) is None
    assert find_pair((WIDE,)) is None
    assert find_pair((WIDE, "60% chance of 40 points, 60% chance of 30 points")) is None
