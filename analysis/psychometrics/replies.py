"""Reading a reply to an item: which option was meant, or why none can be told. Never a midpoint, never zero.

A refusal, a number off the scale, two answers at once and another script are data of their own. Knows no item.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from analysis.psychometrics.instrument import Option

LONGEST = 4_000
REFUSALS = re.compile(
    r"\b(?:as an? (?:ai|artificial|language model|assistant)"
    r"|i (?:can(?:no|['\u2019])t|am (?:unable|not able|just an? (?:ai|language model)))"
    r"|i do(?:n['\u2019]t| not) have (?:personal|feelings|opinions|emotions|preferences)"
    r"|i['\u2019]m (?:unable|not able|just an? (?:ai|language model))"
    r"|not (?:applicable|able to answer)|unable to (?:answer|rate|choose))\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\w.,/-])-?\d+(?:[.,]\d+)?(?![\w/])")
OF_SCALE = re.compile(r"(?<![\w.])(\d+)\s*(?:/|out of|of)\s*(\d+)(?![\w.])", re.IGNORECASE)
RANGE = re.compile(r"\b\d+\s*(?:-|–|to|through)\s*\d+\b", re.IGNORECASE)
NEGATED = re.compile(r"(?:\bnot|n't|n\u2019t|\bnever|\bneither|\bhardly)\s+(?:\w+\s+){0,2}$")
LETTER = re.compile(
    r"^\W*(?:(?:the\s+|my\s+)?(?:answer|option|choice|response)(?:\s+is)?\W*)?([A-Za-z])(?:\W*$|[).:\]*]|\s*[-–—]\s|\n)",
    re.IGNORECASE,
)


class Status(StrEnum):
    """What came of a reply."""

    READ = "read"
    REFUSED = "refused"
    OFF_SCALE = "off the scale"
    SEVERAL = "several answers"
    UNREAD = "unread"
    EMPTY = "empty"


class Reply(NamedTuple):
    """The value of the option that was meant, None for every status but READ."""

    status: Status
    value: int | None = None


def read_reply(text: str, options: Sequence[Option], letters: str = "") -> Reply:
    """Which option a reply means.

    A number alone counts first, then "4 out of 5", then an option's words. A fraction is off the scale; two different
    answers are several. Where `letters` name the options in their order ("ABCDE") a letter that stands alone or leads
    counts first, then words, and numbers, which were not shown, count nothing.

    >>> five = [Option(i, label) for i, label in enumerate(["Strongly disagree", "Disagree", "Neither", "Agree",
    ...     "Strongly agree"], 1)]
    >>> [read_reply(said, five) for said in ("4", "strongly agree!", "3.5", "4 or 5")]       # doctest: +ELLIPSIS
    [Reply(status=<Status.READ...>, value=4), Reply(...value=5), Reply(...OFF_SCALE...), Reply(...SEVERAL...)]
    >>> read_reply("As an AI, I have no feelings. 3", five).status.value, read_reply("", five).status.value
    ('refused', 'empty')
    """
    said = text.strip()[:LONGEST]
    if not said:
        return Reply(Status.EMPTY)
    if REFUSALS.search(said):
        return Reply(Status.REFUSED)
    first = _letter(said, options, letters) if letters else _numbers(said, options)
    return first or _words(said, options) or Reply(Status.UNREAD)


def _numbers(said: str, options: Sequence[Option]) -> Reply | None:
    high = options[-1].value
    of_scale = {int(number) for number, most in OF_SCALE.findall(said) if int(most) == high}
    rest = OF_SCALE.sub(" ", said) if of_scale else said
    if not of_scale and RANGE.search(rest):
        return Reply(Status.SEVERAL)
    stated = {float(number.replace(",", ".")) for number in NUMBER.findall(rest)} | {float(one) for one in of_scale}
    if not stated:
        return None
    if len(stated) > 1:
        return Reply(Status.SEVERAL)
    value = stated.pop()
    allowed = {float(option.value): option.value for option in options}
    return Reply(Status.READ, allowed[value]) if value in allowed else Reply(Status.OFF_SCALE)


def _words(said: str, options: Sequence[Option]) -> Reply | None:
    """By labels, the longest first, so that "strongly agree" is not "agree"; a label after "not" tells nothing."""
    left, found = said.casefold(), set()
    for option in sorted(options, key=lambda option: -len(option.label)):
        pattern = rf"(?<!\w){re.escape(option.label.casefold().strip())}(?!\w)"
        match = re.search(pattern, left)
        if match is None:
            continue
        if NEGATED.search(left[: match.start()]):
            return Reply(Status.UNREAD)
        found.add(option.value)
        left = re.sub(pattern, " ", left)
    if not found:
        return None
    return Reply(Status.READ, found.pop()) if len(found) == 1 else Reply(Status.SEVERAL)


def _letter(said: str, options: Sequence[Option], letters: str) -> Reply | None:
    """The letter that leads; another one that leads its line, or the words of another option, make it several."""
    lines = [match[1].upper() for line in said.splitlines()[:50] if (match := LETTER.match(line))]
    named = {letters.upper().find(letter) for letter in lines} - {-1}
    if not named or LETTER.match(said) is None:
        return None
    values = {options[place].value for place in named if place < len(options)}
    words = _words(said, options)
    if words is not None and words.value is not None:
        values.add(words.value)
    if not values:
        return Reply(Status.OFF_SCALE)
    return Reply(Status.READ, values.pop()) if len(values) == 1 else Reply(Status.SEVERAL)
