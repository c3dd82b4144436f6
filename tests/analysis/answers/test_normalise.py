"""Golds out of solutions, boxes, and wrappings that come off without changing the value."""

import pytest

from analysis.answers.normalise import boxed_spans, gold_of, last_boxed, normalise, unwrap

# Endings as MATH, GSM8K and the shared data write them; the gold beside each is read off by eye.
GOLDS = [
    (r"equals $\boxed{1204_9}$.", "1204_9"),
    (r"= \boxed{63}\text{ knicks}.\]", "63"),
    (r"\boxed{45}^\circ$.", "45"),
    (r"so $\boxed{K=8}$.", "K=8"),
    (r"is $\boxed{\dfrac{2469}{20,\!000}}$.", r"\dfrac{2469}{20,\!000}"),
    (r"first \boxed{1}, at last \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
    (r"our answer is $\boxed 2$.", "2"),
    (r"is \fbox{7} units", "7"),
    ("9 * 2 = <<9*2=18>>18\n#### 18", "18"),
    ("9 * 2 = 18 per day\nA: 18", "18"),
    ("A: 1\nA: -2.5 \n", "-2.5"),
    (" \\frac{3}{4} ", r"\frac{3}{4}"),
    ("C", "C"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "gold"), GOLDS)
def test_the_gold_is_what_the_last_box_or_mark_holds(text: str, gold: str) -> None:
    assert gold_of(text) == gold


def test_a_box_that_never_closes_is_none() -> None:
    assert last_boxed(r"\boxed{\frac{1}{2") is None
    assert [slice(*span) for span in boxed_spans(r"\boxed{1} \boxed{2")] == [slice(7, 8)]


def test_boxes_in_boxes_are_both_found_and_escaped_braces_do_not_close() -> None:
    text = r"\boxed{a\}\boxed{b}}"
    assert [text[start:end] for start, end in boxed_spans(text)] == [r"a\}\boxed{b}", "b"]


# Each pair is two writings of one value.
SAME = [
    (r"$\$32,\!348$", "$32,348"),
    (r"\boxed{12}", "12"),
    (r"\left(\dfrac{1}{2},\, 3\right)", r"(\frac{1}{2}, 3)"),
    (r"\text{(A)}", "(A)"),
    (r"**(A)**.", "(A)"),
    (r"10\%", "10%"),
    (r"\(x^2\)", "x^2"),
    ("−1", "-1"),
    (r"10{,}000", "10,000"),
    (r"1\,000", "1,000"),
    ("√10", r"\sqrt{10}"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_two_writings_of_one_value_normalise_alike(a: str, b: str) -> None:
    assert normalise(a) == normalise(b)


@pytest.mark.parametrize(("text", "_"), [*SAME, *GOLDS])
def test_normalising_twice_changes_nothing_more(text: str, _: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_the_space_that_tells_a_list_from_a_number_stays() -> None:
    assert normalise("100, 200") != normalise("100,200")


def test_only_delimiters_around_everything_come_off() -> None:
    assert unwrap("$1$ or $2$") == "$1$ or $2$"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", [r"\boxed{", r"\boxed{a", "{", "}", "\\", r"\boxed ", "A:", "A: \n", "####", " "])
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    gold_of(piece * 50_000)
