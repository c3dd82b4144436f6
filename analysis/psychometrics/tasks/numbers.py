"""Reading the one number that a reply states. Never joined digits, never a guess between two. Knows no task.

The published card task's reader joined all digits ("5 of 32" became 532, then 32) and took silence for 0
(arXiv 2509.03730, RiskTaking notebook); neither happens here.
"""

import re
from typing import NamedTuple

from analysis.psychometrics.replies import LONGEST, NEGATED, REFUSALS, Status

NUMBER = re.compile(
    r"(?<![\w.,/-])(?P<number>-?(?:\d+(?:,\d{3})+(?!\d)|\d+(?:[.,]\d+)?))(?:\s*(?P<unit>%|percent\b)|(?![\w/]))",
    re.IGNORECASE,
)
RANGE = re.compile(r"\d\s*(?:-|–|—|to|through|or|and)\s*\d", re.IGNORECASE)
BOUND = re.compile(r"(?:at least|at most|more than|less than|fewer than|over|under|above|below|up to|[<>≥≤])\s*$", re.I)
THOUSANDS = re.compile(r"-?\d+(?:,\d{3})+")
CUT = re.compile(r"[\d.,]+$")
NEAR = 60
"""Code points before a number in which a word may take it back."""
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


class Number(NamedTuple):
    """The value that a reply states, None for every status but READ."""

    status: Status
    value: float | None = None


def read_number(text: str, low: float, high: float, *, whole: bool = True, is_cut: bool = False) -> Number:
    """The one number from `low` to `high` that a reply states, `whole` or not.

    "5 of 32" is 5 on a scale that ends at 32, and the words "0 to 32" only name the scale. A percentage counts where
    the scale ends at 100. Two numbers and a range are several; "at least 5" and "not 5" state none; nor does a number
    at the end of a reply that was cut there (`is_cut`), whose digits may go on. A small number in words counts where
    it is the whole reply.

    >>> [read_number(said, 0, 32).value for said in ("5", "I choose 5 of 32.", "**12** cards", "Zero")]
    [5.0, 5.0, 12.0, 0.0]
    >>> [read_number(said, 0, 32).status.value for said in ("5-10", "5 or 6", "33", "2.5", "50%", "-1", "many", "")]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['several answers', 'several answers', 'off the scale', 'off the scale', 'off the scale', 'off the scale',
     'unread', 'empty']
    """
    said = text.strip()[:LONGEST].replace("\u2212", "-")
    if not said:
        return Number(Status.EMPTY)
    if REFUSALS.search(said):
        return Number(Status.REFUSED)
    if said.strip(" .!*_\"'`").casefold() in WORDS:
        return _on(float(WORDS.index(said.strip(" .!*_\"'`").casefold())), low, high, whole)
    rest = _without_scale(CUT.sub("", said) if is_cut else said, low, high)
    if RANGE.search(rest):
        return Number(Status.SEVERAL)
    return _only(rest, low, high, whole)


def _only(said: str, low: float, high: float, whole: bool) -> Number:
    stated = set()
    for match in NUMBER.finditer(said):
        before = said[max(0, match.start() - NEAR) : match.start()]
        if NEGATED.search(before.casefold()) or BOUND.search(before):
            return Number(Status.UNREAD)
        if match["unit"] and high != 100:
            return Number(Status.OFF_SCALE)
        stated.add(_value(match["number"]))
        if len(stated) > 1:
            return Number(Status.SEVERAL)
    return _on(stated.pop(), low, high, whole) if stated else Number(Status.UNREAD)


def _without_scale(said: str, low: float, high: float) -> str:
    """Without the end of the scale in "5 of 32", and without the scale itself."""
    left = re.sub(rf"(?<=\d)\s*(?:/|out of|of)\s*(?:the\s+)?{high:g}(?![\w.,]*\d)", " ", said, flags=re.I)
    named = rf"(?:\b(?:from|between|of)\s+)?(?<![\w.,-]){low:g}\s*(?:-|–|to|and)\s*{high:g}(?![\w.,]*\d)"
    return re.sub(named, " ", left, flags=re.I)


def _value(number: str) -> float:
    return float(number.replace(",", "") if THOUSANDS.fullmatch(number) else number.replace(",", "."))


def _on(value: float, low: float, high: float, whole: bool) -> Number:
    is_there = low <= value <= high and (value.is_integer() or not whole)
    return Number(Status.READ, value) if is_there else Number(Status.OFF_SCALE)
