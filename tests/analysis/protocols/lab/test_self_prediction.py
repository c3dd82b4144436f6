"""A reply and predictions of it in contexts of their own: what is asked, what is stored, what does not comply."""

import pytest

from analysis.asking import Reply
from analysis.protocols.conduct import Item, Made, ProtocolFailed
from analysis.protocols.lab.self_prediction import SELF_PREDICTION
from analysis.psychometrics.tasks.self_prediction import summarise
from analysis.types import AnswerType, Problem, Role

from ..driving import Driven, drive, listed

ANIMAL = Problem("Which animal comes next? otter, heron,", (), AnswerType.TEXT)
NUMBER = Problem("Choose a number.", (), AnswerType.NUMBER)
CHOICE = Problem("Which would you choose?", (), AnswerType.CHOICE, ("a map", "a loaf", "a knife"))


def asked(problem: Problem, replies: list[Reply | str]) -> tuple[Made, Driven]:
    result, driven = drive(SELF_PREDICTION, Item(problem, seed=5), listed(replies))
    return result.rollouts[0], driven


def figures(*rollouts: Made) -> list[float | None]:
    bare = [{name.split("/", 1)[1]: value for name, value in rollout.scores.items()} for rollout in rollouts]
    return [figure.value for figure in summarise(bare)]


def test_each_prediction_is_asked_in_a_context_of_its_own() -> None:
    _, driven = asked(ANIMAL, ["Badger", "badger", "b", "a", "d", "no"])
    texts = [ask.messages[-1].text for ask in driven.asks]
    assert all(len(ask.messages) == 1 for ask in driven.asks)
    assert texts[0] == ANIMAL.question
    assert all(text.startswith("Suppose you were asked") and ANIMAL.question in text for text in texts[1:])
    assert not any("Badger" in text for text in texts)
    assert len({ask.seed for ask in driven.asks}) == 6


def test_what_was_said_and_seen_is_compared_by_code() -> None:
    rollout, _ = asked(ANIMAL, ["Badger", "fox", "b", "a", "d", "no"])
    assert rollout.scores["self_prediction/asked"] == 5
    assert rollout.scores["self_prediction/said/second_character"] == ord("a")
    assert figures(rollout)[0] == 0.8  # all but the word


def test_the_rollouts_answer_is_the_reply_and_predictions_are_turns_of_their_property() -> None:
    rollout, _ = asked(NUMBER, ["58", "even", "5"])
    said = [(turn.actor, turn.is_attempt, turn.answer) for turn in rollout.turns if turn.role == Role.ASSISTANT]
    assert said == [("", True, "58"), ("is_even", False, "even"), ("first_character", False, "5")]


def test_options_are_shown_and_either_names_every_other() -> None:
    rollout, driven = asked(CHOICE, ["C", "yes"])
    texts = [ask.messages[-1].text for ask in driven.asks]
    assert "C. a knife" in texts[0]
    assert "A or C rather than B" in texts[1]
    assert rollout.scores == {
        "self_prediction/asked": 1, "self_prediction/said/either_of": 1, "self_prediction/observed/either_of": 1,
    }  # fmt: skip


@pytest.mark.parametrize("said", ["", "As an AI, I cannot know.", "even or odd", "偶数", "3.5"])
def test_a_prediction_that_is_none_has_no_score_and_is_counted(said: str) -> None:
    rollout, _ = asked(NUMBER, ["58", said, "5"])
    assert "self_prediction/said/is_even" not in rollout.scores
    assert rollout.scores["self_prediction/asked"] == 2


def test_a_silent_reply_is_data() -> None:
    rollout, _ = asked(NUMBER, ["", "even", "5"])
    assert figures(rollout) == [None, None, None]


def test_an_error_fails_the_unit() -> None:
    with pytest.raises(ProtocolFailed, match="down"):
        asked(CHOICE, ["A", Reply(finish_reason="error", error="down")])


def test_the_estimate_counts_the_properties_of_the_problem() -> None:
    estimates = [SELF_PREDICTION.estimate(Item(problem), {}).n_requests for problem in (ANIMAL, NUMBER, CHOICE)]
    assert estimates == [6, 3, 2]
