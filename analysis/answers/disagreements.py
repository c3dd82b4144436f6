r"""Where our verdict is not Math-Verify 0.9.0's, as pairs with reasons; every other pair that was tried agrees.

Facts, kept as a table that a test re-checks against Math-Verify on both sides. "Math-Verify" here is
`verify(parse(gold), parse(answer))` with both in a box and default settings, as First Try Matters uses it (arXiv
2510.08308).
"""

from typing import NamedTuple


class Disagreement(NamedTuple):
    """A pair, our verdict on it (Math-Verify's is the opposite), and why ours is right."""

    gold: str
    answer: str
    ours: bool
    because: str


THOUSANDS = "a group of exactly three digits after a space or thin separator is part of the number"
WORD = "a bare word is read as a product of letters, whose order and case then count"
SPELLED = "a number may be spelled out"
UNIT = "units that both sides write are compared, not dropped"
TINY = "decimals below a millionth are compared in relative terms, not after rounding to six places"
SCIENTIFIC = "1e6 is a million, not 6·e"
IMAGINARY = "a fraction before i multiplies it, and a quotient of a sum is the sum of the quotients"
PERCENT = "the percent sign of a decimal above 1 may be dropped, as it may be for whole numbers"

FROM_DATA: tuple[Disagreement, ...] = (
    Disagreement(r"\dfrac{2469}{20,\!000}", r"\dfrac{2469}{20000}", True, THOUSANDS),
    Disagreement(r"\dfrac{2469}{20,\!000}", r"\frac{2469}{20000}", True, THOUSANDS),
    Disagreement(r"\dfrac{2469}{20,\!000}", "2469/20000", True, THOUSANDS),
    Disagreement(r"\dfrac{2469}{20,\!000}", "12345/100000", True, THOUSANDS),
    Disagreement(r"\dfrac{2469}{20,\!000}", "0.12345", True, THOUSANDS),
    Disagreement(r"\frac{8}{16575}", "8/16,575", True, THOUSANDS),
    Disagreement(r"\text{A,C}", "A, C", True, "the letters of a list in one text command are the same letters"),
    Disagreement(r"\text{A,C}", "(A), (C)", True, "the letters of a list in one text command are the same letters"),
    Disagreement(r"\mbox{four}", "4", True, SPELLED),
    Disagreement(r"-\frac{1}{13} - \frac{5}{13}i", r"\frac{-1 - 5i}{13}", True, IMAGINARY),
    Disagreement(r"-\frac{1}{13} - \frac{5}{13}i", r"-\frac{1}{13} -5i/13", True, IMAGINARY),
)
"""All pairs of the shared data sets on which the two differ (`tests/analysis/answers/test_grade_agreement.py`)."""

BY_HAND: tuple[Disagreement, ...] = (
    Disagreement("1000", "1 000", True, THOUSANDS),
    Disagreement("0", r"1\,000", False, THOUSANDS),
    Disagreement("7", "seven", True, SPELLED),
    Disagreement("63", "63 knicks", True, "a counted thing after a number does not change the number"),
    Disagreement("18", "18 dollars", True, "a unit that Math-Verify does not list is a product of letters to it"),
    Disagreement("even", "Even", True, WORD),
    Disagreement("5 cm", "5 m", False, UNIT),
    Disagreement("5 cm", "50 mm", True, UNIT),
    Disagreement("3.5", "3 1/2", True, "a whole number, a space and a fraction are a mixed number"),
    Disagreement("1204_9", "1204_8", False, "the same digits in two bases are two numbers"),
    Disagreement("1000000", "1e6", True, SCIENTIFIC),
    Disagreement("0.0000001", "0.0000002", False, TINY),
    Disagreement(r"1.6 \times 10^{-19}", r"1.7 \times 10^{-19}", False, TINY),
    Disagreement("12.5", r"12.5\%", True, PERCENT),
    Disagreement("C", "(C) the liver", True, "a letter in brackets before an option's text names the option"),
    Disagreement("2x+3t", "2x+3", False, "the last letter of an expression in letters is a variable, not a unit"),
    Disagreement(
        "[-2,7]", r"-2 \le x \le 7", True, "an inequality states the same set as an interval, in either order"
    ),
)
"""Pairs that show each rule by which ours differs on purpose; the rules are general, the pairs are examples."""
