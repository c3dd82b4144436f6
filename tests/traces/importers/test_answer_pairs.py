"""Logs of two answers: pairs become two graded attempts, options three probabilities; what is none is an error row."""

import pytest

from .samples import errors, opened, rollouts
from .samples_of_formats import FORMATS, as_file


def test_pairs_are_two_graded_attempts_and_repeated_ids_are_samples() -> None:
    found = rollouts(opened(*FORMATS["two graded answers"].sources()))
    assert [(each.problem.key, each.sample) for each in found] == [("1", 0), ("2", 0), ("2", 1)]
    assert [turn.correct for turn in found[1].turns if turn.is_attempt] == [False, True]
    assert [turn.text for turn in found[0].turns] == ["It is 5.", "It is 4."]


def test_options_keep_their_three_probabilities() -> None:
    first, _ = rollouts(opened(*FORMATS["probabilities of options"].sources()))
    # P(right) 0.6; kept 0.9; repaired 0.35·0.4/0.4
    assert dict(first.scores) == pytest.approx({"option_p_first": 0.6, "option_p_keep": 0.9, "option_p_fix": 0.35})
    assert first.problem.golds == ("A",)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("probs1", [0.9, 0.9], "field probs1: is not a list of 2 to 26 probabilities that sum to 1"),
        ("answer", 2, "field answer: is not the index of one of 2 options"),
        ("probs2_list", [[0.5, 0.5]], "field probs2_list: has 1 lists for 2 options"),
        ("probs2_list", [[0.5, 0.5], "x"], "field probs2_list[1]: is not a list of 2 to 26 probabilities"),
    ],
)
def test_what_is_no_probability_is_an_error_row(name: str, value: object, message: str) -> None:
    good = {"id": 1, "answer": 0, "probs1": [0.6, 0.4], "probs2_list": [[0.9, 0.1], [0.35, 0.65]]}
    found = errors(opened(as_file("boolq.jsonl", [good, good | {"id": 2}, good | {"id": 3, name: value}])))
    assert [message in str(each) for each in found] == [True]
