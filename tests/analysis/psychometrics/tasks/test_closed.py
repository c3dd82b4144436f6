"""Replies that should be one of a few words: read, or not read at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.psychometrics.tasks.closed import YES_NO, named, stated

CAN = {"feasible": ("feasible",), "infeasible": ("infeasible", "not feasible")}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("Yes", "yes"),
        ("  **YES!** ", "yes"),
        ("Yes because it saves four", "yes"),
        ("No, I can't push the man.", "no"),
        ("no.", "no"),
        ("Answer: **No**", "no"),
        ("The answer is: yes", "yes"),
        ("I would say no.", "no"),
        ("1. Yes", "yes"),
        ("Yes (it is)", "yes"),
        ("Yes. There is no alternative.", "yes"),
        ("“No”", "no"),
    ],
)
def test_a_word_that_stands_as_the_answer_is_read(said: str, word: str) -> None:
    assert stated(said, YES_NO) == word


@pytest.mark.parametrize(
    "said",
    [
        "",
        " \n",
        "Yes or no?",
        "yes/no",
        "Yes and no.",
        "Yes. No.",
        "No one can say.",
        "There is no way to know",
        "It depends.",
        "As an AI language model I have no views. Yes.",
        "I don't have personal opinions, but no.",
        "I'm unable to answer. No.",
        "I cannot say yes",
        "My answer is not yes",
        "noyes",
        "はい",
        "٣",
        "3.5",
        "maybe",
    ],
)
def test_what_does_not_state_one_word_is_not_read(said: str) -> None:
    assert stated(said, YES_NO) is None


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("Feasible", "feasible"),
        ("This is infeasible for me.", "infeasible"),
        ("Not feasible!", "infeasible"),
        ("feasible? No, infeasible", None),
        ("It isn't feasible", None),
        ("never really feasible", None),
        ("As an AI: infeasible", None),
        ("unfeasibly", None),
        ("", None),
    ],
)
def test_a_word_that_means_nothing_else_is_read_anywhere_but_after_not(said: str, word: str | None) -> None:
    assert named(said, CAN) == word


@given(st.text(max_size=300))
def test_any_text_is_read_as_a_word_or_as_none(said: str) -> None:
    assert stated(said, YES_NO) in (None, "yes", "no")
    assert named(said, CAN) in (None, "feasible", "infeasible")
