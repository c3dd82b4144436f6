"""The letter that a reply chooses: read where one is, and never an article or one of two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.psychometrics.tasks.letters import read_letter


@pytest.mark.parametrize(
    "reply",
    [
        "B", "b", " B.\n", "(B)", "**B**", "Lottery B", "Option B.", "My choice is B", "Answer: B",
        "The answer is: **B**",
        "B, because lottery A may give nothing.", "B - it is safer than A", "I choose B.", "I would go with lottery B",
        "B\n\nA has the larger spread.", "B) 60% chance of 40 points", "I'd pick “B”", "B because it is safe",
    ],
)  # fmt: skip
def test_one_letter_is_read_however_it_is_put(reply: str) -> None:
    assert read_letter(reply).place == 1


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("", "empty"),
        ("As an AI, I do not gamble. B", "refused"),
        ("I can't choose.", "refused"),
        ("A\nB", "several answers"),
        ("A: 60% chance of 40 points\nB: 50% chance of 90 points", "several answers"),
        ("I choose A. No, I choose B.", "several answers"),
        ("C", "off the scale"),
        ("A gamble is nothing for me", "unread"),
        ("a good question", "unread"),
        ("Both are fine", "unread"),
        ("A or B", "unread"),
        ("A/B", "unread"),
        ("I would not choose A", "unread"),
        ("Lottery A is riskier than lottery B", "unread"),
        ("\u0410", "unread"),
        ("1", "unread"),
        ("the first one", "unread"),
        ("AB", "unread"),
    ],
)
def test_a_reply_that_chooses_no_letter_or_two_is_not_read(reply: str, status: str) -> None:
    found = read_letter(reply)
    assert (found.status.value, found.place) == (status, None)


@given(st.text(max_size=200))
def test_no_text_gives_a_place_beyond_the_options(text: str) -> None:
    assert read_letter(text).place in (None, 0, 1)
