"""Reading which lettered option a reply chooses. "A" the article is none, and two letters choose none.

Knows no option's text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from analysis.psychometrics.replies import LONGEST, NEGATED, REFUSALS, Status

CALLED = r"(?:(?:the|my)\s+)?(?:(?:answer|choice|option|lottery|reply|pick)\b\s*(?:is\b|would be\b|[:=*_-]+)?\W{0,6})"
ALONE = re.compile(rf"\W*(?:{CALLED}){{0,3}}([A-Za-z])\W*", re.IGNORECASE)
LEADING = re.compile(rf"\W*(?i:{CALLED}){{0,3}}([A-Z])(?:\W*[).:,;]|\*\*|\s+[-–—]\s|\s+because\b)")
CHOSEN = re.compile(
    r"\b(?i:choose|chose|pick|take|prefer|select|go (?:with|for)|(?:answer|choice|pick) (?:is|would be))"
    r"\s+(?i:the\s+)?(?i:(?:lottery|option)\s+)?[\"'“‘*(]{0,3}([A-Z])(?![\w'’])"
)
NEAR = 60
"""Code points before a choice in which a word may take it back."""


class Letter(NamedTuple):
    """The place of the chosen letter (A is 0), None for every status but READ."""

    status: Status
    place: int | None = None


def read_letter(text: str, n_options: int = 2) -> Letter:
    """The one option that a reply chooses: by a line with its letter alone or before its reason, or "I choose B".

    Letters beyond the options are off the scale. A letter in passing chooses nothing.

    >>> [read_letter(said).place for said in ("B", "(a)", "Lottery B.", "**A**: it is safer", "I would choose B.")]
    [1, 0, 1, 0, 1]
    >>> [read_letter(said).status.value for said in ("A or B", "A gamble is a gamble", "C", "I would not pick A", "")]
    ['unread', 'unread', 'off the scale', 'unread', 'empty']
    """
    said = text.strip()[:LONGEST]
    if not said:
        return Letter(Status.EMPTY)
    if REFUSALS.search(said):
        return Letter(Status.REFUSED)
    stated = set(_stated(said))
    if not stated or "" in stated:
        return Letter(Status.UNREAD)
    if len(stated) > 1:
        return Letter(Status.SEVERAL)
    place = ord(stated.pop()) - ord("A")
    return Letter(Status.READ, place) if place < n_options else Letter(Status.OFF_SCALE)


def _stated(said: str) -> Iterator[str]:
    """Letters that are chosen, "" for one that is not: after a "not"."""
    for line in said.split("\n")[:50]:
        match = ALONE.fullmatch(line.strip()) or LEADING.match(line)
        if match:
            yield match[1].upper()
    for match in CHOSEN.finditer(said):
        yield "" if NEGATED.search(said[max(0, match.start() - NEAR) : match.start()].casefold()) else match[1]
