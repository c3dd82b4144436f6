"""What a text calls the answer is a candidate, also when the text abandons it later."""

import pytest

from analysis.answers.extract.rules import extract
from analysis.types import Problem

SUM = Problem("What is 2 + 2?")


@pytest.mark.parametrize(
    "first",
    ["2 + 2 is 5, so the answer is 5.", "The answer is 5.", "**Answer:** 5", r"Therefore \boxed{5}."],
)
def test_an_abandoned_answer_is_a_candidate_beside_the_kept_one(first: str) -> None:
    text = f"{first}\n\nWait, that is wrong.\nLet me count again.\nThe answer is 4.\nSo 4.\nYes, the answer is 4."
    assert next((c.line, c.value) for c in extract(text, SUM)) == (1, "5")


def test_a_denied_value_is_no_candidate() -> None:
    text = "The answer is not 5.\n\nThe answer is 4."
    assert [c.value for c in extract(text, SUM)] == ["4"]
