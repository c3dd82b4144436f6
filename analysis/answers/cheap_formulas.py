r"""Formulas as answers: roots, \pi, letters, with the unit after them; when two are the same, or surely are not.

Equal as exact sums (`analysis.answers.cheap_exact`), different where they are far apart at one point
(`analysis.answers.cheap_closed`), else undecided.
"""

import re
from functools import lru_cache

from analysis.answers.cheap_closed import far_apart, value_of
from analysis.answers.cheap_exact import Sum, constant, exact_of, has_letters
from analysis.answers.cheap_units import read_unit
from analysis.answers.cheap_values import Formula, Number, Value

MAX_POINT = 10**50
INNER_DELIMITERS = re.compile(r"^\\\( ?(?P<inner>[^()]+?) ?\\\)(?P<rest> .*)$")
WITH_UNIT = re.compile(r"(?P<formula>.*[\d})\]]|.*\\pi) (?P<unit>(?:(?:square|cubic) )?[a-z]{2,}(?: ?\^ ?[23])?)")


def read_formula(text: str) -> Formula | None:
    r"""The formula that the whole of a normalised text is; None where it may be read in another way.

    >>> read_formula(r"2\sqrt{3}"), read_formula("2^x")
    (Formula(text='2\\sqrt{3}', unit=''), None)
    """
    return Formula(text) if exact_of(text) is not None else read_constant(text)


def read_constant(text: str) -> Formula | None:
    r"""A formula without letters, with the unit that stands after it; None for anything else.

    >>> read_constant(r"3\sqrt{7} inches"), read_constant("2x")
    (Formula(text='3\\sqrt{7}', unit='in'), None)
    """
    match = WITH_UNIT.fullmatch(INNER_DELIMITERS.sub(r"\g<inner>\g<rest>", text))
    formula, unit = (match["formula"], read_unit(match["unit"])) if match else (text, "")
    found = exact_of(formula)
    if found is None or has_letters(found) or bool(match) != bool(unit):
        return None
    return Formula(formula, unit)


def is_word_of(formula: Value) -> bool:
    """Whether a formula has letters, so that a word may be the same product of letters."""
    found = exact_value(formula)
    return found is None or has_letters(found)


def equal_formulas(gold: Formula | Number, answer: Formula | Number) -> bool | None:
    r"""Whether two are the same value; None where neither is proved.

    >>> equal_formulas(Formula(r"\frac{9}{\pi \sqrt{3}}"), Formula(r"3\sqrt{3} / \pi"))
    True
    >>> equal_formulas(Formula(r"2\sqrt{3}"), Formula("2")), equal_formulas(Formula("x^2", "m"), Formula("x^2", "cm"))
    (False, None)
    """
    if gold.unit and answer.unit and gold.unit != answer.unit:
        return None
    exact = exact_value(gold), exact_value(answer)
    if None not in exact and exact[0] == exact[1]:
        return True
    a, b = point_of(gold), point_of(answer)
    return False if a is not None and b is not None and far_apart(a, b) else None


@lru_cache(maxsize=50_000)
def exact_value(found: Value) -> Sum | None:
    """A formula as a sum; a number too, but no decimal, which compares after rounding, and none with a unit."""
    if isinstance(found, Formula):
        return exact_of(found.text)
    is_plain = isinstance(found, Number) and not (found.percent or found.unit or found.decimal)
    return constant(found.value) if is_plain and isinstance(found, Number) else None


@lru_cache(maxsize=50_000)
def point_of(found: Value) -> complex | None:
    """A formula's value at a point; a number's own, unless it has a unit or a percent sign; None for all else."""
    if isinstance(found, Formula):
        return None if found.unit else value_of(found.text)
    plain = isinstance(found, Number) and not found.percent and not found.unit and abs(found.value) < MAX_POINT
    return complex(found.value) if plain and isinstance(found, Number) else None
