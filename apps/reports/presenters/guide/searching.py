"""Words sought in the guide: the sections that hold all of them, those with a word in their heading first. No index."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from apps.core.markdown import Heading
from apps.reports.presenters.guide.pages import headings_of, text_of
from apps.reports.presenters.guide.table import PAGES, GuidePage

MOST_HITS: Final = 40
AROUND: Final = 90
_HEADING = re.compile(r"^#{1,3} +\S")
_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`|#]+")


class Hit(NamedTuple):
    """A section that holds the words, and what stands around the first of them."""

    page: GuidePage
    heading: Heading
    snippet: str
    is_titled: bool


def found(words: str) -> list[Hit]:
    """At most MOST_HITS sections with all of the words, apart by blanks; none for no words.

    >>> found("")
    []
    """
    sought = words.casefold().split()
    if not sought:
        return []
    hits = [hit for page in PAGES.values() for hit in _hits(page, sought)]
    return sorted(hits, key=lambda hit: not hit.is_titled)[:MOST_HITS]


def _hits(page: GuidePage, sought: list[str]) -> Iterator[Hit]:
    for heading, text in sections_of(page):
        head = f"{page.title} {heading.words}".casefold()
        if all(word in head or word in text.casefold() for word in sought):
            yield Hit(page, heading, _around(text, sought), all(word in head for word in sought))


def sections_of(page: GuidePage) -> Iterator[tuple[Heading, str]]:
    """Headings and the text below each, without marks; lines of code that look like headings are not parted."""
    known, at = headings_of(page.name), -1
    remaining: list[str] = []
    for line in text_of(page.name).split("\n"):
        following = known[at + 1] if at + 1 < len(known) else None
        if following and _HEADING.match(line) and _plain(line) == _plain(following.words):
            if at >= 0:
                yield known[at], _plain(" ".join(remaining))
            at, remaining = at + 1, []
        else:
            remaining.append(line)
    if at >= 0:
        yield known[at], _plain(" ".join(remaining))


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub(r"\1", text).split())


def _around(text: str, sought: list[str]) -> str:
    low = text.casefold()
    at = min((low.find(word) for word in sought if word in low), default=0)
    start, end = max(0, at - AROUND), at + AROUND
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")
