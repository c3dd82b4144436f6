"""Formulas, matrices and unions decided without Math-Verify: by hand, and as Math-Verify has them."""

import logging
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from typing import Any

import pytest
from math_verify import parse, verify

from analysis.answers.cheap import equal, read
from analysis.answers.cheap_exact import exact_of

MATRIX = r"\begin{pmatrix} 1 \\ \frac{1}{2} \end{pmatrix}"

# Each worked out by hand: 260 = 4·65; 9/(π√3) = 9√3/(3π); 108·9/2 = 486; 75 = 25·3; (x+1)² = x² + 2x + 1; 125² = 5⁶.
SAME = [
    (r"2\sqrt{65}", r"\sqrt{260}"),
    (r"\frac{3\sqrt{3}}{\pi}", r"9/(\pi \sqrt{3})"),
    (r"486\sqrt{3}", r"(\frac{1}{2})*108*9\sqrt{3}"),
    ("5^6", "125^2"),
    (r"\sqrt{75}", r"5\sqrt{3}"),
    (r"\sqrt{\frac{3}{4}}", r"\frac{\sqrt{3}}{2}"),
    ("(x+1)^2", "x^2 + 2x + 1"),
    ("(3x+7)(x+1)", "(x+1)(3x+7)"),
    ("140", "180 - 40"),
    ("-49", "392 / (-8)"),
    ("10", r"\sqrt{2} * 5\sqrt{2}"),
    (r"(4, \frac{4\pi}{3}, -1)", r"(4, 4\pi /3, -1)"),
    (r"-\sqrt{3}, -1, 1, \sqrt{3}", r"1, -1, \sqrt{3}, -\sqrt{3}"),
    (r"3\sqrt{7}", r"\(3\sqrt{7}\) inches"),
    (r"108\pi", r"\( 108\pi \) cm²"),
    (r"2\sqrt{3}", r"R = 2\sqrt{3}"),
    (MATRIX, r"\begin{bmatrix} 1 \\ 0.5 \end{bmatrix}"),
    (r"(-\infty, 1) \cup [\frac{8}{3}, \infty)", r"(-\infty, 1) \cup [8/3, \infty)"),
]
OTHER = [
    (r"2\sqrt{65}", r"\sqrt{261}"),
    (r"\sqrt{39}", "lower"),
    ("(x+1)^2", "x^2 + 2x + 2"),
    ("100", r"(0, 100\pi)"),
    ("16", "(0,0)"),
    (MATRIX, "[1, 0.5]"),
    (MATRIX, r"\begin{pmatrix} 1 \\ \frac{1}{3} \end{pmatrix}"),
    (MATRIX, r"\begin{pmatrix} 1 & \frac{1}{2} \end{pmatrix}"),
    (r"(-\infty, 1) \cup [2, 3)", r"(-\infty, 1) \cup (2, 3)"),
    (r"(-\infty, 1) \cup [2, 3)", "[2, 3)"),
]
OPEN = [
    "30(31)",
    "f(x)",
    "2^x",
    r"\sqrt[3]{4}",
    r"\frac{1}{x+1}",
    r"\sin x",
    "xy",
    "2x 3",
    r"\frac{1}{2}3",
    "1/2/3",
    "3.5x",
]


@pytest.mark.parametrize(("gold", "answer"), SAME)
def test_equal_formulas_are_the_same_either_way(gold: str, answer: str) -> None:
    assert equal(gold, answer) is True
    assert equal(answer, gold) is True


@pytest.mark.parametrize(("gold", "answer"), OTHER)
def test_other_formulas_differ_either_way(gold: str, answer: str) -> None:
    assert equal(gold, answer) is False
    assert equal(answer, gold) is False


@pytest.mark.parametrize("text", OPEN)
def test_what_may_be_read_in_another_way_is_left_open(text: str) -> None:
    assert exact_of(text) is None


@pytest.mark.parametrize(
    "text", ["(x+1)^8 (y+1)^8 (z+1)^8", r"\sqrt{99999999999}", "((((((((x+y)^8)^8)^8)^8)^8)^8)^8)", "1/(1-1)"]
)
def test_what_would_grow_too_large_is_left_open(text: str) -> None:
    assert exact_of(text) is None


@pytest.mark.parametrize("bracket", ["(", "{", "[", r"\sqrt{", "-("])
def test_deep_nesting_is_left_open_even_far_down_a_stack(bracket: str) -> None:
    def far_down(n: int, text: str) -> bool | None:
        return far_down(n - 1, text) if n else equal(r"2\sqrt{3}", text)

    assert [far_down(150, bracket * n) for n in range(10, 200, 10)] == [None] * 19


def test_words_and_a_formula_in_letters_are_left_open() -> None:
    assert equal("2x", "even") is None


@pytest.fixture(scope="module")
def verdict() -> Iterator[Callable[[str, str], bool]]:
    """Math-Verify's verdict on two boxed texts."""
    logging.disable(logging.CRITICAL)
    parsed: Callable[[str], list[Any]] = lru_cache(None)(lambda text: parse(rf"\boxed{{{text}}}", parsing_timeout=None))
    yield lambda gold, answer: bool(verify(parsed(gold), parsed(answer), timeout_seconds=None))
    logging.disable(logging.NOTSET)


def written(rng: random.Random) -> str:
    """A small formula, of numbers so few that equal ones come up."""
    a, b, n = rng.randint(1, 4), rng.randint(1, 4), rng.choice([2, 3, 8, 12])
    shapes = [
        rf"{a}\sqrt{{{n}}}",
        rf"\frac{{{a}\sqrt{{{n}}}}}{{{b}}}",
        rf"\frac{{{a}}}{{\sqrt{{{n}}}}}",
        rf"\frac{{{a}\pi}}{{{b}}}",
        rf"{a}\pi - {b}\pi",
        rf"{a} + {b}\sqrt{{{n}}}",
        rf"{a}x + {b}x",
        rf"(x + {a})(x - {b})",
        rf"x^2 + {a}x - {b}",
        rf"{a} \cdot {b} \cdot {n}",
    ]
    return rng.choice(shapes)


@pytest.mark.timeout(120)
def test_what_is_decided_of_random_formulas_is_as_math_verify_has_it(verdict: Callable[[str, str], bool]) -> None:
    rng = random.Random(0)
    formulas = sorted({written(rng) for _ in range(45)})
    pairs = [(a, b, equal(a, b)) for a, b in product(formulas, formulas) if a < b]
    decided = [pair for pair in pairs if pair[2] is not None]
    same = [pair for pair in decided if pair[2]]
    assert len(same) > 3
    for gold, answer, ours in [*same, *rng.sample(decided, 150)]:
        assert verdict(gold, answer) == ours, (gold, answer)


@pytest.mark.parametrize(
    ("gold", "answer"), [pair for pair in SAME + OTHER if "√" not in pair[0] and "²" not in pair[1]]
)
def test_what_is_decided_by_hand_is_as_math_verify_has_it(
    gold: str, answer: str, verdict: Callable[[str, str], bool]
) -> None:
    assert verdict(gold, answer) == ((gold, answer) in SAME)


def test_a_lone_letter_is_no_formula() -> None:
    assert read("x") is None
