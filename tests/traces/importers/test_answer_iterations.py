"""Answers round after round: each is an attempt, in the order of the rounds; what is no text is an error row."""

from .samples import errors, opened, rollouts
from .samples_of_formats import FORMATS, as_file


def test_every_round_is_an_attempt() -> None:
    first, second = rollouts(opened(*FORMATS["answers round after round"].sources()))
    assert [turn.text for turn in first.turns if turn.is_attempt][:2] == [f"The final answer is: {n}." for n in (2, 1)]
    assert sum(turn.is_attempt for turn in second.turns) == 6
    assert (first.problem.key, first.problem.golds) == ("q1", ("1",))


def test_rounds_stand_in_the_order_of_their_numbers() -> None:
    answers = {f"iter_{k}": f"answer {k}" for k in (10, 2, 0)}
    [found] = rollouts(opened(as_file("x.json", {"q1": {"question": "Why?", "answers": answers}})))
    assert [turn.text for turn in found.turns if turn.is_attempt] == ["answer 0", "answer 2", "answer 10"]


def test_a_round_that_is_no_text_is_an_error_row() -> None:
    good = {"question": "Why?", "answers": {"iter_0": "So.", "iter_1": "So."}}
    bad = {"question": "Why?", "answers": {"iter_0": ["So.", "Thus."]}}
    found = errors(opened(as_file("x.json", {"q1": good, "q2": bad})))
    assert ["field answers.iter_0: is no text" in str(each) for each in found] == [True]
