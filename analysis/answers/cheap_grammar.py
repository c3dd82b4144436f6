r"""The grammar of plain arithmetic in LaTeX: sums, products, fractions, roots, whole powers, \pi, letters.

A recursive descent over the tokens of one normalised expression. Knows the order of operations; what a number is, is
left to the algebra that reads with it (`analysis.answers.cheap_closed`, `analysis.answers.cheap_exact`).
"""

import re
from abc import ABC, abstractmethod
from typing import Generic, Protocol, Self, TypeVar

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|(\\[a-zA-Z]+)|([a-zA-Z])|([-+*/^(){}\[\]]))")
DOUBTFUL = re.compile(
    r"[\d}\s)][cdghlmost]$|(?<![\\A-Za-z])[A-Za-z]{3,}|(?<![\\A-Za-z])[A-Za-z]{2}$"
    r"|\\text|\d\s*\\frac|\^\s*\d\d|/\s*\w+\s*[A-Za-z\\(]"
)
"""What may be a unit, a word, a mixed number or a quotient of unclear reach."""
MAX_LENGTH = 200
MAX_DEPTH = 20
TIMES = ("*", r"\cdot", r"\times")


class Unread(Exception):
    """The expression has something that is not read."""


class Element(Protocol):
    """What an algebra computes with."""

    def __add__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...
    def __truediv__(self, other: Self, /) -> Self: ...
    def __neg__(self) -> Self: ...


E = TypeVar("E", bound=Element)


class Reader(ABC, Generic[E]):
    """One expression, read with one algebra; anything left over raises Unread."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = self.depth = 0

    @abstractmethod
    def constant(self, token: str) -> E:
        """The value of a number, a letter or a named constant."""

    @abstractmethod
    def total(self, terms: list[E]) -> E:
        """The sum of one term or more."""

    @abstractmethod
    def root(self, radicand: E, degree: E | None) -> E:
        """A root; `degree` is None for a square root."""

    @abstractmethod
    def raised(self, base: E, exponent: E) -> E:
        """A power."""

    def whole(self) -> E:
        found = self.sum()
        if self.peek():
            raise Unread(self.peek())
        return found

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.peek()
        if token not in wanted:
            raise Unread(token)
        self.at += 1
        return token

    def sum(self) -> E:
        terms = [self.product()]
        while self.peek() in ("+", "-"):
            terms.append(self.product() if self.take("+", "-") == "+" else -self.product())
        return self.total(terms)

    def product(self) -> E:
        is_negative = self.peek() == "-"
        if self.peek() in ("+", "-"):
            self.at += 1
        total = -self.power() if is_negative else self.power()
        while self.peek() not in ("", "+", "-", ")", "}", "]"):
            operator = self.take(*TIMES, "/") if self.peek() in (*TIMES, "/") else "*"
            total = total / self.power() if operator == "/" else total * self.power()
        return total

    def power(self) -> E:
        base = self.atom()
        if self.peek() != "^":
            return base
        self.take("^")
        exponent = self.group() if self.peek() == "{" else self.atom()
        if self.peek() == "^":
            raise Unread("^")
        return self.raised(base, exponent)

    def atom(self) -> E:
        symbol = self.peek()
        if symbol == "(":
            return self.between("(", ")")
        if symbol == "{":
            return self.group()
        self.at += 1
        if symbol == r"\frac":
            return self.group() / self.group()
        if symbol == r"\sqrt":
            degree = self.between("[", "]") if self.peek() == "[" else None
            return self.root(self.group(), degree)
        return self.constant(symbol)

    def group(self) -> E:
        return self.between("{", "}")

    def between(self, left: str, right: str) -> E:
        self.take(left)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unread(left)
        found = self.sum()
        self.take(right)
        self.depth -= 1
        return found


def tokens(text: str) -> list[str]:
    r"""The tokens of an expression; raises Unread where there is something else.

    >>> tokens(r"2\sqrt{x} + 1")
    ['2', '\\sqrt', '{', 'x', '}', '+', '1']
    """
    found, at = [], 0
    for match in TOKEN.finditer(text):
        if match.start() != at:
            break
        found.append(match[0].strip())
        at = match.end()
    if text[at:].strip():
        raise Unread(text[at:])
    return found
