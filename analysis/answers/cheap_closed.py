r"""Proof that two expressions differ: their values at one point, in floating point, are far apart.

Reads arithmetic, fractions, roots, \pi, i and letters (whole exponents only), and nothing else. It can only ever
prove a difference: values that are close say nothing, because a rounding error is not an identity. Letters take fixed
values; a last letter that may be a unit (5m) is not read at all.
"""

import cmath
import re

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|(\\[a-zA-Z]+)|([a-zA-Z])|([-+*/^(){}\[\]]))")
DOUBTFUL = re.compile(
    r"[\d}\s)][cdghlmost]$|(?<![\\A-Za-z])[A-Za-z]{3,}|(?<![\\A-Za-z])[A-Za-z]{2}$"
    r"|\\text|\d\s*\\frac|\^\s*\d\d|/\s*\w+\s*[A-Za-z\\(]"
)
CANCELLED = 1e-6
FAR = 1e-4
MAX_LENGTH = 200
MAX_SIZE = 1e100
MAX_EXPONENT = 60


class _Unread(Exception):
    """The expression has something that this module does not read."""


def value_of(text: str) -> complex | None:
    r"""The value of a normalised expression, its letters at fixed points; None when it is not plain arithmetic.

    >>> abs(value_of(r"2\sqrt{9} - \frac{1}{2}") - 5.5) < 1e-12, value_of(r"\begin{pmatrix}1\end{pmatrix}") is None
    (True, True)
    """
    if len(text) > MAX_LENGTH or DOUBTFUL.search(text):
        return None
    try:
        found = _Reader(text).whole()
    except (_Unread, ZeroDivisionError, OverflowError, ValueError):
        return None
    return found if cmath.isfinite(found) and abs(found) < MAX_SIZE else None


def far_apart(a: complex, b: complex) -> bool:
    """Whether two values differ by more than any rounding could: by 1e-4 of the larger, or of 1.

    >>> far_apart(1.0, 1.00001), far_apart(1.0, 1.1)
    (False, True)
    """
    return abs(a - b) > FAR * max(1.0, abs(a), abs(b))


class _Reader:
    """A recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    def whole(self) -> complex:
        found = self.sum()
        if self.peek():
            raise _Unread(self.peek())
        return found

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.peek()
        if token not in wanted:
            raise _Unread(token)
        self.at += 1
        return token

    def sum(self) -> complex:
        terms = [self.product()]
        while self.peek() in ("+", "-"):
            terms.append(self.product() if self.take("+", "-") == "+" else -self.product())
        total = sum(terms)
        if len(terms) > 1 and abs(total) < CANCELLED * max(abs(term) for term in terms):
            raise _Unread("a difference lost to rounding")
        return total

    def product(self) -> complex:
        sign = -1 if self.peek() == "-" else 1
        if self.peek() in ("+", "-"):
            self.at += 1
        total = sign * self.power()
        while self.peek() not in ("", "+", "-", ")", "}", "]"):
            operator = self.take(*TIMES, "/") if self.peek() in (*TIMES, "/") else "*"
            total = total / self.power() if operator == "/" else total * self.power()
        return total

    def power(self) -> complex:
        base = self.atom()
        if self.peek() != "^":
            return base
        self.take("^")
        exponent = self.group() if self.peek() == "{" else self.atom()
        if abs(exponent) > MAX_EXPONENT or self.peek() == "^" or not _is_whole(exponent):
            raise _Unread("^")
        return base**exponent

    def atom(self) -> complex:
        symbol = self.peek()
        if symbol == "(":
            return self.between("(", ")")
        if symbol == "{":
            return self.group()
        self.at += 1
        if symbol == r"\frac":
            return self.group() / self.group()
        if symbol == r"\sqrt":
            degree = self.between("[", "]") if self.peek() == "[" else 2
            return _root(self.group(), degree)
        return _constant(symbol)

    def group(self) -> complex:
        return self.between("{", "}")

    def between(self, left: str, right: str) -> complex:
        self.take(left)
        found = self.sum()
        self.take(right)
        return found


TIMES = ("*", r"\cdot", r"\times")
NAMED: dict[str, complex] = {r"\pi": cmath.pi, "i": 1j, "e": cmath.e}


def _is_whole(number: complex) -> bool:
    return number.imag == 0 and number.real == int(number.real)


def _root(radicand: complex, degree: complex) -> complex:
    """The principal root: square roots of anything, others of positive numbers, where there is one convention."""
    if radicand == 0:
        return 0
    if degree != 2 and (radicand.imag or radicand.real < 0):
        raise _Unread("a higher root of a negative number")
    return cmath.exp(cmath.log(radicand) / degree)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    for match in TOKEN.finditer(text):
        if match.start() != at:
            break
        found.append(match[0].strip())
        at = match.end()
    if text[at:].strip():
        raise _Unread(text[at:])
    return found


def _constant(token: str) -> complex:
    if token[:1].isdigit() or token[:1] == ".":
        return float(token)
    if token.lower() in NAMED:
        return NAMED[token.lower()]
    if len(token) == 1 and token.isalpha():
        return 1.0 + cmath.sqrt(ord(token.lower())).real / 7
    raise _Unread(token)
