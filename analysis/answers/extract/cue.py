"""What a cue is: a name, the reason that a reader sees, a starting weight and a test. Knows no particular cue."""

import re
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Cue(NamedTuple, Generic[T]):
    """One sign for (weight above 0) or against a candidate; `because` completes "counted because it ..."."""

    name: str
    weight: float
    because: str
    holds: Callable[[T], bool]


def words(pattern: str) -> re.Pattern[str]:
    r"""A pattern of whole words, in any case.

    >>> bool(words("so|hence").search("Hence x")), bool(words("so|hence").search("also"))
    (True, False)
    """
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


def opening(pattern: str) -> re.Pattern[str]:
    r"""A pattern at the start of a sentence, after a list number or other signs.

    >>> bool(opening("so").search(" 2. So x = 3")), bool(opening("so").search("And so"))
    (True, False)
    """
    return re.compile(rf"^\W{{0,8}}(?:\d{{1,3}}[.)]\W{{1,4}})?(?:{pattern})\b", re.IGNORECASE)


def closing(pattern: str) -> re.Pattern[str]:
    r"""A pattern right before a value, spaces and opening signs aside.

    >>> bool(closing("equals|is").search("so x is \\boxed{")), bool(closing("is").search("x is not "))
    (True, False)
    """
    return re.compile(rf"(?:\b(?:{pattern})|:)[^\w]{{0,6}}(?:\\boxed ?\{{\W{{0,3}})?$", re.IGNORECASE)
