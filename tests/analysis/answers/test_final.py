"""The final answer in a response: which rule reads it, where it stands, and what is no answer."""

import pytest

from analysis.answers.final import final_answer
from analysis.types import AnswerType, Problem

MATH, NUMBER, TEXT = (Problem(answer_type=kind) for kind in (AnswerType.MATH, AnswerType.NUMBER, AnswerType.TEXT))
CHOICE = Problem(answer_type=AnswerType.CHOICE, options=("the heart", "the liver", "12", "the lung"))

READ = [
    (MATH, r"So \boxed{1}, no: \boxed{\frac{1}{2}}.", r"\frac{1}{2}", "boxed"),
    (MATH, r"Answer: 3" + "\n" + r"that is \boxed{4}", "4", "boxed"),
    (MATH, "Work.\n\n**Answer:** 9/34", "9/34", "marked"),
    (MATH, "Work.\n\n**Final Answer:**\nThe gcd of 5616 and 11609 is **13**.", "13", "marked"),
    (MATH, "**Answer:** 8 customers would buy a toaster that costs \\$750.", "8", "marked"),
    (MATH, "**Answer:** The page number added twice is 33.", "33", "marked"),
    (MATH, "**Answer:**\n\\[\n\\cos \\theta = \\frac{7}{32}\n\\]", r"\cos \theta = \frac{7}{32}", "marked"),
    (MATH, r"**Answer**: \(108\pi\)", r"108\pi", "marked"),
    (MATH, "Hence the answer is $x = 3$.", "x = 3", "said"),
    (MATH, "The answer to this problem is 21.", "21", "said"),
    (MATH, "42", "42", "bare"),
    (MATH, r"$\frac{3}{4}$", r"\frac{3}{4}", "bare"),
    (MATH, "First.\n\nThus, the minimum number is **57**.", "57", "concluded"),
    (NUMBER, "9 * 2 = <<9*2=18>>18\n#### 18", "18", "marked"),
    (NUMBER, "9 * 2 = <<9*2=18>>18 per day\nA: 18", "18", "marked"),
    (NUMBER, "She had 5 and then ate 2 of them, which left 3 for me.", "3", "last_number"),
    (TEXT, "<answer>Evelyn</answer>", "Evelyn", "marked"),
    (TEXT, "Evelyn Waugh", "Evelyn Waugh", "bare"),
    (CHOICE, "Because.\n\nFINAL ANSWER: C", "C", "marked_letter"),
    (CHOICE, "Because.\n\n**Answer: (B)**", "B", "marked_letter"),
    (CHOICE, r"Therefore \boxed{\text{(D)}}.", "D", "boxed_letter"),
    (CHOICE, "Therefore, the correct answer is **B**.", "B", "said_letter"),
    (CHOICE, "which corresponds to answer choice A.", "A", "said_letter"),
    (CHOICE, "Option D is the most accurate answer.", "D", "said_letter"),
    (CHOICE, "This makes option D the correct answer.", "D", "said_letter"),
    (CHOICE, "B. the liver", "B", "bare_letter"),
    (CHOICE, "Answer: the liver", "the liver", "option_text"),
    (CHOICE, "FINAL ANSWER: I cannot determine it.", "I cannot determine it", "declined"),
]


@pytest.mark.parametrize(("problem", "response", "value", "rule"), READ)
def test_a_stated_answer_is_read_by_its_rule(problem: Problem, response: str, value: str, rule: str) -> None:
    found = final_answer(response, problem)
    assert found is not None
    assert (found.value, found.rule) == (value, rule)
    assert response[found.start : found.end] == value


UNREAD = [
    (MATH, ""),
    (MATH, r"the value is then \boxed{\frac{1}{"),
    (MATH, "To solve for"),
    (MATH, "**Answer:** The fifth term of the given sequence"),
    (MATH, "**Answer:**\n\\["),
    (MATH, "Since the denominators are the same, the numerators"),
    (NUMBER, "For the glass Kylar pays 5 * 1"),
    (CHOICE, "A dog has a heart. I am not sure."),
    (CHOICE, "There is no way to tell."),
]


@pytest.mark.parametrize(("problem", "response"), UNREAD)
def test_a_response_that_breaks_off_or_states_nothing_has_no_answer(problem: Problem, response: str) -> None:
    assert final_answer(response, problem) is None


def test_a_letter_in_the_question_that_is_quoted_is_no_answer_once_the_answer_is_declined() -> None:
    response = "You suggest that the answer is D.\n\nFINAL ANSWER: I cannot tell."
    found = final_answer(response, CHOICE)
    assert found is not None
    assert found.rule == "declined"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [r"\boxed{", "answer: ", "the answer is ", "**", "is 5 ", "(A", " ", "\\(", "$", "#", "A:\n", "1,", "\n", "_"],
)
@pytest.mark.parametrize("kind", list(AnswerType))
def test_hostile_responses_are_read_in_linear_time(piece: str, kind: AnswerType) -> None:
    final_answer(piece * (100_000 // len(piece)), Problem(answer_type=kind, options=("1", "2")))
    final_answer("x" + piece * (100_000 // len(piece)) + "y.", Problem(answer_type=kind))
