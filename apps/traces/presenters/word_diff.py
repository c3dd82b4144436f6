"""Two texts side by side, word by word: what only one of them has is marked. Knows no rollout."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

MOST_WORDS = 8_000
"""Longer texts stand side by side without marks: comparing them takes time with the product of their lengths."""
MOST_SHOWN = 100_000
"""Characters of each text that are shown; the reader shows a trace of any length."""
WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    text: str
    is_own: bool


class Sides(NamedTuple):
    """Both texts in pieces; `is_marked` says whether they were compared."""

    first: Sequence[Piece]
    second: Sequence[Piece]
    is_marked: bool
    is_cut: bool = False


def sides_of(first: str, second: str) -> Sides:
    """The texts in pieces that both have, and pieces of one's own.

    >>> sides_of("x is 4.", "x is 5.").second
    [Piece(text='x is ', is_own=False), Piece(text='5', is_own=True), Piece(text='.', is_own=False)]
    """
    is_cut = max(len(first), len(second)) > MOST_SHOWN
    first, second = first[:MOST_SHOWN], second[:MOST_SHOWN]
    a, b = WORD.findall(first), WORD.findall(second)
    if max(len(a), len(b)) > MOST_WORDS:
        return Sides([Piece(first, False)], [Piece(second, False)], False, is_cut)
    blocks = list(Indel.opcodes(a, b))
    return Sides(
        [_piece(a[at.src_start : at.src_end], at.tag) for at in blocks if at.src_end > at.src_start],
        [_piece(b[at.dest_start : at.dest_end], at.tag) for at in blocks if at.dest_end > at.dest_start],
        True,
        is_cut,
    )


def _piece(words: Sequence[str], tag: str) -> Piece:
    return Piece("".join(words), tag != "equal")
