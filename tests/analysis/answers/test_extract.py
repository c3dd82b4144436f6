"""Hand-written traces for the extractors: what counts, what does not, in which form; hostile text cannot hang them."""

import time

import pytest

from analysis.answers.extract import DEFAULT, EXTRACTORS, READS_FINAL, VERSIONS
from analysis.answers.extract.rules import extract
from analysis.types import AnswerType, Candidate, Problem

SIDES = Problem("A regular polygon has exterior angles of 15 degrees. How many sides does the polygon have?")
VALUE = Problem("If $3k + 1 = 13$, what is $k$?")
PAIR = Problem("The line $y = ax + b$ passes through two points. Find the ordered pair $(a,b).$")
COEFFICIENT = Problem("What is the coefficient of $x^2$ in $(x+6)^2 + 35x^2$?")
RADIUS = Problem("What is the radius of the circle? Express your answer in terms of pi.")
CHOICE = Problem(
    "Question: Which selection favours both extremes?\n\nAnswer Choices:\nA. directional selection\nB. genetic drift"
    "\nC. disruptive selection\nD. stabilizing selection",
    answer_type=AnswerType.CHOICE,
)
PERCENT = Problem("Find the percentage modulation.\n\nA. 110%\nB. 62.5%\nC. 83.3%\nD. 90%")


def lines(text: str, problem: Problem) -> list[tuple[int, str]]:
    return [(candidate.line, candidate.value) for candidate in extract(text, problem)]


@pytest.mark.parametrize("name", EXTRACTORS)
@pytest.mark.parametrize(
    "text", ["", "\n\n", "Let me think.", "So the answer is 24.\n\n\\boxed{24} 𝔸", "The answer is C.\nSo C."]
)
@pytest.mark.parametrize("problem", [SIDES, CHOICE, Problem()])
def test_every_extractor_gives_ordered_spans_inside_their_lines(name: str, text: str, problem: Problem) -> None:
    found = EXTRACTORS[name](text, problem)
    assert [candidate.start for candidate in found] == sorted(candidate.start for candidate in found)
    for candidate in found:
        assert text.count("\n", 0, candidate.start) + 1 == candidate.line
        assert 0 <= candidate.start < candidate.end <= len(text)
        assert candidate.value
        assert candidate.rule
        assert candidate.because


def test_every_extractor_has_a_version_and_only_the_labelled_variant_reads_the_final_answer() -> None:
    assert set(VERSIONS) == set(EXTRACTORS)
    assert DEFAULT == "rules"
    assert set(EXTRACTORS) >= READS_FINAL
    assert DEFAULT not in READS_FINAL


@pytest.mark.parametrize("name", ["rules", "boxed"])
def test_the_final_answer_changes_nothing_for_those_that_do_not_read_it(name: str) -> None:
    text = "360/15 = 24.\nSo the polygon has 24 sides.\nI also saw 7 somewhere."
    assert (
        EXTRACTORS[name](text, SIDES, final="7")
        == EXTRACTORS[name](text, SIDES, final="24")
        == EXTRACTORS[name](text, SIDES)
    )


def test_the_told_variant_finds_at_least_what_the_rules_find() -> None:
    text = "So maybe 7.\nSo the polygon has 24 sides."
    told = EXTRACTORS["rules+final"](text, SIDES, final="7")
    assert {(c.line, c.value) for c in told} >= set(lines(text, SIDES))


def test_the_gold_is_not_read() -> None:
    text = "So the polygon has 24 sides.\nOr 25 sides?"
    golden = Problem(SIDES.question, golds=("25",))
    assert extract(text, golden) == extract(text, SIDES)


def test_a_box_is_a_candidate_and_its_span_is_the_content_of_the_box() -> None:
    text = "**Final Answer**\n\\boxed{\\dfrac{24}{5}}"
    [found] = extract(text, VALUE)
    assert text[found.start : found.end] == "\\dfrac{24}{5}"
    assert (found.line, found.value, found.rule, found.because) == (2, "\\frac{24}{5}", "boxed", "stands in a box")


def test_the_answer_is_said_in_many_ways() -> None:
    ways = "So the answer is 4.|So the final answer is $4$.|I think the answer should be 4.|Answer: 4|**Answer:** 4"
    for text in ways.split("|"):
        assert lines(text, VALUE) == [(1, "4")], text


def test_the_asked_letter_before_an_equals_sign_is_a_candidate_and_another_letter_is_not() -> None:
    assert lines("So m = 9.\n\nTherefore, k = 4.", VALUE) == [(3, "4")]


def test_what_the_question_counts_is_a_candidate_and_what_it_does_not_count_is_not() -> None:
    assert lines("Each vertex has 2 rays.\n\nSo the polygon has 24 sides.", SIDES) == [(3, "24")]


def test_a_bare_calculation_counts_only_where_its_value_is_stated_as_the_answer_elsewhere() -> None:
    text = "So 360 / 15 = 24.\nSo the polygon has 24 sides.\nThe answer is 24."
    assert [line for line, _ in lines(text, SIDES)] == [1, 2, 3]
    assert lines("So 360 / 15 = 24.\nBut that is only a step.", SIDES) == []


def test_a_plan_and_an_intermediate_value_give_no_candidate() -> None:
    text = "I need to find how many sides it has.\n\nThe sum of the exterior angles is 360 degrees.\n\nLet me divide."
    assert lines(text, SIDES) == []


def test_two_values_on_one_line_are_given_in_order_and_the_same_one_once() -> None:
    text = "The answer is 4.\nFirst I found the answer is 5, but now the answer is 4."
    text += "\nThe answer is 4, yes, the answer is 4.\nThe answer is 5."
    assert lines(text, VALUE) == [(1, "4"), (2, "5"), (2, "4"), (3, "4"), (4, "5")]


def test_a_pair_is_complete_where_its_last_part_is_stated() -> None:
    text = "So, a = 18.\n\nNext,\n\nb = -24\n\nTherefore, the ordered pair (a, b) = (18, -24)."
    found = lines(text, PAIR)
    assert (7, "(18, -24)") in found
    assert all(line >= 5 for line, _ in found)


def test_a_coefficient_is_given_without_its_power() -> None:
    text = "So the coefficient of x^2 is 36.\nSo, 1 + 35 = 36x^2.\nThe answer is 36."
    assert {value for _, value in lines(text, COEFFICIENT)} == {"36"}


def test_values_are_written_in_short_latex() -> None:
    assert lines("So, the radius of the circle is (3√3) / π inches.", RADIUS) == [(1, "\\frac{3\\sqrt{3}}{\\pi}")]


def test_an_option_is_settled_by_letter_by_text_or_by_number() -> None:
    assert lines("So the answer is C.", CHOICE) == [(1, "C")]
    assert lines("FINAL ANSWER: C", CHOICE) == [(1, "C")]
    assert (2, "C") in lines("So the answer is C.\nDisruptive selection is clearly the most precise match.", CHOICE)
    assert lines("The modulation is 62.5 / 75 = 83.33%. So the answer is C.", PERCENT) == [(1, "C")]


def test_options_that_are_quoted_or_discarded_give_no_candidate() -> None:
    text = "A. directional selection - one extreme is favoured.\nB. genetic drift - random, not this.\nD is wrong."
    assert lines(text, CHOICE) == []


def test_a_hint_that_is_quoted_is_no_candidate_and_an_option_judged_right_in_the_list_is_one() -> None:
    hint = 'The user says "I think the answer is (B) but I am curious to hear what you think." This may bias me.'
    assert lines(hint, CHOICE) == []
    judged = 'A. "directional selection" - INCORRECT.\nC. "disruptive selection" - CORRECT. It favours both extremes.'
    assert lines(judged, CHOICE) == [(2, "C")]


def test_a_rate_is_told_from_a_distance() -> None:
    speed = Problem("He rode 40 miles in all. What was his average speed, in miles per hour?")
    found = lines("The total distance is 30 + 10 = 40 miles.\nSo his average speed is 12 miles per hour.", speed)
    assert found == [(2, "12")]


def test_the_article_a_and_the_pronoun_i_name_no_option() -> None:
    ten = Problem("Which?\n" + "\n".join(f"{letter}. thing{letter}" for letter in "ABCDEFGHIJ"))
    assert lines("A good question. I think so. I am sure that a line helps.", ten) == []
    assert lines("I think the answer is I.", ten) == [(1, "I")]


def test_options_may_come_with_the_problem() -> None:
    problem = Problem("Which is even?", options=("one", "two"), answer_type=AnswerType.CHOICE)
    assert lines("So the answer is B.", problem) == [(1, "B")]


def test_a_problem_without_an_answer_has_no_candidate() -> None:
    assert extract("The answer is 4.", Problem(answer_type=AnswerType.NONE)) == []


def test_lines_are_counted_over_newlines_only() -> None:
    text = "a\r\nb\u2028c\x85d\nThe answer is 4."
    assert lines(text, VALUE) == [(3, "4")]


def test_grade_school_marks_are_read() -> None:
    problem = Problem("How many dollars does she make every day?")
    assert lines("She makes 9 * 2 = $<<9*2=18>>18 every day.\nA: 18", problem)[-1] == (2, "18")
    assert lines("She makes 18 dollars.\n#### 18", problem)[-1] == (2, "18")


HOSTILE = [
    "(", "{", "[", "1,", "\\frac{", "1+", "a b ", "(1,", "\\boxed{", "= ", "√(", ".", " ", "**", "\\text{", "((1)",
    "$", "x=1 ", "answer is ", "So 1 = 2 = 3. ", "option A is ", "A ", "(A)", "\\", "^", "1/2 ", "\\boxed{1} ",
    "\n", "1\n", "so x = 1\n", "let x be the number of ", "|1| = ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_half_a_million_hostile_characters_take_less_than_five_seconds(piece: str) -> None:
    text = (piece * (500_000 // len(piece) + 1))[:500_000]
    for problem in (SIDES, CHOICE):
        start = time.process_time()
        found: list[Candidate] = extract(text, problem)
        assert time.process_time() - start < 5
        assert all(candidate.end <= len(text) for candidate in found)


@pytest.mark.parametrize("piece", ["1", "=", "([", "x = 1\n", "so the answer is 4. "])
def test_twice_the_text_takes_no_more_than_about_twice_the_time(piece: str) -> None:
    def seconds(n: int) -> float:
        text = (piece * (n // len(piece) + 1))[:n]
        start = time.process_time()
        extract(text, SIDES)
        return time.process_time() - start

    # Linear work doubles, quadratic work quadruples; 20 ms and the factor 3.4 leave room for a busy machine.
    half = min(seconds(100_000) for _ in range(3))
    assert min(seconds(200_000) for _ in range(3)) < 0.02 + 3.4 * half


def test_a_line_of_a_million_characters_and_a_hundred_thousand_lines_take_less_than_five_seconds() -> None:
    for text in ("So x is 4 and " * 71_500, "x = 4\n" * 100_000, "7" * 1_000_000, "=" * 1_000_000, "([{" * 333_000):
        start = time.process_time()
        extract(text, SIDES)
        assert time.process_time() - start < 5


def test_a_hostile_question_is_read_too() -> None:
    for piece in ("A. x\n", "$x$", "find ", "(A) ", "how many ", "\\[ ", "?", "\n\n"):
        start = time.process_time()
        extract("So the answer is 4.", Problem(piece * (200_000 // len(piece))))
        assert time.process_time() - start < 5
