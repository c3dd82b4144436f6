r"""Proof that two expressions differ: their values at one point, in floating point, are far apart.

It can only ever prove a difference: values that are close say nothing, because a rounding error is not an identity.
Letters take fixed values; a last letter that may be a unit (5m) is not read at all.
"""

import cmath

from analysis.answers.cheap_grammar import DOUBTFUL, MAX_LENGTH, Reader, Unread

CANCELLED = 1e-6
FAR = 1e-4
MAX_SIZE = 1e100
MAX_EXPONENT = 60
NAMED: dict[str, complex] = {r"\pi": cmath.pi, "i": 1j, "e": cmath.e}


def value_of(text: str) -> complex | None:
    r"""The value of a normalised expression, its letters at fixed points; None when it is not plain arithmetic.

    >>> abs(value_of(r"2\sqrt{9} - \frac{1}{2}") - 5.5) < 1e-12, value_of(r"\begin{pmatrix}1\end{pmatrix}") is None
    (True, True)
    """
    if len(text) > MAX_LENGTH or DOUBTFUL.search(text):
        return None
    try:
        found = _AtAPoint(text).whole()
    except (Unread, ZeroDivisionError, OverflowError, ValueError):
        return None
    return found if cmath.isfinite(found) and abs(found) < MAX_SIZE else None


def far_apart(a: complex, b: complex) -> bool:
    """Whether two values differ by more than any rounding could: by 1e-4 of the larger, or of 1.

    >>> far_apart(1.0, 1.00001), far_apart(1.0, 1.1)
    (False, True)
    """
    return abs(a - b) > FAR * max(1.0, abs(a), abs(b))


class _AtAPoint(Reader[complex]):
    """An expression read in floating point."""

    def total(self, terms: list[complex]) -> complex:
        total = sum(terms)
        if len(terms) > 1 and abs(total) < CANCELLED * max(abs(term) for term in terms):
            raise Unread("a difference lost to rounding")
        return total

    def raised(self, base: complex, exponent: complex) -> complex:
        if abs(exponent) > MAX_EXPONENT or not _is_whole(exponent):
            raise Unread("^")
        return base**exponent

    def root(self, radicand: complex, degree: complex | None) -> complex:
        """The principal root: square roots of anything, others of positive numbers, where there is one convention."""
        degree = 2 if degree is None else degree
        if radicand == 0:
            return 0
        if degree != 2 and (radicand.imag or radicand.real < 0):
            raise Unread("a higher root of a negative number")
        return cmath.exp(cmath.log(radicand) / degree)

    def constant(self, token: str) -> complex:
        if token[:1].isdigit() or token[:1] == ".":
            return float(token)
        if token.lower() in NAMED:
            return NAMED[token.lower()]
        if len(token) == 1 and token.isalpha():
            return 1.0 + cmath.sqrt(ord(token.lower())).real / 7
        raise Unread(token)


def _is_whole(number: complex) -> bool:
    return number.imag == 0 and number.real == int(number.real)
