"""Reading lines of the form "word - label". A word with two labels, or with another than the two, has none.

Knows no bias and no group.
"""

import re
from collections.abc import Sequence

LONGEST = 20_000
ENDS = re.compile(r"[\n;,]")
SOMETHING_ELSE = re.compile(r"[^\W\d_]")


def read_labels(text: str, words: Sequence[str], labels: tuple[str, str]) -> dict[str, str]:
    r"""The label of each word that has exactly one, in the order of the words.

    A line, or what stands between commas or semicolons, counts where it holds one of the words, then one of the
    labels, and no other letters: bullets, numbers, marks and whatever sign stands between are let go.

    >>> read_labels("1. **Joy**: young\n- mud → old\nrain - neither", ("joy", "mud", "rain"), ("young", "old"))
    {'joy': 'young', 'mud': 'old'}
    >>> read_labels("joy - young\njoy - old", ("joy", "mud"), ("young", "old"))
    {}
    """
    said: dict[str, set[str]] = {word: set() for word in words}
    for line in ENDS.split(text[:LONGEST]):
        pair = _pair(line, words, labels)
        if pair:
            said[pair[0]].add(pair[1])
    return {word: next(iter(found)) for word, found in said.items() if len(found) == 1}


def _pair(line: str, words: Sequence[str], labels: tuple[str, str]) -> tuple[str, str] | None:
    if len(line) > 200:
        return None
    for label in labels:
        match = _find(label, line)
        word = next((word for word in words if _is_only(word, line[: match.start()])), None) if match else None
        if match and word and not SOMETHING_ELSE.search(line[match.end() :]):
            return word, label
    return None


def _find(label: str, line: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", line, re.IGNORECASE)


def _is_only(word: str, text: str) -> bool:
    """Whether the text holds the word and no other letters."""
    match = _find(word, text)
    return bool(match and not SOMETHING_ELSE.search(text[: match.start()] + text[match.end() :]))
