"""Verdicts pair by pair: what is equal, what is not, what is neither; alternatives, classes, and grading in batches."""

from collections.abc import Sequence

import pytest

from analysis.answers.grade import Asked, classes, grade, grade_all, grade_cheap, same_value
from analysis.answers.symbolic import grade_symbolic
from analysis.types import AnswerType, Grade, Outcome

MATH, CHOICE, NUMBER, TEXT, CODE = (
    AnswerType.MATH,
    AnswerType.CHOICE,
    AnswerType.NUMBER,
    AnswerType.TEXT,
    AnswerType.CODE,
)

EQUAL = """
18 | 18
18 | 18.00
18 | $18
$18 | 18 dollars
32348 | \\$32,\\!348
1,234,567 | 1234567
10{,}000 | 10000
1/2 | 0.5
\\frac{1}{2} | 1/2
\\dfrac12 | \\frac{1}{2}
-\\frac{3}{4} | \\frac{-3}{4}
\\frac{3}{-4} | -0.75
3\\frac{1}{2} | 3.5
3 1/2 | \\frac{7}{2}
\\frac13 | 0.333333
10\\% | 10%
10\\% | 10
50\\% | 0.5
0.125 | 12.5\\%
90^\\circ | 90
90 | 90 degrees
90^{\\circ} | 90°
12 | 12 apples
5\\text{ cm} | 5 cm
5 cm | 5
5 cm | 5 centimetres
3 ft | 36 inches
36\\text{ km/h} | 10 m/s
2 square feet | 2 ft^2
6\\times 10^5 | 600000
1e-3 | 0.001
.5 | 0.5
-1 | −1
1204_9 | 1204_{9}
1204_9 | 1204
x=3 | 3
3 | x = 3
K=8 | 8
7 | seven
42 | forty-two
(1,2) | (1, 2)
\\left(\\frac12,-3\\right) | (0.5, -3)
(1,2) | 1,2
1,2 | 2,1
\\{1,2,3\\} | 3, 2, 1
3 \\text{ and } 5 | 5, 3
2, 3 | x = 2 or x = 3
[-2,7) | [-2, 7)
x \\in [-2,7] | [-2,7]
(-\\infty,3) | (-\\infty, 3)
{3} | 3
\\text{Evelyn} | evelyn
\\text{even} | Even
Evelyn | \\text{Evelyn}
\\text{(A)} | A
(C) | \\text{C}
C | (C) the liver
\\text{A,C} | A, C
\\infty | \\infty
"""

DIFFERENT = """
12 | 1,2
1.5 | 1,5
1 | -1
12 | 12 or 13
1000 | 1
1,000 | 1
0 | 1\\,000
0.5 | 0.5\\%
1/2 | 1/3
\\frac13 | 0.33
3.14 | 3.15
10 | 10.0000001
0.0000001 | 0.0000002
1204_9 | 1204_8
1204_9 | 895
5 cm | 5 m
5 kg | 5 m
(1,2) | (2,1)
(18,-24) | (10,-24)
[1,2] | (1,2)
[1,2) | [1,2]
[1,2] | 1,2
(1,2) | (1,2,3)
1,2 | 1,3
\\{1,2\\} | \\{1,2,3\\}
81, 256 | 256
(-\\infty,3) | (-\\infty,3]
(-\\infty,3) | (\\infty,3)
\\text{even} | odd
A | C
\\text{(A)} | (B) Circle
7 | eight
12 | Evelyn
5 | 5x
2 | 2\\sqrt{3}
13p-30 | 22
(x+1)^2 | x^2+2x+2
18\\sqrt{3} | \\frac{9\\sqrt{3}}{2}
(-1, 1) \\cup [3, \\infty) | 3
\\begin{pmatrix}1\\\\2\\end{pmatrix} | 1
x=3 | y=3
"""


def pairs(table: str) -> list[tuple[str, str]]:
    rows = [line.split(" | ") for line in table.strip().split("\n")]
    return [(gold, answer) for gold, answer in rows]


def refuse(gold: str, answer: str) -> Grade:
    raise AssertionError(f"the symbolic route was asked about {gold!r} and {answer!r}")


@pytest.mark.parametrize(("gold", "answer"), pairs(EQUAL))
def test_equal_values_are_correct_without_the_symbolic_route(gold: str, answer: str) -> None:
    assert grade((gold,), answer, symbolic=refuse).outcome == Outcome.CORRECT


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFERENT))
def test_other_values_are_incorrect_without_the_symbolic_route(gold: str, answer: str) -> None:
    assert grade((gold,), answer, symbolic=refuse).outcome == Outcome.INCORRECT


UNDECIDED = [
    "x^2+x | x(x+1)",
    "3c | 3",
    "(1,234) | (2, 234)",
    "abc | cab",
    r"\sqrt[3]{8} | 2",
    "1,1,2 | 1,2",
    "5m | 5",
]


@pytest.mark.parametrize(("gold", "answer"), pairs("\n".join(UNDECIDED)))
def test_what_only_mathematics_can_tell_is_left_open(gold: str, answer: str) -> None:
    assert grade_cheap(gold, answer) is None


OPTIONS = ("the heart", "the liver", "12", r"\frac{1}{2}")
# gold, answer, outcome: letters are worth what they name, never what they look like.
CHOICES = [
    ("B", "B", Outcome.CORRECT),
    ("B", "b", Outcome.CORRECT),
    ("B", "(B)", Outcome.CORRECT),
    ("B", "**B.**", Outcome.CORRECT),
    ("B", r"\text{(B)}", Outcome.CORRECT),
    ("B", "B. the liver", Outcome.CORRECT),
    ("B", "option B", Outcome.CORRECT),
    ("B", "The Liver", Outcome.CORRECT),
    ("the liver", "B", Outcome.CORRECT),
    ("C", "12.0", Outcome.CORRECT),
    ("D", "0.5", Outcome.CORRECT),
    ("B", "A", Outcome.INCORRECT),
    ("B", "A, B", Outcome.INCORRECT),
    ("B", "the heart", Outcome.INCORRECT),
    ("B", "J", Outcome.UNPARSED),
    ("B", "A dog", Outcome.UNPARSED),
    ("A, C", "A and C", Outcome.CORRECT),
]


@pytest.mark.parametrize(("gold", "answer", "outcome"), CHOICES)
def test_a_choice_is_graded_by_the_option_that_it_names(gold: str, answer: str, outcome: Outcome) -> None:
    assert grade((gold,), answer, CHOICE, OPTIONS, symbolic=refuse).outcome == outcome


# Text is equal without case, articles, quotes and final stops, and when it is the same number.
TEXTS = [
    ("Paris", "paris.", Outcome.CORRECT),
    ("The Eiffel Tower", "eiffel tower", Outcome.CORRECT),
    ("10", "10.0", Outcome.CORRECT),
    ("New York", "New York City", Outcome.INCORRECT),
    ("stop", "pots", Outcome.INCORRECT),
]


@pytest.mark.parametrize(("gold", "answer", "outcome"), TEXTS)
def test_a_text_answer_is_the_same_words_or_wrong(gold: str, answer: str, outcome: Outcome) -> None:
    assert grade((gold,), answer, TEXT, symbolic=refuse).outcome == outcome


def test_other_code_is_not_judged_unrun() -> None:
    assert grade(("x = 1",), "x = 1  \n", CODE, symbolic=refuse).outcome == Outcome.CORRECT
    assert grade(("x = 1",), "x = 2 - 1", CODE, symbolic=refuse).outcome == Outcome.UNPARSED


# An answer that is none is neither right nor wrong.
NO_ANSWER = [
    (None, Outcome.UNPARSED),
    ("", Outcome.UNPARSED),
    ("  ", Outcome.UNPARSED),
    ("I don't know", Outcome.NOT_ATTEMPTED),
    ("I don’t know.", Outcome.NOT_ATTEMPTED),
    ("Not attempted", Outcome.NOT_ATTEMPTED),
    ("N/A", Outcome.NOT_ATTEMPTED),
    ("I cannot answer that question", Outcome.REFUSED),
    ("As an AI, I have no opinion.", Outcome.REFUSED),
    ("I'm sorry, but I can't help with that.", Outcome.REFUSED),
]


@pytest.mark.parametrize(("answer", "outcome"), NO_ANSWER)
@pytest.mark.parametrize("kind", [MATH, CHOICE, NUMBER, TEXT])
def test_no_answer_has_an_outcome_of_its_own(answer: str | None, outcome: Outcome, kind: AnswerType) -> None:
    assert grade(("B",), answer, kind, symbolic=refuse).outcome == outcome


def test_a_gold_of_the_same_words_makes_a_refusal_an_answer() -> None:
    assert grade(("unknown",), "Unknown", TEXT, symbolic=refuse).outcome == Outcome.CORRECT


@pytest.mark.parametrize("golds", [(), ("",), ("  ", "")])
def test_without_a_gold_there_is_no_verdict(golds: tuple[str, ...]) -> None:
    assert grade(golds, "18", symbolic=refuse).outcome == Outcome.NO_GOLD


def test_any_of_several_golds_will_do() -> None:
    assert grade(("17", "18"), "18", symbolic=refuse).outcome == Outcome.CORRECT
    assert grade(("x+1", "18"), "18", symbolic=refuse).outcome == Outcome.CORRECT
    assert grade(("17", "19"), "18", symbolic=refuse).outcome == Outcome.INCORRECT


@pytest.mark.parametrize("outcome", [Outcome.TIMED_OUT, Outcome.ERROR, Outcome.UNPARSED])
def test_a_gold_that_could_not_be_compared_outranks_one_that_was_missed(outcome: Outcome) -> None:
    assert grade(("17", "x^2+x"), "x(x+1)", symbolic=lambda gold, answer: Grade(outcome)).outcome == outcome


def test_a_batch_asks_each_open_pair_once_and_keeps_the_order() -> None:
    asked: list[Sequence[tuple[str, str]]] = []

    def grade_many(open_pairs: Sequence[tuple[str, str]]) -> list[Grade]:
        asked.append(open_pairs)
        return [grade_symbolic(*pair) for pair in open_pairs]

    items = [Asked(("x^2+x",), "x(x+1)"), Asked(("2",), "3"), Asked(("x^2+x",), "x(x+1)"), Asked((), "3")]
    outcomes = [each.outcome for each in grade_all(items, grade_many)]
    assert outcomes == [Outcome.CORRECT, Outcome.INCORRECT, Outcome.CORRECT, Outcome.NO_GOLD]
    assert asked == [[("x^2+x", "x(x+1)")]]


@pytest.mark.parametrize(("a", "b"), pairs(EQUAL) + pairs(DIFFERENT))
def test_equality_without_a_gold_is_symmetric(a: str, b: str) -> None:
    assert same_value(a, b) == same_value(b, a)


@pytest.mark.parametrize("kind", list(AnswerType))
def test_every_answer_is_the_same_as_itself(kind: AnswerType) -> None:
    assert all(same_value(text, text, kind) for text in ("18", "x+1", "no reading of this", "(C)", ""))


def test_classes_are_numbered_as_they_come() -> None:
    calls: list[tuple[str, str]] = []

    def same(a: str, b: str) -> bool:
        calls.append((a, b))
        return same_value(a, b) is True

    assert classes(["1/2", "3", "0.5", "3", "4", r"\frac12"], same) == [0, 1, 0, 1, 2, 0]
    # 3 against 1/2; 0.5 against 1/2; 4 against 1/2 and 3; \frac12 against 1/2: five questions, the repeated 3 none.
    assert len(calls) == 5
    assert classes([], same) == []


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece", ["(", "1,", "9", "\\text{", "{", " ", "a ", "1/", "\\frac", "-", "A, ", "^", "$", "\\left"]
)
def test_hostile_answers_are_decided_or_left_open_at_once(piece: str) -> None:
    for kind in (MATH, CHOICE, TEXT, NUMBER):
        for size in (30, 350, 20_000):
            grade_cheap("1", piece * size, kind, OPTIONS)
            grade_cheap(piece * size, "1", kind, OPTIONS)
