"""The symbolic route: equal mathematics in other writings, and what is refused before it can run away."""

import io
import json

import pytest

from analysis.answers.symbolic import grade_symbolic, out_of_bounds, serve
from analysis.types import Outcome

# Checked by hand: each pair is one value, or is not.
VERDICTS = [
    ("x+1", "1+x", Outcome.CORRECT),
    (r"(3x+7)(x+1)", r"(x+1)(3x+7)", Outcome.CORRECT),
    (r"\frac{\sqrt{2}}{2}", r"\frac{1}{\sqrt{2}}", Outcome.CORRECT),
    (r"\sin x", r"\sin(x)", Outcome.CORRECT),
    (r"\frac{x+5}{6}", r"h^{-1}(x) = \frac{x+5}{6}", Outcome.CORRECT),
    (r"3\sqrt{7}", r"\(3\sqrt{7}\) inches", Outcome.CORRECT),
    (r"\frac{3\sqrt{3}}{\pi}", "(3√3)/π inches", Outcome.CORRECT),
    (r"\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}", Outcome.CORRECT),
    ("[-2,7]", r"-2 \le x \le 7", Outcome.CORRECT),
    ("2^{10}", "1024", Outcome.CORRECT),
    ("x+1", "x-1", Outcome.INCORRECT),
    ("2x+3t", "2x+3", Outcome.INCORRECT),
    ("2", r"2\sqrt{3}", Outcome.INCORRECT),
    (r"(-1,1) \cup [3,\infty)", r"(-1,1) \cup (3,\infty)", Outcome.INCORRECT),
    (r"\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{pmatrix}1\\3\end{pmatrix}", Outcome.INCORRECT),
    ("x+1", r"\frac{", Outcome.UNPARSED),
    ("4:30p..", "4:30", Outcome.UNPARSED),
    ("150", "A box with a volume of 48 could hold 150 paperclips", Outcome.UNPARSED),
]


@pytest.mark.parametrize(("gold", "answer", "outcome"), VERDICTS)
def test_mathematics_is_compared_and_what_is_none_is_unread(gold: str, answer: str, outcome: Outcome) -> None:
    assert grade_symbolic(gold, answer).outcome == outcome


# 3^9999999 = 3^9999998 * 3, and Math-Verify times out on it and calls it unequal.
RUNAWAYS = [
    (r"3^{9999999}", r"3^{9999998} \cdot 3"),
    ("1", "9^{9^{9}}"),
    ("1", "9^9^9"),
    ("1", "2**99999**9"),
    ("1", "99999!"),
    ("1", "5!!"),
    ("1", r"\binom{100000}{50000}"),
    ("1", "(" * 23 + "1" + ")" * 23),
    ("1", "9" * 500),
    ("1", "x+" * 1_500 + "x"),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("gold", "answer"), RUNAWAYS)
def test_what_could_run_away_is_refused_unevaluated(gold: str, answer: str) -> None:
    for pair in ((gold, answer), (answer, gold)):
        given = grade_symbolic(*pair)
        assert given.outcome == Outcome.UNPARSED
        assert given.reason.startswith("not evaluated: ")


@pytest.mark.parametrize(
    "text", ["x^{2019}", "2^{2^{2}}", "10!", r"\binom{10}{3}", "((((1))))", "x_{12}^{3}", "12,345,678"]
)
def test_ordinary_mathematics_is_within_bounds(text: str) -> None:
    assert out_of_bounds(text) == ""


def test_the_server_answers_each_line_with_a_line() -> None:
    out = io.StringIO()
    serve(io.StringIO('["x+1", "1+x"]\n["x", "y"]\n'), out, cpu_seconds=3_600.0)
    ready, *answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert ready == "ready"
    assert [outcome for outcome, _, _ in answers] == ["correct", "incorrect"]
