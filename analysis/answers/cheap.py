"""The cheap routes: equality of strings, numbers, words, sequences, decided without any symbolic mathematics.

`None` always means undecided, never unequal: the symbolic route takes over. Verdicts are Math-Verify 0.9.0's but for
the pairs in `analysis.answers.disagreements`.
"""

import re
from functools import lru_cache

from analysis.answers.cheap_closed import far_apart, value_of
from analysis.answers.cheap_formulas import equal_formulas, is_word_of, point_of, read_constant, read_formula
from analysis.answers.cheap_matrices import equal_matrices, read_matrix
from analysis.answers.cheap_numbers import equal_numbers, read_based, read_number
from analysis.answers.cheap_sequences import equal_sequences, read_infinity, read_sequence
from analysis.answers.cheap_text import equal_words, read_letter, read_words
from analysis.answers.cheap_unions import equal_unions, read_union
from analysis.answers.cheap_values import Based, Formula, Matrix, Number, Sequence, Union, Value, Words
from analysis.answers.normalise import normalise, squeeze, unwrap

MAX_LENGTH = 400
ASSIGNED = re.compile(r"(?P<name>[A-Za-z]|\\[a-z]+)(?:_\{?\w+\}?)? ?=(?!=) ?(?P<rest>[^=<>]+)")


@lru_cache(maxsize=50_000)
def read(text: str) -> Value | None:
    r"""The cheap value that an answer writes, an assignment `x = 3` as its right side; None when there is none for
    certain.

    >>> read(r"\frac{1}{2}").value, read("x = 3").value, read("f(x)") is None
    (Fraction(1, 2), Fraction(3, 1), True)
    >>> read(r"2\sqrt{3}")
    Formula(text='2\\sqrt{3}', unit='')
    """
    if len(text) > MAX_LENGTH:
        return None
    plain = normalise(text)
    match = ASSIGNED.fullmatch(plain)
    if match:
        rest = match["rest"].strip()
        return _read_number_or_infinity(rest) or read_constant(rest)
    return (
        _read_number_or_infinity(plain)
        or read_letter(plain)
        or read_sequence(plain, read)
        or read_words(plain, unwrap(text))
        or read_matrix(unwrap(text), read)
        or read_union(plain, read)
        or read_formula(plain)
    )


def same_writing(a: str, b: str) -> bool:
    """Whether two answers are the same string once the wrapping and all spaces are gone.

    >>> same_writing(r"\\left(x+1\\right)", "$(x + 1)$")
    True
    """
    return a == b or (len(a) <= MAX_LENGTH and squeeze(a) == squeeze(b) != "")


def equal(gold: str, answer: str) -> bool | None:
    r"""Whether two answers state the same value; None when the cheap routes cannot tell.

    >>> equal("1,234", "1234"), equal("12", "1,2"), equal(r"\frac{1}{2}", "0.5"), equal("2^x", "x^2") is None
    (True, False, True, True)
    >>> equal("x^2", "x*x"), equal(r"\sqrt{260}", r"2\sqrt{65}"), equal(r"\frac{\pi}{4}", "0.78")
    (True, True, False)
    """
    a, b = read(gold), read(answer)
    if a is not None and b is not None:
        same = equal_values(a, b)
        return False if same and _other_name(gold, answer) else same
    if same_writing(gold, answer):
        return True
    return False if differ(gold, answer) else None


def differ(gold: str, answer: str) -> bool:
    r"""Whether two answers surely differ: a union or matrix against a number, or expressions far apart at one point.

    >>> differ(r"2\sqrt{3}", "2"), differ("(x+1)^2", "x^2+2x+1"), differ(r"(1,2) \cup (3,4)", "1")
    (True, False, True)
    """
    if isinstance(read(answer), Number) and _is_collection(gold):
        return True
    a, b = _point(gold), _point(answer)
    return a is not None and b is not None and far_apart(a, b)


def equal_values(gold: Value, answer: Value) -> bool | None:
    """Whether two cheap values are the same; values of different kinds are not, with the exceptions of Math-Verify.

    Digits in a base equal the same digits without one. Words against mathematics stay undecided when they are unquoted.

    >>> equal_values(Based("1204", 9), Based("1204", 8)), equal_values(Based("1204", 9), read("1204"))
    (False, True)
    """
    if isinstance(gold, Union) or isinstance(answer, Union):
        return equal_unions(gold, answer, equal_values)
    if isinstance(gold, Number) and isinstance(answer, Number):
        return equal_numbers(gold, answer)
    if isinstance(gold, Matrix) or isinstance(answer, Matrix):
        return equal_matrices(gold, answer, equal_values)
    if isinstance(gold, Sequence) and isinstance(answer, Sequence):
        return equal_sequences(gold, answer, equal_values)
    if isinstance(gold, Sequence) or isinstance(answer, Sequence):
        return _one_is_a_sequence(gold, answer)
    if isinstance(gold, Formula) or isinstance(answer, Formula):
        return _formulas(gold, answer)
    if isinstance(gold, Words) and isinstance(answer, Words):
        return equal_words(gold, answer)
    if isinstance(gold, Based) or isinstance(answer, Based):
        return _based(gold, answer)
    return gold == answer


def _other_name(gold: str, answer: str) -> bool:
    """Whether both are assignments, to names that differ by more than case."""
    names = [ASSIGNED.fullmatch(normalise(text)) if "=" in text else None for text in (gold, answer)]
    return None not in names and len({match["name"].casefold() for match in names if match}) == 2


COLLECTION = re.compile(r"\\cup|^\\begin\{[pbvBV]?matrix\}.*(?:&|\\\\).*\\end\{[pbvBV]?matrix\}$", re.DOTALL)


def _is_collection(text: str) -> bool:
    return COLLECTION.search(normalise(text)) is not None


@lru_cache(maxsize=50_000)
def _point(text: str) -> complex | None:
    """The value of an expression at a point, where it has one."""
    found = read(text)
    if found is None:
        return value_of(normalise(text)) if len(text) <= MAX_LENGTH else None
    return point_of(found)


def _read_number_or_infinity(plain: str) -> Value | None:
    return read_number(plain) or read_based(plain) or read_infinity(plain)


def _formulas(gold: Value, answer: Value) -> bool | None:
    """A formula against another or a number by value; one without letters is no word."""
    if isinstance(gold, Formula | Number) and isinstance(answer, Formula | Number):
        return equal_formulas(gold, answer)
    formula, other = (gold, answer) if isinstance(gold, Formula) else (answer, gold)
    return False if isinstance(other, Words) and not is_word_of(formula) else None


def _one_is_a_sequence(gold: Value, answer: Value) -> bool | None:
    """A list is no single number; a list that repeats one value, or one against words, is left open."""
    sequence, other = (gold, answer) if isinstance(gold, Sequence) else (answer, gold)
    assert isinstance(sequence, Sequence)
    if isinstance(other, Words):
        return None
    if any(equal_values(item, sequence.items[0]) is False for item in sequence.items[1:]):
        return False
    return False if all(equal_values(other, item) is False for item in sequence.items) else None


def _based(gold: Value, answer: Value) -> bool | None:
    if isinstance(gold, Based) and isinstance(answer, Based):
        return gold == answer
    based, other = (gold, answer) if isinstance(gold, Based) else (answer, gold)
    assert isinstance(based, Based)
    if not isinstance(other, Number) or not based.digits.isdigit():
        return None
    return other.value == int(based.digits)
