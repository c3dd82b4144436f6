"""Two texts side by side, word by word: what only one of them has is marked. Knows no rollout."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_WORDS = 4_000
"""Longer texts stand side by side without marks: comparing them takes time with the product of their lengths."""
WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    text: str
    is_own: bool


class Sides(NamedTuple):
    """Both texts in pieces; `is_marked` says whether they were compared."""

    first: Sequence[Piece]
    second: Sequence[Piece]
    is_marked: bool


def sides_of(first: str, second: str) -> Sides:
    """The texts in pieces that both have, and pieces of one's own.

    >>> sides_of("x is 4.", "x is 5.").second
    [Piece(text='x is ', is_own=False), Piece(text='5', is_own=True), Piece(text='.', is_own=False)]
    """
    a, b = WORD.findall(first), WORD.findall(second)
    if max(len(a), len(b)) > MOST_WORDS:
        return Sides([Piece(first, False)], [Piece(second, False)], False)
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return Sides(
        [Piece("".join(a[i:j]), tag != "equal") for tag, i, j, _, _ in blocks if j > i],
        [Piece("".join(b[i:j]), tag != "equal") for tag, _, _, i, j in blocks if j > i],
        True,
    )
