"""The options that questions print, in the shapes of real sets."""

import pytest

from analysis.answers.options import options_in, options_of
from analysis.types import AnswerType, Problem


@pytest.mark.parametrize("shape", ["{}. {}", "{}) {}", "({}) {}", "{}: {}", "  {}. {}", "**{}.** {}"])
def test_options_stand_on_lines_of_their_own(shape: str) -> None:
    texts = ("first thing", "second, thing", "3.5 m")
    question = "Which?\n\n" + "\n".join(shape.format(letter, text) for letter, text in zip("ABC", texts, strict=True))
    assert options_in(question) == texts


def test_options_stand_on_one_line() -> None:
    assert options_in(r"Pick. $\textbf{(A)}\ 3 \qquad\textbf{(B)}\ 4 \qquad\textbf{(C)}\ 5$") == ("3", "4", "5")
    assert options_in("Pick: (A) f(x) (B) (3, 4) (C) 5") == ("f(x)", "(3, 4)", "5")


def test_ten_options_are_read_and_what_follows_a_blank_line_is_not() -> None:
    letters = "ABCDEFGHIJ"
    question = (
        "Which?\n" + "\n".join(f"{letter}. option {letter}" for letter in letters) + "\n\nI think the answer is B."
    )
    assert options_in(question) == tuple(f"option {letter}" for letter in letters)


def test_an_option_may_go_over_two_lines() -> None:
    assert options_in("Which?\nA. one\n   more\nB. two") == ("one\n   more", "two")


def test_a_gap_or_a_single_letter_is_no_list_of_options() -> None:
    assert options_in("A. only one") == ()
    assert options_in("A. one\nC. three") == ()
    assert options_in("Let A be a set and B another (A) and so on") == ()


def test_the_last_list_counts() -> None:
    assert options_in("For example:\nA. x\nB. y\n\nQuestion: which?\nA. one\nB. two") == ("one", "two")


def test_own_options_go_first_and_numbers_have_none() -> None:
    question = "Which?\nA. one\nB. two"
    assert options_of(Problem(question, options=("x", "y"))) == ("x", "y")
    assert options_of(Problem(question)) == ("one", "two")
    assert options_of(Problem(question, answer_type=AnswerType.NUMBER)) == ()
