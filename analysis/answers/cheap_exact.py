r"""Proof that two expressions are equal: both as sums of fractions times roots, \pi and letters, written one way only.

Square roots of different square-free numbers, powers of \pi and letters are independent over the fractions, so equal
expressions have equal sums. Nothing is rounded, and decimals are not read: Math-Verify compares those after rounding.
What Math-Verify reads in its own way (30(31), f(x), 2x3) is not read either.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from analysis.answers.cheap_grammar import DOUBTFUL, MAX_LENGTH, Reader, Unread

UNCLEAR = re.compile(r"(?<![\\A-Za-z])[A-Za-z] ?[\d(]|\d ?\(|\d \d|[})] ?\d|\\pi ?[\d(]|\.|/[^-+()]*/|[+*/^-] ?[-+]")
"""Products that are also numbers, indices, functions or quotients of unclear reach; decimals."""
ONLY_LETTERS = re.compile(r"[A-Za-z ]*")
MAX_TERMS = 40
MAX_EXPONENT = 8
MAX_RADICAND = 10**7


class Monomial(NamedTuple):
    r"""The square root of a square-free number times powers of \pi and letters, in the order of their names."""

    radicand: int
    powers: tuple[tuple[str, int], ...]


PI = (r"\pi",)
ONE = Monomial(1, ())


@dataclass(frozen=True, slots=True)
class Sum:
    """Fractions, none of them 0, by what they are multiplied with."""

    terms: frozenset[tuple[Monomial, Fraction]]

    def __add__(self, other: "Sum") -> "Sum":
        return _collected([*self.terms, *other.terms])

    def __neg__(self) -> "Sum":
        return Sum(frozenset((monomial, -factor) for monomial, factor in self.terms))

    def __mul__(self, other: "Sum") -> "Sum":
        if len(self.terms) * len(other.terms) > MAX_TERMS:
            raise Unread("too many terms")
        return _collected(_times(a, b) for a in self.terms for b in other.terms)

    def __truediv__(self, other: "Sum") -> "Sum":
        if len(other.terms) != 1:
            raise Unread("a quotient by a sum")
        [(monomial, factor)] = other.terms
        powers = tuple((name, -power) for name, power in monomial.powers)
        return self * Sum(frozenset([(Monomial(monomial.radicand, powers), 1 / (factor * monomial.radicand))]))


def exact_of(text: str) -> Sum | None:
    r"""The sum that a normalised expression is; None when it is not plain arithmetic that is read in one way.

    >>> exact_of(r"\frac{9}{\pi \sqrt{3}}") == exact_of(r"3\sqrt{3}/\pi")
    True
    >>> exact_of("(x+1)^2") == exact_of("x^2 + 2x + 1")
    True
    >>> exact_of("0.5") is None, exact_of("30(31)") is None, exact_of(r"\frac{1}{x+1}") is None
    (True, True, True)
    """
    if len(text) > MAX_LENGTH or UNCLEAR.search(text) or DOUBTFUL.search(text) or ONLY_LETTERS.fullmatch(text):
        return None
    try:
        return _Exactly(text).whole()
    except (Unread, ZeroDivisionError):
        return None


def constant(value: Fraction) -> Sum:
    """A fraction as a sum.

    >>> constant(Fraction(1, 2)) == exact_of(r"\\frac{1}{2}")
    True
    """
    return _collected([(ONE, value)])


def has_letters(found: Sum) -> bool:
    r"""Whether anything but numbers, roots and \pi is in a sum.

    >>> has_letters(exact_of(r"2\pi")), has_letters(exact_of("2x"))
    (False, True)
    """
    return any(name not in PI for monomial, _ in found.terms for name, _ in monomial.powers)


class _Exactly(Reader[Sum]):
    """An expression read in fractions, roots and letters."""

    def total(self, terms: list[Sum]) -> Sum:
        return _collected(term for each in terms for term in each.terms)

    def raised(self, base: Sum, exponent: Sum) -> Sum:
        n = _fraction(exponent)
        if n.denominator != 1 or abs(n) > MAX_EXPONENT:
            raise Unread("^")
        found = constant(Fraction(1))
        for _ in range(abs(int(n))):
            found = found * base
        return found if n >= 0 else constant(Fraction(1)) / found

    def root(self, radicand: Sum, degree: Sum | None) -> Sum:
        value = _fraction(radicand)
        if degree is not None or value < 0:
            raise Unread("a root that is not square")
        square, free = _squares(value.numerator * value.denominator)
        return _collected([(Monomial(free, ()), Fraction(square, value.denominator))])

    def constant(self, token: str) -> Sum:
        if token.isdecimal():
            return constant(Fraction(token))
        if token in PI or (len(token) == 1 and token.isalpha()):
            return Sum(frozenset([(Monomial(1, ((token, 1),)), Fraction(1))]))
        raise Unread(token)


def _collected(terms: Iterable[tuple[Monomial, Fraction]]) -> Sum:
    factors: dict[Monomial, Fraction] = {}
    for monomial, factor in terms:
        factors[monomial] = factors.get(monomial, Fraction(0)) + factor
    if len(factors) > MAX_TERMS:
        raise Unread("too many terms")
    return Sum(frozenset((monomial, factor) for monomial, factor in factors.items() if factor))


def _times(a: tuple[Monomial, Fraction], b: tuple[Monomial, Fraction]) -> tuple[Monomial, Fraction]:
    square, free = _squares(a[0].radicand * b[0].radicand)
    powers = dict(a[0].powers)
    for name, power in b[0].powers:
        powers[name] = powers.get(name, 0) + power
    left = tuple(sorted((name, power) for name, power in powers.items() if power))
    return Monomial(free, left), a[1] * b[1] * square


def _squares(n: int) -> tuple[int, int]:
    """a and b with n = a²·b and b square-free; 0 gives 0 and 1."""
    if n > MAX_RADICAND:
        raise Unread("a root of a large number")
    square, free = 1, n
    for factor in range(2, isqrt(n) + 1):
        while free % (factor * factor) == 0 and free:
            square, free = square * factor, free // (factor * factor)
        if factor * factor > free:
            break
    return (square, free) if n else (0, 1)


def _fraction(found: Sum) -> Fraction:
    """The one fraction that a sum is."""
    if not found.terms:
        return Fraction(0)
    [(monomial, factor), *others] = found.terms
    if others or monomial != ONE:
        raise Unread("no fraction")
    return factor
