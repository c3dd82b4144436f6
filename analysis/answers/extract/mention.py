"""One place where a text gives a value, with the cues that hold there. Decides nothing.

`key` is equal for values that are plainly the same (1/2 and \\frac{1}{2}, 19 and 19.0); it is no proof of difference.
"""

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

MOST_MENTIONS = 5_000
"""Values of one text that are weighed; what stands after them is not looked at. Real traces stay far below."""
_FRACTION = re.compile(r"(-?)\\frac\{(-?[0-9]{1,40})\}\{([0-9]{1,40})\}")
_WHOLE = re.compile(r"-?[0-9]{1,40}")
_NUMBER = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{1,40})?|\.[0-9]{1,40})")


class Mention(NamedTuple):
    """A value at [start, end) of the text, on a 1-based line; `rank` counts the lines that are not blank."""

    line: int
    rank: int
    start: int
    end: int
    value: str
    cues: frozenset[str]


Key = str | int | Fraction


@lru_cache(maxsize=8192)
def key(value: str) -> Key:
    r"""What a value is compared by: a number where it is a plain number, else its letters without spaces.

    >>> key(r"-\frac{1}{2}") == key("-0.5"), key("(a, b)")
    (True, '(a,b)')
    """
    text = value.replace(" ", "")
    fraction = _FRACTION.fullmatch(text)
    if fraction and int(fraction.group(3)):
        return Fraction(int(fraction.group(1) + "1") * int(fraction.group(2)), int(fraction.group(3)))
    number = text.rstrip("\\%")
    if _WHOLE.fullmatch(number):
        return int(number)
    return Fraction(number) if _NUMBER.fullmatch(number) else text
